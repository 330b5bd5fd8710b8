from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    crm_cards_alert_minutes = fields.Integer(
        string="One message of tickets within (minutes)",
        default=15,
        help="Whoever was told of tickets is told of further ones in one message, not "
        "earlier than so many minutes later.",
    )
