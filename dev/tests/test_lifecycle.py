import unittest

from dev import lifecycle
from dev.testpart import Part


class TestLifecycle(unittest.TestCase):
    def _read(self, code, output):
        part = Part("lifecycle")
        lifecycle.read(part, code, output)
        return part

    def test_statements_are_counted(self):
        part = self._read(1, "ok   one\nFAIL two is not so\nok   three\n2 are false\n")
        self.assertEqual((part.passed, part.failed), (2, 1))
        self.assertEqual(part.problems, ["two is not so"])

    def test_check_that_breaks_off_has_failed(self):
        part = self._read(1, "ok   one\nTraceback: no such table")
        self.assertEqual(part.failed, 1)
        self.assertIn("no such table", part.problems[0])
