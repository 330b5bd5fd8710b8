from odoo import api, models


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "crm.cards.conversion.gate"]

    def _get_gate_partner(self):
        self.ensure_one()
        return self.partner_id

    def _get_gate_document(self):
        return {"order_id": self.id, "lead_id": self.opportunity_id.id}

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        orders._make_partners_prospects()
        # Imports may create confirmed orders without passing action_confirm().
        orders.filtered(lambda order: order.state == "sale")._bind_customers()
        return orders

    def write(self, vals):
        if vals.get("state") == "sale":
            self.filtered(lambda order: order.state != "sale")._bind_customers()
        result = super().write(vals)
        if "partner_id" in vals:
            self._make_partners_prospects()
        return result

    def action_confirm(self):
        """Ask first when a person confirms the quotation of a prospect."""
        dialog = self.filtered(
            lambda order: order.state in ("draft", "sent")
        )._get_stop_dialog("action_confirm")
        return dialog or super().action_confirm()

    def _bind_customers(self):
        self._check_cards_open()
        self._convert_prospects("order")

    def _make_partners_prospects(self):
        """A quotation that names a partner makes it a prospect."""
        for company, orders in self._group_by_company():
            orders.partner_id._make_prospect("order", company=company, order=orders)

    def _has_blocked_card(self):
        self.ensure_one()
        cards = self.partner_id._get_cards_by_partner(self.company_id)
        return any(card.state != "open" for card in cards.values())

    def _has_to_be_signed(self):
        # Otherwise the customer signs what cannot be confirmed.
        return super()._has_to_be_signed() and not self._has_blocked_card()

    def _has_to_be_paid(self):
        # Otherwise the customer pays what cannot be confirmed.
        return super()._has_to_be_paid() and not self._has_blocked_card()
