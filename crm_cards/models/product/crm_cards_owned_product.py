from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ...tools.trusted import TRUSTED, is_trusted
from .crm_cards_coverage import COVERAGES

STATES = [
    ("active", "In use"),
    ("returned", "Returned"),
    ("retired", "Retired"),
]


class OwnedProduct(models.Model):
    """A product that a customer has bought: one unit with its serial, or several.

    ====================  ==================================================
    *In use* (active)     the customer has it; it may be covered
    *Returned*            its order was cancelled, or it came back
    *Retired*             no longer used; there is nothing left to serve
    ====================  ==================================================

    It belongs to the commercial partner; ``contact_id`` is who looks after it.
    """

    _name = "crm.cards.owned.product"
    _inherit = ["mail.thread", "mail.activity.mixin", "crm.cards.customer.mixin"]
    _description = "Customer's Product"
    _order = "date_bought desc, id desc"
    _rec_names_search = ["serial", "product_id"]
    _check_company_auto = True

    contact_id = fields.Many2one(
        "res.partner",
        string="Contact person",
        ondelete="set null",
        index="btree_not_null",
        domain="[('id', 'child_of', partner_id)]",
    )
    product_id = fields.Many2one(
        "product.product",
        required=True,
        ondelete="restrict",
        index=True,
        tracking=True,
        check_company=True,
    )
    categ_id = fields.Many2one(
        related="product_id.categ_id",
        string="Kind of product",
        store=True,
        precompute=True,
        index=True,
    )
    serial = fields.Char(
        string="Serial number", copy=False, tracking=True, index="trigram"
    )
    quantity = fields.Float(
        default=1.0, required=True, digits="Product Unit", tracking=True
    )
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    date_bought = fields.Date(
        string="Bought on", default=fields.Date.context_today, tracking=True
    )
    order_line_id = fields.Many2one(
        "sale.order.line",
        string="Order line",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )
    order_id = fields.Many2one(
        related="order_line_id.order_id",
        string="Order",
        store=True,
        index="btree_not_null",
    )
    service_start = fields.Date(
        string="Service from",
        tracking=True,
        help="First day of the service that belongs to this product itself. "
        "Contracts cover it besides.",
    )
    service_end = fields.Date(
        string="Service until",
        tracking=True,
        index="btree_not_null",
        help="Last day of this service. Empty, with a first day: without end.",
    )
    license_type_id = fields.Many2one(
        "crm.cards.license.type",
        string="Licence type",
        ondelete="restrict",
        index="btree_not_null",
        tracking=True,
    )
    attributes = fields.Properties(
        definition="categ_id.card_owned_properties_definition", copy=True
    )
    state = fields.Selection(
        STATES,
        string="Status",
        required=True,
        default="active",
        copy=False,
        tracking=True,
    )
    active = fields.Boolean(default=True)
    note = fields.Html()
    coverage = fields.Selection(
        COVERAGES,
        string="Service",
        compute="_compute_coverage",
        search="_search_coverage",
        help="Today, by its own service or by a contract of the customer.",
    )
    coverage_end = fields.Date(
        string="Covered until",
        compute="_compute_coverage",
        search="_search_coverage_end",
        help="The last day before the first one without service; empty where there "
        "is none, or no end.",
    )

    _serial_unique = models.UniqueIndex(
        "(company_id, product_id, serial) "
        "WHERE serial IS NOT NULL AND state != 'returned'",
        "Serial number: another product of this kind has it already. Open that one, "
        "or mark it as returned first.",
    )

    @api.depends("product_id.display_name", "serial")
    def _compute_display_name(self):
        for owned in self:
            parts = [owned.product_id.display_name, owned.serial]
            owned.display_name = " · ".join(part for part in parts if part)

    # -- constraints --

    @api.constrains("quantity")
    def _check_quantity(self):
        for owned in self:
            if owned.quantity <= 0:
                raise ValidationError(
                    self.env._(
                        "Quantity: %(quantity)s is not possible for %(product)s. Type "
                        "a number above zero, or mark it as returned.",
                        product=owned.product_id.display_name,
                        quantity=owned.quantity,
                    )
                )

    @api.constrains("service_start", "service_end")
    def _check_service_dates(self):
        for owned in self:
            start, end = owned.service_start, owned.service_end
            if start and end and end < start:
                raise ValidationError(
                    self.env._(
                        "Service until: the service of %(product)s would end on "
                        "%(end)s, before it begins on %(start)s. Change one of the "
                        "two days.",
                        product=owned.display_name,
                        start=fields.Date.to_string(start),
                        end=fields.Date.to_string(end),
                    )
                )

    @api.constrains("partner_id")
    def _check_partner(self):
        for owned in self:
            customer = owned.partner_id.commercial_partner_id
            if owned.partner_id != customer:
                raise ValidationError(
                    self.env._(
                        "Customer: %(contact)s is a contact person of %(company)s. "
                        "Choose the company, and the person as contact person.",
                        contact=owned.partner_id.name,
                        company=customer.name,
                    )
                )

    @api.constrains("partner_id", "company_id")
    def _check_contracts(self):
        items = self.env["crm.cards.service.contract.item"]
        items.search([("owned_product_id", "in", self.ids)])._check_owned_product()

    @api.constrains("contact_id", "partner_id")
    def _check_contact(self):
        for owned in self:
            contact = owned.contact_id
            if contact and contact.commercial_partner_id != owned.partner_id:
                raise ValidationError(
                    self.env._(
                        "Contact person: %(person)s does not belong to %(customer)s. "
                        "Choose a person of this customer, or leave it empty.",
                        person=contact.display_name,
                        customer=owned.partner_id.display_name,
                    )
                )

    # Not a constraint: the unique index would refuse first, and name nobody.
    def _check_serials_free(self, wanted):
        """Refuse serials that another product of the same kind and company has.

        :param list wanted: ``(company id, product id, serial)`` of what is to be
            written, for these records or for new ones
        :raises ValidationError: with the customer who has the product, if the user may
            see both
        """
        if not wanted:
            return
        companies, products, serials = map(set, zip(*wanted, strict=True))
        # That a serial is taken is a fact, whoever may see the other product.
        others = (
            self.sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("company_id", "in", companies),
                    ("product_id", "in", products),
                    ("serial", "in", serials),
                    ("state", "!=", "returned"),
                    ("id", "not in", self.ids),
                ]
            )
        )
        taken = {
            (other.company_id.id, other.product_id.id, other.serial): other
            for other in others
        }
        for key in wanted:
            if key in taken:
                taken[key].with_env(self.env)._refuse_taken_serial()
        twice, count = Counter(wanted).most_common(1)[0]
        if count > 1:
            raise ValidationError(
                self.env._(
                    "Serial number: %(serial)s would be there twice. Type another "
                    "serial number for one of the products.",
                    serial=twice[2],
                )
            )

    def _refuse_taken_serial(self):
        if not (self.has_access("read") and self.partner_id.has_access("read")):
            raise ValidationError(
                self.env._(
                    "Serial number: it is taken by a product that you may not see. "
                    "Type another serial number, or ask somebody who may."
                )
            )
        raise ValidationError(
            self.env._(
                "Serial number: %(product)s is on the list already, with "
                "%(customer)s. Open that one, mark it as returned first, or "
                "type another serial number.",
                product=self.display_name,
                customer=self.partner_id.display_name,
            )
        )

    # -- create, write --

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [self._prepare_clean_vals(vals) for vals in vals_list]
        self._add_kinds(vals_list)
        company_id = self.env.company.id
        self.browse()._check_serials_free(
            [
                (
                    vals.get("company_id") or company_id,
                    vals.get("product_id"),
                    vals["serial"],
                )
                for vals in vals_list
                if vals.get("serial") and vals.get("state") != "returned"
            ]
        )
        return super().create(vals_list)

    def write(self, vals):
        vals = self._prepare_clean_vals(vals)
        is_checked = is_trusted(self.env.context.get("crm_cards_serials_checked"))
        names = {"serial", "product_id", "company_id", "state"}
        if names & vals.keys() and not is_checked:
            self._check_serials_free(self._get_serials_after(vals))
        return super().write(vals)

    @api.model
    def _set_serials(self, serials):
        """Give each product its serial, ``{product: serial}``, in one check for all."""
        serials = {
            owned: self._get_clean_serial(serial) for owned, serial in serials.items()
        }
        self.browse().union(*serials)._check_serials_free(
            [
                (owned.company_id.id, owned.product_id.id, serial)
                for owned, serial in serials.items()
                if serial and owned.state != "returned"
            ]
        )
        for owned, serial in serials.items():
            owned.with_context(crm_cards_serials_checked=TRUSTED).serial = serial

    @api.model
    def _add_kinds(self, vals_list):
        """Say of what kind the products are: create() drops the attributes else."""
        ids = {vals["product_id"] for vals in vals_list if vals.get("product_id")}
        products = self.env["product.product"].browse(ids)
        kinds = {product.id: product.categ_id.id for product in products}
        for vals in vals_list:
            vals["categ_id"] = kinds.get(vals.get("product_id"))

    def _get_serials_after(self, vals):
        """Return the serials that will have to be unique once ``vals`` is written."""
        wanted = []
        for owned in self:
            serial = vals.get("serial", owned.serial)
            if serial and vals.get("state", owned.state) != "returned":
                company_id = vals.get("company_id", owned.company_id.id)
                product_id = vals.get("product_id", owned.product_id.id)
                wanted.append((company_id, product_id, serial))
        return wanted

    @api.model
    def _prepare_clean_vals(self, vals):
        """Give what a person has to the company, and serials without blanks.

        :raises ValidationError: the serial has signs that cannot be printed
        """
        vals = dict(vals)
        if vals.get("serial"):
            vals["serial"] = self._get_clean_serial(vals["serial"])
        partner = self.env["res.partner"].browse(vals.get("partner_id") or ())
        customer = partner.commercial_partner_id
        if customer and customer != partner:
            vals["partner_id"] = customer.id
            vals.setdefault("contact_id", partner.id)
        return vals

    @api.model
    def _get_clean_serial(self, serial):
        serial = str(serial).strip()
        if not serial.isprintable():
            raise ValidationError(
                self.env._(
                    "Serial number: %(serial)s has signs that cannot be printed. Type "
                    "it again without them.",
                    serial=repr(serial),
                )
            )
        return serial or False

    @api.onchange("product_id")
    def _onchange_product_id(self):
        if self.product_id and not self.license_type_id:
            self.license_type_id = self.product_id.card_license_type_id

    # -- finding --

    @api.model
    def _find_by_serial(self, serial, partner=None):
        """Return the product in use with exactly this serial, if there is one.

        Of several kinds of product with the same serial, none: a person has to say
        which. Seen with the user's own rights, in the active companies.
        """
        if not serial or not str(serial).strip() or not self.has_access("read"):
            return self.browse()
        domain = Domain("serial", "=", str(serial).strip())
        if partner:
            domain &= Domain("partner_id", "=", partner.commercial_partner_id.id)
        found = self.search(domain & Domain("state", "=", "active"), limit=2)
        return found if len(found) == 1 else self.browse()

    # -- buttons --

    def action_return(self):
        self.write({"state": "returned"})

    def action_retire(self):
        self.write({"state": "retired"})

    def action_put_in_use(self):
        self.write({"state": "active"})

    def action_open_customer(self):
        self.ensure_one()
        return self.partner_id._prepare_customer_form_action()

    def action_open_order(self):
        self.ensure_one()
        if not self.order_id:
            raise UserError(
                self.env._(
                    "%(product)s was entered by hand and has no order.",
                    product=self.display_name,
                )
            )
        return self.order_id.get_formview_action()
