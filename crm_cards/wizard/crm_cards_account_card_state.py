from odoo import fields, models


class AccountCardState(models.TransientModel):
    """Asks why cards are blocked or closed."""

    _name = "crm.cards.account.card.state"
    _description = "Block or Close Account Cards"

    card_ids = fields.Many2many("crm.cards.account.card", required=True)
    state = fields.Selection(
        [("blocked", "Blocked"), ("closed", "Closed")],
        string="New status",
        required=True,
    )
    reason = fields.Char(required=True)

    def action_apply(self):
        self.ensure_one()
        self.card_ids._set_state(self.state, self.reason)
        return {"type": "ir.actions.act_window_close"}
