"""The kernels of service times against a clock that is watched minute by minute.

Random calendars (several attendances a day, leaves, two weeks, zones whose clocks
change) and random histories (pauses, reopenings, other terms).  The seed of a case that
fails is shown.
"""

import random
from bisect import bisect_right
from collections import Counter
from itertools import pairwise

from odoo.tests.common import BaseCase

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
    measure_ticket,
    threshold_moment,
)
from ..tools.working_time import WorkingTime
from .common_ticket_time import MINUTE, random_snapshot, working_minutes

DAY = 1440  # minutes
KINDS = (FIRST_RESPONSE, NEXT_RESPONSE, RESOLUTION)


class TestTicketWorkingTimeMinutes(BaseCase):
    """Whatever the calendar, it agrees with a clock watched minute by minute."""

    def test_agrees_with_the_clock_on_the_wall(self):
        for seed in range(200):
            with self.subTest(seed=seed):
                self._check(random.Random(seed))

    def _check(self, rnd):
        values, start = random_snapshot(rnd)
        working = WorkingTime.from_snapshot(values)
        count = rnd.randrange(1, 4 * 1440)
        minutes = working_minutes(values, start, count)
        stop = start + count * MINUTE
        worked = sum(minutes)
        self.assertEqual(working.seconds_between(start, stop), worked * 60)
        pieces = working.describe(start, stop)
        self.assertEqual([pieces[0].start, pieces[-1].stop], [start, stop])
        for before, after in pairwise(pieces):
            self.assertEqual(before.stop, after.start)
            self.assertNotEqual(before[2:], after[2:])
        for piece in pieces:
            first = (piece.start - start) // MINUTE
            last = (piece.stop - start) // MINUTE
            expected = {True} if piece.kind == "work" else {False}
            self.assertEqual(set(minutes[first:last]), expected, piece)
        if worked:
            goal = rnd.randint(1, worked)
            moment = working.moment_after(start, goal * 60)
            passed = (moment - start) // MINUTE
            self.assertEqual(sum(minutes[:passed]), goal)
            self.assertTrue(minutes[passed - 1], "earliest")


class TestTicketSlaClockMinutes(BaseCase):
    """Whatever happens to a ticket, its targets agree with the minutes counted."""

    def test_agrees_with_the_minutes_counted(self):
        reached = Counter()
        for seed in range(250):
            with self.subTest(seed=seed):
                reached.update(self._check(random.Random(seed)))
        for case in ("reached", "missed", "paused", "ahead", "cycles"):
            self.assertGreater(reached[case], 40, f"{case}: too few")

    def _check(self, rnd):
        """Compare a random ticket, and return what kinds of targets it had."""
        story = _Story(rnd)
        expected = story.watch()
        found = measure_ticket(story.events, story.moment(story.now))
        self.assertEqual([m[:2] for m in found], [w.key for w in expected])
        cases = []
        for measure, watched in zip(found, expected, strict=True):
            self._compare(story, measure, watched)
            self._compare_explanation(story, measure)
            cases += [
                measure.reached and "reached",
                measure.is_missed and "missed",
                measure.is_paused and "paused",
                measure.deadline and measure.deadline > measure.until and "ahead",
                measure.kind == NEXT_RESPONSE and "cycles",
            ]
        return cases

    def _compare(self, story, measure, watched):
        self.assertEqual(measure.start, story.moment(watched.start))
        reached = watched.reached
        self.assertEqual(
            measure.reached, None if reached is None else story.moment(reached)
        )
        term = watched.term
        self.assertEqual(measure.seconds, term.seconds)
        self.assertEqual(measure.consumed, len(watched.counted) * 60)
        self.assertEqual(measure.paused, watched.paused * 60)
        self.assertEqual(measure.remaining, measure.seconds - measure.consumed)
        self._compare_moment(story, measure.deadline, watched.due(story, 100))
        for percent in (20, 50, 80, 150):
            moment = watched.due(story, percent)
            if reached is not None and len(watched.counted) < goal(term, percent):
                moment = None  # it never came
            self._compare_moment(story, threshold_moment(measure, percent), moment)

    def _compare_moment(self, story, found, minute):
        """Compare a moment with a minute, which may lie after all that was watched."""
        if minute is None:
            self.assertIsNone(found)
        elif minute < story.end:
            self.assertEqual(found, story.moment(minute))
        elif found:
            self.assertGreater(found, story.moment(story.end))

    def _compare_explanation(self, story, measure):
        now = story.moment(story.now)
        segments = explain(story.events, measure.kind, measure.cycle, now)
        stop = max(measure.deadline or measure.until, measure.until)
        if not segments:
            self.assertEqual(measure.start, stop)
            return
        self.assertEqual([segments[0].start, segments[-1].stop], [measure.start, stop])
        for before, after in pairwise(segments):
            self.assertEqual(before.stop, after.start)
        past = [segment for segment in segments if not segment.is_expected]
        ran = sum(segment.seconds for segment in past if segment.what == "ran")
        self.assertEqual(ran, measure.consumed)
        stood = (PAUSED, STOPPED)
        paused = sum(segment.seconds for segment in past if segment.what in stood)
        self.assertEqual(paused, measure.paused)
        if measure.deadline:
            ran = sum(
                segment.seconds
                for segment in segments
                if segment.what == "ran" and segment.stop <= measure.deadline
            )
            self.assertEqual(ran, measure.seconds)


