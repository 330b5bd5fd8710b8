from odoo import models


class ProjectProject(models.Model):
    """Hours logged on a project are those of its customer, whoever that is now.

    They are drawn from the bank of the project, or of the nearest one above it.
    """

    _inherit = "project.project"

    def write(self, vals):
        result = super().write(vals)
        if not {"partner_id", "card_parent_id"}.isdisjoint(vals):
            # A bank of a project is there for the parts of it, seen or not.
            projects = self.sudo().with_context(active_test=False)
            parts = projects.search([("id", "child_of", self.ids)])
            self.env["account.analytic.line"]._follow_hours_of("project_id", parts)
        return result


class ProjectTask(models.Model):
    """Hours logged on a task are those of its customer, whoever that is now."""

    _inherit = "project.task"

    def write(self, vals):
        result = super().write(vals)
        if not {"partner_id", "project_id", "parent_id"}.isdisjoint(vals):
            self.env["account.analytic.line"]._follow_hours_of("task_id", self)
        return result
