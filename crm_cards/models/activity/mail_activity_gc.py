from odoo import api, models

OVERDUE_YEARS_PARAMETER = "mail.activity.gc.delete_overdue_years"
OVERDUE_YEARS_BEFORE_PARAMETER = "crm_cards.activity_gc_years_before"


class MailActivity(models.Model):
    """Overdue activities are not deleted at night (installing switches that off)."""

    _inherit = "mail.activity"

    @api.autovacuum
    def _gc_delete_old_overdue_activities(self):
        # Parameters are the system's, as this method is.
        years = (
            self.env["ir.config_parameter"].sudo().get_param(OVERDUE_YEARS_PARAMETER)
        )
        if int(years or 0) < 0:
            return None  # Odoo warns every night
        return super()._gc_delete_old_overdue_activities()
