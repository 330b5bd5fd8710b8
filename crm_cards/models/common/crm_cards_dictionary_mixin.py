from odoo import fields, models


class DictionaryMixin(models.AbstractModel):
    """One value of a list that the company keeps itself, in the order it chose."""

    _name = "crm.cards.dictionary.mixin"
    _description = "Value of the Company's Own List"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    active = fields.Boolean(default=True)
