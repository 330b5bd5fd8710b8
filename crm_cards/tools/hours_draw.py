"""What drawing hours from lots means.  Plain Python, no ``env``; whole minutes.

Everything that happens to an account is a list of moves, and what is left is their
sum: nothing else is ever changed.

>>> from datetime import date
>>> may, june = date(2027, 5, 31), date(2027, 6, 30)
>>> account = Account([Lot(1, date(2027, 1, 1), june, 60), Lot(2, None, may, 60)])
>>> for move in account.draw(90, date(2027, 5, 3)):
...     print(*move)
draw 2 -60
draw 1 -30
>>> account.left, account.beyond
(30, 0)
>>> for move in account.draw(50, date(2027, 5, 4)):
...     print(*move)
draw 1 -30
draw None -20
>>> account.left, account.beyond
(-20, 20)
"""

import math
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple

MINUTES_AT_MOST = 744 * 60  # of one piece of work: the days and nights of a month
LOT_AT_MOST = 1_000_000 * 60


class Move(NamedTuple):
    """Minutes that go out of a lot (negative) or into it; beyond all lots if None."""

    kind: str
    lot_id: object
    minutes: int


@dataclass
class Lot:
    """Minutes that may be drawn on certain days, both of them included.

    ``expired`` are those that have been taken away because the last day was over,
    ``origin_id`` is the lot that these were rolled over from.
    """

    id: int
    date_from: date = None
    date_to: date = None
    left: int = 0
    expired: int = 0
    origin_id: int = None

    def is_valid(self, day):
        return (not self.date_from or self.date_from <= day) and not self.is_over(day)

    def is_over(self, day):
        return bool(self.date_to) and self.date_to < day

    @property
    def turn(self):
        """Lots are drawn in this order: what expires first, then what is oldest."""
        return (self.date_to or date.max, self.date_from or date.min, self.id)


class Account:
    """The lots of a bank and what was drawn beyond them, while something happens.

    :param lots: those that may take part
    :param int beyond: minutes drawn beyond all lots and not settled since; negative
        if more was paid for than had been drawn
    """

    def __init__(self, lots, beyond=0):
        self.lots = {lot.id: lot for lot in sorted(lots, key=lambda lot: lot.turn)}
        self.beyond = beyond

    @property
    def left(self):
        return sum(lot.left for lot in self.lots.values()) - self.beyond

    def available(self, day):
        """Return how many minutes work on ``day`` may draw without going beyond."""
        found = sum(lot.left + self._returnable(lot) for lot in self._valid(day))
        return found + max(-self.beyond, 0)

    def draw(self, minutes, day):
        """Draw minutes for work on ``day``: from what was valid then.

        What has expired since then comes back for it, and what was rolled over as far
        as it is left. What is not there is drawn beyond the lots.
        """
        moves = []
        for lot in self._valid(day):
            if not minutes:
                break
            if lot.left < minutes:
                moves += self._return(lot, minutes - lot.left)
            part = min(lot.left, minutes)
            if part:
                moves.append(self._move("draw", lot.id, -part))
                minutes -= part
        if minutes:
            moves.append(self._move("draw", None, -minutes))
        return moves

    def reverse(self, lot_id, minutes):
        """Give back what was drawn from a lot, or from beyond all lots."""
        return [self._move("reversal", lot_id, minutes)]

    def settle(self, lot_ids, day):
        """Pay what was drawn beyond out of these lots, unless they are over."""
        moves = []
        for lot in self.lots.values():
            part = min(self.beyond, lot.left)
            if part > 0 and lot.id in lot_ids and not lot.is_over(day):
                moves.append(self._move("settlement", lot.id, -part))
                moves.append(self._move("settlement", None, part))
        return moves

    def unsettle(self, settled):
        """Give lots back what they paid for draws that have been reversed since.

        :param dict settled: lot id -> minutes it has paid
        """
        moves = []
        for lot_id, paid in sorted(settled.items(), reverse=True):
            part = min(-self.beyond, paid)
            if part > 0:
                moves.append(self._move("settlement", None, -part))
                moves.append(self._move("settlement", lot_id, part))
        return moves

    def _valid(self, day):
        return [lot for lot in self.lots.values() if lot.is_valid(day)]

    def _heirs(self, lot):
        return [heir for heir in self.lots.values() if heir.origin_id == lot.id]

    def _returnable(self, lot):
        return lot.expired + sum(heir.left for heir in self._heirs(lot))

    def _return(self, lot, missing):
        moves = []
        part = min(lot.expired, missing)
        if part:
            moves.append(self._move("expiry", lot.id, part))
            missing -= part
        for heir in self._heirs(lot):
            part = min(heir.left, missing)
            if part:
                moves.append(self._move("rollover", heir.id, -part))
                moves.append(self._move("rollover", lot.id, part))
                missing -= part
        return moves

    def _move(self, kind, lot_id, minutes):
        if lot_id is None:
            self.beyond -= minutes
        else:
            lot = self.lots.setdefault(lot_id, Lot(lot_id, date_to=date.min))
            lot.left += minutes
            if kind == "expiry":
                lot.expired -= minutes
        return Move(kind, lot_id, minutes)


def get_minutes(hours, most=MINUTES_AT_MOST):
    """Return hours as whole minutes; anything above nothing is a minute at least.

    :raises ValueError: no number, negative, or more than ``most`` minutes

    >>> get_minutes(1.1), get_minutes(1 / 3), get_minutes(0.001), get_minutes(0.0)
    (66, 20, 1, 0)
    >>> get_minutes(-1.0)
    Traceback (most recent call last):
    ValueError: -1.0
    """
    if not math.isfinite(hours) or hours < 0 or hours * 60 > most:
        raise ValueError(hours)
    return max(round(hours * 60), 1) if hours else 0


def weigh(minutes, factor=1.0, minimum=0, step=1):
    """Return what a piece of work draws: rounded once, up to whole steps.

    >>> weigh(20, 1.5), weigh(20, 1.1, step=1), weigh(20, minimum=60), weigh(0)
    (30, 22, 60, 0)
    >>> weigh(61, step=15), weigh(60, step=15), weigh(31, 1.5, step=6)
    (75, 60, 48)
    """
    if not minutes:
        return 0
    exact = Fraction(factor).limit_denominator(10_000)
    weighed = max(minutes * exact, Fraction(minimum))
    return math.ceil(weighed / step) * step
