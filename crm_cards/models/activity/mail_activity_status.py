from odoo import fields, models


class MailActivity(models.Model):
    """Cancelled activities stay, told apart from those that were done."""

    _name = "mail.activity"
    _inherit = ["mail.activity", "crm.cards.activity.status.mixin"]

    card_cancelled = fields.Boolean(string="Cancelled", readonly=True, copy=False)
    card_cancel_reason = fields.Text(
        string="Reason of cancelling", readonly=True, copy=False
    )

    # Open activities are few beside the closed ones of many years.
    _card_open = models.Index("(date_deadline) WHERE active IS TRUE")
