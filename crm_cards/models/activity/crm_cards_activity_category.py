from odoo import models


class ActivityCategory(models.Model):
    """What activities are about, by the company's own list (row 91)."""

    _name = "crm.cards.activity.category"
    _inherit = "crm.cards.dictionary.mixin"
    _description = "Activity Category"

    _name_unique = models.UniqueIndex(
        "((name->>'en_US')) WHERE active IS TRUE",
        "There is already a category of this name.",
    )
