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
    card_serial = fields.Char(
        string="Serial number",
        compute="_compute_card_serial",
        store=True,
        readonly=False,
        index="trigram",
        help="Typed in full, it finds the product and the customer.",
    )

    @api.depends("card_owned_product_id")
    def _compute_card_serial(self):
        for activity in self:
            owned = activity.card_owned_product_id
            activity.card_serial = owned.serial if owned else activity.card_serial

    @api.onchange("card_serial")
    def _onchange_card_serial(self):
        serial = (self.card_serial or "").strip()
        if not serial or serial == self.card_owned_product_id.serial:
            return
        self.card_owned_product_id = self._find_owned_product(
            serial, self.card_customer_id
        )
        self.card_serial = serial
        self._onchange_card_owned_product_id()

    @api.onchange("card_owned_product_id")
    def _onchange_card_owned_product_id(self):
        if self.card_owned_product_id and not self.card_customer_id:
            self.card_customer_id = self.card_owned_product_id.partner_id

    @api.model
    def _find_owned_product(self, serial, customer):
        return self.env["crm.cards.owned.product"]._find_by_serial(serial, customer)

    @api.constrains("card_owned_product_id", "card_customer_id")
    def _check_card_owned_product(self):
        for activity in self:
            # Compared, not shown; whoever plans need not see the products.
            owned = activity.sudo().card_owned_product_id
            if owned and owned.partner_id != activity.sudo().card_customer_id:
                raise ValidationError(
                    self.env._(
                        "Customer's product: %(product)s does not belong to "
                        "%(customer)s. Choose a product of this customer, or leave "
                        "it empty.",
                        product=owned.display_name,
                        customer=activity.card_customer_id.display_name
                        or self.env._("no customer"),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create(
            [self._prepare_owned_product_vals(vals) for vals in vals_list]
        )

    @api.model
    def _prepare_owned_product_vals(self, vals):
        """Find the product by its serial, and the customer by the product."""
        owned_products = self.env["crm.cards.owned.product"]
        vals = dict(vals)
        if vals.get("res_model") == owned_products._name or (
            vals.get("res_model_id")
            and vals["res_model_id"]
            == self.env["ir.model"]._get_id(owned_products._name)
        ):
            vals.setdefault("card_owned_product_id", vals.get("res_id"))
        if vals.get("card_serial") and not vals.get("card_owned_product_id"):
            customer = self.env["res.partner"].browse(vals.get("card_customer_id"))
            owned = self._find_owned_product(vals["card_serial"], customer)
            vals["card_owned_product_id"] = owned.id
        is_free = not vals.get("res_id")
        if vals.get("card_owned_product_id") and is_free:
            owned = owned_products.browse(vals["card_owned_product_id"])
            vals["card_customer_id"] = (
                vals.get("card_customer_id") or owned.partner_id.id
            )
        return vals

    def _get_vals_foreign_to(self, customer):
        vals = super()._get_vals_foreign_to(customer)
        # As in _check_card_owned_product().
        if self.sudo().card_owned_product_id.partner_id != customer:
            vals["card_owned_product_id"] = False
        return vals
