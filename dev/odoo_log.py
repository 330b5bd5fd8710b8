"""Understand Odoo's log while it is being written."""

import re
from dataclasses import dataclass, field

LINE = re.compile(
    r"^\d{4}-\S+ \S+ \d+ (?P<level>DEBUG|INFO|WARNING|ERROR|CRITICAL) "
    r"(?P<db>\S+) (?P<logger>\S+): (?P<text>.*)"
)
RESULT = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests")
# said once more about tests that have reported their failure already
ECHO = re.compile(
    r"Module \S+: \d+ failures, \d+ errors of|At least one test failed when loading"
)
BAD = ("WARNING", "ERROR", "CRITICAL")
# reasons of skipped tests that name a program the machine should have
TOOLS = re.compile(
    r"chrome|chromium|websocket|devtools|wkhtmltopdf|rtlcss|\bnode\b|\bnpm\b"
    r"|multiple documents|pylint",
    re.I,
)


@dataclass
class OdooLog:
    """Everything worth knowing about one run of Odoo; feed it line by line.

    :ivar failed: names of failed tests, also those that raised an error
    :ivar stray: warnings and errors that are not the report of a failed test
    :ivar skipped: ``(test, reason)`` pairs
    :ivar result: ``(failures, errors, tests)`` as Odoo counts, or ``None``
    :ivar module: ``(name, number, of how many)`` loaded last, or ``None``
    """

    failed: list = field(default_factory=list)
    stray: list = field(default_factory=list)
    skipped: list = field(default_factory=list)
    result: tuple = None
    module: tuple = None
    started: int = 0
    current: str = ""
    _showing: bool = False

    def feed(self, line):
        """Take in ``line``; return whether a person should see it.

        That is so for warnings, errors and the lines that continue them.
        """
        match = LINE.match(line)
        if not match:
            return self._showing
        text = match["text"]
        if match["logger"] == "odoo.tests.result":
            self._read_result(text)
            self._showing = False
        else:
            self._showing = match["level"] in BAD and self._read_bad(line, text)
            self._read_progress(text)
        return self._showing

    @property
    def missing_tools(self):
        """The skipped tests whose reason is a program that is not there."""
        return [pair for pair in self.skipped if TOOLS.search(pair[1])]

    def _read_bad(self, line, text):
        if ECHO.match(text):
            return False
        match = re.match(r"(?:FAIL|ERROR): (?:Subtest )?(.*)", text)
        if match:
            self.failed.append(match[1].strip())
        else:
            self.stray.append(line.rstrip("\n"))
        return True

    def _read_result(self, text):
        match = RESULT.search(text)
        if match:
            self.result = tuple(int(number) for number in match.groups())

    def _read_progress(self, text):
        module = re.match(r"Loading module (\S+) \((\d+)/(\d+)\)", text)
        if module:
            self.module = (module[1], int(module[2]), int(module[3]))
        test = re.match(r"Starting (\S+) \.\.\.", text)
        if test:
            self.started += 1
            self.current = test[1]
        skip = re.match(r"skipped (.*?) : (.*)", text)
        if skip:
            self.skipped.append((skip[1], skip[2]))
