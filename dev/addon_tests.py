"""Run tests inside Odoo and judge them.

Odoo's exit code is 0 when no test ran and when tours are skipped, so the log
decides: a good run has its result line, no warning and no skip for want of a tool.
"""

import shutil
import tempfile

from . import paths
from .databases import log_file
from .environment import free_port
from .testpart import Part

LIMIT = 30 * 60  # seconds for one part
TEST_LINT = (
    "/test_lint,-/test_lint:TestPyLint,-/test_lint:TestESLint,-/test_lint:TestDocstring"
)


class AddonTests:
    """Runs of Odoo's test suite on databases that exist already.

    :param Environment environment: whose server must be running
    """

    def __init__(self, environment):
        self.environment = environment

    def run(self, name, database, tags, install=()):
        """Run the tests selected by ``tags``; return the :class:`Part`.

        :param str database: short name; it is changed
        :param install: modules to install first; then their at_install tests run too
        """
        part = Part(name)
        with part.timed():
            code, found = self.odoo(name, database, tags, install)
        judge(part, code, found)
        return part

    def odoo(self, name, database, tags, install=(), show=True, limit=LIMIT):
        """Run Odoo as :meth:`run` does, unjudged; return exit code and log.

        :param int limit: seconds after which Odoo is killed
        """
        conf = self.environment.configuration("test", max_cron_threads=0)
        options = ["-c", conf, "-d", self.environment.database(database)]
        options += ["-p", free_port(), "--test-tags", tags]
        if install:
            options += ["-i", ",".join(install)]
        temporary = tempfile.mkdtemp(prefix="odoo-")  # Chromium leaves folders behind
        try:
            return self.environment.run(
                *("server", *options),
                label=name,
                log=log_file(f"test-{name}"),
                env={"TMPDIR": temporary},
                show=show,
                limit=limit,
            )
        finally:
            shutil.rmtree(temporary, ignore_errors=True)


def judge(part, code, found):
    """Turn exit code and :class:`OdooLog` into counts of ``part``."""
    log = paths.logs() / f"test-{part.name}.log"
    failures, errors, total = found.result or (0, 0, 0)
    missing = found.missing_tools
    part.skipped = len(found.skipped) - len(missing)
    part.passed = max(0, total - failures - errors - len(found.skipped))
    for test in found.failed:
        part.fail(f"{test} (see {log})")
    for test, reason in missing:
        part.fail(f"{test} did not run: {reason}")
    part.failed = max(part.failed, failures + errors + len(missing))
    if found.stray:
        more = f" (+{len(found.stray) - 1} more)" if len(found.stray) > 1 else ""
        part.fail(f"warnings in Odoo's log: {found.stray[0]}{more}")
    if not part.failed and (code or not found.result):
        part.fail(f"Odoo ended with code {code} before the tests were done, see {log}")
