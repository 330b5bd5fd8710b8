from odoo import models

from ..card.crm_cards_accounts_import_match import _get_raw
from ..card.crm_cards_accounts_import_undo import _get_old_vals


class AccountsImportProductUndo(models.Model):
    """Taking products back: what nobody has touched since goes, the rest stays.

    A product somebody has worked on is a fact by now, unlike a customer of the wrong
    file; it is kept, and its row says why.
    """

    _inherit = "crm.cards.accounts.import"

    def _can_undo_partly(self):
        return self._is_of_products() or super()._can_undo_partly()

    def _undo(self):
        result = super()._undo()
        if self._is_of_products() and self.undo_blocked_count:
            self.notice = self.env._(
                "Products that were kept, because something was done with them since "
                "the import: %(count)s. The rows say what.",
                count=self.undo_blocked_count,
            )
        return result

    def _find_blockers(self, chunk, references):
        if not self._is_of_products():
            return super()._find_blockers(chunk, references)
        # What was done counts whether or not the user may see it; he is told only what
        # kind of thing.
        owned = (
            self.env["crm.cards.owned.product"]
            .sudo()
            .browse(row["owned_product_id"] for row in chunk if row["owned_product_id"])
            .exists()
        )
        owned_by_id = {record.id: record for record in owned}
        created = owned.browse(
            row["owned_product_id"] for row in chunk if row["heap"] == "new"
        )
        referenced = set((created & owned)._filter_referenced()._ids)
        blockers = {}
        for row in chunk:
            record = owned_by_id.get(row["owned_product_id"])
            reasons = self._find_owned_changes(row, record)
            if record and record.id in referenced:
                reasons.append(
                    self.env._("contracts, activities, messages or files name it")
                )
            if reasons:
                blockers[row["id"]] = reasons
        return blockers

    def _find_owned_changes(self, row, owned):
        """Return what somebody has changed on the product since."""
        if not owned:
            return [self.env._("the product was deleted")]
        written = (row["changes"] or {}).get("owned") or {}
        expected = {fname: new for fname, (_old, new) in written.items()}
        if row["heap"] == "new":
            expected = {**self._get_untouched_vals(row), **expected}
        reasons = [
            self.env._(
                "%(field)s was changed again to “%(value)s”",
                field=owned._fields[fname]._description_string(self.env),
                value=self._describe_current(owned, fname),
            )
            for fname, value in expected.items()
            if (_get_raw(owned, fname) or False) != (value or False)
        ]
        if row["heap"] == "new" and any(owned.attributes.values()):
            reasons.append(self.env._("attributes were filled in"))
        return reasons

    def _get_untouched_vals(self, row):
        """Return what a product has that the file says nothing of."""
        fnames = [target.fname for target in self._get_targets().values()]
        owned = self.env["crm.cards.owned.product"]
        return {
            **{fname: False for fname in fnames if fname in owned._fields},
            "quantity": 1.0,
            "state": "active",
            "active": True,
            "contact_id": False,
            "partner_id": row["partner_id"],
        }

    def _undo_chunk(self, chunk):
        if not self._is_of_products():
            return super()._undo_chunk(chunk)
        self._write_owned_products(
            {
                row["owned_product_id"]: _get_old_vals(row, "owned")
                for row in chunk
                if row["heap"] == "matched"
            }
        )
        self.env.flush_all()
        # An accountant may not delete products; these were added by this import and
        # nobody has touched them since.
        return (
            self.env["crm.cards.owned.product"]
            .sudo()
            .browse(row["owned_product_id"] for row in chunk if row["heap"] == "new")
            .unlink()
        )
