"""Random months of billing: nothing is billed twice, nothing is lost."""

import random
from datetime import date

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_hours_billing import BillingCase

_STEPS = 40


@tagged("post_install", "-at_install")
class TestHoursBillingProperty(BillingCase):
    def test_any_order_of_work_bills_and_reversals_adds_up(self):
        for seed in (19, 129):
            with self.subTest(seed=seed), self.env.cr.savepoint() as savepoint:
                self._play(random.Random(seed))
                savepoint.rollback()
            self.env.invalidate_all()

    def _play(self, dice):
        self._mark_billable(self.other_project)
        self.lines = self.env["account.analytic.line"]
        steps = (self._work, self._work, self._edit, self._delete, self._sell)
        steps += (self._bill_some, self._bill_some, self._take_back)
        for _number in range(_STEPS):
            # What is refused leaves everything as it was.
            try:
                with self.env.cr.savepoint():
                    dice.choice(steps)(dice)
            except UserError:
                self.env.invalidate_all()
            self._check_all()
        states = self.env["crm.cards.hours.billing.line"].search([]).mapped("state")
        self.assertGreaterEqual({*states}, {"billed", "freed", "left"}, "it happened")
        self._bill(date_to="2026-12-31", detail="detailed")
        self._check_all()
        self.assertFalse(self._collect(date_to="2026-12-31").line_ids)
        self.assertEqual(self.bank.beyond_minutes, 0)

    def _work(self, dice):
        self.lines += self._log_hours(
            dice.choice((0.25, 1, 2.5)),
            project_id=dice.choice(self.project + self.other_project).id,
            date=date(2026, dice.randint(3, 5), dice.randint(1, 28)),
        )

    def _edit(self, dice):
        if self.lines:
            dice.choice(self.lines).unit_amount = dice.choice((0.5, 3))

    def _delete(self, dice):
        if self.lines:
            line = dice.choice(self.lines)
            line.unlink()
            self.lines -= line

    def _sell(self, dice):
        # A bank that is billed keeps its debt whatever is bought.
        self._buy(dice.choice((1, 2)))

    def _bill_some(self, dice):
        run = self._collect(
            date_to=date(2026, dice.randint(3, 5), 28),
            detail=dice.choice(("grouped", "detailed")),
        )
        for line in run.line_ids:
            if dice.random() < 0.3:
                line.is_included = False
            elif dice.random() < 0.3:
                line.write({"bill_hours": dice.choice((0, 1)), "reason": "Agreed"})
        if dice.random() < 0.2:
            run.action_cancel()
            return
        run.action_approve()
        if self.lines and dice.random() < 0.3:
            dice.choice(self.lines).unit_amount = 4
        run.action_invoice()

    def _take_back(self, dice):
        invoices = self.env["account.move"].search(
            [
                ("invoice_line_ids.card_hours_billing_ids", "!=", False),
                ("move_type", "=", "out_invoice"),
            ]
        )
        if not invoices:
            return
        invoice = dice.choice(invoices)
        if invoice.state == "cancel":
            invoice.button_draft()
        elif invoice.state == "draft" and dice.random() < 0.5:
            dice.choice((invoice.button_cancel, invoice.unlink))()
        elif invoice.state == "draft":
            invoice.action_post()
        else:
            refund = invoice._reverse_moves([{}])
            line = refund.invoice_line_ids[0]
            line.quantity = dice.choice((line.quantity, line.quantity / 2))
            refund.action_post()

    def _check_all(self):
        self.assertBooked()
        self.env.cr.execute(
            """
            SELECT source FROM crm_cards_hours_billing_line
             WHERE state = 'billed' GROUP BY source HAVING COUNT(*) > 1
            """
        )
        self.assertFalse(self.env.cr.fetchall(), "billed twice")
        # What is beyond is what was drawn beyond and is on no living invoice.
        self.env.cr.execute(
            """
            SELECT COALESCE(SUM(-minutes), 0) FROM crm_cards_hours_entry draw
             WHERE bank_id = %s AND kind = 'draw' AND lot_id IS NULL
               AND NOT EXISTS (
                    SELECT FROM crm_cards_hours_entry WHERE reversed_id = draw.id)
               AND NOT EXISTS (
                    SELECT FROM crm_cards_hours_billing_line
                     WHERE entry_id = draw.id AND state = 'billed')
            """,
            [self.bank.id],
        )
        [minutes] = self.env.cr.fetchone()
        self.assertEqual(self.bank.beyond_minutes, minutes)
