import doctest
import unittest
from datetime import datetime, timedelta

from odoo.tests.common import BaseCase

from ..tools import sla_clock
from ..tools.sla_clock import (
    FIRST_RESPONSE,
    NEXT_RESPONSE,
    PAUSED,
    RESOLUTION,
    RUNS,
    STOPPED,
    Event,
    Term,
    explain,
    measure_many,
    measure_ticket,
    threshold_moment,
)
from ..tools.working_time import WorkingTime
from .common_ticket_time import OFFICE, working

HOUR = 3600  # seconds
KINDS = (FIRST_RESPONSE, NEXT_RESPONSE, RESOLUTION)
ALWAYS = WorkingTime.ALWAYS
OFFICE_TIME = working(
    *OFFICE, leaves=[("2027-03-10 00:00:00", "2027-03-10 23:59:59", "Purim")]
)


def at(text):
    """Return a moment of March 2027 from ``"day hour[:minute[:second]]"``.

    The 1st is a Monday, the 10th a holiday.
    """
    day, clock = text.split()
    return datetime(2027, 3, int(day), *map(int, clock.split(":")))


def terms(hours, working=OFFICE_TIME):
    """Return terms of so many hours for every target, or for those of a dict."""
    if not isinstance(hours, dict):
        hours = dict.fromkeys(KINDS, hours)
    return {kind: Term(round(h * HOUR), working) for kind, h in hours.items()}


class SlaClockCase(BaseCase):
    def setUp(self):
        super().setUp()
        self.events = []

    def happens(self, when, kind="other", clock=None, promised=None, name=""):
        """Add an event that keeps the clock and the terms unless it says otherwise."""
        last = self.events[-1] if self.events else None
        if promised is None:
            promised = last.terms if last else terms(4)
        self.events.append(
            Event(
                at(when), kind, clock or (last and last.clock) or RUNS, promised, name
            )
        )

    def measure(self, now, kind=RESOLUTION, cycle=1):
        """Return what the tickets owes of a target; None if it is not measured."""
        found = {
            (measure.kind, measure.cycle): measure
            for measure in measure_ticket(self.events, at(now))
        }
        return found.get((kind, cycle))

    def assertMeasure(self, now, kind=RESOLUTION, cycle=1, **expected):
        """Compare hours as hours, and moments as the texts of ``at``."""
        measure = self.measure(now, kind, cycle)
        self.assertIsNotNone(measure, f"{kind} is not measured")
        for name, value in expected.items():
            found = getattr(measure, name)
            if name in ("consumed", "paused", "remaining"):
                found /= HOUR
            elif isinstance(value, str):
                value = at(value)
            self.assertEqual(found, value, name)
        return measure


