from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, ormcache

from ..common.res_company import MAIN_ACCOUNTS

# A customer is not excluded and has a card; a prospect is not excluded, has no card
# and has a prospect fact. These are all sets of kinds that cannot be joined.
_KIND_CONDITIONS = {
    frozenset(
        ["customer", "prospect"]
    ): "(NOT %(excluded)s AND (%(has_card)s OR %(is_prospect)s))",
    frozenset([False]): "(%(excluded)s OR NOT (%(has_card)s OR %(is_prospect)s))",
    frozenset(
        [False, "customer"]
    ): "(%(excluded)s OR %(has_card)s OR NOT %(is_prospect)s)",
    frozenset([False, "prospect"]): "(%(excluded)s OR NOT %(has_card)s)",
}


class ResPartner(models.Model):
    """Prospect or customer: derived from facts, never stored.

    A partner is a customer of the current company when its commercial partner
    has an account card there; a prospect when only a prospect fact exists.
    Partners of internal users and of own companies are neither.
    """

    _inherit = "res.partner"

    account_card_ids = fields.One2many(
        "crm.cards.account.card",
        "partner_id",
        string="Account cards",
        groups="base.group_user",
    )
    prospect_ids = fields.One2many(
        "crm.cards.prospect", "partner_id", groups="base.group_user"
    )
    account_card_id = fields.Many2one(
        "crm.cards.account.card",
        compute="_compute_account_card_id",
        search="_search_account_card_id",
        groups="base.group_user",
        help="The card of the customer in the current company.",
    )
    account_key = fields.Char(
        compute="_compute_account_card_id",
        search="_search_account_key",
        groups="base.group_user",
    )
    card_state = fields.Selection(
        [("open", "Open"), ("blocked", "Blocked"), ("closed", "Closed")],
        string="Account card is",
        compute="_compute_account_card_id",
        groups="base.group_user",
    )
    main_account = fields.Selection(
        MAIN_ACCOUNTS,
        compute="_compute_main_account",
        inverse="_inverse_main_account",
        groups="base.group_user",
    )
    customer_kind = fields.Selection(
        [("prospect", "Prospect"), ("customer", "Permanent")],
        compute="_compute_customer_kind",
        search="_search_customer_kind",
        groups="base.group_user",
        help="Customers have an account card in the current company, "
        "prospects do not have one yet.",
    )

    # -- the card in the current company --

    @api.depends_context("company")
    @api.depends(
        "commercial_partner_id.account_card_ids.company_id",
        "commercial_partner_id.account_card_ids.active",
        "commercial_partner_id.account_card_ids.account_key",
        "commercial_partner_id.account_card_ids.state",
    )
    def _compute_account_card_id(self):
        cards = self._get_cards_by_partner()
        for partner in self:
            card = cards.get(
                partner.commercial_partner_id.id, self.env["crm.cards.account.card"]
            )
            partner.account_card_id = card.with_env(self.env)
            partner.account_key = card.account_key
            partner.card_state = card.state

    # Apart from the fields above: while it is written, all fields of its compute
    # method would keep the values they had before the card was opened.
    @api.depends("account_card_id.main_account")
    @api.depends_context("company")
    def _compute_main_account(self):
        for partner in self:
            # For every internal user, see _get_cards_by_partner().
            partner.main_account = partner.account_card_id.sudo().main_account

    def _get_cards_by_partner(self, company=None):
        """Return ``{commercial partner id: card}`` in one company, in one query."""
        # Key, state and main account are for every internal user (the fields'
        # groups); the ledger's figures stay behind groups of their own.
        cards = (
            self.env["crm.cards.account.card"]
            .sudo()
            .search_fetch(
                [
                    ("partner_id", "in", self.commercial_partner_id.ids),
                    ("company_id", "=", (company or self.env.company).id),
                ],
                ["partner_id", "account_key", "state", "main_account"],
            )
        )
        return {card.partner_id.id: card for card in cards}

    def _search_account_card_id(self, operator, value):
        if operator not in ("in", "any"):
            return NotImplemented
        self._check_field_access(self._fields["account_card_id"], "read")
        if operator == "in" and not all(value):
            return Domain("customer_kind", "!=", "customer") | (
                self._search_account_card_id("in", [v for v in value if v])
                if any(value)
                else Domain.FALSE
            )
        cards = self.env["crm.cards.account.card"]._search(
            Domain("company_id", "=", self.env.company.id)
            & (Domain("id", "in", value) if operator == "in" else Domain(value))
        )
        return Domain("commercial_partner_id", "any!", cards.subselect("partner_id"))

    def _search_account_key(self, operator, value):
        if operator not in ("in", "like", "ilike", "=like", "=ilike"):
            return NotImplemented
        self._check_field_access(self._fields["account_key"], "read")
        if operator == "in" and not all(value):
            # "no key" is the same as "no card in this company"
            return self._search_account_card_id("in", [False]) | (
                self._search_account_key("in", [key for key in value if key])
                if any(value)
                else Domain.FALSE
            )
        return Domain(
            "commercial_partner_id",
            "in",
            self._find_partner_ids_by_key(operator, value),
        )

    def _inverse_main_account(self):
        """Setting the main account makes a permanent customer (row 11).

        :raises ConversionRefusedError: the user has no right to convert
        """
        for main_account, partners in self.grouped("main_account").items():
            if main_account:
                partners._check_may_convert()
                partners._open_account_card("main_account", main_account=main_account)
                partners.account_card_id.write(
                    {"main_account": main_account, "is_main_account_chosen": True}
                )

    # -- prospect or customer --

    @api.depends_context("company")
    @api.depends(
        "partner_share",
        "ref_company_ids",
        "commercial_partner_id.ref_company_ids",
        "commercial_partner_id.account_card_ids.company_id",
        "commercial_partner_id.account_card_ids.active",
    )
    def _compute_customer_kind(self):
        # Prospect facts see to it themselves that the kinds are computed again.
        saved = self.filtered("id")
        (self - saved).customer_kind = False
        kinds = {}
        if saved:
            kinds = dict(
                self.env.execute_query(
                    SQL(
                        "SELECT id, %s FROM res_partner WHERE id IN %s",
                        self._get_kind_sql("res_partner"),
                        tuple(saved._origin.ids),
                    )
                )
            )
        for partner in saved:
            partner.customer_kind = kinds.get(partner._origin.id)

    def _get_kind_sql(self, alias):
        """Return the kind of the partners of ``alias`` in the current company."""
        return SQL(
            """CASE
                WHEN %(excluded)s THEN NULL
                WHEN %(has_card)s THEN 'customer'
                WHEN %(is_prospect)s THEN 'prospect'
            END""",
            excluded=self._get_kind_excluded_sql(alias),
            has_card=self._get_has_card_sql(alias),
            is_prospect=self._get_is_prospect_sql(alias),
        )

    def _get_kind_excluded_sql(self, alias):
        return SQL(
            "(%s IS NOT TRUE OR %s IN %s)",
            SQL.identifier(
                alias, "partner_share", to_flush=self._fields["partner_share"]
            ),
            self._get_commercial_sql(alias),
            self._get_own_company_partner_ids(),
        )

    def _get_commercial_sql(self, alias):
        field = self._fields["commercial_partner_id"]
        return SQL.identifier(alias, field.name, to_flush=field)

    @api.model
    @ormcache()
    def _get_own_company_partner_ids(self):
        """Return the ids, kept until a company comes, goes or changes its partner."""
        # Which partners are own companies is no secret to internal users.
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        return tuple(companies.search_fetch([], ["partner_id"]).partner_id.ids)

    def _get_has_card_sql(self, alias, probe=False):
        """Return whether the partners of ``alias`` are customers.

        :param bool probe: look it up row by row. Where PostgreSQL cannot make a join
            of it (under OR and NOT), it would else read all cards before the first
            row of a page; ``OFFSET 0`` keeps it from that.
        """
        card_fields = self.env["crm.cards.account.card"]._fields
        return SQL(
            """EXISTS (
                SELECT FROM crm_cards_account_card card
                 WHERE card.partner_id = %s AND card.company_id = %s
                   AND card.active IS TRUE %s
            )""",
            self._get_commercial_sql(alias),
            self.env.company.id,
            SQL("OFFSET 0" if probe else ""),
            to_flush=[
                card_fields[name] for name in ("partner_id", "company_id", "active")
            ],
        )

    def _get_is_prospect_sql(self, alias, probe=False):
        """Return whether there is a prospect fact; ``probe`` as for the card."""
        prospect_fields = self.env["crm.cards.prospect"]._fields
        return SQL(
            """EXISTS (
                SELECT FROM crm_cards_prospect prospect
                 WHERE prospect.partner_id = %s AND prospect.company_id = %s %s
            )""",
            self._get_commercial_sql(alias),
            self.env.company.id,
            SQL("OFFSET 0" if probe else ""),
            to_flush=[prospect_fields[name] for name in ("partner_id", "company_id")],
        )

    def _search_customer_kind(self, operator, value):
        if operator not in ("in", "not in"):
            return NotImplemented
        self._check_field_access(self._fields["customer_kind"], "read")
        kinds = {"prospect", "customer", False}
        # Told here which kinds are left, PostgreSQL plans it as well as "in".
        kinds = kinds & set(value) if operator == "in" else kinds - set(value)
        return Domain.custom(
            to_sql=lambda model, alias, query: model._get_kind_condition(alias, kinds),
            predicate=lambda partner: partner.customer_kind in kinds,
        )

    def _get_kind_condition(self, alias, kinds):
        """Return whether the partners of ``alias`` are of one of ``kinds``."""
        if not kinds or len(kinds) == 3:
            return SQL("TRUE" if kinds else "FALSE")
        excluded = self._get_kind_excluded_sql(alias)
        if kinds == {"customer"}:
            return SQL("(NOT %s AND %s)", excluded, self._get_has_card_sql(alias))
        has_card = self._get_has_card_sql(alias, probe=True)
        if kinds == {"prospect"}:
            is_prospect = self._get_is_prospect_sql(alias)
            return SQL("(NOT %s AND NOT %s AND %s)", excluded, has_card, is_prospect)
        is_prospect = self._get_is_prospect_sql(alias, probe=True)
        return SQL(
            _KIND_CONDITIONS[frozenset(kinds)],
            excluded=excluded,
            has_card=has_card,
            is_prospect=is_prospect,
        )

    def _field_to_sql(self, alias, field_expr, query=None):
        """Let lists sort and group by the kind, which is not a column."""
        if field_expr == "customer_kind":
            self._check_field_access(self._fields[field_expr], "read")
            return self._get_kind_sql(alias)
        return super()._field_to_sql(alias, field_expr, query)
