from odoo import api, models


class ReportHoursStatement(models.AbstractModel):
    """Statements of hours banks: a paper for each customer and company of ours.

    In the customer's language. The period is in the context, see
    ``_get_statement_period`` of the bank.
    """

    _name = "report.crm_cards.report_hours_statement"
    _description = "Statement of Hours"

    @api.model
    def _get_report_values(self, docids, data=None):
        banks = self.env["crm.cards.hours.bank"].browse(docids)
        date_from, date_to = banks._get_statement_period()
        papers = []
        for (customer, company), theirs in banks.grouped(
            lambda bank: (bank.partner_id, bank.company_id)
        ).items():
            # His language is not for everybody to read who prints the paper.
            lang = customer.sudo().lang or self.env.lang or "en_US"
            theirs = theirs.with_context(lang=lang)
            papers.append(
                {
                    "lang": lang,
                    "customer": customer.with_context(lang=lang),
                    "company": company,
                    "statements": theirs._prepare_statements(date_from, date_to),
                    "date_from": date_from,
                    "date_to": date_to,
                }
            )
        return {
            "doc_ids": docids,
            "doc_model": banks._name,
            "docs": banks,
            "papers": papers,
            "format_minutes": banks._format_minutes,
        }
