from odoo import models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _check_amount_and_confirm_order(self):
        """Keep the money of a customer whose card was blocked while he paid.

        The payment is taken, the quotation stays one and says why; raising here
        would undo the payment's processing again and again.
        """
        blocked = self.filtered(
            lambda tx: any(order._has_blocked_card() for order in tx.sale_order_ids)
        )
        for order in blocked.sale_order_ids:
            order.message_post(
                body=self.env._(
                    "The customer has paid, but the account card is not open. "
                    "Reopen the card and confirm the quotation."
                )
            )
        return super(
            PaymentTransaction, self - blocked
        )._check_amount_and_confirm_order()
