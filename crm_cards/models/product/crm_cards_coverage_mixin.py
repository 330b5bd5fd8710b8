from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_cards_coverage import COVERAGES


class CoverageMixin(models.AbstractModel):
    """The service beside anything that names a customer or one of his products.

    Of the product where one is named, else of the customer; in the company of the
    record, else in the current one. The model that inherits names its fields in
    ``_coverage_customer_field`` (a commercial partner) and
    ``_coverage_product_field``; both are stored.
    """

    _name = "crm.cards.coverage.mixin"
    _description = "Service beside a Record"

    _coverage_customer_field = "partner_id"
    _coverage_product_field = "owned_product_id"

    coverage = fields.Selection(
        COVERAGES,
        string="Service",
        compute="_compute_coverage",
        search="_search_coverage",
        compute_sudo=False,
    )
    coverage_end = fields.Date(
        string="Service until",
        compute="_compute_coverage",
        compute_sudo=False,
        help="The last day before the first one without service; empty where there "
        "is none, or no end.",
    )

    @api.model
    def _get_coverage_company_field(self):
        return "company_id" if "company_id" in self._fields else None

    @api.depends(
        lambda self: (
            (
                self._coverage_customer_field,
                self._coverage_product_field,
                f"{self._coverage_product_field}.coverage",
                f"{self._coverage_customer_field}.card_coverage",
                *filter(None, [self._get_coverage_company_field()]),
            )
            if not self._abstract
            else ()
        )
    )
    @api.depends_context("company", "tz")
    def _compute_coverage(self):
        # Whoever sees the record sees whether there is service for it.
        products = self.sudo()[self._coverage_product_field]._get_coverage()
        customers = self._get_customer_coverage()
        for record in self:
            product = record[self._coverage_product_field]
            customer = record[self._coverage_customer_field]
            if product:
                status, end = products[product._origin.id]
            elif customer:
                company = record._get_coverage_company()
                status, end = customers[company.id, customer._origin.id]
            else:
                status, end = False, False
            record.coverage = status
            record.coverage_end = end

    def _get_coverage_company(self):
        self.ensure_one()
        fname = self._get_coverage_company_field()
        return (fname and self[fname]) or self.env.company

    def _get_customer_coverage(self):
        """Return ``{(company id, customer id): (status, end)}`` of these records."""
        customers = {}
        for company, records in self.grouped(
            lambda record: record._get_coverage_company()
        ).items():
            # As in _compute_coverage().
            partners = records.sudo()[self._coverage_customer_field]
            coverage = partners._get_coverage(company=company)
            for partner_id, service in coverage.items():
                customers[company.id, partner_id] = service
        return customers

    def _search_coverage(self, operator, value):
        if operator != "in":
            return NotImplemented
        statuses = set(value)

        def to_sql(model, alias, query):
            coverage = model._field_to_sql(alias, "coverage", query)
            return SQL(
                "(%s = ANY(%s)%s)",
                coverage,
                [status for status in statuses if status],
                SQL(" OR %s IS NULL", coverage) if False in statuses else SQL(),
            )

        return Domain.custom(
            to_sql=to_sql, predicate=lambda record: record.coverage in statuses
        )

    def _field_to_sql(self, alias, field_expr, query=None):
        """Let lists filter, sort and group by the service, which is not a column."""
        if field_expr not in ("coverage", "coverage_end") or query is None:
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields[field_expr], "read")
        return self._get_coverage_column_sql(alias, field_expr, query)

    def _get_coverage_column_sql(self, alias, column, query):
        kernel = self.env["crm.cards.coverage"]
        day = fields.Date.context_today(self)
        product = self._field_to_sql(alias, self._coverage_product_field, query)
        customer = self._field_to_sql(alias, self._coverage_customer_field, query)
        of_product = kernel._join(
            query, alias, "product_coverage", kernel._get_products_sql(day), product
        )
        of_customer = kernel._join(
            query,
            alias,
            "customer_coverage",
            kernel._get_customers_sql(day),
            customer,
            self._get_coverage_company_sql(alias, query),
        )
        return SQL(
            "CASE WHEN %s IS NOT NULL THEN %s WHEN %s IS NOT NULL THEN %s END",
            product,
            kernel._get_column_sql(of_product, column),
            customer,
            kernel._get_column_sql(of_customer, column),
        )

    def _get_coverage_company_sql(self, alias, query):
        fname = self._get_coverage_company_field()
        if not fname:
            return SQL("%s", self.env.company.id)
        company = self._field_to_sql(alias, fname, query)
        return SQL("COALESCE(%s, %s)", company, self.env.company.id)

    def action_open_owned_products(self):
        """Open what the customer has bought, with the end of each service."""
        self.ensure_one()
        return self[self._coverage_customer_field].action_open_owned_products()
