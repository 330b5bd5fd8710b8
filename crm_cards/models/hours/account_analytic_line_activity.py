from odoo import fields, models


class AccountAnalyticLine(models.Model):
    _inherit = "account.analytic.line"

    card_activity_id = fields.Many2one(
        "mail.activity",
        string="Activity",
        ondelete="set null",
        index="btree_not_null",
        help="The activity during which the hours were logged.",
    )
