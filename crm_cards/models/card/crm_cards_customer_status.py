from odoo import fields, models


class CustomerStatus(models.Model):
    """Where a customer stands on the path from first contact to leaving."""

    _name = "crm.cards.customer.status"
    _inherit = "crm.cards.dictionary.mixin"
    _description = "Customer Status"

    is_closed = fields.Boolean(
        string="Closed",
        help="Customers in this status are left out of the list "
        "unless its toggle Closed is on.",
    )
    fold = fields.Boolean(string="Folded in kanban")

    _name_unique = models.UniqueIndex(
        "((name->>'en_US'))", "There is already a customer status with this name."
    )
