"""The kernels of hours by themselves, without a database."""

import math
import random
from datetime import date, timedelta

from odoo.tests.common import BaseCase

from ..tools.hours_draw import (
    LOT_AT_MOST,
    MINUTES_AT_MOST,
    Account,
    Lot,
    get_minutes,
    weigh,
)
from ..tools.hours_forecast import Forecast, LotLeft, forecast
from ..tools.hours_pack import get_kept
from ..tools.hours_period import get_quarter

_DAY = date(2026, 3, 10)


def _day(offset):
    return _DAY + timedelta(days=offset)


class TestHoursKernel(BaseCase):
    """What draws, returns, settlements and reversals are; whole minutes only."""

    def _state(self, account):
        """Return ``({lot id: (left, expired)}, beyond)``."""
        lots = {lot.id: (lot.left, lot.expired) for lot in account.lots.values()}
        return lots, account.beyond

    # -- which lots --

    def test_both_days_of_a_lot_are_valid(self):
        lot = Lot(1, _day(0), _day(2), 60)
        self.assertEqual(
            [lot.is_valid(_day(offset)) for offset in (-1, 0, 2, 3)],
            [False, True, True, False],
        )
        self.assertEqual(
            [lot.is_over(_day(offset)) for offset in (-1, 2, 3)], [False, False, True]
        )
        self.assertTrue(Lot(1).is_valid(_DAY))
        self.assertIs(Lot(1).is_over(_DAY), False)

    def test_turn_is_end_then_beginning_then_number(self):
        lots = [
            Lot(1, None, None, 1),
            Lot(2, _day(-1), None, 1),
            Lot(3, _day(-1), _day(9), 1),
            Lot(4, _day(-2), _day(9), 1),
            Lot(5, None, _day(9), 1),
            Lot(7, _day(-2), _day(8), 1),
            Lot(6, _day(-2), _day(8), 1),
        ]
        account = Account(lots)
        self.assertEqual(list(account.lots), [6, 7, 5, 4, 3, 1, 2])
        draws = [move.lot_id for move in account.draw(8, _DAY)]
        self.assertEqual(draws, [6, 7, 5, 4, 3, 1, 2, None])

    # -- drawing --

    def test_each_draw_is_what_a_plain_account_says(self):
        """Beside an account that is kept with pencil and paper."""
        for seed in range(400):
            dice = random.Random(seed)
            lots = [
                Lot(
                    number,
                    dice.choice([None, _day(dice.randrange(-6, 3))]),
                    dice.choice([None, _day(dice.randrange(-3, 6))]),
                    dice.choice([0, dice.randrange(1, 200)]),
                    dice.choice([0, dice.randrange(1, 90)]),
                    dice.choice([None, *range(1, number)]),
                )
                for number in range(1, 6)
            ]
            plain = {lot.id: [lot.left, lot.expired] for lot in lots}
            order = sorted(
                lots,
                key=lambda lot: (
                    lot.date_to or date.max,
                    lot.date_from or date.min,
                    lot.id,
                ),
            )
            beyond = dice.choice([0, 45, -30])
            account = Account(lots, beyond)
            with self.subTest(seed=seed):
                for _step in range(4):
                    minutes, day = dice.randrange(1, 200), _day(dice.randrange(-2, 3))
                    said = self._draw_plainly(order, plain, minutes, day)
                    there = self._count_there(order, plain, day) + max(-beyond, 0)
                    self.assertEqual(account.available(day), there)
                    left = account.left
                    moves = account.draw(minutes, day)
                    self.assertEqual(
                        [
                            (move.lot_id, -move.minutes)
                            for move in moves
                            if move.kind == "draw"
                        ],
                        said["draws"],
                    )
                    for lot_id, kept in said["kept"].items():
                        plain[lot_id] = kept
                    beyond += said["beyond"]
                    expected = {key: tuple(kept) for key, kept in plain.items()}
                    self.assertEqual(self._state(account), (expected, beyond))
                    self.assertEqual(
                        sum(move.minutes for move in moves), account.left - left
                    )
                    self.assertNotIn(0, [move.minutes for move in moves])

    def _count_there(self, order, plain, day):
        total = 0
        for lot in order:
            if lot.is_valid(day):
                heirs = [heir for heir in order if heir.origin_id == lot.id]
                total += sum(plain[lot.id]) + sum(plain[heir.id][0] for heir in heirs)
        return total

    def _draw_plainly(self, order, plain, minutes, day):
        kept = {key: list(value) for key, value in plain.items()}
        draws = []
        for lot in order:
            if not lot.is_valid(day):
                continue
            places = [(lot.id, 0), (lot.id, 1)]
            places += [(heir.id, 0) for heir in order if heir.origin_id == lot.id]
            drawn = 0
            for lot_id, place in places:
                part = min(kept[lot_id][place], minutes)
                kept[lot_id][place] -= part
                minutes -= part
                drawn += part
            if drawn:
                draws.append((lot.id, drawn))
        if minutes:
            draws.append((None, minutes))
        return {"draws": draws, "kept": kept, "beyond": minutes}

    def test_what_comes_back_is_named(self):
        origin = Lot(1, _day(-9), _day(-1), 10, 20)
        heir = Lot(2, _day(0), None, 30, 0, 1)
        account = Account([origin, heir])
        moves = account.draw(55, _day(-1))
        self.assertEqual(
            [tuple(move) for move in moves],
            [
                ("expiry", 1, 20),
                ("rollover", 2, -25),
                ("rollover", 1, 25),
                ("draw", 1, -55),
            ],
        )
        self.assertEqual(self._state(account), ({1: (0, 0), 2: (5, 0)}, 0))

    def test_what_is_there_is_not_taken_back(self):
        account = Account([Lot(1, _day(-9), _day(-1), 10, 20)])
        self.assertEqual(
            [tuple(move) for move in account.draw(10, _day(-1))], [("draw", 1, -10)]
        )

    # -- giving back and settling --

    def test_reversal_goes_where_the_draw_came_from(self):
        account = Account([Lot(1, left=10)], 25)
        self.assertEqual(
            [tuple(one) for one in account.reverse(1, 5)], [("reversal", 1, 5)]
        )
        self.assertEqual(
            [tuple(one) for one in account.reverse(None, 5)], [("reversal", None, 5)]
        )
        self.assertEqual(self._state(account), ({1: (15, 0)}, 20))
        account.reverse(9, 5)  # a lot that does not take part otherwise
        self.assertEqual(account.lots[9].left, 5)
        self.assertFalse(account.lots[9].is_valid(_DAY))

    def test_settles_what_is_beyond_from_the_named_lots_in_turn(self):
        lots = [
            Lot(1, None, _day(-1), 100),
            Lot(2, None, _day(0), 15),
            Lot(3, None, _day(5), 100),
            Lot(4, None, _day(1), 100),
            Lot(5, None, _day(2), 0),
        ]
        account = Account(lots, 40)
        moves = account.settle([1, 2, 3, 5], _DAY)
        self.assertEqual(
            [tuple(move) for move in moves],
            [
                ("settlement", 2, -15),
                ("settlement", None, 15),
                ("settlement", 3, -25),
                ("settlement", None, 25),
            ],
        )
        self.assertEqual((account.beyond, account.lots[4].left), (0, 100))
        self.assertTrue(Account([Lot(1, left=5)], 1).settle([1], _DAY), "a minute")
        self.assertEqual(account.settle([4], _DAY), [], "nothing is beyond")
        self.assertEqual(Account([Lot(1, left=5)], -3).settle([1], _DAY), [])

    def test_too_much_that_was_settled_goes_back_to_the_last_lots(self):
        account = Account([Lot(1), Lot(2), Lot(3)], -50)
        moves = account.unsettle({1: 30, 3: 20, 2: 10})
        self.assertEqual(
            [tuple(move) for move in moves],
            [
                ("settlement", None, -20),
                ("settlement", 3, 20),
                ("settlement", None, -10),
                ("settlement", 2, 10),
                ("settlement", None, -20),
                ("settlement", 1, 20),
            ],
        )
        self.assertEqual(account.beyond, 0)
        self.assertEqual(account.unsettle({1: 30}), [])
        self.assertTrue(Account([Lot(1)], -1).unsettle({1: 30}), "a minute")
        self.assertEqual(Account([Lot(1)], 5).unsettle({1: 30}), [])

    # -- hours that are typed --

    def test_limits_of_minutes(self):
        self.assertEqual(get_minutes(744), MINUTES_AT_MOST)
        self.assertEqual(get_minutes(1_000_000, LOT_AT_MOST), 60_000_000)
        self.assertEqual(get_minutes(0.025), 2, "to the nearest, half to even")
        for hours in (744.001, 1_000_000, -0.001, math.nan, math.inf, -math.inf):
            with self.subTest(hours), self.assertRaises(ValueError):
                get_minutes(hours)
        with self.assertRaises(ValueError):
            get_minutes(1_000_000.1, LOT_AT_MOST)

    def test_weighed_exactly_and_rounded_once(self):
        for arguments, minutes in (
            ((10, 1.1), 11),
            ((30, 1.1), 33),
            ((31, 1.1), 35),
            ((1, 0.0001), 1),
            ((50, 2.0, 90), 100),
            ((50, 1.5, 90), 90),
            ((50, 1.0, 61, 15), 75),
            ((0, 2.0, 60, 15), 0),
        ):
            with self.subTest(arguments):
                self.assertEqual(weigh(*arguments), minutes)


