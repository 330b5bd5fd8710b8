from odoo import api, models


class ProjectTask(models.Model):
    _inherit = "project.task"

    @api.constrains("project_id")
    def _check_project_takes_hours(self):
        """The hours of a task go with it when it is moved to another project."""
        moved = self.filtered(lambda task: task.project_id.card_hours_on_children)
        moved.filtered("timesheet_ids").project_id._check_takes_hours()
