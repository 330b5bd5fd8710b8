from odoo import fields, models


class ActivityOutcome(models.Model):
    """What came of an activity: reached, not at home, order, refusal (row 173)."""

    _name = "crm.cards.activity.outcome"
    _inherit = "crm.cards.dictionary.mixin"
    _description = "Activity Outcome"

    type_ids = fields.Many2many(
        "mail.activity.type",
        "crm_cards_activity_outcome_type_rel",
        "outcome_id",
        "type_id",
        string="Activity types",
        help="Types this outcome is offered for; none means all of them.",
    )
