from odoo import fields, models


class CustomerType(models.Model):
    """One value of the company's own segmentation of its customers."""

    _name = "crm.cards.customer.type"
    _description = "Customer Type"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    active = fields.Boolean(default=True)

    _name_unique = models.UniqueIndex(
        "((name->>'en_US'))", "There is already a customer type with this name."
    )
