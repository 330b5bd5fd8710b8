"""Install, upgrade and uninstall the add-on on a company with years of history."""

import os

from . import paths, process, progress
from .testpart import Part

CHECK = paths.ROOT / "dev" / "tests" / "check_uninstall.py"


def run(environment, database):
    """Check the add-on's whole life in a database; return the :class:`Part`.

    :param str database: a copy with demo data that may be changed, without the add-on
    """
    part = Part("lifecycle")
    conf = environment.configuration("lifecycle", max_cron_threads=0)
    name = environment.database(database)
    progress.say("installing, upgrading and uninstalling on a company with history ...")
    with part.timed():
        result = process.run(
            [environment.python, CHECK, conf, name, "--", *environment.command()],
            cwd=paths.state(),
            env=environment.environ(),
        )
        read(part, result.returncode, result.stdout + result.stderr)
    return part


def read(part, code, output):
    """Count the statements of the check's ``output`` in ``part``."""
    for line in output.splitlines():
        if line.startswith("ok  "):
            part.check("")
        elif line.startswith("FAIL"):
            part.fail(line.removeprefix("FAIL").strip())
    if code and not part.failed:
        part.fail(f"the check broke off:{os.linesep}{output[-1500:]}")
