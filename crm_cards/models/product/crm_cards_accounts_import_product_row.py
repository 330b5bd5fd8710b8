from odoo import fields, models
from odoo.exceptions import UserError

from ..card.crm_cards_accounts_import_row import _TEXT


class AccountsImportRow(models.Model):
    """A row that says what a customer has."""

    _inherit = "crm.cards.accounts.import.row"

    owned_product_id = fields.Many2one(
        "crm.cards.owned.product",
        string="Customer's product",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    text_product = fields.Char("Product", **_TEXT)
    text_serial = fields.Char("Serial number", **_TEXT)
    text_quantity = fields.Char("Quantity", **_TEXT)
    text_date_bought = fields.Char("Bought on", **_TEXT)
    text_service_start = fields.Char("Service from", **_TEXT)
    text_service_end = fields.Char("Service until", **_TEXT)
    text_license_type = fields.Char("Licence type", **_TEXT)
    text_note = fields.Char("Note", **_TEXT)

    def action_open_as_new(self):
        if any(row.target == "owned_products" for row in self):
            raise UserError(
                self.env._(
                    "An import of products opens no customers. Choose the customer of "
                    "the row, or open the customer first and preview again."
                )
            )
        return super().action_open_as_new()

    def _update_outcomes(self, outcomes):
        changed = super()._update_outcomes([outcome[:6] for outcome in outcomes])
        self._set_owned_products(
            {outcome[0]: outcome[6] for outcome in outcomes if len(outcome) > 6}
        )
        return changed

    def _set_owned_products(self, ids_by_row):
        """Write ``{row id: id of the owned product, or 0}`` in one statement."""
        if not ids_by_row:
            return
        self.env.cr.execute_values(
            """UPDATE crm_cards_accounts_import_row AS line
                  SET owned_product_id = NULLIF(result.owned_product_id, 0)
                 FROM (VALUES %s) AS result (id, owned_product_id)
                WHERE line.id = result.id""",
            list(ids_by_row.items()),
            page_size=len(ids_by_row),
        )