class TestHoursForecastKernel(BaseCase):
    """What is left, what is lost, and what is said when nothing can be said."""

    def test_nothing_left_and_nothing_used(self):
        self.assertEqual(forecast(_DAY, [], 60), Forecast("empty", None, 60, 90, 0))
        lot = LotLeft(60)
        unused = Forecast("unused", None, 0, 90, 60)
        self.assertEqual(unused.lost, 0)
        self.assertEqual(forecast(_DAY, [lot], 0), unused)
        self.assertEqual(forecast(_DAY, [lot], -60), unused)
        self.assertEqual(forecast(_DAY, [lot], 60, 0), unused._replace(used=60, days=0))
        self.assertEqual(forecast(_DAY, [lot], 1, 1).date, _day(60))
        self.assertEqual(forecast(_DAY, [LotLeft(1)], 1, 1).date, _day(1))

    def test_lot_of_today_is_lost_because_work_goes_on_tomorrow(self):
        said = forecast(_DAY, [LotLeft(60, date_to=_DAY)], 60, 1)
        self.assertEqual((said.state, said.date), ("expires", _DAY))
        self.assertEqual((said.left, said.lost), (60, 60))

    def test_what_is_lost_in_the_end_was_not_worked(self):
        lots = [LotLeft(60, date_to=_day(1)), LotLeft(600, date_to=_day(3))]
        said = forecast(_DAY, lots, 60, 1)
        self.assertEqual((said.state, said.date), ("expires", _day(3)))
        self.assertEqual(said.lost, 480)
        empty = LotLeft(0)
        said = forecast(_DAY, [*lots, empty], 60, 1)
        self.assertEqual((said.state, said.date), ("expires", _day(3)))

    def test_lost_parts_of_minutes_are_rounded_up(self):
        said = forecast(_DAY, [LotLeft(60, date_to=_day(1))], 100)
        self.assertEqual(said.lost, 59)


class TestHoursPackAndPeriodKernel(BaseCase):
    def test_credit_takes_back_what_is_not_invoiced_beyond_the_order(self):
        for quantities, kept in (
            ((10, 20, 0), 10),
            ((10, 5, 2), 8),
            ((10, 5, 0), 10),
            ((10, 11, 2), 9),
            ((10, 10, 11), 0),
        ):
            with self.subTest(quantities):
                self.assertEqual(get_kept(*quantities), kept)

    def test_each_month_is_in_its_quarter(self):
        for month in range(1, 13):
            first = (month - 1) // 3 * 3 + 1
            start, end = get_quarter(date(2028, month, 15))
            self.assertEqual(start, date(2028, first, 1))
            after = end + timedelta(days=1)
            self.assertEqual((after.day, (after.month - first) % 12), (1, 3))
            self.assertEqual(after.year, 2028 + (first == 10))
