from unittest.mock import patch

from .common_hours_concurrency import HoursConcurrencyCase

_GROUPS = ("crm_cards.crm_cards_group_hours_manager", "account.group_account_invoice")
_AT_ONCE = "odoo.addons.crm_cards.models.hours.crm_cards_hours_billing_invoice.AT_ONCE"


class BillingConcurrencyCase(HoursConcurrencyCase):
    """Committed customers who used more than they bought, and a company that sells."""

    overdraft = "bill"

    def setUp(self):
        super().setUp()
        self.run_ids = []
        with self._environment() as env:
            env["res.users"].browse(self.user_ids[0]).group_ids += env.ref(
                _GROUPS[0]
            ) + env.ref(_GROUPS[1])
            env["crm.cards.hours.bank"].browse(self.bank_ids).overdraft_price = 90
            accounts = env["account.account"].create(
                [
                    {"name": f"B {kind}", "code": f"HB{kind[:4]}", "account_type": kind}
                    for kind in ("asset_receivable", "income")
                ]
            )
            journal = env["account.journal"].create(
                {
                    "name": "Billed at once",
                    "code": "HBAO",
                    "type": "sale",
                    "sequence": 0,
                    "default_account_id": accounts[1].id,
                }
            )
            partners = env["res.partner"].browse(self.partner_ids)
            partners.property_account_receivable_id = accounts[0]
            product = env["product.product"].create(
                {
                    "name": "Billed at once",
                    "type": "service",
                    "uom_id": env.ref("uom.product_uom_hour").id,
                    "property_account_income_id": accounts[1].id,
                    "taxes_id": [],
                }
            )
            self.product_id, self.journal_id = product.id, journal.id
            self.account_ids = accounts.ids
        self.addCleanup(self._remove_billing)

    def _remove_billing(self):
        with self._environment() as env:
            env["account.move"].search([("journal_id", "=", self.journal_id)]).unlink()
            env.cr.execute(
                "DELETE FROM crm_cards_hours_billing_line WHERE bank_id = ANY(%s)",
                [self.bank_ids],
            )
            env["crm.cards.hours.billing"].browse(self.run_ids).unlink()
            env["product.product"].browse(self.product_id).unlink()
            env["account.journal"].browse(self.journal_id).unlink()
            env["res.partner"].browse(
                self.partner_ids
            ).property_account_receivable_id = False
            env["account.account"].browse(self.account_ids).unlink()
            cron = env.ref("crm_cards.ir_cron_crm_cards_hours_billing")
            env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]).unlink()

    def _log_all(self, hours=1):
        with self._environment(self.user_ids[0]) as env:
            self._log(hours, *range(self.banks))(env)

    def _create_run(self, **values):
        with self._environment(self.user_ids[0]) as env:
            run = env["crm.cards.hours.billing"].create(
                {
                    "date_from": "2026-03-01",
                    "date_to": "2026-03-31",
                    "product_id": self.product_id,
                    "with_lines": False,
                    **values,
                }
            )
            self.run_ids.append(run.id)
            return run.id

    def _approve(self):
        """Return the id of a run that is collected and approved."""
        run_id = self._create_run()
        with self._environment(self.user_ids[0]) as env:
            run = env["crm.cards.hours.billing"].browse(run_id)
            run.action_collect()
            run.action_approve()
        return run_id

    def _press(self, run_id, method):
        def act(env):
            getattr(env["crm.cards.hours.billing"].browse(run_id), method)()
            return True

        return act

    def _start_in_background(self, run_id):
        with patch(_AT_ONCE, 0), self._environment(self.user_ids[0]) as env:
            self._press(run_id, "action_invoice")(env)

    def _list_invoices(self):
        """Return ``[(customer id, hours)]`` of the invoices that are there."""
        with self._environment() as env:
            moves = env["account.move"].search(
                [("journal_id", "=", self.journal_id)], order="id"
            )
            return [
                (move.partner_id.id, sum(move.invoice_line_ids.mapped("quantity")))
                for move in moves
            ]

    def _read_states(self, run_id):
        with self._environment() as env:
            run = env["crm.cards.hours.billing"].browse(run_id)
            return run.state, sorted(run.line_ids.mapped("state"))
