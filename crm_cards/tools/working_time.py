"""How much working time lies between two moments, and when some of it has passed.

Plain Python, no ``env``.  Moments are naive and UTC, whole seconds, as Odoo keeps
them; spans include their start and exclude their stop.

A moment is **working time** when the clock on the wall, in the time zone of the
calendar, shows a time inside one of the day's attendances, and no leave covers it.
That one sentence also settles the two odd nights of the year: an hour that the clocks
skip is not worked, an hour that they show twice is worked twice.

>>> week = WorkingTime.from_snapshot({
...     "tz": "Europe/Warsaw",
...     "attendances": [
...         {"dayofweek": day, "hour_from": start, "hour_to": stop}
...         for day in range(5) for start, stop in ((9, 12.5), (13, 17))
...     ],
...     "leaves": [
...         {"start": "2027-05-02 22:00:00", "stop": "2027-05-03 21:59:59",
...          "name": "Constitution Day"},
...     ],
... })

Friday 15:00 in Warsaw and four working hours more, over a weekend and a holiday:

>>> friday = datetime(2027, 4, 30, 13)
>>> print(week.moment_after(friday, 4 * 3600))
2027-05-04 09:00:00
>>> week.seconds_between(friday, datetime(2027, 5, 4, 9)) / 3600
4.0
>>> for piece in week.describe(friday, datetime(2027, 5, 4, 9)):
...     print(piece.start, piece.name or piece.kind)
2027-04-30 13:00:00 work
2027-04-30 15:00:00 off
2027-05-02 22:00:00 Constitution Day
2027-05-03 22:00:00 off
2027-05-04 07:00:00 work

How it is fast: time is counted in whole seconds (``second_of``), and a calendar keeps
the **reading** of a meter that runs during working time only.  The reading at any
second is one bisection; the time between two moments is the difference of two readings.
"""

from bisect import bisect_left, bisect_right
from datetime import datetime, time, timedelta
from itertools import accumulate
from typing import NamedTuple

import pytz

_MINUTE = 60  # seconds, as everything below
_DAY = 24 * 60 * _MINUTE
_FORTNIGHT = 14 * _DAY
# How much is worked out at a time: about a year.
_BLOCK = 26 * _FORTNIGHT
# How far ahead working time is looked for.
_HORIZON = 3653 * _DAY
# Seconds are counted from a Monday. It begins a first week of Odoo's calendars in two
# weeks, too: see get_week_type() of resource.calendar.attendance.
_EPOCH = datetime(1, 1, 1)


class InvalidSnapshot(ValueError):
    """No working time can be read from the snapshot of a calendar.

    :ivar str reason: ``flexible`` (hours without a time of the day), ``empty`` (not one
        attendance), ``timezone``, ``attendance`` (a row that no day can have) or
        ``leave`` (no moments, or it ends before it starts)
    """

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


class NoWorkingTime(ValueError):
    """The calendar has not enough working time within ten years."""


class Piece(NamedTuple):
    """A part of a span of time that is of one kind.

    ``kind`` is ``work``, ``leave`` (then ``name`` is that of the leave) or ``off``: the
    breaks, nights and free days of every week.
    """

    start: datetime
    stop: datetime
    kind: str
    name: str = ""


class _Leave(NamedTuple):
    start: int
    stop: int
    name: str


class _Meter(NamedTuple):
    """The working time from ``start`` to ``stop``, as far as it was worked out.

    ``first`` is the reading at ``start``; ``readings[i]`` the one at ``stops[i]``.
    """

    start: int
    stop: int
    first: int
    starts: list
    stops: list
    readings: list


def second_of(moment):
    """Return a naive UTC moment as a number of whole seconds; fractions are dropped."""
    passed = moment - _EPOCH
    return passed.days * _DAY + passed.seconds


def moment_of(second):
    """Return the naive UTC moment of ``second_of``."""
    return _EPOCH + timedelta(0, second)


