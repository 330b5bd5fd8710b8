from odoo import api, fields, models
from odoo.tools import SQL

MAIN_ACCOUNTS = [
    ("customers", "Customer accounts"),
    ("customers_suppliers", "Customer and supplier accounts"),
    ("suppliers", "Supplier accounts"),
]
# First digits of a chart of accounts keep the three ranges of keys apart.
_KEY_PREFIXES = {"customers": "3", "customers_suppliers": "4", "suppliers": "6"}
_KEY_DIGITS = 5  # digits after the prefix


class ResCompany(models.Model):
    _inherit = "res.company"

    crm_cards_prospect_policy = fields.Selection(
        [
            ("ask", "Ask before converting"),
            ("convert", "Convert automatically"),
        ],
        string="Order or invoice of a prospect",
        default="ask",  # not required: other add-ons create companies without us
        help="What happens when somebody confirms an order or posts an invoice "
        "of a prospect. Flows without a person always convert by themselves.",
    )
    crm_cards_accountant_id = fields.Many2one(
        "res.users",
        string="Conversion requests go to",
        domain="[('share', '=', False)]",
        help="Receives the activity when somebody without the right to convert "
        "asks for it. Empty: the first accountant of the company.",
    )
    crm_cards_key_sequence_customers_id = fields.Many2one(
        "ir.sequence", string="Keys of customers", copy=False
    )
    crm_cards_key_sequence_customers_suppliers_id = fields.Many2one(
        "ir.sequence", string="Keys of customers and suppliers", copy=False
    )
    crm_cards_key_sequence_suppliers_id = fields.Many2one(
        "ir.sequence", string="Keys of suppliers", copy=False
    )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._create_account_key_sequences()
        # Core clears it before; meanwhile somebody may have asked for the companies.
        self.env.registry.clear_cache()
        return companies

    def cache_invalidation_fields(self):
        # See _get_own_company_partner_ids() of partners.
        return super().cache_invalidation_fields() | {"partner_id"}

    def _create_account_key_sequences(self):
        """Give each company the sequences of account keys it still lacks."""
        # Sequences belong to system administrators; a company may be created
        # by anybody who may create companies, and needs its keys all the same.
        sequences = self.env["ir.sequence"].sudo()
        for company in self.sudo():
            for main_account, label in MAIN_ACCOUNTS:
                fname = f"crm_cards_key_sequence_{main_account}_id"
                if not company[fname]:
                    company[fname] = sequences.create(
                        {
                            "name": f"{company.name}: {label}",
                            "code": f"crm.cards.account.key.{main_account}",
                            "company_id": company.id,
                            "prefix": _KEY_PREFIXES[main_account],
                            "padding": _KEY_DIGITS,
                        }
                    )

    def _get_account_key_sequence(self, main_account):
        """Return the sequence that numbers the cards of one main account."""
        self.ensure_one()
        # Whoever opens a card may draw its key; the sequence is not his to read.
        sequence = self.sudo()[f"crm_cards_key_sequence_{main_account}_id"]
        if not sequence:
            self._create_account_key_sequences()
            sequence = self.sudo()[f"crm_cards_key_sequence_{main_account}_id"]
        return sequence

    def _draw_account_keys(self, main_account, count):
        """Return ``count`` new account keys of this company, in order.

        Keys that somebody typed by hand, or that an archived card keeps as a
        former key, are passed over. Two transactions never draw the same key:
        a standard sequence hands out each number once.
        """
        self.ensure_one()
        sequence = self._get_account_key_sequence(main_account)
        keys = []
        while len(keys) < count:
            drawn = self._draw_sequence_numbers(sequence, count - len(keys))
            taken = self._get_taken_account_keys(drawn)
            keys += [key for key in drawn if key not in taken]
        return keys

    def _draw_sequence_numbers(self, sequence, count):
        if sequence.implementation != "standard" or sequence.use_date_range:
            return [sequence.next_by_id() for _index in range(count)]
        # One statement for a whole batch; next_by_id() costs one for each number.
        self.env.cr.execute(
            SQL(
                "SELECT nextval(%s) FROM generate_series(1, %s)",
                f"ir_sequence_{sequence.id:03d}",
                count,
            )
        )
        return [sequence.get_next_char(row[0]) for row in self.env.cr.fetchall()]

    def _get_taken_account_keys(self, keys):
        self.ensure_one()
        # Uniqueness is a fact of the company, not of what the user may see.
        cards = self.env["crm.cards.account.card"].sudo()
        return set(
            cards.with_context(active_test=False)
            .search([("company_id", "=", self.id), ("account_key", "in", keys)])
            .mapped("account_key")
        )
