from datetime import date

from ..tools import recurrence
from ..tools.recurrence import Rule
from .common_examples import ExamplesCase


class TestRecurrence(ExamplesCase):
    """What repeats falls on the right days, whatever the calendar does."""

    def _days(self, rule, anchor, count):
        return [str(rule.occurrence(anchor, n)) for n in range(1, count + 1)]

    def test_examples_hold(self):
        self.assertExamplesHold(recurrence, at_least=6)

    def test_last_day_of_the_month_does_not_drift(self):
        self.assertEqual(
            self._days(Rule(1, "months"), date(2028, 1, 31), 5),
            ["2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30", "2028-05-31"],
        )

    def test_intervals(self):
        anchor = date(2026, 12, 30)
        for rule, second in (
            (Rule(3, "days"), "2027-01-02"),
            (Rule(2, "weeks"), "2027-01-13"),
            (Rule(2, "months"), "2027-02-28"),
            (Rule(4, "years"), "2030-12-30"),
        ):
            with self.subTest(rule=rule):
                self.assertEqual(self._days(rule, anchor, 2)[1], second)

    def test_last_number_agrees_with_the_occurrences(self):
        anchor = date(2024, 2, 29)
        for rule in (
            Rule(5, "days"),
            Rule(3, "weeks"),
            Rule(1, "months"),
            Rule(7, "months"),
            Rule(1, "years"),
        ):
            for number in range(1, 30):
                day = rule.occurrence(anchor, number)
                before = date.fromordinal(day.toordinal() - 1)
                with self.subTest(rule=rule, number=number):
                    self.assertEqual(rule.last_number(anchor, day), number)
                    self.assertEqual(rule.last_number(anchor, before), number - 1)

    def test_due(self):
        anchor = date(2027, 1, 31)
        rule = Rule(1, "months")
        self.assertFalse(rule.due(anchor, 1, date(2027, 2, 27), 3))
        self.assertEqual(
            rule.due(anchor, 1, date(2027, 3, 31), 3),
            [(2, date(2027, 2, 28)), (3, date(2027, 3, 31))],
        )
        self.assertFalse(rule.due(anchor, 3, date(2027, 3, 31), 3), "already made")

    def test_due_ends(self):
        anchor = date(2027, 1, 1)
        late = date(2027, 6, 1)
        by_number = Rule(1, "days", times=4).due(anchor, 1, late, 2)
        self.assertEqual([number for number, _day in by_number], [3, 4])
        by_date = Rule(1, "days", until=date(2027, 1, 3)).due(anchor, 1, late, 5)
        self.assertEqual([number for number, _day in by_date], [2, 3])
        before = Rule(1, "days", until=date(2026, 1, 1)).due(anchor, 1, late, 5)
        self.assertFalse(before)

    def test_rule_changed_on_the_way_goes_on_counting(self):
        rule = Rule(2, "weeks", times=6, first=5)
        anchor = date(2027, 1, 1)
        self.assertEqual(rule.occurrence(anchor, 5), anchor)
        self.assertEqual(
            rule.due(anchor, 5, date(2027, 6, 1), 3), [(6, date(2027, 1, 15))]
        )
        self.assertEqual(rule.last_number(anchor, date(2026, 12, 31)), 4)

    def test_end_of_the_calendar(self):
        rule = Rule(900, "years")
        self.assertIsNone(rule.following(date(9500, 1, 1)))
        self.assertFalse(rule.allows(2, None))

    def test_nonsense_is_refused(self):
        for interval, unit in ((0, "days"), (-1, "weeks"), (1, "moons")):
            with self.subTest(unit=unit), self.assertRaises(ValueError):
                Rule(interval, unit)
