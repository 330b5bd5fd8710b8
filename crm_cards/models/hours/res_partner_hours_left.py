from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_cards_hours_mixin import MINUTES
from .crm_cards_hours_work_mixin import GROUPS

_COMPARISONS = {
    "<": SQL("<"),
    "<=": SQL("<="),
    ">": SQL(">"),
    ">=": SQL(">="),
    "in": SQL("IN"),
    "not in": SQL("NOT IN"),
}


class ResPartner(models.Model):
    """What is left of the hours a customer bought, in the current company."""

    _inherit = "res.partner"

    card_bank_count = fields.Integer(
        "Number of hours banks", compute="_compute_card_hours_left", groups=GROUPS
    )
    card_hours_left = fields.Float(
        "Hours left",
        compute="_compute_card_hours_left",
        search="_search_card_hours_left",
        groups=GROUPS,
        help="In all open hours banks of the customer. Negative: more was used than "
        "bought.",
    )

    @api.depends("commercial_partner_id")
    @api.depends_context("company")
    def _compute_card_hours_left(self):
        groups = self.env["crm.cards.hours.bank"]._read_group(
            [
                ("partner_id", "in", self.commercial_partner_id.ids),
                ("company_id", "=", self.env.company.id),
                ("state", "=", "open"),
            ],
            ["partner_id"],
            ["__count", "left_minutes:sum"],
        )
        banks = {partner.id: values for partner, *values in groups}
        for partner in self:
            count, left = banks.get(partner.commercial_partner_id.id, (0, 0))
            partner.card_bank_count = count
            partner.card_hours_left = left / MINUTES

    def _search_card_hours_left(self, operator, value):
        """Find customers by what is left; one without a bank has nothing to compare."""
        if operator not in _COMPARISONS:
            return NotImplemented
        values = value if operator in ("in", "not in") else [value]
        minutes = [round((hours or 0) * MINUTES) for hours in values]
        wanted = tuple(minutes) if operator in ("in", "not in") else minutes[0]
        banks = self.env["crm.cards.hours.bank"]
        query = banks._search(
            [("company_id", "=", self.env.company.id), ("state", "=", "open")]
        )
        query.groupby = SQL.identifier(query.table, "partner_id")
        query.having = SQL(
            "SUM(%s) %s %s",
            SQL.identifier(query.table, "left_minutes"),
            _COMPARISONS[operator],
            wanted,
        )
        customers = SQL("(%s)", query.select(query.groupby))
        return Domain("commercial_partner_id", "in", customers)

    def _field_to_sql(self, alias, field_expr, query=None):
        """Let lists sort by what is left; customers without a bank have nothing."""
        if field_expr != "card_hours_left":
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields[field_expr], "read")
        bank_fields = self.env["crm.cards.hours.bank"]._fields
        names = ("partner_id", "company_id", "active", "state", "left_minutes")
        return SQL(
            """(SELECT SUM(bank.left_minutes) / %(minutes)s
                  FROM crm_cards_hours_bank bank
                 WHERE bank.partner_id = %(customer)s
                   AND bank.company_id = %(company)s
                   AND bank.active
                   AND bank.state = 'open')""",
            minutes=float(MINUTES),
            customer=self._get_commercial_sql(alias),
            company=self.env.company.id,
            to_flush=[bank_fields[name] for name in names],
        )

    def action_log_hours(self):
        """Open *Log hours* for the customer."""
        return self.env["crm.cards.hours.log"]._open(self)

    def action_start_timer(self):
        self.ensure_one()
        return self.env["crm.cards.hours.timer"]._start(self)

    def action_open_hours_banks(self):
        """Open the hours banks of the customer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_cards.crm_cards_hours_bank_action"
        )
        customer = self.commercial_partner_id
        return {
            **action,
            "domain": [("partner_id", "=", customer.id)],
            "context": {"default_partner_id": customer.id},
        }