class WorkingTime:
    """The working time of one calendar, as it was when the snapshot was taken.

    Make it with ``from_snapshot``, or take ``WorkingTime.ALWAYS``, which counts every
    second.  It never changes, so it can be kept and shared; what it has worked out
    grows with the questions.
    """

    ALWAYS = None  # set below, once the class is there

    def __init__(self, pattern, zone, leaves):
        """Take what ``from_snapshot`` has read.

        :param list pattern: ``(start, stop)`` of the attendances, on the local clock in
            seconds after the beginning of a fortnight; ordered and disjoint
        :param zone: the pytz zone of that clock
        :param list leaves: ``_Leave``; ordered and disjoint
        """
        self._pattern = pattern
        self._zone = zone
        self._leaves = leaves
        self._meter = None

    @classmethod
    def from_snapshot(cls, snapshot):
        """Return the working time that a snapshot of a calendar says.

        Attendances may touch and overlap; a second is counted once.  Hours are read to
        the minute as Odoo does, and 24.0 is midnight.  ``week_type`` counts only when
        ``two_weeks`` is set.  A leave that stops in the last second of a minute lasts
        to its end: 23:59:59 is how Odoo spells a whole day.

        :param dict snapshot: ``{"tz": "Asia/Jerusalem", "two_weeks": False,
            "attendances": [{"dayofweek": 6, "hour_from": 9.0, "hour_to": 12.5,
            "week_type": None}], "leaves": [{"start": "2026-04-01 21:00:00",
            "stop": "2026-04-02 20:59:59", "name": "Passover"}]}``; 0 is Monday, breaks
            are left out, leaves are in UTC.  ``"flexible": True`` marks a calendar that
            knows how much is worked, but not when.
        :raises InvalidSnapshot: with the reason
        """
        if snapshot.get("flexible"):
            raise InvalidSnapshot("flexible")
        pattern = _read_pattern(
            snapshot.get("attendances") or (), snapshot.get("two_weeks")
        )
        if not pattern:
            raise InvalidSnapshot("empty")
        zone = _read_zone(snapshot.get("tz"))
        return cls(pattern, zone, _read_leaves(snapshot.get("leaves") or ()))

    def seconds_between(self, start, stop):
        """Return the working time between two moments; 0 if ``stop`` is not later.

        :rtype: int
        """
        if stop <= start:
            return 0
        return self.reading_at(second_of(stop)) - self.reading_at(second_of(start))

    def moment_after(self, start, seconds):
        """Return the earliest moment at which ``seconds`` of working time have passed.

        Being the earliest, it is the end of a working day and not the beginning of the
        next when the time is used up exactly then; and no time at all has passed at
        ``start`` itself, be it working time or not.

        :raises NoWorkingTime: if it does not come within ten years
        :raises ValueError: negative ``seconds``
        """
        if seconds < 0:
            raise ValueError("Working time can only be looked for ahead")
        return moment_of(self.second_after(second_of(start), seconds))

    def moment_days_after(self, start, days):
        """Return the moment some working days later, at the same time of the day.

        Days are those of the local clock, and count if anything is worked on them. It
        lies in the working time of its day: the first moment of it at or after the
        hour, or its end if there is none.

        :param int days: one or more
        :raises NoWorkingTime: if it does not come within ten years
        """
        local = pytz.utc.localize(start).astimezone(self._zone).replace(tzinfo=None)
        midnight = datetime.combine(local, time())
        for offset in range(1, _HORIZON // _DAY):
            day = midnight + timedelta(offset)
            worked = self.intervals(self._to_utc(day), self._to_utc(day + timedelta(1)))
            days -= bool(worked)
            if not days:
                moment = self._to_utc(local + timedelta(offset))
                for first, last in worked:
                    if moment <= last:
                        return max(first, moment)
                return worked[-1][1]
        raise NoWorkingTime("Not within ten years")

    def _to_utc(self, local):
        return self._zone.localize(local).astimezone(pytz.utc).replace(tzinfo=None)

    def intervals(self, start, stop):
        """Return ``[(start, stop)]``, the working time inside a span, in order."""
        return [
            (moment_of(first), moment_of(last))
            for first, last in self._work(second_of(start), second_of(stop))
        ]

    def describe(self, start, stop):
        """Return the ``Piece`` list that tiles a span, in order and without gaps.

        What a leave covers is ``leave`` as a whole, the night inside it included.
        """
        at, end = second_of(start), second_of(stop)
        pieces = []
        for first, last in self._work(at, end):
            pieces += self._describe_free(at, first)
            pieces.append(_piece(first, last, "work"))
            at = last
        pieces += self._describe_free(at, end)
        return pieces

    def reading_at(self, second):
        """Return what the meter of working time shows at a second.

        The number itself says nothing, the difference between two is working time.  It
        stays the same for as long as the object lives.
        """
        meter = self._meter
        if meter is None or not meter.start <= second <= meter.stop:
            meter = self._reach(second)
        index = bisect_right(meter.starts, second) - 1
        if index < 0:
            return meter.first
        rest = meter.stops[index] - second
        return meter.readings[index] - rest if rest > 0 else meter.readings[index]

    def readings_at(self, seconds):
        """Return the list of ``reading_at`` for some seconds, the earliest first."""
        if not seconds:
            return []
        self._reach(seconds[0])
        _start, _stop, first, starts, stops, readings = self._reach(seconds[-1])
        found = []
        for second in seconds:
            index = bisect_right(starts, second) - 1
            if index < 0:
                found.append(first)
                continue
            rest = stops[index] - second
            found.append(readings[index] - rest if rest > 0 else readings[index])
        return found

    def second_after(self, second, seconds):
        """Return ``moment_after`` in seconds; ``second`` itself for no seconds."""
        if seconds <= 0:
            return second
        reading = self.reading_at(second) + seconds
        limit = second + _HORIZON
        meter = self._meter
        while not meter.readings or meter.readings[-1] < reading:
            if meter.stop >= limit:
                raise NoWorkingTime("Not within ten years")
            meter = self._reach(meter.stop + 1)
        found = self.second_at(reading)
        if found > limit:
            raise NoWorkingTime("Not within ten years")
        return found

    def second_at(self, reading):
        """Return the earliest second at which the meter shows a reading.

        :param int reading: one that the meter shows after working time and not later
            than any second that it was asked for
        """
        meter = self._meter
        index = bisect_left(meter.readings, reading)
        return meter.stops[index] - (meter.readings[index] - reading)

    def _work(self, start, stop):
        """Yield the working time inside a span as ``(start, stop)`` in seconds."""
        if stop <= start:
            return
        self._reach(start)
        meter = self._reach(stop)
        for index in range(bisect_right(meter.stops, start), len(meter.starts)):
            if meter.starts[index] >= stop:
                return
            yield max(meter.starts[index], start), min(meter.stops[index], stop)

    def _describe_free(self, start, stop):
        """Yield the pieces of a span without working time."""
        for leave in self._leaves:
            if leave.stop <= start or leave.start >= stop:
                continue
            if leave.start > start:
                yield _piece(start, leave.start, "off")
            end = min(leave.stop, stop)
            yield _piece(max(leave.start, start), end, "leave", leave.name)
            start = end
        if start < stop:
            yield _piece(start, stop, "off")

    def _reach(self, second):
        """Work out the calendar as far as a second, and return the meter.

        The meter is replaced, never changed: other threads may be reading it.
        """
        block = second - second % _BLOCK
        meter = self._meter or _Meter(block, block, 0, [], [], [])
        if self._meter is None or not meter.start <= second <= meter.stop:
            start = min(block, meter.start)
            stop = max(block + _BLOCK, meter.stop)
            earlier = list(self._read(start, meter.start))
            later = self._read(meter.stop, stop)
            meter = self._meter = _meter_of(
                start,
                stop,
                meter.first - sum(last - first for first, last in earlier),
                [*earlier, *zip(meter.starts, meter.stops, strict=True), *later],
            )
        return meter

    def _read(self, start, stop):
        """Return an iterator of the working time inside a span, in seconds."""
        return _cut(_merge(self._attended(start, stop)), self._leaves)

    def _attended(self, start, stop):
        """Yield the attendances inside a span, in seconds and in order."""
        for first, last, offset in _clock_offsets(self._zone, start, stop):
            for begin, end in _repeat(self._pattern, first + offset, last + offset):
                yield begin - offset, end - offset


def _piece(start, stop, kind, name=""):
    return Piece(moment_of(start), moment_of(stop), kind, name)


def _meter_of(start, stop, first, spans):
    """Return a meter of ordered ``spans``, which may touch each other."""
    spans = list(_merge(spans))
    lengths = (end - begin for begin, end in spans)
    return _Meter(
        start,
        stop,
        first,
        [begin for begin, _end in spans],
        [end for _begin, end in spans],
        list(accumulate(lengths, initial=first))[1:],
    )


def _merge(spans):
    """Yield ordered spans with those that touch or overlap as one."""
    start = stop = None
    for begin, end in spans:
        if start is None:
            start, stop = begin, end
        elif begin <= stop:
            stop = max(stop, end)
        else:
            yield start, stop
            start, stop = begin, end
    if start is not None:
        yield start, stop


def _cut(spans, leaves):
    """Yield what the leaves let remain of spans; both ordered and disjoint."""
    index = 0
    for start, stop in spans:
        while index < len(leaves) and leaves[index].stop <= start:
            index += 1
        for leave in leaves[index:]:
            if leave.start >= stop:
                break
            if leave.start > start:
                yield start, leave.start
            start = leave.stop
        if start < stop:
            yield start, stop


def _repeat(pattern, start, stop):
    """Yield the spans of a fortnight, over and over, inside a span of local time."""
    for base in range(start - start % _FORTNIGHT, stop, _FORTNIGHT):
        for begin, end in pattern:
            begin, end = max(base + begin, start), min(base + end, stop)
            if begin < end:
                yield begin, end


def _clock_offsets(zone, start, stop):
    """Yield ``(start, stop, offset)`` of the times at which the clocks stay the same.

    :return: the offset is what the local clock is ahead of UTC, in seconds
    """
    offset = _offset_at(zone, start)
    for day in range(start, stop, _DAY):
        night = min(day + _DAY, stop)
        later = _offset_at(zone, night)
        if later != offset:
            change = _find_change(zone, day, night)
            yield start, change, offset
            start, offset = change, later
    if start < stop:
        yield start, stop, offset


def _find_change(zone, day, night):
    """Return the first second of a day with the offset that its end has."""
    before = _offset_at(zone, day)
    return day + bisect_left(
        range(day, night),
        True,
        key=lambda second: _offset_at(zone, second) != before,
    )


def _offset_at(zone, second):
    local = pytz.utc.localize(moment_of(second)).astimezone(zone)
    return local.utcoffset() // timedelta(seconds=1)


def _read_pattern(rows, two_weeks):
    """Return the attendances of a fortnight as ordered, disjoint local seconds."""
    spans = []
    for row in rows:
        try:
            start, stop = _read_hours(row)
            days = _read_days(row, two_weeks)
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise InvalidSnapshot("attendance") from error
        if start < stop:
            spans += [(day * _DAY + start, day * _DAY + stop) for day in days]
    return list(_merge(sorted(spans)))


def _read_hours(row):
    start, stop = float(row["hour_from"]), float(row["hour_to"])
    if not 0 <= start <= stop <= 24:
        raise ValueError("Outside the day")
    return _second_of_day(start), _second_of_day(stop)


def _second_of_day(hours):
    return int(hours * 60 + 0.5) * _MINUTE


def _read_days(row, two_weeks):
    """Return the days of the fortnight, from 0, on which an attendance is."""
    day = int(row["dayofweek"])
    weeks = (int(row["week_type"]),) if two_weeks else (0, 1)
    if day not in range(7) or weeks[0] not in (0, 1):
        raise ValueError("No such day")
    return [day + 7 * week for week in weeks]


def _read_zone(name):
    try:
        return pytz.timezone(name)
    except (pytz.UnknownTimeZoneError, AttributeError) as error:
        raise InvalidSnapshot("timezone") from error


def _read_leaves(rows):
    """Return the leaves in order; of two at the same time the first one counts."""
    leaves = []
    for leave in sorted(_read_leave(row) for row in rows):
        start = max(leave.start, leaves[-1].stop) if leaves else leave.start
        if start < leave.stop:
            leaves.append(leave._replace(start=start))
    return leaves


def _read_leave(row):
    try:
        start = second_of(datetime.fromisoformat(row["start"]))
        stop = second_of(datetime.fromisoformat(row["stop"]))
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidSnapshot("leave") from error
    if stop < start:
        raise InvalidSnapshot("leave")
    if stop % _MINUTE == _MINUTE - 1:
        stop += 1
    return _Leave(start, stop, row.get("name") or "")


WorkingTime.ALWAYS = WorkingTime([(0, _FORTNIGHT)], pytz.utc, [])
