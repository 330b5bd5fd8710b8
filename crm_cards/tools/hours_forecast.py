"""When the hours that are left will be gone, if work goes on as it did.

Plain Python, no ``env``. Minutes are whole, days are those of the customer, and the
pace is kept as an exact fraction: nothing is rounded before the day is named.
"""

from datetime import timedelta
from fractions import Fraction
from typing import NamedTuple

BASIS_DAYS = 90  # no work before them counts
_FAR_AWAY = 36500  # days; more than a hundred years is never


class LotLeft(NamedTuple):
    """What is left in a lot, and between which days; ``date_to`` None is for ever."""

    minutes: int
    date_from: object = None
    date_to: object = None


class Forecast(NamedTuple):
    """What is to be expected, and what that is concluded from.

    ============  ============================================================
    ``unused``    nothing was drawn in the basis: nothing can be said
    ``empty``     nothing is left today
    ``runs_out``  ``date`` is the day on which the last hours are worked
    ``expires``   ``date`` is the last day on which what is left is valid
    ``never``     at this pace it lasts for longer than a hundred years
    ============  ============================================================

    ``used`` minutes were drawn in ``days`` days, ``left`` minutes may still be worked
    today or later, and ``lost`` of them expire before work gets at them.
    """

    state: str
    date: object
    used: int
    days: int
    left: int
    lost: int = 0


def forecast(today, lots, used, days=BASIS_DAYS):
    """Return the Forecast of a bank; work goes on tomorrow.

    :param lots: LotLeft of each lot with something in it
    :param int used: minutes drawn in the last ``days`` days

    >>> from datetime import date
    >>> today = date(2026, 3, 1)
    >>> said = forecast(today, [LotLeft(41 * 60)], 62 * 60)
    >>> said.state, said.date.isoformat()
    ('runs_out', '2026-04-30')

    Of two lots, the one that ends first is worked first; what is left of it is lost:

    >>> lots = [LotLeft(600, date_to=date(2026, 3, 5)), LotLeft(120)]
    >>> said = forecast(today, lots, 90 * 60)
    >>> said.state, said.date.isoformat(), said.lost
    ('runs_out', '2026-03-07', 360)
    >>> forecast(today, lots[:1], 90 * 60).state
    'expires'
    """
    pool = [
        _Lot(lot, today)
        for lot in lots
        if lot.minutes > 0 and not (lot.date_to and lot.date_to < today)
    ]
    left = int(sum(lot.left for lot in pool))
    if not left:
        return Forecast("empty", None, used, days, 0)
    if used <= 0 or days <= 0:
        return Forecast("unused", None, max(used, 0), days, left)
    end, lost, is_worked = _work(pool, Fraction(used, days))
    if end > _FAR_AWAY:
        return Forecast("never", None, used, days, left, _round(lost))
    state = "runs_out" if is_worked else "expires"
    date = today + timedelta(days=-(-end.numerator // end.denominator))
    return Forecast(state, date, used, days, left, _round(lost))


class _Lot:
    """A lot on a line of days: 0 is the end of today, 1 the end of tomorrow."""

    def __init__(self, lot, today):
        self.left = Fraction(lot.minutes)
        start = (lot.date_from - today).days - 1 if lot.date_from else 0
        self.start = Fraction(max(start, 0))
        end = (lot.date_to - today).days if lot.date_to else _FAR_AWAY + 1
        self.end = Fraction(end)


def _work(pool, pace):
    """Work through the lots at so many minutes a day.

    :return: when the last of them is gone, the minutes lost on the way, and whether it
        was worked rather than lost in the end
    """
    now, lost, is_worked = Fraction(0), Fraction(0), False
    while pool:
        over = [lot for lot in pool if lot.end <= now]
        if over:
            lost += sum(lot.left for lot in over)
            is_worked = False
            pool = [lot for lot in pool if lot.end > now]
            continue
        if now > _FAR_AWAY:
            break
        planned = [lot.start for lot in pool if lot.start > now]
        valid = [lot for lot in pool if lot.start <= now]
        if not valid:
            now = min(planned)
            continue
        lot = min(valid, key=lambda one: (one.end, one.start))
        until = min([now + lot.left / pace, lot.end, *planned])
        lot.left -= (until - now) * pace
        now = until
        if not lot.left:
            is_worked = True
            pool.remove(lot)
    return now, lost, is_worked


def _round(minutes):
    return -(-minutes.numerator // minutes.denominator)
