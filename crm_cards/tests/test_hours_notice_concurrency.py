"""Draws, workers and salespeople who meet at a bank that runs low."""

from odoo import SUPERUSER_ID
from odoo.tests import tagged

from .common_hours_concurrency import HoursConcurrencyCase


@tagged("post_install", "-at_install")
class TestHoursNoticeConcurrency(HoursConcurrencyCase):
    overdraft = "warn"

    def setUp(self):
        super().setUp()
        self.addCleanup(self._remove_traces)

    def _remove_traces(self):
        with self._environment() as env:
            for model in ("crm.cards.hours.notice", "sale.order"):
                field = "bank_id" if "notice" in model else "card_hours_bank_id"
                env[model].search([(field, "in", self.bank_ids)]).unlink()
            banks = env["crm.cards.hours.bank"].browse(self.bank_ids)
            banks.activity_ids.unlink()
            cron = env.ref("crm_cards.ir_cron_crm_cards_hours_notice_tell")
            env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]).unlink()

    def _as_superuser(self, model, method):
        def act(env):
            getattr(env(user=SUPERUSER_ID)[model], method)()

        return act

    def _forget(self):
        with self._environment() as env:
            env["crm.cards.hours.notice"].search(
                [("bank_id", "in", self.bank_ids)]
            ).unlink()

    def _get_kinds(self):
        return self._read(lambda banks: sorted(banks.notice_ids.mapped("kind")))

    def test_two_draws_that_reach_it_together_are_noticed_once(self):
        self._buy(20)
        results = self._run_at_once(self._log(8.5), self._log(8.5))
        self._assert_no_error(results)
        self.assertEqual(self.retries, 1, "the race did not happen")
        self.assertEqual(self._get_kinds(), ["low"])

    def test_two_workers_record_once(self):
        self._buy(20)
        self._assert_no_error(self._run_at_once(self._log(17)))
        self._forget()
        notice = self._as_superuser("crm.cards.hours.notice", "_record")
        self._assert_no_error(self._run_at_once(notice, notice))
        self.assertEqual(self._get_kinds(), ["low"])

    def test_draw_and_worker_notice_once(self):
        self._buy(20)
        self._assert_no_error(self._run_at_once(self._log(17)))
        self._forget()
        notice = self._as_superuser("crm.cards.hours.notice", "_cron_notice")
        self._assert_no_error(self._run_at_once(self._log(1), notice))
        self.assertEqual(self._get_kinds(), ["low"])

    def test_two_workers_tell_once(self):
        self._buy(20)
        self._assert_no_error(self._run_at_once(self._log(17)))
        tell = self._as_superuser("crm.cards.hours.notice", "_cron_tell")
        self._assert_no_error(self._run_at_once(tell, tell))
        self.assertEqual(self._read(lambda banks: len(banks.activity_ids)), 1)
        self.assertEqual(self._read(lambda banks: banks.notice_ids.state), "told")

    def test_worker_that_dies_leaves_nothing_half_done(self):
        self._buy(20)
        self._assert_no_error(self._run_at_once(self._log(17)))
        with self._environment() as env:
            env["crm.cards.hours.notice"].search(
                [("bank_id", "in", self.bank_ids)]
            )._tell()
            env.cr.rollback()
        self.assertEqual(self._read(lambda banks: banks.notice_ids.state), "waiting")
        self.assertFalse(self._read(lambda banks: banks.activity_ids.ids))
        with self._environment() as env:
            env["crm.cards.hours.notice"]._cron_tell()
        self.assertEqual(self._read(lambda banks: len(banks.activity_ids)), 1)

    def test_two_clicks_make_one_quotation(self):
        with self._environment() as env:
            env["res.users"].browse(self.user_ids[:1]).group_ids += env.ref(
                "sales_team.group_sale_salesman"
            )
            product = env["product.product"].create(
                {
                    "name": "Renewed at once",
                    "type": "service",
                    "card_is_hours_pack": True,
                    "card_pack_hours": 10,
                }
            )
            bank = env["crm.cards.hours.bank"].browse(self.bank_ids[0])
            bank.renewal_product_id = product
        self.addCleanup(self._remove_product, product.id)

        def click(env):
            bank = env["crm.cards.hours.bank"].browse(self.bank_ids[0])
            return bank.action_renew()["res_id"]

        results = self._run_at_once(click, click)
        self._assert_no_error(results)
        self.assertEqual(self.retries, 1, "the race did not happen")
        self.assertEqual(*results)

    def _remove_product(self, product_id):
        with self._environment() as env:
            orders = env["sale.order"].search(
                [("order_line.product_id", "=", product_id)]
            )
            orders.unlink()
            env["crm.cards.hours.bank"].browse(self.bank_ids).renewal_product_id = False
            env["product.product"].browse(product_id).unlink()
