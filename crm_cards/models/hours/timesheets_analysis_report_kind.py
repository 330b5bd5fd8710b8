from odoo import api, fields, models


class TimesheetsAnalysisReport(models.Model):
    """Hours by kind of work, besides customer, project and person."""

    _inherit = "timesheets.analysis.report"
    _depends = {"account.analytic.line": ["card_hours_kind_id"]}

    card_hours_kind_id = fields.Many2one(
        "crm.cards.hours.kind", string="Kind of work", readonly=True
    )

    @api.model
    def _select(self):
        return f"""{super()._select()},
            A.card_hours_kind_id AS card_hours_kind_id
        """
