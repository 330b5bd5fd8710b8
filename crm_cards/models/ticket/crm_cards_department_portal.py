from odoo import fields, models


class Department(models.Model):
    """What the customers of a department are offered."""

    _inherit = "crm.cards.department"

    is_on_portal = fields.Boolean(
        "Offered in the portal",
        help="Customers can choose this department when they open a ticket in the "
        "portal.",
    )
    is_sla_on_portal = fields.Boolean(
        "Show service levels to customers",
        help="In the portal, customers read by when this department answers and solves "
        "their tickets. Whether they have service they always see.",
    )
    is_rating = fields.Boolean(
        "Ask for a rating",
        help="When a ticket is closed its customer is asked by e-mail, and in the "
        "portal, how he was served.",
    )
