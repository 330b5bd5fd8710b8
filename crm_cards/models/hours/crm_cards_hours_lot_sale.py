from odoo import fields, models


class HoursLot(models.Model):
    """What a lot was sold by: a line of an order or of an invoice, once each.

    What is added to the line when the lot is over is one more lot.
    """

    _inherit = "crm.cards.hours.lot"

    order_id = fields.Many2one(related="order_line_id.order_id", string="Order")
    invoice_id = fields.Many2one(related="invoice_line_id.move_id", string="Invoice")
    is_added_later = fields.Boolean("Bought in addition", readonly=True, copy=False)

    # Whoever confirms or pays the same document at the same moment.
    _order_line_unique = models.UniqueIndex(
        "(order_line_id) WHERE order_line_id IS NOT NULL AND kind = 'bought' "
        "AND is_added_later IS NOT TRUE",
        "The hours of this line of the order are in the bank already.",
    )
    _invoice_line_unique = models.UniqueIndex(
        "(invoice_line_id) WHERE invoice_line_id IS NOT NULL AND kind = 'bought' "
        "AND is_added_later IS NOT TRUE",
        "The hours of this line of the invoice are in the bank already.",
    )
