from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.yes_no import search_yes_no


class Conversion(models.Model):
    _inherit = "crm.cards.conversion"

    has_postings = fields.Boolean(
        compute="_compute_has_postings",
        search="_search_has_postings",
        help="Whether anything is posted for the customer in this company.",
    )

    @api.depends("partner_id", "company_id")
    def _compute_has_postings(self):
        # A yes or no to those who may see the event; no amount, no document.
        lines = self.env["account.move.line"].sudo()
        posted = {
            (partner.commercial_partner_id.id, company.id)
            for partner, company in lines._read_group(
                [
                    ("partner_id", "child_of", self.partner_id.ids),
                    ("company_id", "in", self.company_id.ids),
                    ("parent_state", "=", "posted"),
                ],
                ["partner_id", "company_id"],
            )
        }
        for conversion in self:
            pair = (conversion.partner_id.id, conversion.company_id.id)
            conversion.has_postings = pair in posted

    def _search_has_postings(self, operator, value):
        domain = Domain.custom(to_sql=self._has_postings_to_sql)
        return search_yes_no(operator, value, domain)

    @api.model
    def _has_postings_to_sql(self, model, alias, query):
        self.env["account.move.line"].flush_model(
            ["partner_id", "company_id", "parent_state"]
        )
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        return SQL(
            """EXISTS (
                SELECT 1 FROM res_partner partner
                  JOIN account_move_line line ON line.partner_id = partner.id
                 WHERE partner.commercial_partner_id = %s
                   AND line.company_id = %s
                   AND line.parent_state = 'posted')""",
            model._field_to_sql(alias, "partner_id", query),
            model._field_to_sql(alias, "company_id", query),
        )
