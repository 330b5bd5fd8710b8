from odoo import models

from ...tools.superuser import as_superuser


class ResCompany(models.Model):
    _inherit = "res.company"

    def _draw_ticket_numbers(self, count):
        """Return ``count`` new ticket numbers of this company, in order."""
        self.ensure_one()
        # Whoever opens a ticket draws its number; the sequence is not his to read.
        sequences = as_superuser(self.env["ir.sequence"])
        sequence = sequences.search(
            [
                ("code", "=", "crm.cards.ticket"),
                ("company_id", "in", [self.id, False]),
            ],
            order="company_id",
            limit=1,
        )
        return self._draw_sequence_numbers(sequence, count)
