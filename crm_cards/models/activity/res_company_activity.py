from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    crm_cards_done_color = fields.Selection(
        [("white", "White"), ("green", "Green")],
        string="Rows of done activities",
        default="white",  # not required: other add-ons create companies without us
    )
    crm_cards_start_page_home = fields.Boolean(
        string="Begin on My start page",
        help="What users of the cards see after they log in, unless they have chosen "
        "a home page of their own.",
    )
    crm_cards_activity_digest = fields.Boolean(
        string="Daily message of closed activities",
        default=True,
        help="Whoever asked for activities hears once a day which of them others "
        "have closed.",
    )
