from odoo import api, fields, models


class Ticket(models.Model):
    """Whom outside a ticket waits for, under which number and until when (row 134)."""

    _inherit = "crm.cards.ticket"

    is_supplier_missing = fields.Boolean(
        "No supplier is named", compute="_compute_is_supplier_missing"
    )

    @api.depends("waiting_for", "supplier_id")
    def _compute_is_supplier_missing(self):
        for ticket in self:
            ticket.is_supplier_missing = _is_supplier_missing(ticket)

    def write(self, vals):
        if not {"stage_id", "department_id", "supplier_id"} & vals.keys():
            return super().write(vals)
        missing = self.filtered(_is_supplier_missing)
        result = super().write(vals)
        (self - missing).filtered(_is_supplier_missing)._ask_for_supplier()
        return result

    def _ask_for_supplier(self):
        """Ask in the conversation; a board moves cards without a form."""
        note = self.env._(
            "Which supplier is this waiting for? Fill in Supplier, Supplier's "
            "reference and Promised by the supplier."
        )
        if self:
            self._message_log_batch(dict.fromkeys(self.ids, note))

    def _get_message_event(self, message):
        """Take what the supplier writes neither for the customer's words nor ours."""
        event = super()._get_message_event(message)
        # The customer who wrote may be unable to see who supplies us.
        supplier = self.sudo().supplier_id.commercial_partner_id
        author = message.sudo().author_id.commercial_partner_id
        if event == "customer" and supplier and author == supplier:
            return None
        return event


def _is_supplier_missing(ticket):
    return ticket.waiting_for == "supplier" and not ticket.supplier_id
