"""Translations: export the terms, merge them, tell what is missing.

The work on .po files happens in ``po_files.py`` inside the virtual environment,
where polib lives.
"""

import json
import shutil
import tempfile
from pathlib import Path

from . import paths, process, progress
from .databases import Databases, log_file, temporary_name
from .errors import DevError
from .templates import Templates
from .testpart import Part

LANGUAGES = ("he", "pl")
FOLDER = paths.ROOT / paths.ADDON / "i18n"
TEMPLATE = FOLDER / f"{paths.ADDON}.pot"


def update(environment):
    """Write the .pot and merge it into the .po files; translations are kept."""
    with environment.server.running(), exported(environment) as terms:
        report = _po_files(environment, "merge", terms)
    for name, counts in report.items():
        progress.say(f"  {name}: {counts}")


def check(environment, database=None):
    """Compare the files with the terms of the code; return the :class:`Part`.

    One count per file. Before the first .pot there is nothing to check.

    :param str database: a database that has the add-on; default a fresh one
    """
    part = Part("i18n")
    with part.timed():
        if TEMPLATE.exists():
            with exported(environment, database) as terms:
                report = _po_files(environment, "check", terms)
            for problem in report.values():
                part.check(problem)
    return part


class exported:
    """Context: the path of a fresh .pot of the add-on as it is now.

    :param str database: as in :func:`check`
    """

    def __init__(self, environment, database=None):
        self.environment = environment
        self.database = database
        self.folder = None

    def __enter__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="odoo-"))
        target = self.folder / TEMPLATE.name
        if self.database:
            self._export(self.database, target)
        else:
            self._export_from_copy(target)
        return target

    def __exit__(self, *_exception):
        shutil.rmtree(self.folder, ignore_errors=True)

    def _export_from_copy(self, target):
        databases = Databases(self.environment)
        copy = temporary_name("test", "terms")
        databases.clone(Templates(self.environment).installed(), copy)
        try:
            self._export(copy, target)
        finally:
            databases.drop(copy)

    def _export(self, database, target):
        conf = self.environment.configuration("template", max_cron_threads=0)
        name = self.environment.database(database)
        self.environment.must_run(
            *("i18n", "export", "-c", conf, "-d", name, "-o", target, paths.ADDON),
            label="terms",
            log=log_file("i18n"),
        )


def _po_files(environment, verb, terms):
    """Run ``po_files.py`` and return its report, ``{file: text}``."""
    script = paths.HERE / "po_files.py"
    command = [environment.python, script, verb, terms, FOLDER, *LANGUAGES]
    result = process.run(command, env=environment.environ())
    if result.returncode:
        raise DevError("A translation file cannot be read.", result.stderr)
    return json.loads(result.stdout)
