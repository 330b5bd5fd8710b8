"""People who log hours of the same customers at the same moment."""

from contextlib import ExitStack, closing
from datetime import datetime

from psycopg2.errors import SerializationFailure

from odoo import api
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.crm_cards.exceptions import HoursRefusedError

from .common_hours_concurrency import HoursConcurrencyCase

_MOMENT = datetime(2026, 4, 10, 12)


@tagged("post_install", "-at_install")
class TestHoursConcurrency(HoursConcurrencyCase):
    banks = 2

    def test_two_at_once_never_overdraw(self):
        self._buy(3)
        results = self._run_at_once(self._log(2), self._log(2))
        refused = [one for one in results if isinstance(one, HoursRefusedError)]
        self.assertEqual(len(refused), 1, results)
        self.assertEqual(self.retries, 1, "the race did not happen")
        self.assertEqual(self._read(lambda banks: banks[0].left_hours), 1)

    def test_two_banks_in_opposite_order_end_well(self):
        self._buy(10, 0)
        self._buy(10, 1)
        results = self._run_at_once(self._log(2, 0, 1), self._log(2, 1, 0))
        self._assert_no_error(results)
        self.assertGreaterEqual(self.retries, 1, "the race did not happen")
        left = self._read(lambda banks: banks.mapped("left_hours"))
        self.assertEqual(left, [6, 6])

    def test_batches_of_both_banks_lock_in_the_same_order(self):
        self._buy(10, 0)
        self._buy(10, 1)

        def log(*indexes):
            def act(env):
                vals = {"name": "Work", "unit_amount": 1, "date": "2026-03-02"}
                return (
                    env["account.analytic.line"]
                    .create(
                        [{**vals, "project_id": self.project_ids[i]} for i in indexes]
                    )
                    .ids
                )

            return act

        self._assert_no_error(self._run_at_once(log(0, 1, 0), log(1, 0, 1)))
        left = self._read(lambda banks: banks.mapped("left_hours"))
        self.assertEqual(left, [7, 7])

    def test_buying_and_drawing_at_once(self):
        self._buy(1)

        def buy(env):
            vals = {"bank_id": self.bank_ids[0], "hours": 5, "date_from": "2026-01-01"}
            return env["crm.cards.hours.bank"]._add_lots([vals]).ids

        self._assert_no_error(self._run_at_once(self._log(1), buy))
        self.assertEqual(self.retries, 1, "the race did not happen")
        self.assertEqual(self._read(lambda banks: banks[0].left_hours), 5)

    # -- expiry --

    def _workers(self, stack):
        """Return two environments that have seen the same state of the data."""
        cursors = [
            stack.enter_context(closing(self.registry.cursor())) for _index in range(2)
        ]
        for cr in cursors:
            cr.execute("SELECT id FROM crm_cards_hours_bank LIMIT 1")
        return [api.Environment(cr, api.SUPERUSER_ID, {}) for cr in cursors]

    @mute_logger("odoo.sql_db")
    def test_two_workers_expire_and_roll_over_once(self):
        self._buy(3, 0, date_to="2026-03-31")
        self._buy(3, 1, date_to="2026-03-31", is_rolled_over=True)
        with ExitStack() as stack:
            first, second = self._workers(stack)
            first["crm.cards.hours.bank"]._expire(_MOMENT, self.bank_ids)
            first.cr.commit()
            with self.assertRaises(SerializationFailure):
                second["crm.cards.hours.bank"]._expire(_MOMENT, self.bank_ids)
            second.cr.rollback()
            second["crm.cards.hours.bank"]._expire(_MOMENT, self.bank_ids)
            second.cr.commit()
        found = self._read(
            lambda banks: [
                (bank.expired_hours, bank.left_hours, len(bank.lot_ids))
                for bank in banks
            ]
        )
        self.assertEqual(found, [(3, 0, 1), (0, 3, 2)])

    @mute_logger("odoo.sql_db")
    def test_what_breaks_off_in_the_middle_of_rolling_over_leaves_nothing(self):
        self._buy(3, 0, date_to="2026-03-31", is_rolled_over=True)
        with ExitStack() as stack:
            first, second = self._workers(stack)
            first["crm.cards.hours.bank"]._expire(_MOMENT, self.bank_ids)
            first.flush_all()
            first.cr.rollback()  # as if the process had been killed
            self.assertEqual(self._read(lambda banks: len(banks.lot_ids)), 1)
            second["crm.cards.hours.bank"]._expire(_MOMENT, self.bank_ids)
            second.cr.commit()
        self.assertEqual(
            self._read(lambda banks: (len(banks.lot_ids), banks[0].left_hours)), (2, 3)
        )


@tagged("post_install", "-at_install")
class TestHoursManyAtOnce(HoursConcurrencyCase):
    people = 32

    def test_all_end_up_booked_or_cleanly_refused(self):
        self._buy(20)
        results = self._run_at_once(*[self._log(1)] * self.people)
        refused = [one for one in results if isinstance(one, HoursRefusedError)]
        booked = [one for one in results if isinstance(one, list)]
        self.assertEqual((len(booked), len(refused)), (20, 12), results)
        found = self._read(
            lambda banks: (banks.left_hours, len(banks.entry_ids), banks.beyond_minutes)
        )
        self.assertEqual(found, (0, 21, 0))
