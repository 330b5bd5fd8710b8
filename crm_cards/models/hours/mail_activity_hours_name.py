from odoo import api, models


class MailActivity(models.Model):
    """Entries and timesheet lines name activities that their readers may not see.

    Odoo reads the name of what a record refers to past the rights.
    """

    _inherit = "mail.activity"

    @api.depends("card_private")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        # Whoever reads the name past the rights has those of the user again.
        private = self.filtered("card_private").sudo(False)
        for activity in (private - private._filtered_access("read")).with_env(self.env):
            activity.display_name = activity.activity_type_id.display_name
        return result
