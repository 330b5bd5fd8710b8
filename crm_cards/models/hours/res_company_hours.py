from odoo import fields, models

OVERDRAFTS = [
    ("stop", "Stop"),
    ("warn", "Warn"),
    ("allow", "Allow down to a limit"),
    ("bill", "Bill the rest"),
]


class ResCompany(models.Model):
    """How the company accounts for hours that are bought in advance."""

    _inherit = "res.company"

    # Not required: other add-ons create companies without us.
    crm_cards_hours_rounding = fields.Selection(
        [("1", "1 minute"), ("6", "6 minutes"), ("15", "15 minutes")],
        string="Hours are rounded up to",
        default="1",
    )
    crm_cards_hours_overdraft = fields.Selection(
        OVERDRAFTS,
        string="When a bank of hours is empty",
        default="warn",
        help="What new hours banks begin with.",
    )
    crm_cards_hours_trigger = fields.Selection(
        [("order", "The order is confirmed"), ("invoice", "The invoice is paid")],
        string="Sold hours may be used when",
        default="order",
    )

    def _get_hours_step(self):
        """Return to how many minutes an entry is rounded up."""
        return int(self.crm_cards_hours_rounding or 1)
