import base64

from odoo import fields, models

from ...report.hours_billing_xlsx import make_workbook
from .crm_cards_hours_billing import LIVE


class HoursBilling(models.Model):
    """Hours to bill on paper, and as an Excel file."""

    _inherit = "crm.cards.hours.billing"

    workbook = fields.Binary(
        "Excel file", compute="_compute_workbook", prefetch=False, exportable=False
    )

    def _compute_workbook(self):
        for billing in self:
            rows = billing.line_ids._prepare_rows()
            billing.workbook = base64.b64encode(make_workbook(self.env, rows))

    def _filter_billed(self):
        """Return the lines that are billed, or will be as it looks now."""
        return self.line_ids.filtered(
            lambda line: line.is_included and line.state in LIVE
        )

    def action_print(self):
        report = self.env.ref("crm_cards.crm_cards_hours_report_billing")
        # Whoever may not read reports may print them.
        return report.sudo().report_action(self, config=False)

    def action_export(self):
        """Download all lines of the run, in the user's language."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "target": "download",
            "url": f"/web/content/{self._name}/{self.id}/workbook/"
            f"hours-to-bill-{self.date_to:%Y%m%d}.xlsx?download=true",
        }


class HoursBillingLine(models.Model):
    _inherit = "crm.cards.hours.billing.line"

    def _prepare_rows(self):
        """Return what is printed of each line, in words of the language at hand."""
        states = dict(self._fields["state"]._description_selection(self.env))
        rows = []
        # Names of what the hours are for, whoever may open it.
        for line in self.sudo():
            ticket = line.ticket_id
            number = ticket and f"#{ticket.number} {ticket.name}"
            rows.append(
                {
                    "customer": line.partner_id.display_name,
                    "bank": line.bank_id.name,
                    "project": line.project_id.name,
                    "about": number or line.task_id.name or line.project_id.name or "",
                    "date": line.date,
                    "person": line.user_id.name,
                    "text": line.name,
                    "worked_minutes": line.worked_minutes,
                    "minutes": line.minutes,
                    "bill_minutes": line.bill_minutes,
                    "reason": line.reason,
                    "price": line.price_hour,
                    "currency": line.currency_id.name,
                    "amount": line.amount,
                    "state": states[line.state],
                    "invoice": line.invoice_id.display_name or "",
                }
            )
        return rows


class AccountMove(models.Model):
    _inherit = "account.move"

    def _prepare_hours_annex(self):
        """Return the work that the invoice bills, by day, for its annex."""
        self.ensure_one()
        # Whoever gets the invoice may know what is on it.
        works = self.sudo().invoice_line_ids.card_hours_billing_ids
        works = works.filtered(lambda work: work.state == "billed")
        return works.sorted(lambda work: (work.date, work.id))._prepare_rows()
