from odoo import fields, models
from odoo.exceptions import UserError

from ...tools.rows import meet


class HoursBank(models.Model):
    """Offers the customer the next hours, by a quotation that goes into the bank."""

    _inherit = "crm.cards.hours.bank"

    renewal_product_id = fields.Many2one(
        "product.product",
        string="Hours pack for renewals",
        ondelete="set null",
        index="btree_not_null",
        check_company=True,
        domain="[('card_is_hours_pack', '=', True), ('sale_ok', '=', True)]",
        help="Empty: what was sold last into this bank, else what the company has "
        "chosen in the settings.",
    )

    def action_renew(self):
        """Open a draft quotation for the next hours, made unless there is one.

        :raises UserError: the bank is closed, there is nothing to offer, or the
            quotation that is there is not the user's to see
        """
        self.ensure_one()
        self.check_access("read")
        orders = self.env["sale.order"]
        orders.check_access("create")
        # Two clicks at once meet here, and the second finds what the first has made;
        # the row is the same afterwards, so that salespeople need no right to it.
        meet(self.env, "crm_cards_hours_bank", self.ids)
        order = self._find_renewal() or orders.create(self._prepare_renewal())
        return {
            "type": "ir.actions.act_window",
            "res_model": "sale.order",
            "res_id": order.id,
            "views": [(False, "form")],
        }

    def _find_renewal(self):
        """Return the quotation for hours of this bank that is still open, if any.

        :raises UserError: the user may not read it
        """
        # A colleague's quotation counts as well, whether one may see it or not.
        orders = self.env["sale.order"].sudo()
        order = orders.search(
            [("card_hours_bank_id", "=", self.id), ("state", "in", ("draft", "sent"))],
            order="id",
            limit=1,
        ).with_env(self.env)
        if order and not order.has_access("read"):
            raise UserError(
                self.env._(
                    "%(user)s has made a renewal quotation for this bank already: "
                    "%(order)s. Ask him or her for it.",
                    user=order.sudo().user_id.name or self.env._("A colleague"),
                    order=order.sudo().name,
                )
            )
        return order

    def _prepare_renewal(self):
        """Return the values of the quotation.

        :raises UserError: the bank is closed, or there is nothing to offer
        """
        self.ensure_one()
        if self.state != "open" or not self.active:
            raise UserError(
                self.env._(
                    "%(bank)s is closed and takes no new hours. Have it opened again, "
                    "or sell the hours into another bank.",
                    bank=self._get_full_name(),
                )
            )
        vals = {
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "card_hours_bank_id": self.id,
            "origin": self.env._("Renewal of hours bank: %(bank)s", bank=self.name),
            "order_line": [fields.Command.create(self._prepare_renewal_line())],
        }
        pricelist = self._get_renewal_pricelist()
        if pricelist:
            vals["pricelist_id"] = pricelist.id
        # Odoo gives it to the customer's salesperson, whose quotations others may be
        # forbidden to see.
        salesperson = self.partner_id.user_id
        everything = "sales_team.group_sale_salesman_all_leads"
        if salesperson != self.env.user and not self.env.user.has_group(everything):
            vals["user_id"] = self.env.user.id
        return vals

    def _prepare_renewal_line(self):
        """Return the values of the line: one pack, or as many hours as the last time.

        :raises UserError: there is nothing to offer
        """
        last = self._get_last_sold_line()
        product = self.renewal_product_id or last.product_id
        if not product._is_renewable(self.company_id):
            # What a company offers is not a matter of the user's rights.
            product = self.company_id.sudo().crm_cards_hours_pack_id
        if not product._is_renewable(self.company_id):
            raise UserError(
                self.env._(
                    "%(bank)s: there is no hours pack to offer, as none was sold into "
                    "the bank that still is on sale. Have one chosen on the bank or in "
                    "the settings (Hours pack for renewals).",
                    bank=self._get_full_name(),
                )
            )
        vals = {"product_id": product.id, "product_uom_qty": 1}
        if product == last.product_id and product.card_is_time_unit:
            quantity = (
                "product_uom_qty" if last._name == "sale.order.line" else "quantity"
            )
            vals["product_uom_qty"] = last[quantity]
            vals["product_uom_id"] = last.product_uom_id.id
        return vals

    def _get_last_sold_line(self):
        """Return the line of an order or invoice that brought the last sold lot."""
        # Lots name lines that the user may not see; only the product is taken.
        lot = self.env["crm.cards.hours.lot"].sudo()
        lot = lot.search(
            [
                ("bank_id", "=", self.id),
                "|",
                ("order_line_id", "!=", False),
                ("invoice_line_id", "!=", False),
            ],
            order="id desc",
            limit=1,
        )
        return lot.order_line_id or lot.invoice_line_id

    def _get_full_name(self):
        return self._name_bank({"partner_id": self.partner_id.id, "name": self.name})

    def _get_renewal_pricelist(self):
        """Return a pricelist in the currency of the bank, if the usual one is not."""
        customer = self.partner_id.with_company(self.company_id)
        usual = customer.property_product_pricelist
        currency = usual.currency_id or self.company_id.currency_id
        if currency == self.currency_id:
            return usual
        pricelist = self.env["product.pricelist"].search(
            [
                ("currency_id", "=", self.currency_id.id),
                ("company_id", "in", [self.company_id.id, False]),
            ],
            limit=1,
        )
        if not pricelist:
            raise UserError(
                self.env._(
                    "%(bank)s is kept in %(currency)s, and there is no pricelist in "
                    "this currency. Have one made first.",
                    bank=self._get_full_name(),
                    currency=self.currency_id.name,
                )
            )
        return pricelist


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _is_renewable(self, company):
        """Return whether a company sells this, and it still brings hours."""
        return bool(
            self.active
            and self.sale_ok
            and self.card_is_hours_pack
            and self.company_id in (company, company.browse())
        )
