from odoo import models


class Activity(models.Model):
    """What lists of activities offer for the rows that are ticked."""

    _inherit = "crm.cards.activity"

    def action_card_handle(self):
        """Open the one dialog, see ``mail.activity.action_card_handle``."""
        return self._get_activities().action_card_handle()

    def action_ask_cancel(self):
        return self._get_activities().action_ask_cancel()

    def action_reopen(self):
        """Open closed and cancelled activities again."""
        self._get_activities().action_unarchive()

    def action_reassign(self):
        return self._get_activities().action_reassign()
