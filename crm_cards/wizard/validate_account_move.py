from odoo import models


class ValidateAccountMove(models.TransientModel):
    _inherit = "validate.account.move"

    def validate_move(self):
        """Ask first when a person posts a batch with invoices of prospects."""
        moves = self.move_ids._filter_gated()
        dialog = moves.with_context(crm_cards_validate_id=self.id)._get_stop_dialog(
            "validate_move"
        )
        return dialog or super().validate_move()
