"""What a ticket's history says about the times that were promised to the customer.

Plain Python, no ``env``.  Nothing here is remembered: the history goes in, the facts
come out, so that what is stored can be checked against it at any time.  Moments are
naive and UTC, fractions of a second are dropped; durations are seconds of working time.

The history is a list of ``Event``.  Each is the full state *after* it, and the first
one opens the ticket.  What is measured are **targets**:

``first_response``
    Starts when the ticket is opened; reached at the first answer, or when the ticket is
    closed: closing counts as an answer.  It stays reached if the ticket is reopened.
``next_response``
    A cycle for each time the customer waits for a further answer.  It starts with his
    message, if the first response was reached before; more messages while he waits
    start nothing.  A message to a closed ticket waits once the ticket is open again, a
    message that closes the ticket does not wait.  Reached by the next answer or by
    closing.
``resolution``
    Starts when the ticket is opened; reached when it is closed.  Reopening takes that
    back, and the time in between counts as paused.

**Consumed** is the working time while the clock runs.  **Paused** is the working time
while it is paused or stopped, until the target is reached.  They belong to the ticket:
when other terms come into force, what was consumed and paused remains, measured by the
calendar then in force, and only what follows is measured by the new one.  Time before
the first terms is measured by the calendar of the terms that come first after it, so
that choosing the contract an hour late does not give an hour away.

The **deadline** is the moment at which what is consumed comes to the target:

- while the clock runs, given that it goes on running;
- a moment in the past, once that much is consumed, and it stays there whatever the
  clock does afterwards; a shorter target puts it to when *that* much was consumed;
- unknown (None) while the clock is paused before that, and if the calendar has no
  working time left to bring it within ten years;
- after the target was reached, what it would have been had the clock run on from there.

A target is **missed** when its deadline has passed: a deadline on Friday at 17:00, the
end of work, is missed by the answer on Saturday although no working time lies between.

Terms that lack a target leave it unmeasured, unless it was reached before they came.

>>> from .working_time import WorkingTime
>>> morning = datetime(2027, 3, 1, 8)
>>> four_hours = {RESOLUTION: Term(4 * 3600, WorkingTime.ALWAYS)}
>>> history = [
...     Event(morning, "opened", "runs", four_hours),
...     Event(morning.replace(hour=9), "other", "paused", four_hours, "Customer"),
...     Event(morning.replace(hour=20), "customer", "runs", four_hours),
... ]
>>> [measure] = measure_ticket(history, morning.replace(hour=21))
>>> print(measure.deadline, measure.remaining / 3600, measure.paused / 3600)
2027-03-01 23:00:00 2.0 11.0
>>> for segment in explain(history, RESOLUTION, 1, morning.replace(hour=21)):
...     print(segment.start.time(), segment.what, segment.name or segment.seconds)
08:00:00 ran 3600
09:00:00 paused Customer
20:00:00 ran 3600
21:00:00 ran 7200
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from .working_time import NoWorkingTime, WorkingTime, moment_of, second_of

FIRST_RESPONSE = "first_response"
NEXT_RESPONSE = "next_response"
RESOLUTION = "resolution"

OPENED = "opened"
CUSTOMER = "customer"
ANSWER = "answer"
OTHER = "other"

RUNS = "runs"
PAUSED = "paused"
STOPPED = "stopped"


class Term(NamedTuple):
    """What is promised for one target: so many seconds of this working time."""

    seconds: int
    working: WorkingTime


class Event(NamedTuple):
    """Something that happened to a ticket, with the full state after it.

    ``kind`` is ``opened``, ``customer`` (he wrote), ``answer`` (we did) or ``other``;
    ``clock`` is ``runs``, ``paused`` or ``stopped`` (closed).  ``terms`` maps the kind
    of each promised target to its ``Term``, and is empty without a policy.  ``name``
    is how ``explain`` calls the time that follows while the clock does not run.
    """

    moment: datetime
    kind: str
    clock: str
    terms: Mapping
    name: str = ""


class Measure(NamedTuple):
    """How a ticket stands with one target.

    ``cycle`` counts from 1, the only one but for ``next_response``.  ``seconds`` is the
    target and ``remaining`` what is left of it, negative when over.  ``until`` is up to
    when was measured: when it was reached, or now.  ``working`` and ``runs``, what the
    clock showed at the events, are there for ``threshold_moment``.
    """

    kind: str
    cycle: int
    start: datetime
    deadline: datetime | None
    reached: datetime | None
    consumed: int
    paused: int
    remaining: int
    is_paused: bool
    seconds: int
    until: datetime
    working: WorkingTime
    runs: tuple

    @property
    def is_missed(self):
        """Whether the deadline passed before the target was reached."""
        return self.deadline is not None and self.until > self.deadline


class Segment(NamedTuple):
    """A stretch of time in the explanation of a deadline.

    ``what`` is ``ran``, ``off`` (break, night, free day), ``leave`` (``name`` says
    which), ``paused`` or ``stopped`` (``name`` is that of the event).  ``seconds`` is
    the working time that it added to what is consumed or paused.  ``is_expected``
    marks what lies after now, or after the target was reached: how the deadline comes.
    """

    start: datetime
    stop: datetime
    what: str
    seconds: int
    name: str = ""
    is_expected: bool = False


class _Sums(NamedTuple):
    """What the clock showed at the events and now, by one list of working times.

    ``ran[i]`` and ``waited[i]`` is the working time before event i; ``workings[i]``
    measures the stretch after it, at whose end ``readings[i]`` is read.
    """

    ran: list
    waited: list
    readings: list
    workings: list


class _Runs(NamedTuple):
    """The stretches of ``_Sums`` that belong to a target: ``first`` to ``last``."""

    sums: _Sums
    first: int
    last: int

    def find(self, goal):
        """Return when so much was consumed, as was; None if that was at the start."""
        ran, _waited, readings, workings = self.sums
        goal += ran[self.first]
        index = bisect_left(ran, goal, self.first, self.last)
        if index == self.first:
            return None
        reading = readings[index - 1] - (ran[index] - goal)
        return moment_of(workings[index - 1].second_at(reading))


class _Target(NamedTuple):
    """A target by the numbers of the events that start and reach it (or None)."""

    kind: str
    cycle: int
    first: int
    last: int | None


def measure_ticket(events, now):
    """Return the ``Measure`` list of one ticket at a moment.

    First response, the cycles of the next response in order, resolution; without those
    that are not promised.

    :param list events: ``Event`` in the order of their moments; what happened after
        ``now`` is left out, so a past ``now`` tells how it stood then
    :raises ValueError: the events are not in order
    """
    return _History(events, now).measures()


def measure_many(tickets, now):
    """Return ``{key: [Measure]}`` of many tickets, given as ``{key: [Event]}``.

    As ``measure_ticket``.  Tickets should share their ``WorkingTime`` objects, whose
    intervals are then worked out once.
    """
    return {key: _History(events, now).measures() for key, events in tickets.items()}


def threshold_moment(measure, percent):
    """Return the moment at which ``percent`` of the target is or was consumed.

    As the deadline, None while the clock is paused before it; but also None if the
    target was reached before it came.

    :param float percent: of the target; 100 is the deadline, more is allowed
    """
    # Rounded first, so that 80 % of an hour does not become a second more.
    goal = math.ceil(round(measure.seconds * percent / 100, 6))
    if goal <= measure.consumed:
        return measure.runs.find(goal) or measure.start
    if measure.reached or measure.is_paused:
        return None
    return _expect(measure.working, second_of(measure.until), goal - measure.consumed)


def explain(events, kind, cycle, now):
    """Return the ``Segment`` list that proves a ``Measure``; empty if there is none.

    The segments tile the time from the start to the deadline, or to when the target was
    reached, or to now, whichever is latest, and are cut at each of them.  The seconds
    of those that ran and are not expected add up to ``consumed``, of the paused and
    stopped ones to ``paused``, of those that run before the deadline to the target.
    """
    history = _History(events, now)
    for target in history.targets():
        if target[:2] == (kind, cycle):
            return history.explain(target)
    return []


class _History:
    """The events of one ticket up to now, and what can be read from them."""

    __slots__ = ("_events", "_is_steady", "_readings", "_seconds", "_sums", "_terms")

    def __init__(self, events, now):
        seconds = [second_of(event.moment) for event in events]
        if any(map(int.__gt__, seconds, seconds[1:])):
            raise ValueError("The events are not in the order of their moments")
        end = second_of(now)
        count = bisect_right(seconds, end)
        self._events = events[:count]
        # The state after an event lasts until the next one, or now.
        self._seconds = [*seconds[:count], end]
        # Mostly the same was promised all the time, by the same mapping.
        first = events[0].terms if count else {}
        self._is_steady = all(event.terms is first for event in self._events)
        self._readings = {}
        self._sums = {}
        self._terms = {}

    def measures(self):
        found = [self.measure(target) for target in self.targets()]
        return [measure for measure in found if measure]

    def targets(self):
        """Return the ``_Target`` list of the ticket, promised or not."""
        if not self._events:
            return []
        answered = self._find_answer()
        return [
            _Target(FIRST_RESPONSE, 1, 0, answered),
            *(
                _Target(NEXT_RESPONSE, number, first, last)
                for number, (first, last) in enumerate(self._find_cycles(answered), 1)
            ),
            _Target(RESOLUTION, 1, 0, self._find_closing()),
        ]

    def _find_answer(self):
        """Return the first event that answers the customer, or None."""
        for index, event in enumerate(self._events):
            if event.kind == ANSWER or event.clock == STOPPED:
                return index
        return None

    def _find_closing(self):
        """Return the event since which the ticket is closed; None if it is open."""
        closing = None
        for index in range(len(self._events) - 1, -1, -1):
            if self._events[index].clock != STOPPED:
                break
            closing = index
        return closing

    def _find_cycles(self, answered):
        """Return ``[(first, last)]`` of the next responses, by their events."""
        cycles = []
        if answered is None:
            return cycles
        asked, waits = None, False
        was_open = self._events[answered].clock != STOPPED
        for index in range(answered + 1, len(self._events)):
            _moment, kind, clock, *_rest = self._events[index]
            is_open = clock != STOPPED
            if kind == ANSWER or was_open and not is_open:
                if asked is not None:
                    cycles.append((asked, index))
                asked, waits = None, False
            elif kind == CUSTOMER and asked is None:
                waits = True
            if waits and is_open:
                asked, waits = index, False
            was_open = is_open
        if asked is not None:
            cycles.append((asked, None))
        return cycles

    def measure(self, target):
        """Return the ``Measure`` of a target; None if it is not promised."""
        term = self._find_term(target)
        if term is None:
            return None
        kind, cycle, first, last = target
        seconds, working = term
        runs = self._list_runs(target)
        consumed = runs.sums.ran[runs.last] - runs.sums.ran[first]
        is_paused = last is None and self._events[-1].clock != RUNS
        start = moment_of(self._seconds[first])
        end = self._seconds[runs.last]
        until = moment_of(end)
        if consumed >= seconds:
            deadline = runs.find(seconds) or start
        elif is_paused:
            deadline = None
        else:
            deadline = _expect(working, end, seconds - consumed)
        return Measure(
            kind,
            cycle,
            start,
            deadline,
            None if last is None else until,
            consumed,
            runs.sums.waited[runs.last] - runs.sums.waited[first],
            seconds - consumed,
            is_paused,
            seconds,
            until,
            working,
            runs,
        )

    def _find_term(self, target):
        """Return the term in force now or, if the target was reached, until then."""
        kind, _cycle, first, last = target
        if last is None:
            return self._events[-1].terms.get(kind)
        return self._list_terms(kind)[max(first, last - 1)]

    def _list_terms(self, kind):
        """Return for each event the term in force after it, or the next that comes."""
        if kind not in self._terms:
            self._terms[kind] = self._fill_terms(kind)
        return self._terms[kind]

    def _fill_terms(self, kind):
        if self._is_steady:
            return [self._events[0].terms.get(kind)] * len(self._events)
        terms = [event.terms.get(kind) for event in self._events]
        for index in range(len(terms) - 2, -1, -1):
            terms[index] = terms[index] or terms[index + 1]
        return terms

    def _list_runs(self, target):
        """Return the ``_Runs`` of a target that is promised."""
        last = len(self._events) if target.last is None else target.last
        terms = self._list_terms(target.kind)
        # Targets share their sums where they are counted by the same calendars.
        key = terms[0].working if self._is_steady else target.kind
        if key not in self._sums:
            self._sums[key] = self._sum([term and term.working for term in terms])
        return _Runs(self._sums[key], target.first, last)

    def _sum(self, workings):
        """Return the ``_Sums`` by the working time of each stretch, None is nothing."""
        ran, waited, ends = [0], [0], []
        runs = waits = 0
        for index, (event, working) in enumerate(
            zip(self._events, workings, strict=True)
        ):
            end = 0
            if working:
                readings = self._readings.get(working) or self._read(working)
                end = readings[index + 1]
                if event.clock == RUNS:
                    runs += end - readings[index]
                else:
                    waits += end - readings[index]
            ran.append(runs)
            waited.append(waits)
            ends.append(end)
        return _Sums(ran, waited, ends, workings)

    def _read(self, working):
        """Return the readings of a meter at the events and now."""
        self._readings[working] = working.readings_at(self._seconds)
        return self._readings[working]

    def explain(self, target):
        """Return the ``Segment`` list of a target."""
        measure = self.measure(target)
        if measure is None:
            return []
        segments = []
        terms = self._list_terms(target.kind)
        for index in range(target.first, self._list_runs(target).last):
            event = self._events[index]
            working = terms[index].working
            start, stop = map(moment_of, self._seconds[index : index + 2])
            for begin, end in _split(start, stop, measure.deadline):
                segments += _tell(working, begin, end, event.clock, event.name)
        if measure.deadline and measure.deadline > measure.until:
            segments += [
                segment._replace(is_expected=True)
                for segment in _tell(
                    measure.working, measure.until, measure.deadline, RUNS
                )
            ]
        return _join(segments, measure.deadline)


def _expect(working, second, seconds):
    """Return the moment after so much working time; None if it is too far away."""
    try:
        return moment_of(working.second_after(second, seconds))
    except NoWorkingTime:
        return None


def _split(start, stop, moment):
    """Return the parts of a span before and after a moment."""
    if moment and start < moment < stop:
        return [(start, moment), (moment, stop)]
    return [(start, stop)] if start < stop else []


def _tell(working, start, stop, clock, name=""):
    """Yield the segments of a span in which the clock did not change."""
    if clock != RUNS:
        seconds = working.seconds_between(start, stop)
        yield Segment(start, stop, clock, seconds, name)
        return
    for piece in working.describe(start, stop):
        if piece.kind == "work":
            seconds = second_of(piece.stop) - second_of(piece.start)
            yield Segment(piece.start, piece.stop, "ran", seconds)
        else:
            yield Segment(piece.start, piece.stop, piece.kind, 0, piece.name)


def _join(segments, deadline):
    """Return the segments with those as one that only an event set apart."""
    joined = []
    for segment in segments:
        last = joined[-1] if joined else None
        if last and segment.start != deadline and _is_alike(last, segment):
            seconds = last.seconds + segment.seconds
            joined[-1] = last._replace(stop=segment.stop, seconds=seconds)
        else:
            joined.append(segment)
    return joined


def _is_alike(one, other):
    return (one.what, one.name, one.is_expected) == (
        other.what,
        other.name,
        other.is_expected,
    )
