from odoo import api, fields, models

_PRODUCT_COLUMNS = ("card_owned_product_id", "card_serial")


class Activity(models.Model):
    """The product an activity is about, in lists and statistics."""

    _inherit = "crm.cards.activity"
    _depends = {"mail.activity": _PRODUCT_COLUMNS}

    card_owned_product_id = fields.Many2one(
        "crm.cards.owned.product", string="Customer's product", readonly=True
    )
    card_serial = fields.Char(string="Serial number", readonly=True)

    @api.model
    def _get_columns(self):
        return (*super()._get_columns(), *_PRODUCT_COLUMNS)
