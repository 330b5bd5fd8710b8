from odoo import fields, models
from odoo.exceptions import ValidationError

# Sub-projects that an error names; more would not be read.
_NAMED = 8


class ProjectProject(models.Model):
    """Projects whose hours are entered on their sub-projects (row 142)."""

    _inherit = "project.project"

    card_hours_on_children = fields.Boolean(
        "Hours only on sub-projects",
        tracking=True,
        groups="base.group_user",
        help="Timesheets are refused on the project itself as long as it has "
        "sub-projects. What is there already stays and may be corrected.",
    )

    def _check_takes_hours(self):
        """Refuse new hours on projects that have them on their sub-projects.

        :raises ValidationError: naming the sub-projects that take hours
        """
        for project in self.filtered("card_hours_on_children"):
            parts = project.with_context(active_test=True).card_child_ids
            if not parts:
                continue
            # The check runs with all rights; named is only what the user may see.
            seen = parts.with_user(self.env.uid)._filtered_access("read")
            names = ", ".join(seen[:_NAMED].mapped("name"))
            raise ValidationError(
                self.env._(
                    "Project: hours of %(project)s are entered on its sub-projects "
                    "only. Choose one of them: %(names)s.",
                    project=project.name,
                    names=names or self.env._("ask the project manager which"),
                )
            )
