from datetime import datetime, timedelta

from ..tools import working_time
from ..tools.working_time import (
    InvalidSnapshot,
    NoWorkingTime,
    Piece,
    WorkingTime,
    moment_of,
    second_of,
)
from .common_examples import ExamplesCase
from .common_ticket_time import EVERY_DAY, OFFICE, WEEKDAYS, working

HOUR = 3600  # seconds


class TestTicketWorkingTime(ExamplesCase):
    """Only working time is counted, to the second."""

    # 2027-03-01 is a Monday

    def assertHours(self, working, start, stop, hours):
        seconds = working.seconds_between(start, stop)
        self.assertEqual(seconds / HOUR, hours, f"{start} - {stop}")

    def test_examples_hold(self):
        self.assertExamplesHold(working_time)

    def test_breaks_nights_and_weekends_do_not_count(self):
        office = working(*OFFICE)
        monday = datetime(2027, 3, 1)
        self.assertHours(office, monday, monday + timedelta(1), 7.5)
        self.assertHours(office, monday, monday + timedelta(7), 37.5)
        noon = monday.replace(hour=12)
        self.assertHours(office, noon, noon.replace(hour=14), 1.5)

    def test_attendances_that_overlap_count_once(self):
        double = working((WEEKDAYS, 9, 13), (WEEKDAYS, 12, 17), (WEEKDAYS, 10, 11))
        self.assertHours(double, datetime(2027, 3, 1), datetime(2027, 3, 2), 8)

    def test_24_00_is_midnight_and_joins_the_next_day(self):
        night = working((EVERY_DAY, 20, 24), (EVERY_DAY, 0, 4))
        evening = datetime(2027, 3, 1, 12)
        self.assertEqual(
            night.intervals(evening, evening + timedelta(1)),
            [(datetime(2027, 3, 1, 20), datetime(2027, 3, 2, 4))],
        )

    def test_hours_are_read_to_the_minute(self):
        thirds = working((WEEKDAYS, 9 + 1 / 3, 17.999))
        monday = datetime(2027, 3, 1)
        self.assertEqual(
            thirds.intervals(monday, monday + timedelta(1)),
            [(monday.replace(hour=9, minute=20), monday.replace(hour=18))],
        )

    def test_hours_are_those_of_the_calendars_zone(self):
        warsaw = working(*OFFICE, tz="Europe/Warsaw")
        first, _second = warsaw.intervals(datetime(2027, 3, 1), datetime(2027, 3, 2))
        self.assertEqual(first[0], datetime(2027, 3, 1, 8), "UTC+1 in winter")
        first, _second = warsaw.intervals(datetime(2027, 7, 1), datetime(2027, 7, 2))
        self.assertEqual(first[0], datetime(2027, 7, 1, 7), "UTC+2 in summer")

    def test_day_begins_on_the_day_before_in_utc(self):
        auckland = working(([0], 9, 17), tz="Pacific/Auckland")
        self.assertEqual(
            auckland.intervals(datetime(2027, 2, 26), datetime(2027, 3, 4)),
            [(datetime(2027, 2, 28, 20), datetime(2027, 3, 1, 4))],
        )

    def test_hour_that_is_skipped_is_not_worked(self):
        # Warsaw goes from 02:00 to 03:00 on 2027-03-28, 01:00 UTC
        night = working((EVERY_DAY, 0, 8), tz="Europe/Warsaw")
        midnight = datetime(2027, 3, 27, 23)
        self.assertHours(night, midnight, midnight + timedelta(hours=12), 7)
        self.assertEqual(
            night.moment_after(midnight, 2 * HOUR), datetime(2027, 3, 28, 1)
        )
        inside = working((EVERY_DAY, 2.25, 2.75), tz="Europe/Warsaw")
        self.assertHours(inside, midnight, midnight + timedelta(hours=12), 0)

    def test_hour_that_is_repeated_is_worked_twice(self):
        # Warsaw goes from 03:00 back to 02:00 on 2027-10-31, 01:00 UTC
        night = working((EVERY_DAY, 0, 8), tz="Europe/Warsaw")
        midnight = datetime(2027, 10, 30, 22)
        self.assertHours(night, midnight, midnight + timedelta(hours=12), 9)
        half = working((EVERY_DAY, 2, 2.5), tz="Europe/Warsaw")
        self.assertEqual(
            half.intervals(midnight, midnight + timedelta(hours=12)),
            [
                (datetime(2027, 10, 31, 0), datetime(2027, 10, 31, 0, 30)),
                (datetime(2027, 10, 31, 1), datetime(2027, 10, 31, 1, 30)),
            ],
        )

    def test_two_weeks_take_turns_as_in_odoo(self):
        turns = working(([0], 8, 12, "0"), ([0], 13, 18, "1"), tz="UTC", two_weeks=True)
        for weeks in range(120):
            monday = datetime(2026, 11, 2) + timedelta(weeks=weeks)
            # resource.calendar.attendance.get_week_type()
            week_type = (monday.date().toordinal() - 1) // 7 % 2
            with self.subTest(monday=monday):
                self.assertHours(
                    turns, monday, monday + timedelta(7), 5 if week_type else 4
                )

    def test_week_type_counts_in_two_weeks_only(self):
        plain = working(([0], 8, 12, "1"))
        self.assertHours(plain, datetime(2027, 3, 1), datetime(2027, 3, 15), 8)

    def test_leave_is_cut_out(self):
        office = working(
            *OFFICE, leaves=[("2027-03-01 12:00:00", "2027-03-02 10:00:00", "Strike")]
        )
        monday = datetime(2027, 3, 1)
        self.assertEqual(
            office.intervals(monday, monday + timedelta(2)),
            [
                (datetime(2027, 3, 1, 9), datetime(2027, 3, 1, 12)),
                (datetime(2027, 3, 2, 10), datetime(2027, 3, 2, 12, 30)),
                (datetime(2027, 3, 2, 13), datetime(2027, 3, 2, 17)),
            ],
        )

    def test_two_leaves_in_one_attendance(self):
        long = working(
            (WEEKDAYS, 8, 18),
            leaves=[
                ("2027-03-01 14:00:00", "2027-03-01 15:00:00", "Drill"),
                ("2027-03-01 10:00:00", "2027-03-01 11:00:00", "Meeting"),
            ],
        )
        self.assertHours(long, datetime(2027, 3, 1), datetime(2027, 3, 2), 8)

    def test_whole_day_until_23_59_59_leaves_no_second_of_work(self):
        always = working(
            (EVERY_DAY, 0, 24),
            leaves=[("2027-03-01 00:00:00", "2027-03-01 23:59:59", "Holiday")],
        )
        monday = datetime(2027, 3, 1)
        self.assertHours(always, monday, monday + timedelta(1), 0)

    def test_leaves_that_overlap_count_once(self):
        office = working(
            (EVERY_DAY, 0, 24),
            leaves=[
                ("2027-03-01 10:00:00", "2027-03-01 20:00:00", "One"),
                ("2027-03-01 12:00:00", "2027-03-01 14:00:00", "Inside"),
                ("2027-03-01 19:00:00", "2027-03-01 22:00:00", "Two"),
            ],
        )
        monday = datetime(2027, 3, 1)
        self.assertHours(office, monday, monday + timedelta(1), 12)
        self.assertEqual(
            [
                (piece.kind, piece.name)
                for piece in office.describe(monday, monday + timedelta(1))
            ],
            [("work", ""), ("leave", "One"), ("leave", "Two"), ("work", "")],
        )

    def test_always_counts_every_second(self):
        start, stop = datetime(2027, 3, 27, 5, 0, 7), datetime(2028, 10, 31, 0, 0, 1)
        seconds = int((stop - start).total_seconds())
        self.assertEqual(WorkingTime.ALWAYS.seconds_between(start, stop), seconds)
        self.assertEqual(WorkingTime.ALWAYS.moment_after(start, seconds), stop)
        self.assertEqual(
            WorkingTime.ALWAYS.describe(start, stop), [Piece(start, stop, "work")]
        )

    def test_nothing_lies_between_a_moment_and_an_earlier_one(self):
        office = working(*OFFICE)
        noon = datetime(2027, 3, 1, 12)
        self.assertHours(office, noon, noon, 0)
        self.assertHours(office, noon, noon - timedelta(1), 0)
        self.assertFalse(office.intervals(noon, noon - timedelta(1)))
        self.assertFalse(office.describe(noon, noon))

    def test_moment_after_walks_over_breaks(self):
        office = working(*OFFICE)
        friday = datetime(2027, 3, 5, 16)
        for hours, moment in (
            (0.5, datetime(2027, 3, 5, 16, 30)),
            (1, datetime(2027, 3, 5, 17)),
            (1 + 1 / HOUR, datetime(2027, 3, 8, 9, 0, 1)),
            (4.5, datetime(2027, 3, 8, 12, 30)),
            (5, datetime(2027, 3, 8, 13, 30)),
        ):
            with self.subTest(hours=hours):
                found = office.moment_after(friday, round(hours * HOUR))
                self.assertEqual(found, moment)

    def test_working_days_later_at_the_same_time(self):
        office = working(*OFFICE)
        friday = datetime(2027, 3, 5, 16)
        for start, days, moment in (
            (friday, 1, datetime(2027, 3, 8, 16)),
            (friday, 6, datetime(2027, 3, 15, 16)),
            # From the night, the break and the evening: inside the day's hours.
            (friday.replace(hour=3), 1, datetime(2027, 3, 8, 9)),
            (friday.replace(hour=12, minute=45), 1, datetime(2027, 3, 8, 13)),
            (friday.replace(hour=22), 1, datetime(2027, 3, 8, 17)),
        ):
            with self.subTest(start=start, days=days):
                self.assertEqual(office.moment_days_after(start, days), moment)

    def test_working_days_are_those_of_the_local_clock(self):
        warsaw = working(*OFFICE, tz="Europe/Warsaw")
        friday = datetime(2027, 3, 26, 14)
        # Clocks go forward on Sunday: three in the afternoon all the same.
        self.assertEqual(warsaw.moment_days_after(friday, 1), datetime(2027, 3, 29, 13))

    def test_no_time_has_passed_at_the_start_itself(self):
        office = working(*OFFICE)
        for start in (datetime(2027, 3, 1, 10), datetime(2027, 3, 6, 10)):
            self.assertEqual(office.moment_after(start, 0), start)

    def test_moment_is_never_looked_for_backwards(self):
        with self.assertRaises(ValueError):
            working(*OFFICE).moment_after(datetime(2027, 3, 1), -1)

    def test_no_working_time_within_ten_years_is_an_error(self):
        closed = working(
            *OFFICE, leaves=[("2027-01-01 00:00:00", "9999-12-31 23:59:59", "Closed")]
        )
        with self.assertRaises(NoWorkingTime):
            closed.moment_after(datetime(2027, 3, 1), 1)
        with self.assertRaises(NoWorkingTime):
            closed.moment_after(datetime(2026, 12, 31, 10), 8 * HOUR)
        self.assertEqual(
            closed.moment_after(datetime(2026, 12, 31, 10), HOUR),
            datetime(2026, 12, 31, 11),
        )

    def test_ten_years_are_looked_ahead_to_the_day(self):
        mondays = working(([0], 9, 10))
        start = datetime(2027, 3, 1)
        self.assertEqual(
            mondays.moment_after(start, 522 * HOUR), datetime(2037, 2, 23, 10)
        )
        with self.assertRaises(NoWorkingTime):
            mondays.moment_after(start, 523 * HOUR)

    def test_describe_tiles_the_span(self):
        office = working(
            *OFFICE, leaves=[("2027-03-02 00:00:00", "2027-03-02 23:59:59", "Purim")]
        )
        start, stop = datetime(2027, 3, 1, 12), datetime(2027, 3, 3, 9, 30)
        pieces = office.describe(start, stop)
        self.assertEqual(
            [(str(piece.start)[8:16], piece.kind, piece.name) for piece in pieces],
            [
                ("01 12:00", "work", ""),
                ("01 12:30", "off", ""),
                ("01 13:00", "work", ""),
                ("01 17:00", "off", ""),
                ("02 00:00", "leave", "Purim"),
                ("03 00:00", "off", ""),
                ("03 09:00", "work", ""),
            ],
        )
        self.assertEqual(pieces[-1].stop, stop)

    def test_span_within_a_leave_is_that_leave(self):
        office = working(
            *OFFICE, leaves=[("2027-03-01 00:00:00", "2027-03-05 00:00:00", "Sukkot")]
        )
        start, stop = datetime(2027, 3, 2, 1), datetime(2027, 3, 3, 1)
        self.assertEqual(
            office.describe(start, stop), [Piece(start, stop, "leave", "Sukkot")]
        )

    def test_order_of_the_questions_does_not_matter(self):
        spans = [
            (datetime(year, 3, 1), datetime(year + 1, 3, 1))
            for year in (2027, 2021, 2030, 2024)
        ]
        fresh = [working(*OFFICE).seconds_between(*span) for span in spans]
        shared = working(*OFFICE)
        before = shared.reading_at(second_of(spans[0][0]))
        self.assertEqual([shared.seconds_between(*span) for span in spans], fresh)
        self.assertEqual(
            shared.reading_at(second_of(spans[0][0])), before, "readings stay"
        )

    def test_seconds_are_moments(self):
        moment = datetime(2027, 3, 28, 1, 2, 3)
        self.assertEqual(moment_of(second_of(moment)), moment)
        self.assertEqual(
            second_of(moment.replace(microsecond=999999)), second_of(moment)
        )

    def test_what_cannot_be_read_is_refused_with_the_reason(self):
        row = {"dayofweek": 0, "hour_from": 9, "hour_to": 17}
        leave = {"start": "2027-03-01 10:00:00", "stop": "2027-03-01 12:00:00"}
        for reason, values in (
            ("flexible", {"flexible": True}),
            ("empty", {"attendances": []}),
            ("empty", {"attendances": [dict(row, hour_to=9)]}),
            ("timezone", {"tz": "Mars/Base"}),
            ("timezone", {"tz": None}),
            ("attendance", {"attendances": [dict(row, dayofweek=7)]}),
            ("attendance", {"attendances": [dict(row, dayofweek=-1)]}),
            ("attendance", {"attendances": [dict(row, hour_from=18)]}),
            ("attendance", {"attendances": [dict(row, hour_to=24.5)]}),
            ("attendance", {"attendances": [dict(row, hour_to=float("nan"))]}),
            ("attendance", {"attendances": [dict(row, hour_to=None)]}),
            ("attendance", {"attendances": [{"dayofweek": 0}]}),
            ("attendance", {"two_weeks": True}),
            ("leave", {"leaves": [dict(leave, stop="2027-02-01 10:00:00")]}),
            ("leave", {"leaves": [dict(leave, stop="tomorrow")]}),
            ("leave", {"leaves": [dict(leave, start=None)]}),
        ):
            with self.subTest(values=values):
                with self.assertRaises(InvalidSnapshot) as caught:
                    WorkingTime.from_snapshot(
                        {"tz": "UTC", "attendances": [row], **values}
                    )
                self.assertEqual(caught.exception.reason, reason)
