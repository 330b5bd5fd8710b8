from odoo import api, fields, models
from odoo.exceptions import ValidationError


class SaleOrder(models.Model):
    """A confirmed order brings the hours it sells into the bank; cancelled, out."""

    _inherit = "sale.order"

    card_hours_bank_id = fields.Many2one(
        "crm.cards.hours.bank",
        string="Hours go into",
        ondelete="restrict",
        index="btree_not_null",
        copy=False,
        check_company=True,
        domain="[('partner_id', 'parent_of', partner_id), ('state', '=', 'open')]",
        groups="crm_cards.crm_cards_group_user",
        help="Empty: the bank of the project, or else the general one of the customer.",
    )
    card_sells_hours = fields.Boolean(
        compute="_compute_card_sells_hours", export_string_translation=False
    )
    card_hours_lot_count = fields.Integer(
        string="Number of lots of hours",
        compute="_compute_card_hours_lot_count",
        groups="base.group_user",
    )

    @api.depends("order_line.product_id.card_is_hours_pack")
    def _compute_card_sells_hours(self):
        for order in self:
            products = order.order_line.product_id
            order.card_sells_hours = any(products.mapped("card_is_hours_pack"))

    @api.depends("order_line.product_uom_qty", "state")
    def _compute_card_hours_lot_count(self):
        # How many there are is on the order anyway; the lots have their rights.
        lots = self.env["crm.cards.hours.lot"].sudo()
        found = lots.search(self._get_hours_lots_domain())
        counts = dict.fromkeys(self.ids, 0)
        for lot in found:
            for order in (
                lot.order_line_id.order_id | lot.invoice_line_id.sale_line_ids.order_id
            ):
                if order.id in counts:
                    counts[order.id] += 1
        for order in self:
            order.card_hours_lot_count = counts.get(order._origin.id, 0)

    def _get_hours_lots_domain(self):
        return [
            "|",
            ("order_line_id.order_id", "in", self.ids),
            ("invoice_line_id.sale_line_ids.order_id", "in", self.ids),
        ]

    @api.constrains("card_hours_bank_id", "partner_id", "currency_id")
    def _check_card_hours_bank(self):
        for order in self:
            # What belongs to whom does not depend on who asks.
            bank = order.sudo().card_hours_bank_id
            if bank and (
                bank.partner_id != order.partner_id.commercial_partner_id
                or bank.currency_id != order.currency_id
            ):
                raise ValidationError(
                    self.env._(
                        "Hours go into: choose a bank of %(customer)s in %(currency)s, "
                        "or leave it empty.",
                        customer=order.partner_id.commercial_partner_id.display_name,
                        currency=order.currency_id.name,
                    )
                )

    def _action_confirm(self):
        result = super()._action_confirm()
        self.order_line._sync_hours()
        return result

    def _action_cancel(self):
        result = super()._action_cancel()
        self.order_line._sync_hours()
        return result

    def action_open_card_hours_lots(self):
        """Show the lots that this order or its invoices have brought."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_cards.crm_cards_hours_lot_action"
        )
        return {
            **action,
            "domain": self._get_hours_lots_domain(),
            "context": {"create": False},
        }
