from odoo import models


class CustomerType(models.Model):
    """One value of the company's own segmentation of its customers."""

    _name = "crm.cards.customer.type"
    _inherit = "crm.cards.dictionary.mixin"
    _description = "Customer Type"

    _name_unique = models.UniqueIndex(
        "((name->>'en_US'))", "There is already a customer type with this name."
    )
