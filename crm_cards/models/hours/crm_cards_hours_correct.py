from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...tools import hours_draw
from .crm_cards_hours_bank_lots import format_minutes
from .crm_cards_hours_mixin import MINUTES

_WORDS_AT_LEAST = 2


class HoursCorrect(models.TransientModel):
    """Corrects a bank by hand, with what is left before and after beside it.

    Only managers of hours have it; what could not be booked is said while it is typed.
    """

    _name = "crm.cards.hours.correct"
    _description = "Correct Hours"

    bank_id = fields.Many2one("crm.cards.hours.bank", required=True, ondelete="cascade")
    partner_id = fields.Many2one(related="bank_id.partner_id", related_sudo=False)
    hours = fields.Float(
        "Hours to add or take", help="Negative takes hours away: -1:30."
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    lot_id = fields.Many2one(
        "crm.cards.hours.lot",
        ondelete="cascade",
        compute="_compute_lot_id",
        store=True,
        readonly=False,
        compute_sudo=False,  # of the banks that the user sees
        domain="[('bank_id', '=', bank_id)]",
        help="Empty: hours that are added are a new lot that never expires, and hours "
        "that are taken are taken from the lots that expire first.",
    )
    reason = fields.Char(
        required=True, help="It stands on the customer's statement, and is kept."
    )
    left_before = fields.Float("Left before", compute="_compute_balance")
    left_after = fields.Float("Left after", compute="_compute_balance")
    effect = fields.Text("What happens", compute="_compute_balance")
    refusal = fields.Char(compute="_compute_balance")

    @api.depends("bank_id")
    def _compute_lot_id(self):
        """Propose the lot in which there is something, if it is only one."""
        for dialog in self:
            lots = dialog._get_bank().lot_ids
            lots = lots.filtered(lambda lot: lot.state in ("valid", "planned"))
            dialog.lot_id = lots if len(lots) == 1 else False

    @api.depends("bank_id", "hours", "date", "lot_id")
    def _compute_balance(self):
        for dialog in self:
            bank = dialog._get_bank()
            minutes, effect, refusal = 0, False, False
            if bank and dialog.hours:
                try:
                    minutes = dialog._get_minutes()
                    effect = dialog._describe(dialog._plan(bank, minutes))
                except UserError as error:
                    refusal, minutes = str(error), 0
            dialog.left_before = bank.left_hours
            dialog.left_after = (bank.left_minutes + minutes) / MINUTES
            dialog.effect = effect
            dialog.refusal = refusal

    def _get_bank(self):
        """Return the bank, if the user may correct it: a browser may name any."""
        return self.bank_id._origin.sudo(False)._filtered_access("write")

    def _get_minutes(self):
        try:
            minutes = hours_draw.get_minutes(abs(self.hours), hours_draw.LOT_AT_MOST)
        except (ValueError, OverflowError):
            return 0  # which is refused as nothing is
        return -minutes if self.hours < 0 else minutes

    def _plan(self, bank, minutes):
        day = self.date or fields.Date.context_today(self)
        return bank._plan_correction(self.lot_id._origin, minutes, day)

    def _describe(self, parts):
        """Return in a line for each lot what is added to it or taken from it."""
        names = {lot.id: lot.display_name for lot in self._browse_lots(parts)}
        names[None] = self.env._("a new lot")
        lines = []
        for lot_id, minutes in parts:
            values = {"hours": format_minutes(abs(minutes)), "lot": names[lot_id]}
            if minutes > 0:
                lines.append(self.env._("%(hours)s h are added to %(lot)s", **values))
            else:
                lines.append(self.env._("%(hours)s h are taken from %(lot)s", **values))
        return "\n".join(lines)

    def _browse_lots(self, parts):
        lot_ids = [lot_id for lot_id, _minutes in parts if lot_id]
        return self.env["crm.cards.hours.lot"].browse(lot_ids)

    def action_correct(self):
        """Book the correction.

        :raises AccessError: the user may not correct the bank
        :raises UserError: it makes no sense; it names the field
        """
        self.ensure_one()
        bank = self.bank_id
        bank.check_access("write")
        if len((self.reason or "").split()) < _WORDS_AT_LEAST:
            raise ValidationError(
                self.env._(
                    "Reason: say in a few words why the hours are corrected; it stands "
                    "on the customer's statement."
                )
            )
        bank._correct(self.lot_id, self._get_minutes(), self.reason, self.date)
        return {"type": "ir.actions.act_window_close"}
