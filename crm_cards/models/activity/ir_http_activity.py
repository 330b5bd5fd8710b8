from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        """Tell the web client how rows look and where the user begins."""
        info = super().session_info()
        companies = info.get("user_companies", {}).get("allowed_companies", {})
        # One colour; which of them the user may see was decided above.
        for company in self.env["res.company"].sudo().browse(list(companies)):
            companies[company.id]["crm_cards_done_color"] = company.crm_cards_done_color
        if not info.get("home_action_id"):
            info["home_action_id"] = self._get_start_page_home()
        return info

    def _get_start_page_home(self):
        """Return the action to begin with by setting of the company, or False."""
        user = self.env.user
        if not user.has_group("crm_cards.crm_cards_group_user"):
            return False
        # A setting, and the action is one the group above may open.
        if not user.company_id.sudo().crm_cards_start_page_home:
            return False
        return self.env.ref("crm_cards.crm_cards_start_page_action").sudo().id
