from odoo import fields, models


class ResCompany(models.Model):
    """When and to whom the company says that the hours of a bank come to an end."""

    _inherit = "res.company"

    crm_cards_hours_notice_percent = fields.Integer(
        "Hours run low once this much is used (%)",
        default=80,
        help="Of what was there when hours last came in. Zero: nothing is said.",
    )
    crm_cards_hours_notice_days = fields.Integer(
        "Hours expire soon within (days)",
        default=30,
        help="Before the last valid lot with hours in it expires. Zero: nothing is "
        "said.",
    )
    crm_cards_hours_notice_user_id = fields.Many2one(
        "res.users",
        string="Notices of hours go to",
        help="Where the customer has no salesperson who may see the bank. Empty: to "
        "the first manager of hours of the company.",
    )
    crm_cards_hours_pack_id = fields.Many2one(
        "product.product",
        string="Hours pack for renewals",
        help="Offered to customers who have not bought one yet.",
    )
