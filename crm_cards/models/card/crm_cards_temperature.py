from odoo import fields, models


class Temperature(models.Model):
    """How close a customer is to buying; the order runs from cold to hot."""

    _name = "crm.cards.temperature"
    _description = "Customer Temperature"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    active = fields.Boolean(default=True)

    _name_unique = models.UniqueIndex(
        "((name->>'en_US'))", "There is already a temperature with this name."
    )
