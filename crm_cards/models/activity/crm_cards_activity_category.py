from odoo import fields, models


class ActivityCategory(models.Model):
    """What activities are about, by the company's own list (row 91)."""

    _name = "crm.cards.activity.category"
    _description = "Activity Category"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    active = fields.Boolean(default=True)

    _name_unique = models.UniqueIndex(
        "((name->>'en_US')) WHERE active IS TRUE",
        "There is already a category of this name.",
    )
