from odoo import fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    """The projects of a customer on his card, and their hours (row 143)."""

    _inherit = "res.partner"

    card_project_count = fields.Integer(
        "Number of projects",
        compute="_compute_card_projects",
        groups="base.group_user",
        help="Projects and sub-projects of the customer, or of the one person where "
        "this is a contact.",
    )
    card_project_hours = fields.Float(
        "Hours on projects",
        compute="_compute_card_projects",
        groups="base.group_user",
        help="Hours spent on the projects of the customer.",
    )

    def _compute_card_projects(self):
        for partner in self:
            partner.card_project_count = 0
            partner.card_project_hours = 0.0
        projects = self.env["project.project"].with_context(active_test=False)
        projects = projects.search_fetch(
            Domain("is_template", "=", False)
            & Domain(
                "partner_id.commercial_partner_id", "in", self.commercial_partner_id.ids
            ),
            ["active", "partner_id"],
            order="id",
        )
        hours = projects._get_hours_spent()
        for project in projects:
            # Whose a project is does not depend on who may read the contact.
            owner = project.sudo().partner_id
            for partner in self & (owner | owner.commercial_partner_id):
                partner.card_project_count += project.active
                partner.card_project_hours += hours[project.id]

    def _get_projects_domain(self):
        self.ensure_one()
        return Domain("partner_id", "=", self.id) | Domain(
            "partner_id.commercial_partner_id", "=", self.id
        )

    def action_customer_open_projects(self):
        return self._prepare_customer_list_action(
            "crm_cards.project_project_action_customer",
            domain=list(
                self._get_projects_domain() & Domain("is_template", "=", False)
            ),
            context={"default_partner_id": self.id},
        )

    def action_customer_open_project_hours(self):
        return self._prepare_customer_list_action(
            "crm_cards.timesheets_analysis_report_action_customer",
            domain=[("project_id", "any", list(self._get_projects_domain()))],
        )
