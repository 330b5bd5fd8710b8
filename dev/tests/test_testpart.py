"""The last line of a run is what machines read."""

import unittest

from dev.testpart import Part, summary
from dev.testrun import read_unittest


class TestPart(unittest.TestCase):
    def test_summary_adds_up(self):
        parts = [Part("a", 3, 1, 2), Part("b", 4)]
        self.assertEqual(summary(parts), "7 passed, 1 failed, 2 skipped")

    def test_check_passes_without_problem(self):
        part = Part("lint")
        part.check("")
        part.check("ruff: something")
        self.assertEqual((part.passed, part.failed), (1, 1))

    def test_unittest_output_is_counted(self):
        part = Part("dev")
        read_unittest(part, 1, "Ran 5 tests in 1s\n\nFAILED (failures=1, skipped=1)")
        self.assertEqual((part.passed, part.failed, part.skipped), (3, 1, 1))

    def test_unittest_that_ran_nothing_fails(self):
        part = Part("dev")
        read_unittest(part, 0, "Ran 0 tests in 0s\n\nOK")
        self.assertEqual(part.failed, 1)
