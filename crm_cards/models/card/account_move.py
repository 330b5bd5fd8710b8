from odoo import models


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "crm.cards.conversion.gate"]

    def _get_gate_partner(self):
        self.ensure_one()
        return self.commercial_partner_id

    def _get_gate_document(self):
        return {"move_id": self.id}

    def _filter_gated(self):
        """Return the documents that start new business: no refunds, no payments."""
        return self.filtered(
            lambda move: (
                move.state == "draft"
                and move.partner_id
                and move.is_invoice(include_receipts=True)
                and move.move_type not in ("out_refund", "in_refund")
            )
        )

    def action_post(self):
        """Ask first when a person posts the invoice or bill of a prospect."""
        dialog = self._filter_gated()._get_stop_dialog("action_post")
        return dialog or super().action_post()

    def action_validate_moves_with_confirmation(self):
        dialog = self._filter_gated()._get_stop_dialog(
            "action_validate_moves_with_confirmation"
        )
        return dialog or super().action_validate_moves_with_confirmation()

    def _post(self, soft=True):
        """Stop at cards that are not open; afterwards the cards follow the ledger."""
        gated = self._filter_gated()
        gated._check_cards_open()
        gated._convert_prospects("invoice")
        posted = super()._post(soft)
        posted.line_ids._open_cards_of_postings()
        return posted
