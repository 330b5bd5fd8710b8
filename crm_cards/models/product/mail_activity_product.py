from odoo import api, fields, models
from odoo.exceptions import ValidationError


class MailActivity(models.Model):
    """An activity may be about one product of the customer (row 66).

    Choosing the product, or typing its serial number, finds the customer; the
    service beside it is that of the product, else of the customer.
    """

    _name = "mail.activity"
    _inherit = ["mail.activity", "crm.cards.coverage.mixin"]
    _coverage_customer_field = "card_customer_id"
    _coverage_product_field = "card_owned_product_id"

    card_owned_product_id = fields.Many2one(
        "crm.cards.owned.product",
        string="Customer's product",
        index="btree_not_null",
        ondelete="set null",
        domain="card_customer_id and [('partner_id', '=', card_customer_id)] or []",
    )
    # As it was when the activity was planned; not computed, so that an installation
    # need not recompute years of activities.
    card_serial = fields.Char(
        string="Serial number",
        index="trigram",
        help="Typed in full, it finds the product and the customer.",
    )

    # Whether to show that there is no service: prospects have bought nothing yet.
    card_customer_kind = fields.Selection(
        related="card_customer_id.customer_kind", string="Kind of customer"
    )

    @api.onchange("card_serial")
    def _onchange_card_serial(self):
        serial = (self.card_serial or "").strip()
        if not serial or serial == self.card_owned_product_id.serial:
            return None
        owned_products = self.env["crm.cards.owned.product"]
        customer = self.card_customer_id
        owned = owned_products._find_by_serial(serial, customer)
        if not owned and customer:
            other = owned_products._find_by_serial(serial)
            if other:
                return self._get_other_customer_warning(other)
        self.card_owned_product_id = owned
        self.card_serial = serial
        self._onchange_card_owned_product_id()
        return None

    def _get_other_customer_warning(self, owned):
        self.card_serial = self.card_owned_product_id.serial
        return {
            "warning": {
                "title": self.env._("Serial number"),
                "message": self.env._(
                    "%(product)s belongs to %(owner)s, not to %(customer)s. Plan the "
                    "activity for that customer, or type another serial number.",
                    product=owned.display_name,
                    owner=owned.partner_id.display_name,
                    customer=self.card_customer_id.display_name,
                ),
            }
        }

    @api.onchange("card_owned_product_id")
    def _onchange_card_owned_product_id(self):
        owned = self.card_owned_product_id
        if owned:
            self.card_serial = owned.serial
            self.card_customer_id = self.card_customer_id or owned.partner_id

    @api.constrains("card_owned_product_id", "card_customer_id")
    def _check_card_owned_product(self):
        for activity in self:
            # Compared, not shown; whoever plans need not see the products.
            owned = activity.sudo().card_owned_product_id
            if owned and owned.partner_id != activity.sudo().card_customer_id:
                is_seen = activity.card_owned_product_id.has_access("read")
                raise ValidationError(
                    self.env._(
                        "Customer's product: %(product)s does not belong to "
                        "%(customer)s. Choose a product of this customer, or leave "
                        "it empty.",
                        product=owned.display_name
                        if is_seen
                        else self.env._("the product"),
                        customer=activity.card_customer_id.display_name
                        or self.env._("no customer"),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        activities = super().create(
            [self._prepare_owned_product_vals(vals) for vals in vals_list]
        )
        # Named by a default of the context, it is in no values.
        owned = activities.card_owned_product_id
        if owned:  # the right to none at all would be asked for, too
            owned.check_access("read")
        return activities

    @api.model
    def _prepare_owned_product_vals(self, vals):
        """Find the product by its serial, and the customer by the product."""
        if not {"card_serial", "card_owned_product_id", "res_id"} & vals.keys():
            return vals
        vals = dict(vals)
        owned_products = self.env["crm.cards.owned.product"]
        if self._is_on_owned_product(vals):
            vals.setdefault("card_owned_product_id", vals["res_id"])
        if vals.get("card_serial") and not vals.get("card_owned_product_id"):
            customer = self.env["res.partner"].browse(vals.get("card_customer_id"))
            owned = owned_products._find_by_serial(vals["card_serial"], customer)
            vals["card_owned_product_id"] = owned.id
            vals["card_serial"] = owned.serial or str(vals["card_serial"]).strip()
        if vals.get("card_owned_product_id"):
            owned = owned_products.browse(vals["card_owned_product_id"])
            # The activity tells whose it is and its serial: not past the rights.
            owned.check_access("read")
            vals["card_serial"] = vals.get("card_serial") or owned.serial
            if not vals.get("res_id"):
                customer_id = vals.get("card_customer_id") or owned.partner_id.id
                vals["card_customer_id"] = customer_id
        return vals

    def write(self, vals):
        if vals.get("card_owned_product_id"):
            owned = self.env["crm.cards.owned.product"]
            owned = owned.browse(vals["card_owned_product_id"])
            owned.check_access("read")  # as in create()
            vals = {"card_serial": owned.serial, **vals}
        return super().write(vals)

    @api.model
    def _is_on_owned_product(self, vals):
        model = "crm.cards.owned.product"
        if not vals.get("res_id"):
            return False
        if vals.get("res_model"):
            return vals["res_model"] == model
        return vals.get("res_model_id") == self.env["ir.model"]._get_id(model)

    def _get_vals_foreign_to(self, customer):
        vals = super()._get_vals_foreign_to(customer)
        # As in _check_card_owned_product().
        if self.sudo().card_owned_product_id.partner_id != customer:
            vals["card_owned_product_id"] = False
        return vals
