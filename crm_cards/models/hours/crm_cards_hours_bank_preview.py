from odoo import api, models
from odoo.exceptions import UserError


class HoursBank(models.Model):
    _inherit = "crm.cards.hours.bank"

    @api.model
    def _tell(self, case):
        """Return what ``_preview`` says, for a dialog that is still typed in.

        Work without a bank gives {}; what could not be saved gives its ``refusal``.
        """
        try:
            # Whoever works for a customer sees what is left, though few see banks.
            return self.sudo()._preview(case) or {}
        except UserError as error:
            return {"refusal": str(error)}
