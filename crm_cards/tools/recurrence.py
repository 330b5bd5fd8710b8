"""When something that repeats is due next.

Plain Python, no ``env``. Occurrences are numbered from 1, which is the anchor itself.
Every occurrence is counted from the anchor, never from the one before, so that
the last day of a month stays the last day:

>>> monthly = Rule(1, "months")
>>> [str(monthly.occurrence(date(2027, 1, 31), number)) for number in (1, 2, 3)]
['2027-01-31', '2027-02-28', '2027-03-31']
"""

import dataclasses
from datetime import date

from dateutil.relativedelta import relativedelta

UNITS = ("days", "weeks", "months", "years")
_DAYS = {"days": 1, "weeks": 7}
_MONTHS = {"months": 1, "years": 12}


@dataclasses.dataclass(frozen=True)
class Rule:
    """Every so many units, without end unless one is given.

    :param int interval: how many units lie between two occurrences, at least 1
    :param str unit: one of ``UNITS``
    :param date until: the last day on which there may be an occurrence
    :param int times: the number of the last occurrence
    :param int first: the number of the occurrence that the anchor is, higher than 1
        when the rule was changed on the way
    """

    interval: int
    unit: str
    until: date | None = None
    times: int | None = None
    first: int = 1

    def __post_init__(self):
        if self.unit not in UNITS or self.interval < 1:
            raise ValueError(f"Invalid recurrence: {self.interval} {self.unit}")

    def occurrence(self, anchor, number):
        """Return the day of an occurrence; None beyond the calendar's last year.

        >>> Rule(1, "years").occurrence(date(2028, 2, 29), 2)
        datetime.date(2029, 2, 28)
        >>> Rule(1, "years").occurrence(date(2028, 2, 29), 5)
        datetime.date(2032, 2, 29)
        """
        steps = (number - self.first) * self.interval
        try:
            return anchor + relativedelta(**{self.unit: steps})
        except (ValueError, OverflowError):
            return None

    def following(self, day):
        """Return the day one interval after ``day``; None as above.

        >>> Rule(2, "weeks").following(date(2027, 3, 1))
        datetime.date(2027, 3, 15)
        """
        return self.occurrence(day, self.first + 1)

    def allows(self, number, day):
        """Whether the end has not come before this occurrence.

        >>> Rule(1, "days", times=3).allows(4, date(2027, 1, 4))
        False
        >>> Rule(1, "days", until=date(2027, 1, 4)).allows(4, date(2027, 1, 4))
        True
        """
        if day is None or self.times is not None and number > self.times:
            return False
        return self.until is None or day <= self.until

    def last_number(self, anchor, today):
        """Return the number of the last occurrence up to ``today``; before the
        anchor, the number before that of the anchor.

        >>> Rule(1, "months").last_number(date(2027, 1, 31), date(2027, 2, 27))
        1
        >>> Rule(1, "months").last_number(date(2027, 1, 31), date(2027, 2, 28))
        2
        >>> Rule(2, "weeks").last_number(date(2027, 1, 1), date(2026, 12, 31))
        0
        """
        if today < anchor:
            return self.first - 1
        if self.unit in _DAYS:
            steps = (today - anchor).days // _DAYS[self.unit]
        else:
            months = (today.year - anchor.year) * 12 + today.month - anchor.month
            steps = months // _MONTHS[self.unit]
        number = steps // self.interval + self.first
        day = self.occurrence(anchor, number)
        # The day of the month may still lie ahead.
        return number if day <= today else number - 1

    def due(self, anchor, after, today, at_most):
        """Return ``[(number, day)]`` of what has come due, the oldest first.

        After days without looking only the newest are returned, not the whole heap.

        :param int after: the number of the last occurrence already taken care of
        :param int at_most: how many to return

        >>> daily = Rule(1, "days")
        >>> daily.due(date(2027, 1, 1), 1, date(2027, 1, 20), at_most=2)
        [(19, datetime.date(2027, 1, 19)), (20, datetime.date(2027, 1, 20))]
        """
        last = self.last_number(anchor, today)
        if self.times is not None:
            last = min(last, self.times)
        if self.until is not None:
            last = min(last, self.last_number(anchor, self.until))
        first = max(after + 1, last - at_most + 1)
        return [
            (number, self.occurrence(anchor, number))
            for number in range(first, last + 1)
        ]
