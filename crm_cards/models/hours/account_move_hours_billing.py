from odoo import api, fields, models

from ...tools.superuser import as_superuser


class AccountMove(models.Model):
    """Invoices of hours: what becomes of them becomes of the hours they bill."""

    _inherit = "account.move"

    card_hours_billing_count = fields.Integer(
        "Pieces of work", compute="_compute_card_hours_billing_count"
    )

    @api.depends("invoice_line_ids")
    def _compute_card_hours_billing_count(self):
        # Whoever reads an invoice may know that it bills hours.
        rows = (
            self.env["crm.cards.hours.billing.line"]
            .sudo()
            ._read_group(
                [("invoice_line_id.move_id", "in", self.ids)],
                ["invoice_line_id"],
                ["__count"],
            )
        )
        counts = {}
        for invoice_line, count in rows:
            move_id = invoice_line.move_id.id
            counts[move_id] = counts.get(move_id, 0) + count
        for move in self:
            move.card_hours_billing_count = counts.get(move.id, 0)

    def _post(self, soft=True):
        posted = super()._post(soft)
        posted._follow_hours_billing()
        return posted

    def button_draft(self):
        result = super().button_draft()
        self._follow_hours_billing()
        return result

    def button_cancel(self):
        result = super().button_cancel()
        self._follow_hours_billing()
        return result

    def unlink(self):
        self.line_ids._free_hours()
        return super().unlink()

    def _follow_hours_billing(self):
        """Make the billed hours agree with these invoices and credit notes."""
        # Whoever invoices need not see runs or banks.
        invoices = as_superuser(self | self.reversed_entry_id)
        invoices = invoices.filtered(lambda move: move.is_sale_document(True))
        if invoices:
            works = invoices.env["crm.cards.hours.billing.line"]
            works._follow_invoices(invoices)

    def action_open_hours_billing(self):
        """Open the work that the invoice bills."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_cards.crm_cards_hours_billing_line_action"
        )
        domain = [("invoice_line_id", "in", self.invoice_line_ids.ids)]
        return {**action, "domain": domain, "context": {"create": False}}