class TestTicketSlaClock(SlaClockCase):
    """What was promised is measured from the history, and from nothing else."""

    def test_examples_hold(self):
        result = unittest.TestResult()
        doctest.DocTestSuite(sla_clock).run(result)
        self.assertTrue(result.testsRun)
        self.assertFalse(result.failures + result.errors)

    # the thirty complaints, 1 to 6

    def test_complaint_1_clock_rests_in_breaks_nights_weekends_and_holidays(self):
        self.happens("5 16:00", "opened", promised=terms(24))
        # Friday 1 h, Monday and Tuesday 7.5 h each, holiday, Thursday 7.5 h, Friday
        self.assertMeasure("11 17:30", consumed=23.5, deadline="12 9:30")
        self.assertMeasure("10 12:00", consumed=16, deadline="12 9:30")

    def test_complaint_1_each_target_has_the_calendar_of_its_terms(self):
        promised = {
            FIRST_RESPONSE: Term(2 * HOUR, ALWAYS),
            RESOLUTION: Term(2 * HOUR, OFFICE_TIME),
        }
        self.happens("5 16:00", "opened", promised=promised)
        self.assertMeasure("5 16:30", FIRST_RESPONSE, deadline="5 18:00")
        self.assertMeasure("5 16:30", RESOLUTION, deadline="8 10:00")
        self.assertMeasure("6 12:00", FIRST_RESPONSE, consumed=20, deadline="5 18:00")
        self.assertMeasure("6 12:00", RESOLUTION, consumed=1, deadline="8 10:00")

    def test_complaint_2_clock_stands_while_we_wait_again_and_again(self):
        self.happens("1 9:00", "opened")
        self.happens("1 10:00", clock=PAUSED)
        self.assertMeasure("1 11:00", is_paused=True, deadline=None, consumed=1)
        self.happens("2 10:00", clock=RUNS)
        self.happens("2 11:00", clock=PAUSED)
        self.happens("2 14:00", clock=RUNS)
        self.assertMeasure(
            "2 14:30", consumed=2.5, remaining=1.5, paused=10, deadline="2 16:00"
        )

    def test_complaint_3_pause_survives_new_terms(self):
        self.happens("1 9:00", "opened", promised=terms(8))
        self.happens("1 10:00", clock=PAUSED)
        self.happens("1 12:00", clock=RUNS)
        self.happens("1 12:30", promised=terms(4))
        self.assertMeasure(
            "1 12:30", consumed=1.5, paused=2, remaining=2.5, deadline="1 15:30"
        )
        self.happens("1 13:00", promised=terms(6))
        self.assertMeasure("1 14:00", consumed=2.5, paused=2, remaining=3.5)

    def test_complaint_3_terms_that_change_in_a_pause_leave_it_paused(self):
        self.happens("1 9:00", "opened")
        self.happens("1 10:00", clock=PAUSED)
        self.happens("1 11:00", promised=terms(2))
        self.assertMeasure("1 12:00", consumed=1, paused=2, deadline=None)

    def test_complaint_4_time_while_it_was_closed_is_paused_time(self):
        self.happens("1 9:00", "opened")
        self.happens("1 11:00", clock=STOPPED)
        self.assertMeasure("3 9:00", reached="1 11:00", consumed=2, paused=0)
        self.happens("3 9:00", clock=RUNS)
        self.assertMeasure(
            "3 9:00",
            reached=None,
            consumed=2,
            paused=13,
            remaining=2,
            deadline="3 11:00",
        )

    def test_complaint_5_nothing_is_due_once_the_ticket_is_closed(self):
        self.happens("1 9:00", "opened")
        self.happens("1 10:00", clock=STOPPED)
        for kind in (FIRST_RESPONSE, RESOLUTION):
            measure = self.measure("31 9:00", kind)
            self.assertIsNone(threshold_moment(measure, 80))
            self.assertIsNone(threshold_moment(measure, 100))
            self.assertFalse(measure.is_missed)

    def test_complaint_5_nothing_is_due_once_the_promise_is_gone(self):
        self.happens("1 9:00", "opened")
        self.happens("1 10:00", promised={})
        self.assertFalse(measure_ticket(self.events, at("31 9:00")))

    def test_complaint_5_alarms_come_in_working_time(self):
        self.happens("5 16:00", "opened", promised=terms(10))
        measure = self.measure("5 16:00")
        for percent, moment in ((10, "5 17:00"), (20, "8 10:00"), (80, "8 16:30")):
            self.assertEqual(threshold_moment(measure, percent), at(moment))

    def test_complaint_6_what_was_stored_then_is_what_is_computed_now(self):
        self.happens("1 9:00", "opened")
        self.happens("1 10:00", "answer", clock=PAUSED)
        self.happens("2 9:00", "customer", clock=RUNS)
        self.happens("2 10:00", promised=terms(6))
        self.happens("3 16:00", clock=STOPPED)
        self.happens("4 9:00", "customer", clock=RUNS)
        for number in range(1, len(self.events)):
            known = self.events[:number]
            then = self.events[number].moment - timedelta(seconds=1)
            self.assertEqual(
                measure_ticket(self.events, then), measure_ticket(known, then)
            )

    def test_complaint_6_deadline_does_not_move_while_nothing_happens(self):
        self.happens("1 9:00", "opened", promised=terms(20))
        for now in ("1 9:00", "1 22:00", "3 10:00", "31 10:00"):
            self.assertMeasure(now, deadline="3 14:30")

    # first response

    def test_first_response_is_reached_by_the_first_answer(self):
        self.happens("1 9:00", "opened")
        self.happens("1 10:00", "customer")
        self.happens("1 11:00", "answer")
        self.happens("1 12:00", "answer")
        self.assertMeasure(
            "2 9:00",
            FIRST_RESPONSE,
            reached="1 11:00",
            consumed=2,
            deadline="1 13:30",
            is_missed=False,
        )

    def test_answer_counts_while_the_clock_is_paused(self):
        self.happens("1 9:00", "opened")
        self.happens("1 10:00", clock=PAUSED)
        self.happens("1 11:00", "answer")
        self.assertMeasure(
            "2 9:00",
            FIRST_RESPONSE,
            reached="1 11:00",
            consumed=1,
            paused=1,
            is_paused=False,
            deadline="1 14:30",
        )

    def test_closing_counts_as_an_answer(self):
        self.happens("1 9:00", "opened")
        self.happens("1 10:00", clock=STOPPED)
        self.assertMeasure("2 9:00", FIRST_RESPONSE, reached="1 10:00")

    def test_first_response_stays_reached_when_the_ticket_is_reopened(self):
        self.happens("1 9:00", "opened")
        self.happens("1 10:00", clock=STOPPED)
        self.happens("1 11:00", clock=RUNS)
        self.assertMeasure("2 9:00", FIRST_RESPONSE, reached="1 10:00")

    def test_ticket_that_is_opened_closed_is_reached_at_once(self):
        self.happens("1 9:00", "opened", clock=STOPPED)
        for kind in (FIRST_RESPONSE, RESOLUTION):
            self.assertMeasure(
                "2 9:00", kind, reached="1 9:00", consumed=0, deadline="1 13:30"
            )

    # next response

    def test_message_before_the_first_response_starts_no_cycle(self):
        self.happens("1 9:00", "opened")
        self.happens("1 10:00", "customer")
        self.assertIsNone(self.measure("1 11:00", NEXT_RESPONSE))

    def test_message_after_the_first_response_starts_a_cycle(self):
        self.happens("1 9:00", "opened")
        self.happens("1 10:00", "answer")
        self.happens("1 11:00", "customer")
        self.assertMeasure(
            "1 12:00",
            NEXT_RESPONSE,
            start="1 11:00",
            reached=None,
            consumed=1,
            deadline="1 15:30",
        )

    def test_second_message_while_the_first_waits_starts_nothing(self):
        self.happens("1 9:00", "opened")
        self.happens("1 10:00", "answer")
        self.happens("1 11:00", "customer")
        self.happens("1 12:00", "customer")
        self.assertMeasure("1 12:00", NEXT_RESPONSE, start="1 11:00")
        self.assertIsNone(self.measure("1 12:00", NEXT_RESPONSE, 2))

    def test_late_cycle_was_due_so_long_after_its_own_message(self):
        self.happens("1 9:00", "opened")
        self.happens("1 10:00", "answer")
        self.happens("1 11:00", "customer")
        measure = self.assertMeasure("2 12:00", NEXT_RESPONSE, deadline="1 15:30")
        self.assertEqual(threshold_moment(measure, 50), at("1 13:30"))

    def test_cycles_are_numbered_in_order(self):
        self.happens("1 9:00", "opened")
        self.happens("1 9:10", "answer")
        self.happens("1 11:00", "customer")
        self.happens("1 12:00", "answer")
        self.happens("1 14:00", "customer")
        self.happens("1 15:00", clock=STOPPED)
        self.assertMeasure("2 9:00", NEXT_RESPONSE, 1, reached="1 12:00", consumed=1)
        self.assertMeasure("2 9:00", NEXT_RESPONSE, 2, reached="1 15:00", consumed=1)
        self.assertIsNone(self.measure("2 9:00", NEXT_RESPONSE, 3))

    def test_message_that_reopens_starts_a_cycle(self):
        self.happens("1 9:00", "opened")
        self.happens("1 10:00", clock=STOPPED)
        self.happens("1 11:00", "customer", clock=RUNS)
        self.assertMeasure("1 12:00", NEXT_RESPONSE, start="1 11:00")

    def test_message_to_a_closed_ticket_waits_once_it_is_open_again(self):
        self.happens("1 9:00", "opened")
        self.happens("1 10:00", clock=STOPPED)
        self.happens("1 11:00", "customer")
        self.assertIsNone(self.measure("1 12:00", NEXT_RESPONSE))
        self.happens("1 12:00", clock=RUNS)
        self.assertMeasure("1 12:10", NEXT_RESPONSE, start="1 12:00")

    def test_message_to_a_closed_ticket_that_was_answered_does_not_wait(self):
        self.happens("1 9:00", "opened")
        self.happens("1 10:00", clock=STOPPED)
        self.happens("1 11:00", "customer")
        self.happens("1 11:30", "answer")
        self.happens("1 12:00", clock=RUNS)
        self.assertIsNone(self.measure("1 12:10", NEXT_RESPONSE))

    def test_message_that_closes_does_not_wait(self):
        self.happens("1 9:00", "opened")
        self.happens("1 9:10", "answer")
        self.happens("1 10:00", "customer", clock=STOPPED)
        self.happens("1 11:00", clock=RUNS)
        self.assertIsNone(self.measure("1 12:00", NEXT_RESPONSE))

    # the deadline

    def test_deadline_in_the_past_stays_when_the_clock_is_paused(self):
        self.happens("1 9:00", "opened", promised=terms(2))
        self.happens("1 12:00", clock=PAUSED)
        self.assertMeasure(
            "2 9:00", deadline="1 11:00", remaining=-1, is_paused=True, is_missed=True
        )

    def test_shorter_target_was_due_when_that_much_was_consumed(self):
        self.happens("1 9:00", "opened", promised=terms(8))
        self.happens("1 10:00", clock=PAUSED)
        self.happens("1 11:00", clock=RUNS)
        self.happens("1 14:00", promised=terms(2))
        self.assertMeasure("1 14:00", deadline="1 12:00", is_missed=True)

    def test_longer_target_is_due_later(self):
        self.happens("1 9:00", "opened", promised=terms(1))
        self.happens("1 11:00", promised=terms(3))
        self.assertMeasure("1 11:00", deadline="1 12:00", is_missed=False)

    def test_only_the_rest_is_measured_by_the_new_calendar(self):
        self.happens("1 16:00", "opened", promised=terms(4))
        self.happens("1 20:00", promised=terms(4, ALWAYS))
        self.assertMeasure("1 20:00", consumed=1, deadline="1 23:00")

    def test_deadline_after_the_answer_is_what_it_would_have_been(self):
        self.happens("1 16:00", "opened", promised=terms(2))
        self.happens("1 16:30", "answer")
        self.happens("1 16:45", clock=PAUSED, promised=terms(1))
        self.assertMeasure("9 9:00", FIRST_RESPONSE, deadline="2 10:00", seconds=7200)

    def test_target_reached_in_its_last_second_is_not_missed(self):
        self.happens("1 9:00", "opened", promised=terms(2))
        self.happens("1 11:00", "answer")
        self.assertMeasure("1 12:00", FIRST_RESPONSE, remaining=0, is_missed=False)

    def test_target_reached_a_second_later_is_missed(self):
        self.happens("1 9:00", "opened", promised=terms(2))
        self.happens("1 11:00:01", "answer")
        measure = self.assertMeasure("1 12:00", FIRST_RESPONSE, is_missed=True)
        self.assertEqual(measure.remaining, -1)

    def test_night_after_the_deadline_does_not_save_it(self):
        self.happens("5 15:00", "opened", promised=terms(2))
        self.happens("6 12:00", "answer")
        self.assertMeasure(
            "9 9:00", FIRST_RESPONSE, deadline="5 17:00", remaining=0, is_missed=True
        )

    def test_deadline_that_no_working_time_brings_is_unknown(self):
        closed = working(
            *OFFICE, leaves=[("2027-03-02 00:00:00", "2099-01-01 00:00:00", "Closed")]
        )
        self.happens("1 16:00", "opened", promised=terms(4, closed))
        measure = self.assertMeasure("3 9:00", consumed=1, deadline=None)
        self.assertIsNone(threshold_moment(measure, 50))
        self.assertEqual(threshold_moment(measure, 25), at("1 17:00"))

    # the terms

    def test_terms_that_come_late_count_from_the_opening(self):
        self.happens("1 9:00", "opened", promised={})
        self.assertFalse(measure_ticket(self.events, at("1 10:00")))
        self.happens("1 10:00", promised=terms(4))
        self.assertMeasure("1 11:00", start="1 9:00", consumed=2, deadline="1 13:30")

    def test_answer_before_the_terms_came_counts(self):
        self.happens("1 9:00", "opened", promised={})
        self.happens("1 10:00", "answer")
        self.happens("1 11:00", promised=terms(4))
        self.assertMeasure("1 12:00", FIRST_RESPONSE, reached="1 10:00", consumed=1)

    def test_target_that_was_reached_outlives_its_terms(self):
        self.happens("1 9:00", "opened")
        self.happens("1 10:00", "answer")
        self.happens("1 11:00", promised=terms({RESOLUTION: 8}))
        self.assertMeasure("1 12:00", FIRST_RESPONSE, reached="1 10:00", seconds=14400)

    def test_terms_that_come_with_the_closing_do_not_count(self):
        self.happens("1 9:00", "opened", promised=terms(4))
        self.happens("1 12:00", clock=STOPPED, promised=terms(1))
        for kind in (FIRST_RESPONSE, RESOLUTION):
            self.assertMeasure("1 12:00", kind, seconds=14400, is_missed=False)

    def test_only_what_is_promised_is_measured(self):
        self.happens("1 9:00", "opened", promised=terms({RESOLUTION: 8}))
        self.happens("1 10:00", "answer")
        self.happens("1 10:00", "customer")
        found = measure_ticket(self.events, at("1 12:00"))
        self.assertEqual([measure.kind for measure in found], [RESOLUTION])

    # thresholds

    def test_threshold_is_where_that_part_was_consumed(self):
        self.happens("1 9:00", "opened", promised=terms(4))
        self.happens("1 10:00", clock=PAUSED)
        self.happens("1 11:00", clock=RUNS)
        measure = self.measure("1 12:00")
        for percent, moment in (
            (0, "1 9:00"),
            (25, "1 10:00"),
            (50, "1 12:00"),
            (75, "1 13:30"),
            (100, "1 14:30"),
            (150, "1 16:30"),
        ):
            with self.subTest(percent=percent):
                self.assertEqual(threshold_moment(measure, percent), at(moment))
        self.assertEqual(threshold_moment(measure, 100), measure.deadline)

    def test_threshold_between_two_seconds_is_the_later_one(self):
        self.happens("1 9:00", "opened", promised=terms(1))
        measure = self.measure("1 9:00")
        for percent, moment in ((50.01, "1 9:30:01"), (50.0, "1 9:30")):
            self.assertEqual(threshold_moment(measure, percent), at(moment))

    def test_threshold_is_unknown_while_paused_before_it(self):
        self.happens("1 9:00", "opened")
        self.happens("1 11:00", clock=PAUSED)
        measure = self.measure("1 12:00")
        self.assertIsNone(threshold_moment(measure, 51))
        self.assertEqual(threshold_moment(measure, 50), at("1 11:00"))

    def test_threshold_of_a_reached_target_is_the_one_that_came(self):
        self.happens("1 9:00", "opened")
        self.happens("1 11:00", "answer")
        measure = self.measure("5 12:00", FIRST_RESPONSE)
        self.assertEqual(threshold_moment(measure, 50), at("1 11:00"))
        self.assertIsNone(threshold_moment(measure, 60))

    # the history

    def test_fractions_of_a_second_do_not_matter(self):
        self.happens("1 9:00", "opened")
        event = self.events[0]
        fraction = timedelta(microseconds=999999)
        later = event._replace(moment=event.moment + fraction)
        self.assertEqual(
            measure_ticket([later], at("1 9:00") + fraction / 2),
            measure_ticket([event], at("1 9:00")),
        )

    def test_ticket_that_is_not_open_yet_has_nothing_to_measure(self):
        self.happens("2 9:00", "opened")
        self.assertFalse(measure_ticket(self.events, at("1 9:00")))
        self.assertFalse(measure_ticket([], at("1 9:00")))
        self.assertFalse(explain(self.events, RESOLUTION, 1, at("1 9:00")))

    def test_events_out_of_order_are_refused(self):
        self.happens("2 9:00", "opened")
        self.happens("1 9:00", "answer")
        with self.assertRaises(ValueError):
            measure_ticket(self.events, at("3 9:00"))

    def test_many_tickets_are_measured_as_each_of_them(self):
        tickets = {}
        for number, hour in enumerate(range(9, 16)):
            self.events = []
            self.happens(f"1 {hour}:00", "opened")
            self.happens(f"1 {hour}:20", "answer", clock=PAUSED)
            tickets[number] = self.events
        now = at("3 12:00")
        self.assertEqual(
            measure_many(tickets, now),
            {key: measure_ticket(events, now) for key, events in tickets.items()},
        )


