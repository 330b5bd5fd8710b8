from odoo import models


class AccountCardMerge(models.Model):
    """One card takes over others of its company, and their keys."""

    _inherit = "crm.cards.account.card"

    def _absorb(self, others):
        """Archive ``others`` under this card, which takes over what they stood for.

        Their keys are still found and never given out again.
        """
        self.ensure_one()
        if not others:
            return
        others.write({"active": False, "superseded_by_id": self.id})
        if set(others.mapped("main_account")) != {self.main_account}:
            self.main_account = "customers_suppliers"
        blocked = others.filtered(lambda card: card.state == "blocked")
        if blocked and self.state == "open":
            self.write({"state": "blocked", "state_reason": blocked[0].state_reason})
        self.message_post(
            body=self.env._(
                "Merged with account card %(keys)s.",
                keys=", ".join(others.mapped("account_key")),
            )
        )
