from collections import Counter

from psycopg2 import errors

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ...exceptions import CardBlockedError, CardHasPostingsError
from ..common.res_company import MAIN_ACCOUNTS

CAUSES = [
    ("button", "Button"),
    ("order", "Sales order"),
    ("invoice", "Invoice or posting"),
    ("main_account", "Main account set"),
    ("import", "Import"),
    ("install", "Installation"),
]
# Set by conversion, reversal and merge alone.
_SYSTEM_FIELDS = {
    "partner_id",
    "company_id",
    "active",
    "date_opened",
    "opened_by_id",
    "cause",
    "superseded_by_id",
}


class AccountCard(models.Model):
    """The identity of a customer or supplier in the ledger of one company.

    Name, phone, address and all other shared data are the partner's own cells
    (``_inherits``); the card adds what belongs to one company's books.

    ========= ===================== ==========================================
    state     set by                what follows
    ========= ===================== ==========================================
    open      opening, *Reopen*     orders and invoices as usual
    blocked   *Block*, with reason  no confirming, no posting; quotations stay
    closed    *Close*               as blocked; needs a zero balance
    ========= ===================== ==========================================

    An archived card is out of use but keeps its key: it was reversed, or
    merged into another card (then ``superseded_by_id`` names that one).
    """

    _name = "crm.cards.account.card"
    _description = "Account Card"
    _inherit = ["mail.thread"]
    _inherits = {"res.partner": "partner_id"}
    _order = "account_key, id"
    _rec_name = "account_key"
    _rec_names_search = ["account_key", "partner_id"]

    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    active = fields.Boolean(default=True, tracking=True)
    account_key = fields.Char(required=True, copy=False, tracking=True, index="trigram")
    main_account = fields.Selection(
        MAIN_ACCOUNTS, required=True, default="customers", tracking=True
    )
    is_main_account_chosen = fields.Boolean(
        string="Main account chosen by a person",
        copy=False,
        help="The main account follows the postings until somebody chooses it.",
    )
    state = fields.Selection(
        [("open", "Open"), ("blocked", "Blocked"), ("closed", "Closed")],
        string="Status",
        required=True,
        default="open",
        copy=False,
        tracking=True,
    )
    state_reason = fields.Char(string="Reason", copy=False, tracking=True)
    date_opened = fields.Datetime(
        string="Opened on", readonly=True, default=fields.Datetime.now, copy=False
    )
    opened_by_id = fields.Many2one(
        "res.users",
        string="Opened by",
        readonly=True,
        default=lambda self: self.env.user,
        copy=False,
    )
    cause = fields.Selection(
        CAUSES, string="Opened because of", default="main_account", readonly=True
    )
    superseded_by_id = fields.Many2one(
        "crm.cards.account.card",
        string="Merged into",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    superseded_ids = fields.One2many(
        "crm.cards.account.card", "superseded_by_id", string="Merged cards"
    )

    _account_key_unique = models.UniqueIndex(
        "(company_id, account_key)",
        "This account key is already in use in the company.",
    )
    _partner_unique = models.UniqueIndex(
        "(partner_id, company_id) WHERE active IS TRUE",
        "The customer already has an account card in the company.",
    )

    @api.depends("account_key", "partner_id.display_name")
    def _compute_display_name(self):
        for card in self:
            card.display_name = f"{card.account_key or ''} {card.partner_id.name or ''}"

    @api.model
    def _search_display_name(self, operator, value):
        """Find cards by key or customer; the two parts keep their own indexes.

        As one condition, with OR, they would read the names of all customers.
        """
        if operator not in ("in", "like", "ilike", "=like", "=ilike") or not value:
            return super()._search_display_name(operator, value)
        # Archived cards are left out by the search this goes into, if it wants to.
        cards = self.with_context(active_test=False)
        partners = self.env["res.partner"]._search([("display_name", operator, value)])
        by_key = cards._search(Domain("account_key", operator, value))
        by_name = cards._search(Domain("partner_id", "any!", partners))

        def to_sql(_model, alias, _query):
            return SQL(
                "%s IN (%s UNION ALL %s)",
                SQL.identifier(alias, "id"),
                by_key.select(),
                by_name.select(),
            )

        return Domain.custom(to_sql=to_sql)

    # -- constraints --

    @api.constrains("account_key")
    def _check_account_key(self):
        for card in self:
            key = card.account_key
            if key != key.strip() or not key.strip() or not key.isprintable():
                raise ValidationError(
                    self.env._(
                        "The account key %(key)s has blanks at its ends or signs that "
                        "cannot be printed. Type it again without them.",
                        key=repr(key),
                    )
                )

    @api.constrains("partner_id")
    def _check_partner_is_commercial(self):
        for card in self:
            if card.partner_id != card.partner_id.commercial_partner_id:
                raise ValidationError(
                    self.env._(
                        "%(contact)s is a contact person. The account card belongs to "
                        "the company %(company)s.",
                        contact=card.partner_id.name,
                        company=card.partner_id.commercial_partner_id.name,
                    )
                )

    @api.constrains("partner_id", "company_id")
    def _check_partner_company(self):
        for card in self:
            partner_company = card.partner_id.company_id
            if partner_company and partner_company not in card.company_id.parent_ids:
                raise ValidationError(
                    self.env._(
                        "%(partner)s belongs to %(partner_company)s and cannot have an "
                        "account card in %(company)s.",
                        partner=card.partner_id.name,
                        partner_company=partner_company.name,
                        company=card.company_id.name,
                    )
                )

    # -- create, write, delete --

    @api.model_create_multi
    def create(self, vals_list):
        """Open cards; every card comes with its conversion event.

        Cards that are opened on existing partners change nothing on them.
        :raises ConcurrencyError: somebody else has just opened the same card or
            taken the same key; the request is then run again and sees it
        """
        vals_list = self._complete_opening_vals(
            [self._replace_system_vals(vals) for vals in vals_list]
        )
        self._check_keys_are_free(vals_list)
        try:
            cards = super().create(vals_list)
        except errors.UniqueViolation as error:
            if error.diag.table_name != self._table:
                raise
            raise ConcurrencyError(str(error)) from error
        cards._record_conversions()
        return cards

    def _replace_system_vals(self, vals):
        """Return a copy in which the system says who opened the card, when and why."""
        if self.env.su:
            return dict(vals)
        return {
            **vals,
            "active": True,
            "cause": "main_account",
            "date_opened": fields.Datetime.now(),
            "opened_by_id": self.env.uid,
            "superseded_by_id": False,
        }

    def _complete_opening_vals(self, vals_list):
        """Fill company and key; replace a contact person by its company."""
        partners = self.env["res.partner"].browse(
            vals["partner_id"] for vals in vals_list if vals.get("partner_id")
        )
        commercial_ids = {
            partner.id: partner.commercial_partner_id.id for partner in partners
        }
        keyless = {}
        for vals in vals_list:
            company_id = vals.setdefault("company_id", self.env.company.id)
            if vals.get("partner_id"):
                vals["partner_id"] = commercial_ids[vals["partner_id"]]
            main_account = vals.get("main_account") or "customers"
            if vals.get("main_account") and not self.env.su:
                vals.setdefault("is_main_account_chosen", True)
            if not vals.get("account_key"):
                keyless.setdefault((company_id, main_account), []).append(vals)
        for (company_id, main_account), group in keyless.items():
            company = self.env["res.company"].browse(company_id)
            keys = company._draw_account_keys(main_account, len(group))
            for vals, key in zip(group, keys, strict=True):
                vals["account_key"] = key
        return vals_list

    def _check_keys_are_free(self, vals_list):
        """:raises ValidationError: a key is taken, or given twice in the batch"""
        typed = {}
        for vals in vals_list:
            typed.setdefault(vals["company_id"], []).append(vals["account_key"])
        for company_id, keys in typed.items():
            company = self.env["res.company"].browse(company_id)
            taken = company._get_taken_account_keys(keys)
            taken |= {key for key, count in Counter(keys).items() if count > 1}
            if taken:
                self._refuse_keys(taken, company)

    def _refuse_keys(self, keys, company):
        raise ValidationError(
            self.env._(
                "Account key %(keys)s is already in use in %(company)s. "
                "Choose another one, or leave it empty to get the next.",
                keys=", ".join(sorted(keys)),
                company=company.name,
            )
        )

    def _prepare_create_values(self, vals_list):
        # Otherwise the ORM hands an (empty) default for the partner's properties
        # to the partner: they would be wiped, its write date moved, and write
        # access to the partner needed.
        opened_on_partner = [
            bool(vals.get("partner_id")) and "properties" not in vals
            for vals in vals_list
        ]
        result = super()._prepare_create_values(vals_list)
        for vals, on_partner in zip(result, opened_on_partner, strict=True):
            if on_partner:
                vals.pop("properties", None)
                vals.get("__precomputed__", set()).discard("properties")
        return result

    def write(self, vals):
        """Write shared data once, on all partners together.

        The ORM would write inherited fields partner by partner; here the whole
        batch takes one statement, and the partner's log says where it came from.
        """
        own_vals, partner_vals = self._split_partner_vals(vals)
        self._check_system_vals(own_vals)
        if "account_key" in own_vals:
            self._check_key_may_change(own_vals["account_key"])
        if "main_account" in own_vals and not self.env.su:
            own_vals.setdefault("is_main_account_chosen", True)
        if partner_vals:
            self.check_access("write")
            self._write_partners(partner_vals)
        return super().write(own_vals) if own_vals else True

    def _check_system_vals(self, vals):
        """:raises UserError: somebody edits what only conversion and merge may set"""
        if self.env.su or not _SYSTEM_FIELDS & vals.keys():
            return
        fname = min(_SYSTEM_FIELDS & vals.keys())
        raise UserError(
            self.env._(
                "%(field)s of an account card cannot be edited. To take a card out of "
                "use, reverse its conversion, merge the customers or close the card.",
                field=self._fields[fname]._description_string(self.env),
            )
        )

    def _split_partner_vals(self, vals):
        own_vals, partner_vals = {}, {}
        for fname, value in vals.items():
            inherited = self._fields[fname].inherited
            (partner_vals if inherited else own_vals)[fname] = value
        return own_vals, partner_vals

    def _write_partners(self, vals):
        self.partner_id.with_context(crm_cards_side="card").write(vals)

    def _check_key_may_change(self, key):
        for card in self.filtered(lambda card: card.account_key != key):
            taken = card.company_id._get_taken_account_keys([key])
            if taken:
                self._refuse_keys(taken, card.company_id)

    def copy_data(self, default=None):
        default = dict(default or {})
        if "partner_id" not in default:
            raise CardHasPostingsError(
                self.env._(
                    "A customer has one account card in a company, so a card cannot be "
                    "duplicated. Duplicate the customer instead."
                )
            )
        return super().copy_data(default)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_posted(self):
        posted = self._filter_posted()
        if posted:
            raise CardHasPostingsError(
                self.env._(
                    "The account card %(card)s has postings and cannot be deleted. "
                    "Close it instead.",
                    card=posted[0].display_name,
                )
            )
        self._get_standing_conversions()._mark_reversed(
            self.env._("The account card was deleted.")
        )

    # -- lookups --

    def _filter_posted(self):
        """Return the cards whose partner has posted items in their company."""
        # A posting forbids deletion even where the user may not see it.
        groups = (
            self.env["account.move.line"]
            .sudo()
            ._read_group(
                [
                    ("partner_id", "child_of", self.partner_id.ids),
                    ("company_id", "in", self.company_id.ids),
                    ("parent_state", "=", "posted"),
                ],
                ["company_id", "partner_id"],
            )
        )
        posted = {
            (company.id, partner.commercial_partner_id.id)
            for company, partner in groups
        }
        return self.filtered(
            lambda card: (card.company_id.id, card.partner_id.id) in posted
        )

    def _hold_for_posting(self):
        """Keep these cards from being reversed before this transaction ends.

        Postings share the lock. One that meets a reversal which was faster is run
        again, and opens the card anew.
        """
        if self:
            self.env.cr.execute(
                SQL(
                    "SELECT FROM crm_cards_account_card WHERE id IN %s FOR SHARE",
                    self._ids,
                )
            )

    def _has_postings_for_certain(self):
        """Return whether there are postings, other people's last ones included.

        Waits for those that are posting. What they commit is not in this
        transaction's snapshot, so a second look is taken from outside of it.
        """
        self.env.cr.execute(
            SQL(
                "SELECT FROM crm_cards_account_card WHERE id IN %s FOR UPDATE",
                self._ids,
            )
        )
        if self._filter_posted():
            return True
        with self.env.registry.cursor() as cr:
            # cards of this very transaction are not to be seen from there
            return bool(self.with_env(self.env(cr=cr)).exists()._filter_posted())

    def _get_standing_conversions(self):
        # The event log is written by the system alone; nobody has rights on it.
        return (
            self.env["crm.cards.conversion"]
            .sudo()
            .search([("card_id", "in", self.ids), ("is_reversed", "=", False)])
        )

    def _record_conversions(self):
        """Write the event of each card that has just been opened."""
        # Only the door says what caused an opening, never a browser's context.
        documents = self.env.context.get("crm_cards_documents") if self.env.su else {}
        conversions = self.env["crm.cards.conversion"]
        # Nobody may write events by hand, whoever may open a card.
        conversions.sudo().create(
            conversions._prepare_conversion_vals_list(self.sudo(), documents or {})
        )

    # -- state --

    def action_block(self):
        return self._open_state_dialog("blocked")

    def action_close(self):
        self._check_balance_is_zero()
        return self._open_state_dialog("closed")

    def action_reopen(self):
        self._set_state("open", False)

    def _open_state_dialog(self, state):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reason"),
            "res_model": "crm.cards.account.card.state",
            "view_mode": "form",
            "target": "new",
            "context": {"default_card_ids": self.ids, "default_state": state},
        }

    def _set_state(self, state, reason):
        if state == "closed":
            self._check_balance_is_zero()
        self.write({"state": state, "state_reason": reason})

    def _check_balance_is_zero(self):
        self.check_access("write")
        for card in self:
            # Whoever may close a card may know that a balance forbids it.
            balance = card.sudo().balance
            if not card.currency_id.is_zero(balance):
                raise CardHasPostingsError(
                    self.env._(
                        "%(card)s still has a balance of %(balance)s and cannot be "
                        "closed. Settle it first, or block the card.",
                        card=card.display_name,
                        balance=card.currency_id.format(balance),
                    )
                )

    def _check_open_for_business(self):
        """:raises CardBlockedError: one of the cards is blocked or closed"""
        for card in self:
            if card.state == "open":
                continue
            values = {
                "card": card.display_name,
                "company": card.company_id.name,
                "reason": card.state_reason or self.env._("no reason given"),
            }
            if card.state == "blocked":
                message = self.env._(
                    "The account card %(card)s in %(company)s is blocked: %(reason)s. "
                    "Quotations stay possible; ask an accountant to reopen the card.",
                    **values,
                )
            else:
                message = self.env._(
                    "The account card %(card)s in %(company)s is closed: %(reason)s. "
                    "Quotations stay possible; ask an accountant to reopen the card.",
                    **values,
                )
            raise CardBlockedError(message)
