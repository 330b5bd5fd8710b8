from odoo import api, fields, models


class SaleOrder(models.Model):
    """A confirmed order fills the list of the customer's products; cancelled, not."""

    _inherit = "sale.order"

    card_owned_product_count = fields.Integer(
        string="Number of customer's products",
        compute="_compute_card_owned_product_count",
        groups="base.group_user",
    )

    @api.depends("order_line.product_uom_qty", "state")
    def _compute_card_owned_product_count(self):
        # How many there are is on the order anyway; the list itself has its rights.
        counts = dict(
            self.env["crm.cards.owned.product"]
            .sudo()
            ._read_group([("order_id", "in", self.ids)], ["order_id"], ["__count"])
        )
        for order in self:
            order.card_owned_product_count = counts.get(order._origin, 0)

    def _action_confirm(self):
        result = super()._action_confirm()
        self._revive_owned_products()
        self.order_line._sync_owned_products()
        return result

    def _action_cancel(self):
        result = super()._action_cancel()
        self._get_card_owned_products()._take_back()
        return result

    def _revive_owned_products(self):
        """Bring back what was returned when these orders were cancelled."""
        owned = self._get_card_owned_products()
        owned.filtered("is_order_cancelled")._revive()

    def _get_card_owned_products(self):
        # Whoever may confirm or cancel an order does what follows from it, for
        # archived products, too.
        owned = self.env["crm.cards.owned.product"].sudo()
        return owned.with_context(active_test=False).search(
            [("order_id", "in", self.ids)]
        )

    def action_open_card_owned_products(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_cards.crm_cards_owned_product_action"
        )
        return {
            **action,
            "domain": [("order_id", "=", self.id)],
            "context": {
                "default_partner_id": self.partner_id.commercial_partner_id.id,
                "search_default_in_use": 0,
            },
        }
