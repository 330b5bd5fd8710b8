from odoo import fields, models

from ...tools.superuser import as_superuser
from .crm_cards_hours_bank_lots import format_minutes


class AccountsImportHoursUndo(models.Model):
    """Taking opening balances back, as long as nothing was drawn from any of them.

    Lots and entries stay, as all that ever happened to a bank; the hours go.
    """

    _inherit = "crm.cards.accounts.import"

    def _find_blockers(self, chunk, references):
        if not self._is_of_hours():
            return super()._find_blockers(chunk, references)
        blockers = {}
        lots = {lot.id: lot for lot in self._get_imported_lots(chunk)}
        for row in chunk:
            lot = lots.get(row["hours_lot_id"])
            bank = lot and lot.bank_id
            if bank and (bank.state != "open" or not bank.active):
                blockers[row["id"]] = [
                    self.env._(
                        "“%(bank)s” is closed, and takes no entries until it is "
                        "opened again",
                        bank=bank.name,
                    )
                ]
            elif lot and lot.left_minutes != lot.minutes:
                blockers[row["id"]] = [
                    self.env._(
                        "of %(hours)s h in “%(bank)s”, %(left)s h are left: the others "
                        "were used or corrected, or have expired",
                        hours=format_minutes(lot.minutes),
                        bank=lot.bank_id.name,
                        left=format_minutes(lot.left_minutes),
                    )
                ]
        return blockers

    def _undo_chunk(self, chunk):
        if not self._is_of_hours():
            return super()._undo_chunk(chunk)
        banks = self.env["crm.cards.hours.bank"]
        lots = self._get_imported_lots(chunk)
        reason = self.env._("The import %(name)s was undone.", name=self.name)
        banks._lock(lots.bank_id.ids)
        banks._book(
            [
                {
                    "bank_id": lot.bank_id.id,
                    "lot_id": lot.id,
                    "kind": "correction",
                    "minutes": -lot.minutes,
                    "date": fields.Date.context_today(self),
                    "source": f"import/{self.id}",
                    "reason": reason,
                    "user_id": self.env.uid,
                }
                for lot in lots
            ]
        )
        created = {row["hours_lot_id"] for row in chunk if row["is_hours_bank_created"]}
        opened = lots.filtered(lambda lot: lot.id in created).bank_id
        # Those this import has opened and nobody has put anything into since.
        opened.filtered(
            lambda bank: not any(bank.lot_ids.mapped("left_minutes"))
        ).write({"active": False})
        for row in chunk:
            row.update(hours_lot_id=None, is_hours_bank_created=False)
        return self._set_hours_lots(chunk)

    def _get_imported_lots(self, chunk):
        # The right to undo was checked; the lots are those this import has brought.
        return (
            as_superuser(self.env["crm.cards.hours.lot"])
            .browse(row["hours_lot_id"] for row in chunk if row["hours_lot_id"])
            .exists()
        )
