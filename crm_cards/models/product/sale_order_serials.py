from collections import defaultdict

from odoo import fields, models
from odoo.exceptions import UserError


class SaleOrder(models.Model):
    """Serial numbers of the customer's products, from the deliveries of the stock."""

    _inherit = "sale.order"

    card_has_deliveries = fields.Boolean(
        compute="_compute_card_has_deliveries", export_string_translation=False
    )

    def _compute_card_has_deliveries(self):
        self.card_has_deliveries = self._has_deliveries()

    def _has_deliveries(self):
        return (
            "stock.move.line" in self.env
            and "sale_line_id" in self.env["stock.move"]._fields
        )

    def action_take_serials(self):
        """Fill in the serials that were delivered, in the order of delivery.

        Products that have one already keep it; what came back is left out.
        :raises UserError: nothing is delivered yet that is still missing
        """
        self.ensure_one()
        self.check_access("read")
        taken = self._take_serials() if self._has_deliveries() else 0
        if not taken:
            raise UserError(
                self.env._(
                    "%(order)s: no serial number has been delivered that is not on the "
                    "list already. Deliver the products first, or type the numbers.",
                    order=self.display_name,
                )
            )
        return self.action_open_card_owned_products()

    def _take_serials(self):
        """Return how many products got their serial."""
        # The user's rights decide which products he may change; what was delivered
        # for an order he sees, its delivery slip says.
        delivered = self.sudo()._get_delivered_serials()
        owned = self.env["crm.cards.owned.product"].search(
            [("order_id", "in", self.ids), ("state", "=", "active")], order="id"
        )
        serials = {}
        listed = {(product.product_id, product.serial) for product in owned}
        for line, products in owned.grouped("order_line_id").items():
            free = [
                name
                for name in delivered[line.id]
                if (line.product_id, name) not in listed
            ]
            lacking = products.filtered(lambda one: not one.serial)
            serials.update(zip(lacking, free, strict=False))
        owned._set_serials(serials)
        return len(serials)

    def _get_delivered_serials(self):
        """Return ``{order line id: serials with the customer}``, first delivered first.

        Where a row stands for several units, a lot is their common number.
        """
        moves = self.env["stock.move.line"].search(
            [
                ("move_id.sale_line_id", "in", self.order_line.ids),
                ("state", "=", "done"),
                ("lot_id", "!=", False),
            ],
            order="date, id",
        )
        serials = defaultdict(dict)  # keeps the order, and each name once
        for move_line in moves:
            of_line = serials[move_line.move_id.sale_line_id.id]
            if move_line.location_dest_id.usage == "customer":
                of_line[move_line.lot_id.name] = True
            else:
                of_line.pop(move_line.lot_id.name, None)
        return defaultdict(list, {line: list(names) for line, names in serials.items()})
