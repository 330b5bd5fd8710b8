from odoo import fields, models


class HoursLot(models.Model):
    """What a lot was sold by: a line of an order or of an invoice, once each."""

    _inherit = "crm.cards.hours.lot"

    order_id = fields.Many2one(related="order_line_id.order_id", string="Order")
    invoice_id = fields.Many2one(related="invoice_line_id.move_id", string="Invoice")

    # Whoever confirms or pays the same document at the same moment.
    _order_line_unique = models.UniqueIndex(
        "(order_line_id) WHERE order_line_id IS NOT NULL AND kind = 'bought'",
        "The hours of this line of the order are in the bank already.",
    )
    _invoice_line_unique = models.UniqueIndex(
        "(invoice_line_id) WHERE invoice_line_id IS NOT NULL AND kind = 'bought'",
        "The hours of this line of the invoice are in the bank already.",
    )
