from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...tools import hours_draw
from .crm_cards_hours_mixin import hours_of
from .res_company_hours import OVERDRAFTS

# Kept by the engine, in SQL, in the transaction of the entries.
BALANCES = (
    "bought_minutes",
    "used_minutes",
    "expired_minutes",
    "beyond_minutes",
    "left_minutes",
)


class HoursBank(models.Model):
    """Hours a customer has bought, and what has become of them.

    A bank may be for one contract, product or project; work on it then draws here
    rather than from the customer's general bank. What is left is what was bought
    less what was used and what has expired: the sum of all entries, and so negative
    while more was used than bought. See decision 0007.
    """

    _name = "crm.cards.hours.bank"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "crm.cards.customer.mixin",
        "crm.cards.hours.mixin",
    ]
    _description = "Hours Bank"
    _order = "sequence, id"
    _check_company_auto = True
    _hours_of = {
        "bought_hours": "bought_minutes",
        "used_hours": "used_minutes",
        "expired_hours": "expired_minutes",
        "beyond_hours": "beyond_minutes",
        "left_hours": "left_minutes",
        "overdraft_hours": "overdraft_minutes",
    }

    name = fields.Char(
        required=True, default=lambda self: self.env._("Hours"), index="trigram"
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        compute="_compute_currency_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
    )
    sequence = fields.Integer(
        default=10, help="Among banks that fit equally well, the first is drawn from."
    )
    active = fields.Boolean(default=True)
    state = fields.Selection(
        [("open", "Open"), ("closed", "Closed")],
        string="Status",
        required=True,
        default="open",
        copy=False,
        tracking=True,
        help="Nothing is drawn from a closed bank, nor given back to it.",
    )
    contract_id = fields.Many2one(
        "crm.cards.service.contract",
        string="Service contract",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        domain="[('partner_id', '=', partner_id)]",
        help="Only work under this contract draws from the bank.",
    )
    owned_product_id = fields.Many2one(
        "crm.cards.owned.product",
        string="Customer's product",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        domain="[('partner_id', '=', partner_id)]",
        help="Only work on this product draws from the bank.",
    )
    project_id = fields.Many2one(
        "project.project",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        help="Only work on this project draws from the bank.",
    )
    overdraft = fields.Selection(
        OVERDRAFTS,
        string="When it is empty",
        required=True,
        compute="_compute_overdraft",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
    )
    overdraft_minutes = fields.Integer("Limit (minutes)")
    overdraft_hours = hours_of(
        "overdraft_minutes",
        "Limit (hours)",
        inverse="_inverse_hours",
        aggregator=None,
        help="How many hours may be drawn beyond what was bought.",
    )
    overdraft_price = fields.Monetary(
        "Price per hour beyond", help="What an hour beyond those bought is billed at."
    )
    bought_minutes = fields.Integer("Bought (minutes)", readonly=True, copy=False)
    used_minutes = fields.Integer("Used (minutes)", readonly=True, copy=False)
    expired_minutes = fields.Integer("Expired (minutes)", readonly=True, copy=False)
    beyond_minutes = fields.Integer(
        "Beyond (minutes)", readonly=True, copy=False, index="btree_not_null"
    )
    left_minutes = fields.Integer(
        "Left (minutes)", readonly=True, copy=False, index=True
    )
    bought_hours = hours_of("bought_minutes", "Bought")
    used_hours = hours_of("used_minutes", "Used")
    expired_hours = hours_of("expired_minutes", "Expired")
    beyond_hours = hours_of(
        "beyond_minutes", "Beyond", help="Used beyond what was bought, not settled yet."
    )
    left_hours = hours_of("left_minutes", "Left")
    lot_ids = fields.One2many("crm.cards.hours.lot", "bank_id", string="Lots")
    entry_ids = fields.One2many(
        "crm.cards.hours.entry", "bank_id", string="Entries", readonly=True
    )

    _balance_adds_up = models.Constraint(
        "CHECK(left_minutes = bought_minutes - used_minutes - expired_minutes)"
    )

    def init(self):
        result = super().init()
        # Each entry writes the row of its bank again.
        self.env.cr.execute("ALTER TABLE crm_cards_hours_bank SET (fillfactor = 70)")
        return result

    @api.depends("company_id")
    def _compute_currency_id(self):
        for bank in self:
            bank.currency_id = bank.currency_id or bank.company_id.currency_id

    @api.depends("company_id")
    def _compute_overdraft(self):
        for bank in self:
            company = bank.company_id.sudo()
            bank.overdraft = (
                bank.overdraft or company.crm_cards_hours_overdraft or "warn"
            )

    # -- constraints --

    @api.constrains("partner_id", "contract_id", "owned_product_id")
    def _check_customer(self):
        for bank in self:
            for fname in ("contract_id", "owned_product_id"):
                # What belongs to whom does not depend on who asks.
                owner = bank.sudo()[fname].partner_id
                if owner and owner != bank.partner_id:
                    raise ValidationError(
                        self.env._(
                            "%(field)s: %(record)s belongs to %(owner)s, not to "
                            "%(customer)s. Choose one of this customer.",
                            field=self._fields[fname]._description_string(self.env),
                            record=bank.sudo()[fname].display_name,
                            owner=owner.display_name,
                            customer=bank.partner_id.display_name,
                        )
                    )

    @api.constrains("overdraft", "overdraft_minutes", "overdraft_price")
    def _check_overdraft(self):
        for bank in self:
            if bank.overdraft_minutes < 0 or bank.overdraft_price < 0:
                raise ValidationError(
                    self.env._(
                        "When it is empty: limit and price of %(bank)s cannot be "
                        "negative. Type zero or more.",
                        bank=bank.display_name,
                    )
                )
            if bank.overdraft_minutes > hours_draw.LOT_AT_MOST:
                raise ValidationError(
                    self.env._(
                        "When it is empty: no more than 1,000,000 hours may be "
                        "allowed beyond. Type a smaller limit for %(bank)s.",
                        bank=bank.display_name,
                    )
                )

    # -- create, write, unlink --

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._prepare_owner(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._prepare_owner(vals))

    @api.model
    def _prepare_owner(self, vals):
        """Hours belong to the company, whoever of it has bought them."""
        if not vals.get("partner_id"):
            return vals
        partner = self.env["res.partner"].browse(vals["partner_id"])
        return {**vals, "partner_id": partner.commercial_partner_id.id}

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_entries(self):
        # What others may not see forbids deletion all the same.
        entries = self.env["crm.cards.hours.entry"].sudo()
        entry = entries.search([("bank_id", "in", self.ids)], limit=1)
        if entry:
            raise UserError(
                self.env._(
                    "%(bank)s cannot be deleted because hours have moved on it. Close "
                    "it, or archive it.",
                    bank=entry.bank_id.display_name,
                )
            )

    # -- buttons --

    def action_close(self):
        self.write({"state": "closed"})

    def action_open(self):
        self.write({"state": "open"})

    def action_open_entries(self):
        """Open the movements of the bank, the last first."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_cards.crm_cards_hours_entry_action"
        )
        return {**action, "domain": [("bank_id", "=", self.id)], "context": {}}
