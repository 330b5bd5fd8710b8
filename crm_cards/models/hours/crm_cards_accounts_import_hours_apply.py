from odoo import models

from ...tools.superuser import as_superuser
from ..card.crm_cards_accounts_import_apply import _get_new_vals


class AccountsImportHoursApply(models.Model):
    """Writing opening balances, a chunk of rows at a time."""

    _inherit = "crm.cards.accounts.import"

    def _get_row_columns(self):
        columns = super()._get_row_columns()
        if not self._is_of_hours():
            return columns
        return (*columns, "hours_lot_id", "is_hours_bank_created")

    def _write_chunk(self, chunk):
        if not self._is_of_hours():
            return super()._write_chunk(chunk)
        rows = [row for row in chunk if row["heap"] == "new"]
        banks = self._get_or_open_banks(rows)
        lots = self.env["crm.cards.hours.bank"]._add_lots(
            [
                {**_get_new_vals(row, "lot"), "kind": "opening", "bank_id": bank.id}
                for row, bank in zip(rows, banks, strict=True)
            ]
        )
        for row, lot in zip(rows, lots, strict=True):
            row["hours_lot_id"] = lot.id
        return None

    def _get_or_open_banks(self, rows):
        """Return the bank of each row; mark the rows that have opened one."""
        partners = self.env["res.partner"].browse(row["partner_id"] for row in rows)
        banks = self._get_hours_banks(partners)
        lacking = {}
        for row in rows:
            name = _get_new_vals(row, "bank").get("name", "")
            if (row["partner_id"], name.lower()) not in banks:
                lacking.setdefault((row["partner_id"], name.lower()), (name, row))
        # An accountant does not open banks otherwise; the right to import was checked.
        opened = as_superuser(self.env["crm.cards.hours.bank"]).create(
            [
                {
                    "name": name or self.env._("Hours"),
                    "partner_id": partner_id,
                    "company_id": self.company_id.id,
                }
                for (partner_id, _word), (name, _row) in lacking.items()
            ]
        )
        for place, (_name, row), bank in zip(
            lacking, lacking.values(), opened, strict=True
        ):
            banks[place] = bank
            row["is_hours_bank_created"] = True
        return [
            banks[row["partner_id"], _get_new_vals(row, "bank").get("name", "").lower()]
            for row in rows
        ]

    def _record_results(self, chunk):
        if not self._is_of_hours():
            return super()._record_results(chunk)
        return self._set_hours_lots(chunk)

    def _set_hours_lots(self, chunk):
        self.env.cr.execute_values(
            """UPDATE crm_cards_accounts_import_row AS line
                  SET hours_lot_id = result.lot_id,
                      is_hours_bank_created = result.is_created
                 FROM (VALUES %s) AS result (id, lot_id, is_created)
                WHERE line.id = result.id""",
            [
                (row["id"], row["hours_lot_id"], bool(row["is_hours_bank_created"]))
                for row in chunk
            ],
            template="(%s::int, %s::int, %s::bool)",
            page_size=len(chunk),
        )
