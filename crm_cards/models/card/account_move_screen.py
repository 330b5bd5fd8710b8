from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.yes_no import search_yes_no


class AccountMove(models.Model):
    _inherit = "account.move"

    has_account_card = fields.Boolean(
        string="Customer has an account card",
        compute="_compute_has_account_card",
        search="_search_has_account_card",
        help="Whether the customer or supplier has an account card in the company "
        "of this entry.",
    )

    @api.depends("commercial_partner_id", "company_id")
    def _compute_has_account_card(self):
        # Whether there is a card is no secret from those who see the invoice.
        cards = self.env["crm.cards.account.card"].sudo()
        pairs = {
            (partner.id, company.id)
            for partner, company in cards._read_group(
                [
                    ("partner_id", "in", self.commercial_partner_id.ids),
                    ("company_id", "in", self.company_id.ids),
                ],
                ["partner_id", "company_id"],
            )
        }
        for move in self:
            pair = (move.commercial_partner_id.id, move.company_id.id)
            move.has_account_card = pair in pairs

    def _search_has_account_card(self, operator, value):
        domain = Domain.custom(to_sql=self._has_account_card_to_sql)
        return search_yes_no(operator, value, domain)

    @api.model
    def _has_account_card_to_sql(self, model, alias, query):
        self.env["crm.cards.account.card"].flush_model(
            ["partner_id", "company_id", "active"]
        )
        return SQL(
            """EXISTS (
                SELECT 1 FROM crm_cards_account_card card
                 WHERE card.partner_id = %s AND card.company_id = %s
                   AND card.active IS TRUE)""",
            model._field_to_sql(alias, "commercial_partner_id", query),
            model._field_to_sql(alias, "company_id", query),
        )

    def action_card_open_account_card(self):
        """Open the missing account cards of these invoices' customers.

        :raises ConversionRefusedError: the user has no right to convert
        """
        self.env["res.partner"]._check_may_convert()
        for company, moves in self.grouped("company_id").items():
            first_moves = {}
            for move in moves.sorted(lambda move: (move.invoice_date, move.id)):
                first_moves.setdefault(
                    move.commercial_partner_id.id, {"move_id": move.id}
                )
            moves.commercial_partner_id._open_account_card(
                "invoice", company=company, documents=first_moves
            )
