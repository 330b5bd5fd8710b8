from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from .res_company_product import COVERAGE_DAYS

COVERAGES = [
    ("in_service", "Products in service"),
    ("ending", "Service ends soon"),
    ("none", "Customer without service"),
]
_COMPARISONS = {"<": SQL("<"), "<=": SQL("<="), ">": SQL(">"), ">=": SQL(">=")}
_READ = {  # what the statements below read, to be written before they run
    "crm.cards.owned.product": (
        "active",
        "state",
        "partner_id",
        "company_id",
        "categ_id",
        "service_start",
        "service_end",
    ),
    "crm.cards.service.contract": (
        "partner_id",
        "company_id",
        "date_start",
        "date_end",
        "date_terminated",
        "renewal",
    ),
    "crm.cards.service.contract.item": ("contract_id", "owned_product_id", "categ_id"),
    "product.category": ("parent_path",),
    "res.company": ("crm_cards_coverage_days",),
}


class Coverage(models.AbstractModel):
    """Who has service on a day, and until when: the one place that knows.

    A product is covered by a service of its own, and by the contracts of its
    customer: one without items covers all he has, others name products or kinds. A
    customer is covered where one of his products is, and by contracts of whole kinds
    even before a product is on the list. Contracts count in their own company.

    What follows without a gap is one service: the end is the last day before the
    first day without service. Days are inclusive on both sides, an open side is
    without end.
    """

    _name = "crm.cards.coverage"
    _description = "Who Has Service"

    def _get_products_sql(self, day, product_ids=None):
        """Return a table ``(owner_id, company_id, coverage, coverage_end)``.

        Only of owned products with service on ``day``; ``owner_id`` is their id,
        ``coverage_end`` is NULL where no end is known.
        """
        condition = self._get_in_condition("product", "id", product_ids)
        covers = SQL(
            """
            SELECT product.id AS owner_id, product.company_id,
                   COALESCE(product.service_start, '-infinity'::date) AS start,
                   COALESCE(product.service_end, 'infinity'::date) AS stop
              FROM crm_cards_owned_product product
             WHERE %(is_kept)s AND %(has_service)s AND %(condition)s
             UNION ALL
            SELECT product.id, product.company_id, contract.date_start, %(stop)s
              FROM crm_cards_service_contract contract
              JOIN crm_cards_owned_product product
                ON product.partner_id = contract.partner_id
               AND product.company_id = contract.company_id
              JOIN product_category own ON own.id = product.categ_id
             WHERE %(is_kept)s AND %(condition)s AND (
                   NOT EXISTS (
                        SELECT FROM crm_cards_service_contract_item item
                         WHERE item.contract_id = contract.id)
                OR EXISTS (
                        SELECT FROM crm_cards_service_contract_item item
                          LEFT JOIN product_category kind ON kind.id = item.categ_id
                         WHERE item.contract_id = contract.id
                           AND (item.owned_product_id = product.id
                            OR own.parent_path LIKE kind.parent_path || '%%')))
            """,
            is_kept=self._get_kept_condition(),
            has_service=self._get_own_service_condition(),
            condition=condition,
            stop=self._get_contract_stop_sql(),
        )
        return self._get_coverage_sql(covers, day)

    def _get_customers_sql(self, day, partner_ids=None, company=None):
        """Return a table ``(owner_id, company_id, coverage, coverage_end)``.

        As for products; ``owner_id`` is the id of the commercial partner. Without
        ``company``, of all companies.
        """
        product_condition = SQL(
            "%s AND %s",
            self._get_in_condition("product", "partner_id", partner_ids),
            self._get_company_condition("product", company),
        )
        contract_condition = SQL(
            "%s AND %s",
            self._get_in_condition("contract", "partner_id", partner_ids),
            self._get_company_condition("contract", company),
        )
        covers = SQL(
            """
            SELECT product.partner_id AS owner_id, product.company_id,
                   COALESCE(product.service_start, '-infinity'::date) AS start,
                   COALESCE(product.service_end, 'infinity'::date) AS stop
              FROM crm_cards_owned_product product
             WHERE %(is_kept)s AND %(has_service)s AND %(product_condition)s
             UNION ALL
            SELECT contract.partner_id, contract.company_id,
                   contract.date_start, %(stop)s
              FROM crm_cards_service_contract contract
             WHERE %(contract_condition)s AND (
                   NOT EXISTS (
                        SELECT FROM crm_cards_service_contract_item item
                         WHERE item.contract_id = contract.id)
                OR EXISTS (
                        SELECT FROM crm_cards_service_contract_item item
                          LEFT JOIN crm_cards_owned_product product
                            ON product.id = item.owned_product_id
                         WHERE item.contract_id = contract.id
                           AND (item.categ_id IS NOT NULL OR %(is_kept)s)))
            """,
            is_kept=self._get_kept_condition(),
            has_service=self._get_own_service_condition(),
            product_condition=product_condition,
            contract_condition=contract_condition,
            stop=self._get_contract_stop_sql(),
        )
        return self._get_coverage_sql(covers, day)

    def _get_coverage_sql(self, covers, day):
        """Join what follows without a gap; keep what is running on ``day``."""
        return SQL(
            """(
            SELECT service.owner_id, service.company_id,
                   CASE WHEN service.stop <= %(day)s::date
                             + COALESCE(company.crm_cards_coverage_days, %(default)s)
                        THEN 'ending' ELSE 'in_service' END AS coverage,
                   NULLIF(service.stop, 'infinity'::date) AS coverage_end
              FROM (
                SELECT owner_id, company_id, MAX(stop) AS stop
                  FROM (
                    SELECT owner_id, company_id, start, stop,
                           SUM(is_after_gap) OVER (
                                PARTITION BY owner_id, company_id
                                ORDER BY start, stop ROWS UNBOUNDED PRECEDING
                           ) AS run
                      FROM (
                        SELECT owner_id, company_id, start, stop,
                               COALESCE((start > 1 + MAX(stop) OVER (
                                    PARTITION BY owner_id, company_id
                                    ORDER BY start, stop
                                    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                               ))::int, 0) AS is_after_gap
                          FROM (%(covers)s) cover
                         WHERE start <= stop AND stop >= %(day)s
                      ) marked
                  ) numbered
                 GROUP BY owner_id, company_id, run
                HAVING MIN(start) <= %(day)s
              ) service
              JOIN res_company company ON company.id = service.company_id
            )""",
            covers=covers,
            day=day,
            default=COVERAGE_DAYS,
            to_flush=[
                self.env[model]._fields[fname]
                for model, fnames in _READ.items()
                for fname in fnames
            ],
        )

    def _get_contract_stop_sql(self):
        """Return the last day of ``contract``; one that renews itself goes on."""
        return SQL(
            """LEAST(
                CASE WHEN contract.renewal = 'automatic' THEN 'infinity'::date
                     ELSE COALESCE(contract.date_end, 'infinity'::date) END,
                COALESCE(contract.date_terminated, 'infinity'::date))"""
        )

    def _get_kept_condition(self):
        return SQL("product.active IS TRUE AND product.state = 'active'")

    def _get_own_service_condition(self):
        return SQL(
            "(product.service_start IS NOT NULL OR product.service_end IS NOT NULL)"
        )

    def _get_in_condition(self, alias, column, ids):
        if ids is None:
            return SQL("TRUE")
        return SQL("%s = ANY(%s)", SQL.identifier(alias, column), list(ids))

    def _get_company_condition(self, alias, company):
        if not company:
            return SQL("TRUE")
        return SQL("%s = %s", SQL.identifier(alias, "company_id"), company.id)

    def _join(self, query, alias, link, table, owner, company=None):
        """Join one of the tables above to ``query``; return its alias.

        :param SQL owner: what identifies the owner in the row of ``alias``
        :param SQL company: the company of the row, where the table is of several
        """
        joined = query.make_alias(alias, link)
        condition = SQL("%s = %s", SQL.identifier(joined, "owner_id"), owner)
        if company:
            condition = SQL(
                "%s AND %s = %s",
                condition,
                SQL.identifier(joined, "company_id"),
                company,
            )
        query.add_join("LEFT JOIN", joined, table, condition)
        return joined

    def _get_column_sql(self, alias, column):
        """Return a column of a table joined by :meth:`_join`; no row: no service."""
        value = SQL.identifier(alias, column)
        return SQL("COALESCE(%s, 'none')", value) if column == "coverage" else value

    def _get_rows(self, table):
        """Return ``{owner id: (coverage, coverage_end)}`` of one of the tables."""
        rows = self.env.execute_query(
            SQL("SELECT owner_id, coverage, coverage_end FROM %s cover", table)
        )
        return {owner_id: (coverage, end or False) for owner_id, coverage, end in rows}

    def _get_status_domain(self, owner_field, table, fname, statuses):
        """Return the records whose owner has one of ``statuses`` in ``table``."""
        wanted = [status for status in statuses if status and status != "none"]
        lacking = "none" in statuses

        def to_sql(model, alias, query):
            owner = model._field_to_sql(alias, owner_field, query)
            served = SQL(
                "%s IN (SELECT owner_id FROM %s cover WHERE coverage = ANY(%s))",
                owner,
                table,
                wanted,
            )
            if not lacking:
                return served
            # Not in any of the states that are not wanted: hashed once, whereas
            # "in service or in none of them" would ask twice.
            return SQL(
                "%s NOT IN (SELECT owner_id FROM %s cover WHERE coverage <> ALL(%s))",
                owner,
                table,
                wanted,
            )

        return Domain.custom(
            to_sql=to_sql, predicate=lambda record: record[fname] in statuses
        )

    def _get_end_domain(self, owner_field, table, operator, value):
        """As above, by the last day of service; no day: none, or no end."""
        if operator == "in":
            days = [day for day in value if day]
            condition = SQL("coverage_end = ANY(%s::date[])", days)
            domain = self._get_owner_domain(owner_field, table, condition)
            if False in value:
                known = SQL("coverage_end IS NOT NULL")
                domain |= ~self._get_owner_domain(owner_field, table, known)
            return domain
        if operator not in _COMPARISONS:
            return NotImplemented
        condition = SQL("coverage_end %s %s", _COMPARISONS[operator], value)
        return self._get_owner_domain(owner_field, table, condition)

    def _get_owner_domain(self, owner_field, table, condition):
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s IN (SELECT owner_id FROM %s cover WHERE %s)",
                model._field_to_sql(alias, owner_field, query),
                table,
                condition,
            )
        )
