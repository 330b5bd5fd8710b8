import math
from collections import defaultdict

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import float_compare

from ...tools.superuser import as_superuser

# A line of more units than this gives one row with the quantity: nobody looks after
# thousands of units one by one, and a slip of the pen must not write them.
_ROWS_AT_MOST = 1000


class SaleOrderLine(models.Model):
    """The lines of a confirmed order are what the customer has."""

    _inherit = "sale.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._sync_owned_products()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if {"product_uom_qty", "product_uom_id"} & vals.keys():
            self._sync_owned_products()
        return result

    def _sync_owned_products(self):
        """Add what is missing to the customer's products, take back what is too much.

        Called again, it changes nothing. What a person has marked as returned counts
        as delivered, so it does not come a second time.
        """
        lines = self.filtered(lambda line: line._adds_owned_products())
        if not lines:
            return
        # An order may be confirmed by whoever sells, or by the customer himself.
        existing = lines.sudo()._get_owned_products()
        vals_list = []
        for line in lines.sudo():
            vals_list += line._sync_line(existing[line])
        as_superuser(lines)._create_owned_products(vals_list)

    def _adds_owned_products(self):
        self.ensure_one()
        return bool(
            self.order_id.state == "sale"
            and not self.display_type
            and not self.is_downpayment
            and self.product_id.card_is_owned
        )

    def _get_owned_products(self):
        """Return ``{line: its owned products}`` without those returned with it."""
        owned = self.env["crm.cards.owned.product"].with_context(active_test=False)
        found = owned.search(
            [("order_line_id", "in", self.ids), ("is_order_cancelled", "=", False)],
            order="id",
        )
        return defaultdict(owned.browse, found.grouped("order_line_id"))

    def _sync_line(self, existing):
        """Return what is to be created for this line, after taking back the rest."""
        self.ensure_one()
        wanted = max(self._get_owned_quantity(), 0.0)
        missing = wanted - sum(existing.mapped("quantity"))
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        direction = float_compare(missing, 0.0, precision_digits=digits)
        if direction < 0:
            self._take_back_surplus(existing, -missing)
        if direction <= 0:
            return []
        vals = self._prepare_owned_product_vals()
        return [{**vals, "quantity": units} for units in self._split_units(missing)]

    def _get_owned_quantity(self):
        """Return the quantity of the line in the unit of the product."""
        return self.product_uom_id._compute_quantity(
            self.product_uom_qty, self.product_id.uom_id
        )

    def _split_units(self, quantity):
        """Return the quantities of the rows that make up ``quantity``."""
        if not self.product_id._has_card_serials() or quantity > _ROWS_AT_MOST:
            return [quantity]
        whole = math.floor(quantity)
        rest = quantity - whole
        return [1.0] * whole + ([rest] if rest > 1e-6 else [])

    def _take_back_surplus(self, existing, surplus):
        """Take back the latest products first; of a quantity, a part."""
        gone = existing.browse()
        for owned in existing.filtered(lambda owned: owned.state == "active")[::-1]:
            if surplus <= 1e-6:
                break
            if owned.quantity > surplus:
                owned.quantity -= surplus
                break
            surplus -= owned.quantity
            gone |= owned
        gone._take_back()

    def _prepare_owned_product_vals(self):
        """Return what this line says of the product the customer gets.

        Service begins on the day of the order in the user's time zone.
        """
        self.ensure_one()
        order, product = self.order_id, self.product_id
        customer = order.partner_id.commercial_partner_id
        bought = fields.Date.context_today(self, order.date_order)
        months = product.card_service_months
        end = months and bought + relativedelta(months=months, days=-1)
        contact = order.partner_id
        return {
            "partner_id": customer.id,
            "contact_id": contact.id if contact != customer else False,
            "company_id": order.company_id.id,
            "product_id": product.id,
            "order_line_id": self.id,
            "date_bought": bought,
            "service_start": bought if months else False,
            "service_end": end or False,
            "license_type_id": product.card_license_type_id.id,
            "quantity": self._get_owned_quantity(),
        }

    @api.model
    def _create_owned_products(self, vals_list):
        if not vals_list:
            return
        # That the list came from the order, the order says; thousands of messages
        # that say it again help nobody.
        self.env["crm.cards.owned.product"].with_context(
            mail_create_nosubscribe=True, tracking_disable=True
        ).create(vals_list)
