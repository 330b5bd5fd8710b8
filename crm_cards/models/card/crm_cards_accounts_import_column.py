from dataclasses import dataclass

from odoo import api, fields, models
from odoo.exceptions import ValidationError

IMPORT_FIELDS = [
    ("key", "Account key"),
    ("name", "Name"),
    ("is_company", "Is a company"),
    ("vat", "Tax ID"),
    ("phone", "Phone"),
    ("email", "Email"),
    ("street", "Street"),
    ("street2", "Street 2"),
    ("city", "City"),
    ("zip", "ZIP"),
    ("country", "Country"),
    ("lang", "Language"),
    ("website", "Website"),
    ("ref", "Reference"),
    ("main_account", "Main account"),
    ("customer_status", "Customer status"),
    ("customer_type", "Customer type"),
    ("temperature", "Temperature"),
    ("source", "Source of arrival"),
    ("user", "Salesperson"),
    ("tags", "Tags"),
    ("credit_limit", "Credit limit"),
    ("payment_term", "Customer payment terms"),
    ("supplier_payment_term", "Supplier payment terms"),
]
JOIN_FIELDS = ("key", "vat", "email", "phone")


@dataclass(frozen=True)
class Target:
    """Where the text of a column goes and how it is read.

    :ivar kind: how the text is read, see ``crm_cards_accounts_import_values``
    :ivar fname: the field written
    :ivar part: whose field it is, one of the parts of ``_get_parts`` of the import
    :ivar comodel: the dictionary in which a name is looked up
    :ivar limit: most characters accepted
    """

    kind: str
    fname: str
    part: str = "partner"
    comodel: str = ""
    limit: int = 128


TARGETS = {
    "key": Target("key", "account_key", part="card", limit=32),
    "name": Target("text", "name", limit=256),
    "is_company": Target("yes_no", "is_company"),
    "vat": Target("vat", "vat", limit=32),
    "phone": Target("phone", "phone", limit=64),
    "email": Target("email", "email", limit=254),
    "street": Target("text", "street", limit=256),
    "street2": Target("text", "street2", limit=256),
    "city": Target("text", "city"),
    "zip": Target("text", "zip", limit=24),
    "country": Target("country", "country_id"),
    "lang": Target("lang", "lang"),
    "website": Target("website", "website", limit=1024),
    "ref": Target("text", "ref"),
    "main_account": Target("main_account", "main_account", part="card"),
    "customer_status": Target(
        "name", "customer_status_id", comodel="crm.cards.customer.status"
    ),
    "customer_type": Target(
        "name", "customer_type_id", comodel="crm.cards.customer.type"
    ),
    "temperature": Target("name", "temperature_id", comodel="crm.cards.temperature"),
    "source": Target("name", "source_id", comodel="utm.source"),
    "user": Target("name", "user_id", comodel="res.users"),
    "tags": Target("tags", "category_id", comodel="res.partner.category", limit=1024),
    "credit_limit": Target("amount", "credit_limit", part="card"),
    "payment_term": Target(
        "name",
        "property_payment_term_id",
        part="card",
        comodel="account.payment.term",
    ),
    "supplier_payment_term": Target(
        "name",
        "property_supplier_payment_term_id",
        part="card",
        comodel="account.payment.term",
    ),
}


class AccountsImportColumn(models.Model):
    """One column of the file: what stands in it and which field it fills."""

    _name = "crm.cards.accounts.import.column"
    _description = "Column of an Accounts Import"
    _order = "position"

    import_id = fields.Many2one(
        "crm.cards.accounts.import", required=True, ondelete="cascade", index=True
    )
    position = fields.Integer(required=True, readonly=True)
    letter = fields.Char(string="Column", readonly=True)
    header = fields.Char(readonly=True)
    sample = fields.Char(string="First values", readonly=True)
    field = fields.Selection(IMPORT_FIELDS, string="Goes to")
    is_join = fields.Boolean(
        string="Recognise by",
        compute="_compute_is_join",
        store=True,
        readonly=False,
        help="Customers are recognised by the columns marked here. With several "
        "columns, all of them must mean the same customer.",
    )
    can_join = fields.Boolean(compute="_compute_can_join")
    possible_fields = fields.Json(
        compute="_compute_possible_fields", export_string_translation=False
    )

    _field_once = models.UniqueIndex(
        "(import_id, field) WHERE field IS NOT NULL",
        "Each field can be filled from one column only. "
        "Choose another field, or leave one of the columns out.",
    )

    @api.depends("import_id.target")
    def _compute_possible_fields(self):
        for column in self:
            column.possible_fields = list(column.import_id._get_targets())

    @api.constrains("field")
    def _check_field(self):
        for column in self.filtered("field"):
            if column.field not in column.possible_fields:
                raise ValidationError(
                    self.env._(
                        "Column %(column)s: this kind of import does not fill the "
                        "field “%(field)s”. Choose another one, or leave it out.",
                        column=column.letter,
                        field=column._describe_field(),
                    )
                )

    def _describe_field(self):
        names = dict(self._fields["field"]._description_selection(self.env))
        return names[self.field]

    @api.depends("field")
    def _compute_can_join(self):
        for column in self:
            column.can_join = column.field in JOIN_FIELDS

    @api.depends("field")
    def _compute_is_join(self):
        for column in self:
            column.is_join = column.is_join and column.field in JOIN_FIELDS
