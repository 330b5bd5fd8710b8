from odoo import models

from .crm_cards_hours_bank_sale import Sale


class AccountMove(models.Model):
    """Paid invoices bring the hours they sell into the bank; credit notes take back.

    Where hours come with the order, credit notes still take back what they credit.
    """

    _inherit = "account.move"

    def _post(self, soft=True):
        posted = super()._post(soft)
        posted._sync_hours()
        return posted

    def button_draft(self):
        result = super().button_draft()
        self._sync_hours()
        return result

    def button_cancel(self):
        result = super().button_cancel()
        self._sync_hours()
        return result

    def _invoice_paid_hook(self):
        result = super()._invoice_paid_hook()
        self._sync_hours()
        return result

    def _sync_hours(self):
        """Make the lots of hours agree with what is invoiced, paid and credited."""
        # Who invoices need not see orders or banks.
        moves = self.sudo().filtered(lambda move: move.is_sale_document(True))
        lines = moves.invoice_line_ids.filtered("product_id")
        if not lines:
            return
        documents = {
            order_line.id: line.move_id
            for line in lines
            for order_line in line.sale_line_ids
        }
        lines.sale_line_ids.with_env(self.env)._sync_hours(documents)
        credited = {move.reversed_entry_id.id: move for move in moves}
        invoices = moves | moves.reversed_entry_id
        for move in moves:
            if move.move_type == "out_refund" and not move.reversed_entry_id:
                credited |= dict.fromkeys(move._get_invoices_of_order().ids, move)
        # Those of an order share the credit notes that name no invoice.
        invoices |= invoices._get_invoices_of_order()
        sold = invoices.filtered(
            lambda move: move.move_type != "out_refund"
        ).invoice_line_ids._filter_selling_hours()
        by_order = sold._filter_sold_by_order()
        minutes = sold._get_sold_minutes()
        self.env["crm.cards.hours.bank"]._sell(
            [
                Sale(
                    line,
                    minutes[line.id],
                    line.move_id.payment_state in ("paid", "in_payment")
                    and line not in by_order,
                    credited.get(line.move_id.id, line.move_id).with_env(self.env),
                )
                for line in sold
            ]
        )

    def _get_invoices_of_order(self):
        """Return all invoices and credit notes of what is invoiced or credited here."""
        return self.invoice_line_ids.sale_line_ids.invoice_lines.move_id

    def _is_credit_of_order(self):
        """Whether this is a credit note that was made by lowering an order."""
        return (
            self.move_type == "out_refund"
            and self.state == "posted"
            and not self.reversed_entry_id
        )
