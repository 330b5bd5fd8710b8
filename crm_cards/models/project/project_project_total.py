from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.project.models.project_task import CLOSED_STATES


class ProjectProject(models.Model):
    """Hours and progress of a project, and of all that is below it.

    Of sub-projects those count that the user may read, archived ones included.
    """

    _inherit = "project.project"

    card_total_hours = fields.Float(
        "Time with sub-projects",
        compute="_compute_card_totals",
        groups="base.group_user",
        help="Hours spent on the project and on all its sub-projects.",
    )
    card_total_allocated_hours = fields.Float(
        "Allocated with sub-projects",
        compute="_compute_card_totals",
        groups="base.group_user",
        help="Hours allocated to the project and to all its sub-projects.",
    )
    card_progress = fields.Float(
        "Own progress",
        compute="_compute_card_totals",
        groups="base.group_user",
        help="How much of the project's own tasks is closed. A task weighs the hours "
        "allocated to it, or one hour if there are none.",
    )
    card_total_progress = fields.Float(
        "Progress",
        compute="_compute_card_totals",
        groups="base.group_user",
        help="How much of the tasks of the project and of all its sub-projects is "
        "closed. A task weighs the hours allocated to it, or one hour if there are "
        "none.",
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_card_totals(self):
        tree = self.with_context(active_test=False).search_fetch(
            [("id", "child_of", self._origin.ids)],
            ["allocated_hours", "parent_path"],
            order="id",
        )
        hours = tree._get_hours_spent()
        closed, weights = tree._get_task_weights()
        own = {
            part.id: (
                hours[part.id],
                part.allocated_hours,
                closed[part.id],
                weights[part.id],
            )
            for part in tree
        }
        totals = {id_: [0.0] * 4 for id_ in self._origin.ids}
        for part in tree:
            for label in part.parent_path.split("/")[:-1]:
                if total := totals.get(int(label)):
                    total[:] = [
                        sum(pair) for pair in zip(total, own[part.id], strict=True)
                    ]
        for project in self:
            id_ = project._origin.id
            total = totals.get(id_, [0.0] * 4)
            project.card_total_hours = round(total[0], 2)
            project.card_total_allocated_hours = round(total[1], 2)
            project.card_progress = closed[id_] / (weights[id_] or 1.0)
            project.card_total_progress = total[2] / (total[3] or 1.0)

    def _get_hours_spent(self):
        """Return ``{project id: hours}``, as Odoo's *Time Spent* has them."""
        # Who reads a project may read its sum, if not each line (effective_hours).
        lines = self.env["account.analytic.line"].sudo()
        groups = lines._read_group(
            [("project_id", "in", self.ids)], ["project_id"], ["unit_amount:sum"]
        )
        return defaultdict(float, {project.id: amount for project, amount in groups})

    def _get_task_weights(self):
        """Return ``({project id: of closed tasks}, {project id: of all tasks})``.

        Tasks are counted as Odoo counts them, those of archived projects as well.
        """
        tasks = self.env["project.task"].with_context(active_test=False)
        counted = (
            Domain("project_id", "in", self.ids)
            & Domain("is_template", "=", False)
            & (Domain("active", "=", True) | Domain("project_id.active", "=", False))
        )
        by = ["project_id", "state"]
        planned = Domain("allocated_hours", ">", 0)
        groups = tasks._read_group(counted & planned, by, ["allocated_hours:sum"])
        groups += tasks._read_group(counted & ~planned, by, ["__count"])
        closed, weights = defaultdict(float), defaultdict(float)
        for project, state, weight in groups:
            weights[project.id] += weight
            if state in CLOSED_STATES:
                closed[project.id] += weight
        return closed, weights
