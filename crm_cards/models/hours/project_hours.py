from odoo import models


class ProjectProject(models.Model):
    """Hours logged on a project are those of its customer, whoever that is now."""

    _inherit = "project.project"

    def write(self, vals):
        result = super().write(vals)
        if "partner_id" in vals:
            self.env["account.analytic.line"]._follow_hours_of("project_id", self)
        return result


class ProjectTask(models.Model):
    """Hours logged on a task are those of its customer, whoever that is now."""

    _inherit = "project.task"

    def write(self, vals):
        result = super().write(vals)
        if not {"partner_id", "project_id", "parent_id"}.isdisjoint(vals):
            self.env["account.analytic.line"]._follow_hours_of("task_id", self)
        return result
