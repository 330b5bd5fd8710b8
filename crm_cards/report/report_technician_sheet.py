from odoo import api, models


class ReportTechnicianSheet(models.AbstractModel):
    """One sheet for each technician of the tickets that are printed (row 139)."""

    _name = "report.crm_cards.report_technician_sheet"
    _description = "Sheet of a Technician"

    @api.model
    def _get_report_values(self, docids, data=None):
        tickets = self.env["crm.cards.ticket"].browse(docids)
        return {
            "doc_ids": docids,
            "doc_model": tickets._name,
            "docs": tickets,
            "sheets": tickets._prepare_sheets(),
        }
