"""The outcome of one part of a test run."""

import time
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Part:
    """Counts of one part, e.g. ``browser`` or ``lint``.

    :ivar seconds: wall time
    :ivar problems: one line per failure, for people
    """

    name: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    problems: list = field(default_factory=list)

    def fail(self, problem):
        """Count one failure and remember why."""
        self.failed += 1
        self.problems.append(problem)

    def check(self, problem):
        """Count one check: passed if ``problem`` is empty."""
        if problem:
            self.fail(problem)
        else:
            self.passed += 1

    @contextmanager
    def timed(self):
        """Add the time of the body to ``seconds``."""
        begin = time.monotonic()
        try:
            yield self
        finally:
            self.seconds += time.monotonic() - begin

    def line(self):
        """Return one line of a table of parts."""
        row = f"{self.name:12}{self.passed:5} passed {self.failed:4} failed"
        return f"{row} {self.skipped:4} skipped {self.seconds:7.1f} s"


def summary(parts):
    """Return the last line of a run, ``N passed, M failed, K skipped``."""
    passed, failed, skipped = (
        sum(getattr(part, name) for part in parts)
        for name in ("passed", "failed", "skipped")
    )
    return f"{passed} passed, {failed} failed, {skipped} skipped"
