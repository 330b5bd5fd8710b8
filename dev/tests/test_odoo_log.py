"""A run of Odoo is judged by its log."""

import unittest

from dev.addon_tests import judge
from dev.odoo_log import OdooLog
from dev.testpart import Part

HEAD = "2026-01-05 10:00:00,000 42"


def line(level, logger, text):
    return f"{HEAD} {level} test_1 {logger}: {text}\n"


RESULT = line(
    "INFO",
    "odoo.tests.result",
    "0 failed, 0 error(s) of 3 tests when loading database 'x'",
)


class TestOdooLog(unittest.TestCase):
    def read(self, *lines):
        log = OdooLog()
        shown = [text for text in lines if log.feed(text)]
        return log, shown

    def judged(self, code, *lines):
        part = Part("models")
        judge(part, code, self.read(*lines)[0])
        return part.passed, part.failed, part.skipped

    def test_clean_run_passes(self):
        self.assertEqual(self.judged(0, RESULT), (3, 0, 0))

    def test_run_without_result_fails(self):
        self.assertEqual(self.judged(0), (0, 1, 0))

    def test_crash_fails(self):
        self.assertEqual(self.judged(1, RESULT)[1], 1)

    def test_failed_test_counts_once(self):
        report = line("ERROR", "odoo.addons.crm_cards", "FAIL: TestCard.test_key")
        result = line("ERROR", "odoo.tests.result", "1 failed, 0 error(s) of 3 tests")
        self.assertEqual(self.judged(1, report, result), (2, 1, 0))

    def test_warning_fails_an_otherwise_clean_run(self):
        warning = line("WARNING", "odoo.fields", "unknown parameter")
        self.assertEqual(self.judged(0, warning, RESULT), (3, 1, 0))

    def test_skip_is_counted(self):
        skip = line("INFO", "odoo.tests", "skipped TestCard.test_a : only in winter")
        self.assertEqual(self.judged(0, skip, RESULT), (2, 0, 1))

    def test_skip_for_want_of_a_browser_fails(self):
        reason = "skipped TestTour.test_a : Chrome executable not found"
        skip = line("INFO", "odoo.tests", reason)
        self.assertEqual(self.judged(0, skip, RESULT), (2, 1, 0))

    def test_traceback_is_shown_with_its_error(self):
        error = line("ERROR", "odoo.addons.crm_cards", "FAIL: TestCard.test_key")
        _log, shown = self.read(error, "Traceback\n", "  boom\n", RESULT, "after\n")
        self.assertEqual(shown, [error, "Traceback\n", "  boom\n"])

    def test_module_progress_is_read(self):
        text = "Loading module crm (12/45)"
        log, _shown = self.read(line("INFO", "odoo.modules.loading", text))
        self.assertEqual(log.module, ("crm", 12, 45))


if __name__ == "__main__":
    unittest.main()