class TestTicketSlaClockExplain(SlaClockCase):
    """Every hour between the opening and the deadline can be shown."""

    def assertExplained(self, now, expected, kind=RESOLUTION, cycle=1):
        """Compare with rows ``(start, what, hours[, name])``; a "~" before what marks
        the expected ones, and the last row has the end only."""
        found = explain(self.events, kind, cycle, at(now))
        rows = [
            (
                segment.start,
                "~" * segment.is_expected + segment.what,
                segment.seconds / HOUR,
                segment.name,
            )
            for segment in found
        ]
        *expected, (stop,) = expected
        self.assertEqual(
            rows,
            [
                (at(start), what, hours, *(name or [""]))
                for start, what, hours, *name in expected
            ],
        )
        self.assertEqual(found[-1].stop, at(stop))

    def test_running_ticket_is_explained_until_its_deadline(self):
        self.happens("8 16:00", "opened", promised=terms(10))
        self.happens("9 10:00", clock=PAUSED, name="Waiting for the customer")
        self.happens("9 16:00", "customer", clock=RUNS)
        self.assertExplained(
            "9 16:30",
            [
                ("8 16:00", "ran", 1),
                ("8 17:00", "off", 0),
                ("9 9:00", "ran", 1),
                ("9 10:00", "paused", 5.5, "Waiting for the customer"),
                ("9 16:00", "ran", 0.5),
                ("9 16:30", "~ran", 0.5),
                ("9 17:00", "~off", 0),
                ("10 0:00", "~leave", 0, "Purim"),
                ("11 0:00", "~off", 0),
                ("11 9:00", "~ran", 3.5),
                ("11 12:30", "~off", 0),
                ("11 13:00", "~ran", 3.5),
                ("11 16:30",),
            ],
        )

    def test_missed_ticket_is_cut_at_its_deadline(self):
        self.happens("1 9:00", "opened", promised=terms(2))
        self.happens("1 10:30", "other")
        self.assertExplained(
            "1 12:00", [("1 9:00", "ran", 2), ("1 11:00", "ran", 1), ("1 12:00",)]
        )

    def test_paused_ticket_is_explained_until_now(self):
        self.happens("1 9:00", "opened")
        self.happens("1 10:00", clock=PAUSED, name="Customer")
        self.happens("1 11:00", name="Supplier")
        self.assertExplained(
            "1 14:00",
            [
                ("1 9:00", "ran", 1),
                ("1 10:00", "paused", 1, "Customer"),
                ("1 11:00", "paused", 2.5, "Supplier"),
                ("1 14:00",),
            ],
        )

    def test_closed_time_of_a_reopened_ticket_is_explained(self):
        self.happens("1 9:00", "opened", promised=terms(2))
        self.happens("1 10:00", clock=STOPPED, name="Solved")
        self.happens("1 11:00", clock=RUNS)
        self.assertExplained(
            "1 11:00",
            [
                ("1 9:00", "ran", 1),
                ("1 10:00", "stopped", 1, "Solved"),
                ("1 11:00", "~ran", 1),
                ("1 12:00",),
            ],
        )

    def test_reached_target_shows_how_its_deadline_came(self):
        self.happens("1 9:00", "opened", promised=terms(2))
        self.happens("1 10:00", "answer", clock=PAUSED)
        self.assertExplained(
            "1 16:00",
            [("1 9:00", "ran", 1), ("1 10:00", "~ran", 1), ("1 11:00",)],
            FIRST_RESPONSE,
        )

    def test_each_part_is_told_by_the_calendar_in_force(self):
        self.happens("1 16:30", "opened", promised=terms(2))
        self.happens("1 18:00", promised=terms(2, ALWAYS))
        self.assertExplained(
            "1 18:00",
            [
                ("1 16:30", "ran", 0.5),
                ("1 17:00", "off", 0),
                ("1 18:00", "~ran", 1.5),
                ("1 19:30",),
            ],
        )

    def test_target_that_is_not_measured_has_no_explanation(self):
        self.happens("1 9:00", "opened", promised=terms({RESOLUTION: 2}))
        now = at("1 10:00")
        self.assertFalse(explain(self.events, FIRST_RESPONSE, 1, now))
        self.assertFalse(explain(self.events, NEXT_RESPONSE, 7, now))
