from odoo import api, fields, models


class TimesheetsAnalysisReport(models.Model):
    """Hours by customer, project with what it is a part of, person (row 143).

    A room that knows more of a timesheet line adds its column in the same way.
    """

    _inherit = "timesheets.analysis.report"
    _depends = {
        "account.analytic.line": ["partner_id", "project_id", "unit_amount"],
        "project.project": ["card_class_id", "card_parent_id", "parent_path"],
        "res.partner": ["commercial_partner_id"],
    }

    card_customer_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    card_main_project_id = fields.Many2one(
        "project.project",
        string="Main project",
        readonly=True,
        help="The project that all this is a part of; a project that is no part of "
        "another one is its own main project.",
    )
    card_class_id = fields.Many2one(
        "crm.cards.project.class", string="Class of project", readonly=True
    )

    @api.model
    def _select(self):
        return f"""{super()._select()},
            card_partner.commercial_partner_id AS card_customer_id,
            split_part(card_project.parent_path, '/', 1)::integer
                AS card_main_project_id,
            card_project.card_class_id AS card_class_id
        """

    @api.model
    def _from(self):
        return f"""{super()._from()}
            LEFT JOIN project_project card_project ON card_project.id = A.project_id
            LEFT JOIN res_partner card_partner ON card_partner.id = A.partner_id
        """
