from odoo import models


class AccountCard(models.Model):
    """The buttons on the form of a card."""

    _inherit = "crm.cards.account.card"

    def action_open_partner(self):
        self.ensure_one()
        return self.partner_id._prepare_customer_form_action()

    def action_open_postings(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Postings"),
            "res_model": "account.move.line",
            "views": [
                (self.env.ref("account.view_move_line_tree").id, "list"),
                (False, "form"),
            ],
            "domain": [
                ("partner_id", "child_of", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("parent_state", "=", "posted"),
                (
                    "account_id.account_type",
                    "in",
                    ("asset_receivable", "liability_payable"),
                ),
            ],
            "context": {"create": False},
        }

    def action_open_conversions(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Conversions"),
            "res_model": "crm.cards.conversion",
            "views": [(False, "list"), (False, "form")],
            "domain": [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
            ],
        }
