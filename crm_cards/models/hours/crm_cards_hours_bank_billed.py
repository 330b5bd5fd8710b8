from odoo import api, fields, models


class HoursBank(models.Model):
    """Leaves work alone that is on an invoice."""

    _inherit = "crm.cards.hours.bank"

    @api.model
    def _describe_billed(self, draw):
        """Return why a draw that was billed is not taken back.

        :param dict draw: as ``_read_draws`` returns it
        """
        # Whoever works need not see invoices; he has to know what is in the way.
        works = self.env["crm.cards.hours.billing.line"].sudo()
        work = works.search(
            [("entry_id", "=", draw["id"]), ("state", "=", "billed")], limit=1
        )
        return work._describe_billed()


class HoursBillingLine(models.Model):
    _inherit = "crm.cards.hours.billing.line"

    def _describe_billed(self):
        """Return why the work is not changed any more."""
        self.ensure_one()
        return self.env._(
            "“%(work)s” of %(day)s has been billed to %(customer)s (%(invoice)s), so "
            "its hours do not change any more. Log other hours in a line of their own, "
            "or have the invoice cancelled or credited first.",
            work=self.name or "",
            day=fields.Date.to_string(self.date),
            customer=self.partner_id.display_name,
            invoice=self.invoice_id.display_name,
        )
