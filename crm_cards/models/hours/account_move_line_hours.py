from odoo import fields, models

from ...tools.hours_pack import exact, get_pack_minutes


class AccountMoveLine(models.Model):
    """Lines of invoices that sell hours."""

    _inherit = "account.move.line"

    def _filter_selling_hours(self):
        """Return the lines that sell hours, or have sold some before."""
        lots = self.env["crm.cards.hours.lot"].search(
            [("invoice_line_id", "in", self.ids)]
        )
        return self.filtered(
            lambda line: (
                line.display_type == "product" and line.product_id.card_is_hours_pack
            )
        ) | (lots.invoice_line_id & self)

    def _filter_sold_by_order(self):
        """Return the lines whose hours come with the order."""
        ordered = self.filtered("sale_line_ids")
        lines = ordered.filtered(
            lambda line: line.company_id.crm_cards_hours_trigger != "invoice"
        )
        if ordered:
            # The company may have decided otherwise before.
            lots = self.env["crm.cards.hours.lot"].search(
                [("order_line_id", "in", ordered.sale_line_ids.ids)]
            )
            sold = lots.order_line_id
            lines |= ordered.filtered(lambda line: line.sale_line_ids & sold)
        return lines

    def _get_sold_minutes(self):
        """Return ``{line id: minutes}`` that are invoiced and not credited."""
        credits = self._get_credits()
        minutes = {}
        # What was invoiced last is credited first, by credit notes of an order.
        for line in self.sorted("id", reverse=True):
            kept = max(exact(line.quantity), 0)
            price = line.price_subtotal / line.quantity if line.quantity else 0
            for place in line._get_credit_places():
                rest = []
                for refund, quantity in credits.pop(place, ()):
                    wanted = refund._get_credited_quantity(quantity, price)
                    part = min(wanted, kept)
                    kept -= part
                    if part < wanted:
                        rest.append((refund, float(wanted - part)))
                credits[place] = rest
            if line.parent_state != "posted":
                kept = 0
            minutes[line.id] = get_pack_minutes(kept, line._get_unit_hours())
        return minutes

    def _get_credit_places(self):
        """Return the keys of ``_get_credits`` under which this line is credited."""
        return [
            (self.move_id.id, self.product_id.id),
            *(("order", line.id) for line in self.sale_line_ids),
        ]

    def _get_credits(self):
        """Return ``{place: [(line, quantity)]}`` of credit notes.

        The place is the invoice with the product; or the line of the order, where the
        credit note was made by lowering that and names no invoice.
        """
        credits = {}
        for refund in self.move_id.reversal_move_ids.invoice_line_ids:
            if refund.parent_state == "posted" and refund.product_id:
                place = refund.move_id.reversed_entry_id.id, refund.product_id.id
                credits.setdefault(place, []).append((refund, refund.quantity))
        for order_line in self.sale_line_ids:
            for refund in order_line.invoice_lines:
                if refund.move_id._is_credit_of_order():
                    place = "order", order_line.id
                    credits.setdefault(place, []).append((refund, refund.quantity))
        return credits

    def _get_credited_quantity(self, quantity, price):
        """Return what a line of a credit note takes back, as a Fraction.

        No more than the amount pays for: half the price of a pack is half of it.

        :param float quantity: of this line, in the unit of the sale
        :param float price: of one such unit, without taxes
        """
        self.ensure_one()
        credited = exact(quantity)
        if price > 0:
            credited = min(credited, exact(self.price_subtotal / price))
        return max(credited, 0)

    def _get_unit_hours(self):
        template = self.product_id.product_tmpl_id
        return template._get_card_unit_hours(self.product_uom_id)

    # -- for the lot --

    def _get_hours_buyer(self):
        return self.move_id.partner_id

    def _get_hours_bank_choice(self):
        """Return the bank and project of the order that is invoiced, if any."""
        line = self.sale_line_ids[:1]
        return line._get_hours_bank_choice()

    def _prepare_hours_lot_vals(self, day=None):
        """The hours may be used from the day on which they were paid."""
        self.ensure_one()
        today = day or fields.Date.context_today(self)
        minutes = get_pack_minutes(self.quantity, self._get_unit_hours())
        return self.product_id._prepare_hours_lot_vals(self, today, minutes)
