from odoo import api, models


class AccountAnalyticLine(models.Model):
    _inherit = "account.analytic.line"

    @api.constrains("project_id", "task_id")
    def _check_project_takes_hours(self):
        self.project_id._check_takes_hours()
