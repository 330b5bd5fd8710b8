from odoo import fields, models

from ...tools.owned_product_words import CUSTOMER_FIELDS
from ..card.crm_cards_accounts_import_column import TARGETS, Target

OWNED_FIELDS = [
    ("product", "Product"),
    ("serial", "Serial number"),
    ("quantity", "Quantity"),
    ("date_bought", "Bought on"),
    ("service_start", "Service from"),
    ("service_end", "Service until"),
    ("license_type", "Licence type"),
    ("note", "Note"),
]
_OWNED_TARGETS = {
    "product": Target("product", "product_id", part="owned", limit=256),
    "serial": Target("serial", "serial", part="owned"),
    "quantity": Target("quantity", "quantity", part="owned"),
    "date_bought": Target("date", "date_bought", part="owned"),
    "service_start": Target("date", "service_start", part="owned"),
    "service_end": Target("date", "service_end", part="owned"),
    "license_type": Target(
        "name", "license_type_id", part="owned", comodel="crm.cards.license.type"
    ),
    "note": Target("note", "note", part="owned", limit=10_000),
}
# The customer's columns come without a part of this import: they are read to say who is
# meant, and never written.
OWNED_PRODUCT_TARGETS = {
    **{field: TARGETS[field] for field in CUSTOMER_FIELDS},
    **_OWNED_TARGETS,
}


class AccountsImportColumn(models.Model):
    """Columns of a list of customers' products."""

    _inherit = "crm.cards.accounts.import.column"

    field = fields.Selection(
        selection_add=OWNED_FIELDS,
        ondelete={field: "cascade" for field, _label in OWNED_FIELDS},
    )