def goal(term, percent):
    """Return the minutes of a part of a target."""
    return term.seconds // 60 * percent // 100


class _Watched:
    """A target, counted minute by minute."""

    def __init__(self, story, kind, cycle, first, last):
        self.key = (kind, cycle)
        self.start = story.happened[first][0]
        self.reached = None if last is None else story.happened[last][0]
        self.counted = []  # the minutes that were consumed
        self.paused = 0
        measured_by = len(story.happened) - 1 if last is None else max(first, last - 1)
        self.term = story.term_at(kind, measured_by)
        if last is None:
            self.term = story.happened[-1][1][2].get(kind)
        if self.term:
            self._count(story, kind, first, last)
        self.clock = story.happened[-1][1][1]

    def _count(self, story, kind, first, last):
        until = story.now if last is None else self.reached
        for minute in range(self.start, until):
            index = max(story.latest[minute], first)
            if story.minutes[story.term_at(kind, index).working][minute]:
                if story.happened[index][1][1] == RUNS:
                    self.counted.append(minute)
                else:
                    self.paused += 1

    def due(self, story, percent):
        """Return the minute at which a part is consumed; None if unknown."""
        rest = goal(self.term, percent) - len(self.counted)
        if rest <= 0:
            return self.counted[rest - 1] + 1
        if self.reached is None and self.clock != RUNS:
            return None
        minutes = story.minutes[self.term.working]
        at = story.now if self.reached is None else self.reached
        while rest and at < story.end:
            rest -= minutes[at]
            at += 1
        return at if not rest else story.end


class _Story:
    """A random ticket, known up to a random minute.

    :ivar list happened: ``(minute, (kind, clock, terms))``
    :ivar list latest: for each minute the number of the last event until then
    :ivar dict minutes: for each working time whether it counts a minute
    """

    def __init__(self, rnd):
        values, self.start = random_snapshot(rnd)
        other = dict(random_snapshot(rnd)[0], leaves=values["leaves"])
        self.end = 5 * DAY
        self.now = rnd.randrange(3 * DAY)
        self.minutes = {WorkingTime.ALWAYS: [True] * self.end}
        for snapshot in (values, other):
            working = WorkingTime.from_snapshot(snapshot)
            self.minutes[working] = working_minutes(snapshot, self.start, self.end)
        happened = self._happen(rnd)
        self.events = [Event(self.moment(minute), *event) for minute, event in happened]
        self.happened = [item for item in happened if item[0] <= self.now]
        self.latest = [
            bisect_right(self.happened, minute, key=lambda event: event[0]) - 1
            for minute in range(self.now)
        ]

    def moment(self, minute):
        return self.start + minute * MINUTE

    def _happen(self, rnd):
        minutes = sorted(rnd.choices(range(self.now + 1), k=rnd.randint(0, 12)))
        kind, clock, terms = "opened", RUNS, self._promise(rnd)
        happened = []
        for minute in [0, *minutes, self.now + rnd.randint(1, DAY)]:
            happened.append((minute, (kind, clock, terms)))
            kind = rnd.choice(("customer", "answer", "other"))
            if rnd.random() < 0.6:
                clock = rnd.choice((RUNS, RUNS, PAUSED, STOPPED))
            if rnd.random() < 0.25:
                terms = self._promise(rnd)
        return happened

    def _promise(self, rnd):
        if rnd.random() < 0.15:
            return {}
        working = rnd.choice(list(self.minutes))
        # of 10 minutes, so that every threshold is a whole minute
        return {
            kind: Term(rnd.randint(1, 90) * 600, working)
            for kind in KINDS
            if rnd.random() < 0.9
        }

    def term_at(self, kind, index):
        """Return the term in force after an event, else the next one to come."""
        promised = [event[2].get(kind) for _minute, event in self.happened[index:]]
        return next(filter(None, promised), None)

    def watch(self):
        """Return the targets that are promised, in the kernel's order."""
        first = self._next(range(len(self.happened)), self._replies)
        last = None
        if self._clock(-1) == STOPPED:
            opens = [i for i in range(len(self.happened)) if self._clock(i) != STOPPED]
            last = opens[-1] + 1 if opens else 0
        targets = [_Watched(self, FIRST_RESPONSE, 1, 0, first)]
        targets += [
            _Watched(self, NEXT_RESPONSE, number, *cycle)
            for number, cycle in enumerate(self._find_cycles(first), 1)
        ]
        targets.append(_Watched(self, RESOLUTION, 1, 0, last))
        return [target for target in targets if target.term]

    def _find_cycles(self, answered):
        cycles = []
        count = len(self.happened)
        for index in range(count if answered is None else answered + 1, count):
            closes = self._clock(index) == STOPPED != self._clock(index - 1)
            if self._kind(index) != "customer" or closes:
                continue
            begin = self._next(range(index, count), lambda i: self._clock(i) != STOPPED)
            if begin is None or self._next(
                range(index + 1, begin + 1), lambda i: self._kind(i) == "answer"
            ):
                continue
            if not cycles or cycles[-1][1] is not None and begin > cycles[-1][1]:
                end = self._next(range(begin + 1, count), self._replies)
                cycles.append((begin, end))
        return cycles

    def _replies(self, index):
        return self._kind(index) == "answer" or self._clock(index) == STOPPED

    def _kind(self, index):
        return self.happened[index][1][0]

    def _clock(self, index):
        return self.happened[index][1][1]

    def _next(self, indexes, condition):
        return next((index for index in indexes if condition(index)), None)
