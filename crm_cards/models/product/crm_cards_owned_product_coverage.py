from odoo import api, fields, models
from odoo.tools import SQL


class OwnedProduct(models.Model):
    """Whether there is service for a product, on any day."""

    _inherit = "crm.cards.owned.product"

    def _get_coverage(self, day=None):
        """Return ``{id: (status, end)}`` of these products, in one query.

        :param date day: today in the user's time zone, unless given
        :return: status as of the field ``coverage``; end is False without service
            and where it has no end
        """
        day = day or fields.Date.context_today(self)
        ids = self._origin.ids
        kernel = self.env["crm.cards.coverage"]
        found = kernel._get_rows(kernel._get_products_sql(day, ids)) if ids else {}
        return {owned_id: found.get(owned_id, ("none", False)) for owned_id in ids}

    @api.depends(
        "active",
        "state",
        "partner_id",
        "company_id.crm_cards_coverage_days",
        "categ_id.parent_path",
        "service_start",
        "service_end",
        "partner_id.card_contract_ids.company_id",
        "partner_id.card_contract_ids.date_start",
        "partner_id.card_contract_ids.date_end",
        "partner_id.card_contract_ids.date_terminated",
        "partner_id.card_contract_ids.renewal",
        "partner_id.card_contract_ids.item_ids.owned_product_id",
        "partner_id.card_contract_ids.item_ids.categ_id",
    )
    @api.depends_context("tz")
    def _compute_coverage(self):
        coverage = self._get_coverage()
        for owned in self:
            status, end = coverage.get(owned._origin.id, ("none", False))
            owned.coverage = status
            owned.coverage_end = end

    def _search_coverage(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self.env["crm.cards.coverage"]._get_status_domain(
            "id", self._get_coverage_table(), "coverage", set(value)
        )

    def _search_coverage_end(self, operator, value):
        return self.env["crm.cards.coverage"]._get_end_domain(
            "id", self._get_coverage_table(), operator, value
        )

    def _get_coverage_table(self):
        day = fields.Date.context_today(self)
        return self.env["crm.cards.coverage"]._get_products_sql(day)

    def _field_to_sql(self, alias, field_expr, query=None):
        """Let lists sort and group by the service, which is not a column."""
        if field_expr not in ("coverage", "coverage_end") or query is None:
            return super()._field_to_sql(alias, field_expr, query)
        kernel = self.env["crm.cards.coverage"]
        joined = kernel._join(
            query,
            alias,
            "coverage",
            self._get_coverage_table(),
            SQL.identifier(alias, "id"),
        )
        return kernel._get_column_sql(joined, field_expr)
