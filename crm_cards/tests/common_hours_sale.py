from odoo import fields

from .common_hours import HoursCase


class HoursSaleCase(HoursCase):
    """Packs of hours, orders and invoices of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hour, cls.day, cls.unit = (
            cls.env.ref(f"uom.product_uom_{name}") for name in ("hour", "day", "unit")
        )
        cls.hours = cls._create_pack("Hours of service", uom_id=cls.hour.id)
        cls.pack = cls._create_pack(
            "200-hour pack",
            uom_id=cls.unit.id,
            card_pack_hours=200,
            card_pack_validity=12,
            card_is_rolled_over=True,
            card_rollover_days=30,
            list_price=20_000,
        )

    @classmethod
    def _create_pack(cls, name, **values):
        return cls.env["product.product"].create(
            {
                "name": name,
                "type": "service",
                "card_is_hours_pack": True,
                "invoice_policy": "order",
                "list_price": 100,
                "taxes_id": [(6, 0, [])],
                **values,
            }
        )

    def _order(self, *lines, partner=None, **values):
        """Return an order of ``(product, quantity)``, or with a unit besides."""
        commands = []
        for product, quantity, *unit in lines:
            vals = {"product_id": product.id, "product_uom_qty": quantity}
            if unit:
                vals["product_uom_id"] = unit[0].id
            commands.append((0, 0, vals))
        return self.env["sale.order"].create(
            {
                "partner_id": (partner or self.customer).id,
                "company_id": self.company.id,
                "order_line": commands,
                **values,
            }
        )

    def _invoice(self, product, quantity, price=100, partner=None, **values):
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": (partner or self.customer).id,
                "invoice_date": fields.Date.context_today(self.env.user),
                "company_id": self.company.id,
                "invoice_line_ids": [
                    (
                        0,
                        0,
                        {
                            "product_id": product.id,
                            "quantity": quantity,
                            "price_unit": price,
                            "tax_ids": [],
                        },
                    )
                ],
                **values,
            }
        )
        invoice.action_post()
        return invoice

    def _pay(self, invoice, amount=None, user=None):
        wizard = (
            self.env["account.payment.register"]
            .with_user(user or self.env.user)
            .with_context(active_model="account.move", active_ids=invoice.ids)
        )
        values = {"amount": amount} if amount else {}
        return wizard.create(values)._create_payments()

    def _refund(self, invoice, **line_values):
        """Return a posted credit note; of a part, if values of its line are given."""
        refund = invoice._reverse_moves([{"invoice_date": invoice.invoice_date}])
        if line_values:
            refund.invoice_line_ids = [(1, refund.invoice_line_ids.id, line_values)]
        refund.action_post()
        return refund

    def _lots(self, partner=None):
        return self.env["crm.cards.hours.lot"].search(
            [("bank_id.partner_id", "=", (partner or self.customer).id)], order="id"
        )

    def _told(self, document):
        """Return the text of the last message of a document."""
        return document.message_ids[:1].body
