from odoo import fields, models

HOURS_FIELDS = [
    ("bank", "Hours bank"),
    ("hours", "Hours"),
    ("price_hour", "Price per hour"),
    ("valid_from", "Valid from"),
    ("valid_to", "Valid until"),
]


class AccountsImportColumn(models.Model):
    """Columns of a list of hours that customers have left."""

    _inherit = "crm.cards.accounts.import.column"

    field = fields.Selection(
        selection_add=HOURS_FIELDS,
        ondelete={field: "cascade" for field, _label in HOURS_FIELDS},
    )
