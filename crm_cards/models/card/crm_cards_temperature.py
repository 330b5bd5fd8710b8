from odoo import models


class Temperature(models.Model):
    """How close a customer is to buying; the order runs from cold to hot."""

    _name = "crm.cards.temperature"
    _inherit = "crm.cards.dictionary.mixin"
    _description = "Customer Temperature"

    _name_unique = models.UniqueIndex(
        "((name->>'en_US'))", "There is already a temperature with this name."
    )
