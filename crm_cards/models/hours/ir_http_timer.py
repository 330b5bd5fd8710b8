from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        """Tell the web client about the user's timer, so that it need not ask."""
        info = super().session_info()
        if self.env.user._is_internal():
            info["crm_cards_timer"] = self.env["crm.cards.hours.timer"]._get_state()
        return info
