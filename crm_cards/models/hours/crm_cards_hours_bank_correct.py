from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools import hours_draw
from .crm_cards_hours_bank_lots import format_minutes

_LONG_AGO = timedelta(days=3660)


class HoursBank(models.Model):
    """Corrects by hand what is in a bank."""

    _inherit = "crm.cards.hours.bank"

    @api.model
    def _correct(self, lot, minutes, reason, day=None):
        """Add minutes to a lot, or take some of what is left in it if negative.

        Without a lot, of the bank it is called on: minutes that are added are a new
        lot, those that are taken are taken from the lots that expire first.

        Whoever calls it has looked at the rights.

        :param date day: of the entries, today if None
        :raises UserError: there is no reason, or not as much left
        :raises HoursRefusedError: the bank is closed
        """
        reason = (reason or "").strip()
        if not reason:
            raise UserError(
                self.env._("Reason: say why the hours are corrected; it is kept.")
            )
        bank = self or lot.sudo().bank_id  # whoever calls it has looked at the rights
        day = day or fields.Date.context_today(self)
        bank._lock(bank.ids)
        rows = []
        for lot_id, part in bank._plan_correction(lot, minutes, day):
            vals = {"bank_id": bank.id, "minutes": part}
            if lot_id:
                vals |= {"lot_id": lot_id, "kind": "correction", "date": day}
                rows.append({**vals, "reason": reason, "user_id": self.env.uid})
            else:
                vals |= {"kind": "corrected", "date_from": day, "name": reason}
                self._add_lots([vals])
        self._book(rows)
        if lot and minutes > 0:
            self._settle({bank.id: lot.ids})

    def _plan_correction(self, lot, minutes, day):
        """Return ``[(lot id, minutes)]`` of a correction; without an id, a new lot.

        Nothing is booked: dialogs ask for it, too.

        :param lot: of this bank, or empty
        :raises UserError: as :meth:`_correct`
        """
        self.ensure_one()
        banks = self._read_banks(self.ids)
        self._check_open(banks.values())
        if not minutes or abs(minutes) > hours_draw.LOT_AT_MOST:
            raise UserError(
                self.env._(
                    "Hours to add or take: type how many, as a negative number to "
                    "take them, but no more than 1,000,000 at once."
                )
            )
        self._check_correction_day(lot, minutes, day)
        account = self._open_accounts(banks, lot.ids)[self.id]
        if not lot and minutes > 0:
            return [(None, minutes)]
        lots = account.lots.values()
        if lot:
            lots = [account.lots[lot.id]]
        else:
            lots = [one for one in lots if one.left and one.is_valid(day)]
        return self._spread_correction(lots, minutes)

    @api.model
    def _spread_correction(self, lots, minutes):
        """Return what is taken from each lot, the first first; or added to the one."""
        if minutes > 0:
            return [(lot.id, minutes) for lot in lots]
        left = sum(lot.left for lot in lots)
        if left + minutes < 0:
            raise UserError(
                self.env._(
                    "Hours to add or take: only %(left)s h are left here. Take fewer, "
                    "or choose another lot.",
                    left=format_minutes(left),
                )
            )
        parts = []
        for lot in lots:
            part = min(lot.left, -minutes)
            if part:
                parts.append((lot.id, -part))
                minutes += part
        return parts

    def _check_correction_day(self, lot, minutes, day):
        """Refuse days on which the lot was not there yet, or that make no sense."""
        lot = lot.sudo()  # as in _correct
        if lot and lot.bank_id != self:
            raise UserError(
                self.env._("Lot: choose one of %s, or leave it empty.", self.name)
            )
        today = fields.Date.context_today(self)
        first = lot.date_from or today - _LONG_AGO
        # What is bought for later may be corrected before it begins.
        last = max(today, first)
        if not first <= day <= last:
            raise UserError(
                self.env._(
                    "Date: %(day)s is not possible here. Choose one between %(first)s "
                    "and %(last)s.",
                    day=fields.Date.to_string(day),
                    first=fields.Date.to_string(first),
                    last=fields.Date.to_string(last),
                )
            )
        if minutes > 0 and lot.date_to and lot.date_to < today:
            raise UserError(
                self.env._(
                    "Lot: %(lot)s is over, and hours added to it would expire at once. "
                    "Choose another lot, or leave it empty for a new one.",
                    lot=lot.display_name,
                )
            )
