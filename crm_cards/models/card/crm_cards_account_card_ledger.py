from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

LEDGER_GROUPS = (
    "crm_cards.crm_cards_group_accountant,"
    "account.group_account_invoice,account.group_account_readonly"
)
# Read and written on the partner in the card's company, under the same names,
# so that no value of the active company shines through ``_inherits``.
PROPERTY_FIELDS = [
    "property_account_receivable_id",
    "property_account_payable_id",
    "property_payment_term_id",
    "property_supplier_payment_term_id",
    "property_account_position_id",
    "property_product_pricelist",
    "credit_limit",
    "trust",
]
LEDGER_FIELDS = ["balance", "overdue", "date_last_invoice", "date_last_payment"]


class AccountCardLedger(models.Model):
    """What the books of the card's own company say about the customer."""

    _inherit = "crm.cards.account.card"

    currency_id = fields.Many2one(related="company_id.currency_id")
    property_account_receivable_id = fields.Many2one(
        "account.account",
        string="Account Receivable",
        compute="_compute_properties",
        inverse="_inverse_property_account_receivable_id",
        groups=LEDGER_GROUPS,
        check_company=True,
        domain="[('account_type', '=', 'asset_receivable')]",
    )
    property_account_payable_id = fields.Many2one(
        "account.account",
        string="Account Payable",
        compute="_compute_properties",
        inverse="_inverse_property_account_payable_id",
        groups=LEDGER_GROUPS,
        check_company=True,
        domain="[('account_type', '=', 'liability_payable')]",
    )
    property_payment_term_id = fields.Many2one(
        "account.payment.term",
        string="Customer Payment Terms",
        compute="_compute_properties",
        inverse="_inverse_property_payment_term_id",
        groups=LEDGER_GROUPS,
        check_company=True,
    )
    property_supplier_payment_term_id = fields.Many2one(
        "account.payment.term",
        string="Supplier Payment Terms",
        compute="_compute_properties",
        inverse="_inverse_property_supplier_payment_term_id",
        groups=LEDGER_GROUPS,
        check_company=True,
    )
    property_account_position_id = fields.Many2one(
        "account.fiscal.position",
        string="Fiscal Position",
        compute="_compute_properties",
        inverse="_inverse_property_account_position_id",
        groups=LEDGER_GROUPS,
        check_company=True,
    )
    property_product_pricelist = fields.Many2one(
        "product.pricelist",
        string="Pricelist",
        compute="_compute_properties",
        inverse="_inverse_property_product_pricelist",
        groups=LEDGER_GROUPS,
        check_company=True,
    )
    credit_limit = fields.Float(
        compute="_compute_properties",
        inverse="_inverse_credit_limit",
        groups=LEDGER_GROUPS,
    )
    trust = fields.Selection(
        [("good", "Good Debtor"), ("normal", "Normal Debtor"), ("bad", "Bad Debtor")],
        string="Degree of trust",
        compute="_compute_properties",
        inverse="_inverse_trust",
        groups=LEDGER_GROUPS,
    )
    balance = fields.Monetary(
        compute="_compute_ledger",
        search="_search_balance",
        groups=LEDGER_GROUPS,
        help="Open receivables less open payables in the company's currency; "
        "positive when the customer owes us.",
    )
    overdue = fields.Monetary(
        compute="_compute_ledger",
        search="_search_overdue",
        groups=LEDGER_GROUPS,
        help="Open receivables whose due date has passed.",
    )
    date_last_invoice = fields.Date(
        string="Last invoice",
        compute="_compute_ledger",
        search="_search_date_last_invoice",
        groups=LEDGER_GROUPS,
    )
    date_last_payment = fields.Date(
        string="Last payment",
        compute="_compute_ledger",
        search="_search_date_last_payment",
        groups=LEDGER_GROUPS,
    )

    # -- properties of the partner in the card's company --

    def _get_partner_in_company(self):
        """Return the partner as the card's company sees it.

        The fields that use it carry ``LEDGER_GROUPS`` themselves and writing them
        needs write access to the card; the partner's own accounting fields ask
        for accounting groups, which card rights alone do not give.
        """
        self.ensure_one()
        return self.partner_id.sudo().with_company(self.company_id)

    @api.depends("company_id", *(f"partner_id.{fname}" for fname in PROPERTY_FIELDS))
    def _compute_properties(self):
        for card in self:
            partner = card._get_partner_in_company()
            for fname in PROPERTY_FIELDS:
                card[fname] = partner[fname]

    def _write_property(self, fname):
        for card in self:
            card._get_partner_in_company()[fname] = card[fname]

    def _inverse_property_account_receivable_id(self):
        self._write_property("property_account_receivable_id")

    def _inverse_property_account_payable_id(self):
        self._write_property("property_account_payable_id")

    def _inverse_property_payment_term_id(self):
        self._write_property("property_payment_term_id")

    def _inverse_property_supplier_payment_term_id(self):
        self._write_property("property_supplier_payment_term_id")

    def _inverse_property_account_position_id(self):
        self._write_property("property_account_position_id")

    def _inverse_property_product_pricelist(self):
        self._write_property("property_product_pricelist")

    def _inverse_credit_limit(self):
        self._write_property("credit_limit")

    def _inverse_trust(self):
        self._write_property("trust")

    # -- sums of the postings --

    def _compute_ledger(self):
        figures = self._get_ledger_figures()
        nothing = dict.fromkeys(LEDGER_FIELDS, False)
        for card in self:
            card.update(figures.get((card.partner_id.id, card.company_id.id), nothing))

    def _get_ledger_figures(self):
        """Return ``{(partner_id, company_id): {field name: value}}``.

        One query for any number of cards. Sums are in the company's currency.
        """
        if not self:
            return {}
        ledger = self._get_ledger_sql(
            SQL(
                "AND owner.commercial_partner_id IN %s AND item.company_id IN %s",
                tuple(self.partner_id.ids) or (None,),
                tuple(self.company_id.ids) or (None,),
            )
        )
        rows = self.env.execute_query_dict(SQL("SELECT * FROM %s AS ledger", ledger))
        return {(row.pop("partner_id"), row.pop("company_id")): row for row in rows}

    def _get_ledger_sql(self, condition=SQL()):  # noqa: B008 immutable
        """Return the sub-select: one row a commercial partner and company."""
        return self._get_postings_sql(
            SQL(
                """
                   SUM(item.amount_residual) AS balance,
                   COALESCE(SUM(item.amount_residual) FILTER (
                       WHERE account.account_type = 'asset_receivable'
                         AND item.date_maturity < %(today)s
                   ), 0) AS overdue,
                   MAX(move.invoice_date) FILTER (
                       WHERE move.move_type NOT IN ('entry', 'out_refund', 'in_refund')
                   ) AS date_last_invoice,
                   MAX(item.date) FILTER (
                       WHERE move.move_type = 'entry'
                         AND (account.account_type = 'asset_receivable')
                             = (item.balance < 0)
                   ) AS date_last_payment""",
                today=fields.Date.context_today(self),
            ),
            SQL("JOIN account_move move ON move.id = item.move_id"),
            condition,
        )

    def _get_open_items_sql(self):
        """Return the sub-select for a list by balance or overdue alone.

        It reads the open items only, not the history of all customers.
        """
        return self._get_postings_sql(
            SQL(
                """
                   SUM(item.amount_residual) AS balance,
                   COALESCE(SUM(item.amount_residual) FILTER (
                       WHERE account.account_type = 'asset_receivable'
                         AND item.date_maturity < %s
                   ), 0) AS overdue""",
                fields.Date.context_today(self),
            ),
            condition=SQL("AND item.reconciled IS NOT TRUE"),
        )

    def _get_postings_sql(self, columns, join=SQL(), condition=SQL()):  # noqa: B008
        self.env["account.move.line"].flush_model(
            [
                "amount_residual",
                "date_maturity",
                "partner_id",
                "parent_state",
                "reconciled",
            ]
        )
        self.env["account.move"].flush_model(["invoice_date", "move_type"])
        return SQL(
            """(
            SELECT owner.commercial_partner_id AS partner_id, item.company_id,
                   %(columns)s
              FROM account_move_line item
              JOIN account_account account ON account.id = item.account_id
              JOIN res_partner owner ON owner.id = item.partner_id
              %(join)s
             WHERE item.parent_state = 'posted'
               AND account.account_type IN ('asset_receivable', 'liability_payable')
               %(condition)s
             GROUP BY owner.commercial_partner_id, item.company_id
            )""",
            columns=columns,
            join=join,
            condition=condition,
        )

    def _field_to_sql(self, alias, field_expr, query=None):
        """Let lists sort, group and add up the ledger's figures in SQL."""
        if field_expr not in LEDGER_FIELDS or query is None:
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields[field_expr], "read")
        of_open_items = field_expr in ("balance", "overdue")
        ledger = query.make_alias(alias, "open_items" if of_open_items else "ledger")
        query.add_join(
            "LEFT JOIN",
            ledger,
            self._get_open_items_sql() if of_open_items else self._get_ledger_sql(),
            SQL(
                "%s = %s AND %s = %s",
                SQL.identifier(ledger, "partner_id"),
                SQL.identifier(alias, "partner_id"),
                SQL.identifier(ledger, "company_id"),
                SQL.identifier(alias, "company_id"),
            ),
        )
        column = SQL.identifier(ledger, field_expr)
        if self._fields[field_expr].type == "monetary":
            return SQL("COALESCE(%s, 0)", column)
        return column

    def _search_ledger(self, fname, operator, value):
        if operator not in ("in", "<", "<=", ">", ">="):
            return NotImplemented
        self._check_field_access(self._fields[fname], "read")

        def to_sql(model, alias, query):
            column = model._field_to_sql(alias, fname, query)
            if operator != "in":
                return SQL(f"%s {operator} %s", column, value)  # operator from the list
            values = tuple(item for item in value if item is not False)
            found = SQL("%s IN %s", column, values) if values else SQL("FALSE")
            if False in value and self._fields[fname].type == "date":
                return SQL("(%s OR %s IS NULL)", found, column)
            return found

        return Domain.custom(to_sql=to_sql)

    def _search_balance(self, operator, value):
        return self._search_ledger("balance", operator, value)

    def _search_overdue(self, operator, value):
        return self._search_ledger("overdue", operator, value)

    def _search_date_last_invoice(self, operator, value):
        return self._search_ledger("date_last_invoice", operator, value)

    def _search_date_last_payment(self, operator, value):
        return self._search_ledger("date_last_payment", operator, value)
