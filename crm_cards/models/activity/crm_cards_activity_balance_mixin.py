from odoo import api, fields, models

from ..card.crm_cards_account_card_ledger import LEDGER_GROUPS


class ActivityBalanceMixin(models.AbstractModel):
    """What the customer owes, beside the activities whose type asks for it (row 7)."""

    _name = "crm.cards.activity.balance.mixin"
    _description = "Overdue Balance beside an Activity"

    card_overdue_currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_card_overdue",
        string="Currency of the overdue balance",
        groups=LEDGER_GROUPS,
        export_string_translation=False,
    )
    card_overdue = fields.Monetary(
        string="Overdue balance",
        compute="_compute_card_overdue",
        currency_field="card_overdue_currency_id",
        groups=LEDGER_GROUPS,
        help="What the customer owes the current company past its due date.",
    )

    @api.depends("activity_type_id.card_show_balance", "card_customer_id")
    @api.depends_context("company", "uid")
    def _compute_card_overdue(self):
        shown = self.filtered("activity_type_id.card_show_balance")
        customers = shown.card_customer_id._filtered_access("read")
        readable = customers.account_card_id._filtered_access("read")
        for activity in self:
            customer = (activity & shown).card_customer_id & customers
            card = customer.account_card_id & readable
            activity.card_overdue = card.overdue
            activity.card_overdue_currency_id = card.currency_id
