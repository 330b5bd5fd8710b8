from odoo import models


class Activity(models.Model):
    _inherit = "crm.cards.activity"

    def action_card_handle(self):
        """Open the one dialog, see ``mail.activity.action_card_handle``."""
        return self._get_activities().action_card_handle()
