from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.yes_no import search_yes_no


class ResUsers(models.Model):
    """Whose schedule a user may look at."""

    _inherit = "res.users"

    schedule_visible = fields.Boolean(
        compute="_compute_schedule_visible",
        search="_search_schedule_visible",
        export_string_translation=False,
        help="Whether the current user may see this one's schedule.",
    )

    def _get_schedule_domain(self):
        """Return the people whose schedule this user may see."""
        self.ensure_one()
        scope = self._get_activity_scope()
        if scope == "all":
            return Domain("share", "=", False)
        people = self | self._get_team_mates() if scope == "team" else self
        return Domain("id", "in", people.ids)

    @api.depends_context("uid")
    def _compute_schedule_visible(self):
        # Compared, not shown: who is internal is no secret of theirs.
        visible = self.sudo().filtered_domain(self.env.user._get_schedule_domain())
        for user in self:
            user.schedule_visible = user.id in visible._ids

    def _search_schedule_visible(self, operator, value):
        domain = self.env.user._get_schedule_domain()
        return search_yes_no(operator, value, domain)
