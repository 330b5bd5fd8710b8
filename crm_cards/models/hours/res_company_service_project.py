from odoo import fields, models

from ...tools import rows


class ResCompany(models.Model):
    """Where hours go that were worked for a customer outside any project of his."""

    _inherit = "res.company"

    crm_cards_service_project_id = fields.Many2one(
        "project.project",
        string="Hours without a project go to",
        ondelete="restrict",
        help="The project of the timesheet lines of tickets and customers. Empty: one "
        "is made with the first hours.",
    )

    def _get_service_project(self):
        """Return the project for service hours, made when it is needed first."""
        self.ensure_one()
        if not self.crm_cards_service_project_id:
            rows.meet(self.env, self._table, self.ids)
            # For everybody who works, though few may make projects.
            projects = self.env["project.project"].sudo()
            self.sudo().crm_cards_service_project_id = projects.create(
                {
                    "name": self.env._("Customer service"),
                    "company_id": self.id,
                    "allow_timesheets": True,
                    "privacy_visibility": "employees",
                }
            )
        return self.crm_cards_service_project_id
