from odoo import models

STARTUP_DONE_PARAMETER = "crm_cards.startup_done"


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        """Tell the customers screen whether to offer the start-up checklist."""
        info = super().session_info()
        if self.env.user.has_group("crm_cards.crm_cards_group_manager"):
            # One harmless flag; parameters are otherwise the system's alone.
            parameters = self.env["ir.config_parameter"].sudo()
            info["crm_cards_show_startup"] = not parameters.get_param(
                STARTUP_DONE_PARAMETER
            )
        return info
