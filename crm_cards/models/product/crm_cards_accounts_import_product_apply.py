from odoo import models

from ..card.crm_cards_accounts_import_apply import _get_new_vals


class AccountsImportProductApply(models.Model):
    """Writing customers' products, a chunk of rows at a time."""

    _inherit = "crm.cards.accounts.import"

    def _get_row_columns(self):
        columns = super()._get_row_columns()
        return (*columns, "owned_product_id") if self._is_of_products() else columns

    def _write_chunk(self, chunk):
        if not self._is_of_products():
            return super()._write_chunk(chunk)
        new = [row for row in chunk if row["heap"] == "new"]
        owned = self.env["crm.cards.owned.product"].create(
            [self._prepare_owned_product_vals(row) for row in new]
        )
        for row, record in zip(new, owned, strict=True):
            row["owned_product_id"] = record.id
        return self._write_owned_products(
            {
                row["owned_product_id"]: _get_new_vals(row, "owned")
                for row in chunk
                if row["heap"] == "matched"
            }
        )

    def _prepare_owned_product_vals(self, row):
        return {
            # When it was bought only the file knows; today it was not.
            "date_bought": False,
            **_get_new_vals(row, "owned"),
            "partner_id": row["partner_id"],
            "company_id": self.company_id.id,
        }

    def _write_owned_products(self, vals_by_id):
        owned = self.env["crm.cards.owned.product"].browse(vals_by_id)
        if self._is_batch_safe(owned):
            self._write_each(owned, vals_by_id)
        else:
            self._write_grouped(owned, vals_by_id)

    def _record_results(self, chunk):
        if not self._is_of_products():
            return super()._record_results(chunk)
        return self.env["crm.cards.accounts.import.row"]._set_owned_products(
            {row["id"]: row["owned_product_id"] for row in chunk}
        )
