from datetime import date, datetime

from ..tools import clock
from .common_examples import ExamplesCase


class TestClockExamples(ExamplesCase):
    def test_examples_hold(self):
        self.assertExamplesHold(clock)

    def test_days_change_at_each_midnight(self):
        for moment, zone, day in (
            (datetime(2026, 3, 31, 20, 59, 59), "Asia/Jerusalem", None),
            (datetime(2026, 3, 31, 21), "Asia/Jerusalem", date(2026, 4, 1)),
            (datetime(2026, 3, 31, 18, 14, 59), "Asia/Kathmandu", None),
            (datetime(2026, 3, 31, 18, 15), "Asia/Kathmandu", date(2026, 4, 1)),
            (datetime(2026, 4, 1, 3, 59, 59), "America/New_York", date(2026, 3, 31)),
            (datetime(2026, 4, 1, 4), "America/New_York", None),
        ):
            with self.subTest(zone=zone, moment=moment):
                self.assertEqual(clock.get_days(moment).get(zone), day)
