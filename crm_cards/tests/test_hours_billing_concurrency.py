"""Several people, or nobody any more, at the same run of hours to bill."""

from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.hours import crm_cards_hours_bank_expiry
from .common_hours_billing_concurrency import BillingConcurrencyCase
from .common_kill import KillCase


@tagged("post_install", "-at_install")
class TestHoursBillingConcurrency(BillingConcurrencyCase):
    banks = 2

    def test_two_who_press_at_once_make_one_set_of_invoices(self):
        self._log_all()
        run_id = self._approve()
        press = self._press(run_id, "action_invoice")
        results = self._run_at_once(press, press)
        refused = [one for one in results if isinstance(one, UserError)]
        self.assertEqual(len(refused), 1, results)
        self.assertIn("made already", str(refused[0]))
        self.assertEqual(self.retries, 1, "the race did not happen")
        self.assertEqual(
            sorted(self._list_invoices()), [(one, 1) for one in self.partner_ids]
        )
        self.assertEqual(self._read(lambda banks: sum(banks.mapped("beyond_hours"))), 0)

    def test_two_runs_that_collect_at_once_share_nothing(self):
        self._log_all()
        runs = [self._create_run(), self._create_run()]
        results = self._run_at_once(
            *[self._press(one, "action_collect") for one in runs]
        )
        self._assert_no_error(results)
        self.assertGreaterEqual(self.retries, 1, "the race did not happen")
        states = [self._read_states(run_id)[1] for run_id in runs]
        self.assertEqual(sorted(states), [[], ["open", "open"]])

    def test_who_changes_work_while_it_is_invoiced_is_refused_or_left_out(self):
        with self._environment(self.user_ids[0]) as env:
            [line_id] = self._log(1)(env)
        run_id = self._approve()

        def change(env):
            env["account.analytic.line"].browse(line_id).unit_amount = 5
            return True

        results = self._run_at_once(self._press(run_id, "action_invoice"), change)
        self.assertEqual(self.retries, 1, "the race did not happen")
        if isinstance(results[1], UserError):
            self.assertEqual(self._list_invoices(), [(self.partner_ids[0], 1)])
        else:
            self._assert_no_error(results[1:])
            self.assertIn("All of it has changed", str(results[0]))
            self.assertEqual(self._list_invoices(), [])
            beyond = self._read(lambda banks: banks[0].beyond_hours)
            self.assertEqual(beyond, 5)

    @mute_logger("odoo.sql_db")
    def test_database_bills_no_work_twice(self):
        self._log_all()
        self._approve()
        run_id = self._create_run()
        with self.assertRaises(IntegrityError), self._environment() as env:
            env.cr.execute(
                """
                INSERT INTO crm_cards_hours_billing_line (
                    billing_id, company_id, state, partner_id, source, date,
                    currency_id)
                SELECT %s, company_id, 'billed', partner_id, source, date, currency_id
                  FROM crm_cards_hours_billing_line
                 WHERE bank_id = %s
                """,
                [run_id, self.bank_ids[0]],
            )


@tagged("post_install", "-at_install")
class TestHoursBillingKilled(KillCase, BillingConcurrencyCase):
    banks = 5

    def _stop_at(self, model, method, count, before=False):
        """Return work that is killed when a method is called for the n-th time."""

        def patch_model(env, reached):
            cls = type(env[model])
            original = getattr(cls, method)
            calls = []

            def stop(records, *args):
                calls.append(1)
                if len(calls) == count and before:
                    reached()
                result = original(records, *args)
                if len(calls) == count:
                    records.env.flush_all()
                    reached()
                return result

            setattr(cls, method, stop)

        return patch_model

    def test_run_that_is_killed_goes_on_where_it_was(self):
        self._log_all()
        run_id = self._approve()
        self._start_in_background(run_id)
        self.assertEqual(self._read_states(run_id), ("invoicing", ["open"] * 5))
        stop = self._stop_at("crm.cards.hours.billing.line", "_mark_billed", 3)

        def work(env, reached):
            stop(env, reached)
            env["crm.cards.hours.billing"]._cron_invoice()

        self._kill_in_the_middle(work)
        self.assertEqual(
            self._list_invoices(), [(one, 1) for one in self.partner_ids[:2]]
        )
        self.assertEqual(
            self._read_states(run_id),
            ("invoicing", ["billed"] * 2 + ["open"] * 3),
        )
        self.assertEqual(
            self._read(lambda banks: banks.mapped("beyond_hours")), [0, 0, 1, 1, 1]
        )
        # And killed once more, between booking and the next customer.
        self._kill_in_the_middle(work)
        with self._environment() as env:
            env["crm.cards.hours.billing"]._cron_invoice()
        self.assertEqual(self._list_invoices(), [(one, 1) for one in self.partner_ids])
        self.assertEqual(self._read_states(run_id), ("invoiced", ["billed"] * 5))
        found = self._read(
            lambda banks: [
                (
                    bank.beyond_hours,
                    bank.entry_ids.filtered(lambda one: one.kind == "billing").hours,
                )
                for bank in banks
            ]
        )
        self.assertEqual(found, [(0, 1)] * 5)
        with self._environment() as env:
            env["crm.cards.hours.billing"]._cron_invoice()
        self.assertEqual(len(self._list_invoices()), 5)

    def test_button_that_is_killed_has_done_nothing(self):
        self._log_all()
        run_id = self._approve()
        stop = self._stop_at("crm.cards.hours.billing.line", "_mark_billed", 3)

        def work(env, reached):
            stop(env, reached)
            run = env["crm.cards.hours.billing"].browse(run_id)
            run.with_user(self.user_ids[0]).action_invoice()

        self._kill_in_the_middle(work)
        self.assertEqual(self._list_invoices(), [])
        self.assertEqual(self._read_states(run_id), ("approved", ["open"] * 5))
        self._assert_no_error(self._run_at_once(self._press(run_id, "action_invoice")))
        self.assertEqual(len(self._list_invoices()), 5)

    def test_roll_over_that_is_killed_goes_on_where_it_was(self):
        days = {"date_from": "2020-01-01", "date_to": "2020-03-31"}
        for index in range(self.banks):
            self._buy(3, index, is_rolled_over=True, rollover_days=0, **days)
            self._buy(1, index, **days)
        # Between taking the hours out of the old lots and putting them into new ones.
        stop = self._stop_at("crm.cards.hours.bank", "_add_lots", 2, before=True)

        def work(env, reached):
            stop(env, reached)
            crm_cards_hours_bank_expiry._BATCH = 2  # in the copy only
            env["crm.cards.hours.bank"]._cron_expire()

        self._kill_in_the_middle(work)

        def read(banks):
            return [
                (len(bank.lot_ids), bank.left_hours, bank.expired_hours)
                for bank in banks
            ]

        self.assertEqual(self._read(read), [(3, 3, 1)] * 2 + [(2, 4, 0)] * 3)
        for _time in range(2):
            with self._environment() as env:
                env["crm.cards.hours.bank"]._cron_expire()
            self.assertEqual(self._read(read), [(3, 3, 1)] * 5)
