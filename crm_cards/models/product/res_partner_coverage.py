from odoo import api, fields, models
from odoo.tools import SQL

from .crm_cards_coverage import COVERAGES

_COLUMNS = {"card_coverage": "coverage", "card_coverage_end": "coverage_end"}


class ResPartner(models.Model):
    """Whether a customer has service today; contact persons as their company.

    In the current company, as the kind of customer.
    """

    _inherit = "res.partner"

    card_coverage = fields.Selection(
        COVERAGES,
        string="Service",
        compute="_compute_card_coverage",
        search="_search_card_coverage",
        groups="base.group_user",
        help="Whether a product of the customer, or the customer himself, is in "
        "service today.",
    )
    card_coverage_end = fields.Date(
        string="Service until",
        compute="_compute_card_coverage",
        search="_search_card_coverage_end",
        groups="base.group_user",
        help="The last day before the first one without service; empty where there "
        "is none, or no end.",
    )

    def _get_coverage(self, day=None, company=None):
        """Return ``{id: (status, end)}`` of these partners, in one query.

        :param date day: today in the user's time zone, unless given
        :param company: the current company, unless given
        :return: status as of ``card_coverage``; end is False without service and
            where it has no end
        """
        day = day or fields.Date.context_today(self)
        customers = self.commercial_partner_id._origin
        kernel = self.env["crm.cards.coverage"]
        found = {}
        if customers:
            found = kernel._get_rows(
                kernel._get_customers_sql(
                    day, customers.ids, company or self.env.company
                )
            )
        return {
            partner._origin.id: found.get(
                partner.commercial_partner_id._origin.id, ("none", False)
            )
            for partner in self
        }

    @api.depends(
        "commercial_partner_id.card_owned_product_ids.active",
        "commercial_partner_id.card_owned_product_ids.state",
        "commercial_partner_id.card_owned_product_ids.company_id",
        "commercial_partner_id.card_owned_product_ids.service_start",
        "commercial_partner_id.card_owned_product_ids.service_end",
        "commercial_partner_id.card_contract_ids.company_id",
        "commercial_partner_id.card_contract_ids.date_start",
        "commercial_partner_id.card_contract_ids.date_end",
        "commercial_partner_id.card_contract_ids.date_terminated",
        "commercial_partner_id.card_contract_ids.renewal",
        "commercial_partner_id.card_contract_ids.item_ids.owned_product_id",
        "commercial_partner_id.card_contract_ids.item_ids.categ_id",
    )
    @api.depends_context("company", "tz")
    def _compute_card_coverage(self):
        # Whether there is service is for every internal user (the fields' groups).
        coverage = self.sudo()._get_coverage()
        for partner in self:
            status, end = coverage[partner._origin.id]
            partner.card_coverage = status
            partner.card_coverage_end = end

    def _search_card_coverage(self, operator, value):
        if operator != "in":
            return NotImplemented
        self._check_field_access(self._fields["card_coverage"], "read")
        return self.env["crm.cards.coverage"]._get_status_domain(
            "commercial_partner_id",
            self._get_coverage_table(),
            "card_coverage",
            set(value),
        )

    def _search_card_coverage_end(self, operator, value):
        self._check_field_access(self._fields["card_coverage_end"], "read")
        return self.env["crm.cards.coverage"]._get_end_domain(
            "commercial_partner_id", self._get_coverage_table(), operator, value
        )

    def _get_coverage_table(self):
        return self.env["crm.cards.coverage"]._get_customers_sql(
            fields.Date.context_today(self), company=self.env.company
        )

    def _field_to_sql(self, alias, field_expr, query=None):
        """Let lists sort and group by the service, which is not a column."""
        if field_expr not in _COLUMNS or query is None:
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields[field_expr], "read")
        kernel = self.env["crm.cards.coverage"]
        joined = kernel._join(
            query,
            alias,
            "card_coverage",
            self._get_coverage_table(),
            SQL.identifier(
                alias,
                "commercial_partner_id",
                to_flush=self._fields["commercial_partner_id"],
            ),
        )
        return kernel._get_column_sql(joined, _COLUMNS[field_expr])
