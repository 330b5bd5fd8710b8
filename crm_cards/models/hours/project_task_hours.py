from odoo import models


class ProjectTask(models.Model):
    _inherit = "project.task"

    def action_log_hours(self):
        """Open *Log hours* for the task."""
        return self.env["crm.cards.hours.log"]._open(self)

    def action_start_timer(self):
        return self.env["crm.cards.hours.timer"]._start(self)
