from odoo import fields, models


class LicenseType(models.Model):
    """What kind of licence a product is sold under (row 53)."""

    _name = "crm.cards.license.type"
    _description = "Licence Type"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _name_unique = models.UniqueIndex(
        "((name->>'en_US'))", "There is already a licence type with this name."
    )
