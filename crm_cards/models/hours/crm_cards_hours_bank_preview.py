from odoo import api, models
from odoo.exceptions import UserError

from .crm_cards_hours_bank_lots import format_minutes


class HoursBank(models.Model):
    _inherit = "crm.cards.hours.bank"

    @api.model
    def _tell(self, case):
        """Return what ``_preview`` says, for a dialog that is still typed in.

        Work without a bank gives {}; what could not be saved gives its ``refusal``.
        ``sentence`` says what is left before and after.
        """
        try:
            # Whoever works for a customer sees what is left, though few see banks.
            preview = self.sudo()._preview(case)
        except UserError as error:
            return {"refusal": str(error)}
        if not preview:
            return {}
        return {
            **preview,
            "sentence": self.env._(
                "%(bank)s: %(before)s h left, %(after)s h after this",
                bank=preview["name"],
                before=format_minutes(preview["left_before"]),
                after=format_minutes(preview["left_after"]),
            ),
        }
