from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...exceptions import HoursRefusedError
from ...tools import hours_draw
from ...tools.superuser import as_superuser

# As what the hours of a lot come into the bank.
_ENTRY_KINDS = {"rolled": "rollover", "corrected": "correction"}
_LEFT_TO_RIGHT = "\u200e"
# What they are drawn beyond is billed at the end of the month instead.
UNSETTLED = ("bill",)


class HoursBank(models.Model):
    """Puts hours into banks."""

    _inherit = "crm.cards.hours.bank"

    @api.model
    def _add_lots(self, vals_list):
        """Put lots into banks, for whoever causes it; it may sell without keeping.

        What was drawn beyond is settled first, but for what is going to be billed.

        :param vals_list: values of the lots, with ``minutes`` or ``hours``
        :return: the lots
        :raises ValidationError: hours or days make no sense
        :raises HoursRefusedError: the bank is closed
        """
        lots = as_superuser(self.env["crm.cards.hours.lot"])
        return lots.create(vals_list).with_env(self.env)

    @api.model
    def _settle(self, lot_ids):
        """Pay what was drawn beyond out of these lots; the banks must be locked.

        :param dict lot_ids: bank id -> ids of lots
        """
        banks = {
            bank_id: row
            for bank_id, row in self._read_banks(lot_ids).items()
            if row["beyond_minutes"] > 0 and row["overdraft"] not in UNSETTLED
        }
        if not banks:
            return
        today = fields.Date.context_today(self)
        rows = []
        for bank_id, account in self._open_accounts(banks).items():
            moves = account.settle(lot_ids[bank_id], today)
            rows += self._prepare_entries(bank_id, account, moves, date=today)
        self._book(rows)

    @api.model
    def _check_open(self, rows):
        """Refuse to move hours on a closed bank.

        :param rows: of :meth:`_lock`
        """
        for row in rows:
            if row["state"] != "open" or not row["active"]:
                raise HoursRefusedError(
                    self.env._(
                        "%(bank)s is closed: hours are neither drawn from it nor given "
                        "back. Ask a manager of hours to open it again, or choose "
                        "another bank.",
                        bank=self._name_bank(row),
                    )
                )

    @api.model
    def _name_bank(self, row):
        """Return the names of bank and customer for whoever may read them or not."""
        customer = self.env["res.partner"].sudo().browse(row["partner_id"])
        return f"{customer.display_name} · {row['name']}"


class HoursLot(models.Model):
    _inherit = "crm.cards.hours.lot"

    @api.model_create_multi
    def create(self, vals_list):
        bank_ids = [vals.get("bank_id") for vals in vals_list]
        default = self.env.context.get("default_bank_id")
        banks = self.env["crm.cards.hours.bank"]
        rows = banks._lock(bank_id or default for bank_id in bank_ids)
        banks._check_open(rows.values())
        lots = super().create([self._prepare_minutes(vals) for vals in vals_list])
        lots._book_in()
        return lots

    @api.model
    def _prepare_minutes(self, vals):
        """Take typed hours as minutes; a column cannot wait for an inverse."""
        vals = dict(vals)
        hours = vals.pop("hours", 0)
        if "minutes" in vals:
            hours = vals["minutes"] / 60
        try:
            vals["minutes"] = hours_draw.get_minutes(hours, hours_draw.LOT_AT_MOST)
        except (TypeError, ValueError, OverflowError):
            vals["minutes"] = 0
        if not vals["minutes"]:
            raise ValidationError(
                self.env._(
                    "Hours: a lot cannot hold %(hours)s hours. Type more than 0 and no "
                    "more than 1,000,000; take hours back by a correction.",
                    hours=hours,
                )
            )
        return vals

    def _book_in(self):
        """Say by entries that the hours of these new lots are there."""
        banks = self.env["crm.cards.hours.bank"]
        today = fields.Date.context_today(self)
        banks._book(
            [
                {
                    "bank_id": lot.bank_id.id,
                    "lot_id": lot.id,
                    "kind": _ENTRY_KINDS.get(lot.kind, "purchase"),
                    "minutes": lot.minutes,
                    "date": lot.date_from or today,
                    "name": lot.name,
                    "reason": lot.name if lot.kind == "corrected" else None,
                    "user_id": self.env.uid,
                    "invoice_line_id": lot.sudo().invoice_line_id.id,
                }
                for lot in self
            ]
        )
        banks._settle(
            {bank.id: lots.ids for bank, lots in self.grouped("bank_id").items()}
        )


def format_minutes(minutes):
    """Return minutes as people write hours; the minus stays in front in Hebrew, too.

    >>> format_minutes(90), format_minutes(-5)
    ('1:30', '\\u200e-0:05')
    """
    hours, rest = divmod(abs(minutes), 60)
    sign = f"{_LEFT_TO_RIGHT}-" if minutes < 0 else ""
    return f"{sign}{hours}:{rest:02}"
