from odoo import api, models


class ReportHoursBilling(models.AbstractModel):
    """What runs bill, one paper for each customer, in his language."""

    _name = "report.crm_cards.report_hours_billing"
    _description = "Hours to Bill"

    @api.model
    def _get_report_values(self, docids, data=None):
        runs = self.env["crm.cards.hours.billing"].browse(docids)
        papers = []
        for run in runs:
            lines = run._filter_billed()
            for customer, theirs in lines.grouped("partner_id").items():
                # His language is not for everybody to read who prints the paper.
                lang = customer.sudo().lang or self.env.lang or "en_US"
                papers.append(
                    {
                        "lang": lang,
                        "customer": customer.with_context(lang=lang),
                        "company": run.company_id,
                        "run": run,
                        "rows": theirs.with_context(lang=lang)._prepare_rows(),
                    }
                )
        return {
            "doc_ids": docids,
            "doc_model": runs._name,
            "docs": runs,
            "papers": papers,
            "format_minutes": self.env["crm.cards.hours.bank"]._format_minutes,
        }
