from odoo import fields, models

COVERAGE_DAYS = 30  # where a company says nothing


class ResCompany(models.Model):
    _inherit = "res.company"

    crm_cards_coverage_days = fields.Integer(
        string="Service ends within (days)",
        default=COVERAGE_DAYS,
        help="From how many days before its end a service counts as ending.",
    )
