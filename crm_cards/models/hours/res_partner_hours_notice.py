from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    card_hours_notice = fields.Boolean(
        "Tell the customer when hours end",
        copy=False,
        groups="base.group_user",
        help="By e-mail, when the hours of a bank run low, are used up or expire soon.",
    )
