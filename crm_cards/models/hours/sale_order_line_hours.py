from odoo import api, fields, models

from ...tools.hours_pack import exact, get_kept, get_pack_minutes
from .crm_cards_hours_bank_sale import Sale


class SaleOrderLine(models.Model):
    """Lines of a confirmed order that sell hours bring them into the bank."""

    _inherit = "sale.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._sync_hours()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if {"product_uom_qty", "product_uom_id"} & vals.keys():
            self._sync_hours()
        return result

    def _sync_hours(self, documents=None):
        """Bring what these lines sell into the banks; of cancelled orders, out again.

        Called again, it changes nothing.

        :param dict documents: line id -> document that says what was taken back,
            instead of the order
        """
        # An order may be confirmed by whoever sells, or by the customer himself, and
        # credited by who may not see it.
        lines = self.sudo().filtered(lambda line: line._sells_hours())
        if not lines:
            return
        by_invoice = lines._filter_sold_by_invoice()
        documents = documents or {}
        self.env["crm.cards.hours.bank"]._sell(
            [
                Sale(
                    line,
                    line._get_sold_minutes(),
                    line not in by_invoice,
                    documents.get(line.id, line.order_id).with_env(self.env),
                )
                for line in lines
            ]
        )

    def _sells_hours(self):
        self.ensure_one()
        if self.display_type or self.is_downpayment:
            return False
        if self.order_id.state == "cancel":
            return True  # whatever has become of the product since
        return self.order_id.state == "sale" and self.product_id.card_is_hours_pack

    def _filter_sold_by_invoice(self):
        """Return the lines whose hours come with the invoice."""
        lines = self.filtered(
            lambda line: line.company_id.crm_cards_hours_trigger == "invoice"
        )
        if self.invoice_lines:
            # The company may have decided otherwise before.
            lots = self.env["crm.cards.hours.lot"].search(
                [("invoice_line_id", "in", self.invoice_lines.ids)]
            )
            lines |= lots.invoice_line_id.sale_line_ids & self
        return lines

    def _get_sold_minutes(self):
        """Return the minutes that are sold and have not been credited."""
        self.ensure_one()
        if self.order_id.state != "sale":
            return 0
        invoiced = credited = 0
        price = (
            self.price_subtotal / self.product_uom_qty if self.product_uom_qty else 0
        )
        for item in self.invoice_lines:
            if item.parent_state != "posted":
                continue
            quantity = item.product_uom_id._compute_quantity(
                item.quantity, self.product_uom_id, round=False
            )
            if item.move_id.move_type == "out_refund":
                credited += item._get_credited_quantity(quantity, price)
            elif item.move_id.is_sale_document(include_receipts=True):
                invoiced += exact(quantity)
        kept = get_kept(exact(self.product_uom_qty), invoiced, credited)
        return get_pack_minutes(kept, self._get_unit_hours())

    def _get_unit_hours(self):
        template = self.product_id.product_tmpl_id
        return template._get_card_unit_hours(self.product_uom_id)

    # -- for the lot --

    def _get_hours_buyer(self):
        return self.order_id.partner_id

    def _get_hours_bank_choice(self):
        """Return the bank that was chosen on the order, and its project."""
        order = self.order_id
        # Orders have projects with sale_project only.
        project = "project_id" in order._fields and order.project_id
        return order.card_hours_bank_id, project

    def _prepare_hours_lot_vals(self, day=None):
        """Return the values of a lot, valid from ``day`` or from that of the order."""
        self.ensure_one()
        bought = day or fields.Date.context_today(self, self.order_id.date_order)
        minutes = get_pack_minutes(self.product_uom_qty, self._get_unit_hours())
        return self.product_id._prepare_hours_lot_vals(self, bought, minutes)


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _prepare_hours_lot_vals(self, line, day, minutes):
        """Return the values of a lot that a line sells.

        :param date day: on which the customer gets the hours
        :param int minutes: of the whole line, for the price
        """
        self.ensure_one()
        product = self.with_context(
            lang=line._get_hours_buyer().lang or self.env.lang,
            display_default_code=False,
        )
        price = max(line.price_subtotal, 0) * 60 / minutes if minutes else 0
        return {
            "name": product.display_name,
            "price_hour": line.currency_id.round(price),
            "date_from": day,
            "date_to": self.product_tmpl_id._get_card_pack_end(day),
            "is_rolled_over": self.card_is_rolled_over,
            "rollover_days": self.card_rollover_days,
        }
