from odoo import fields, models

TARGETS = [
    ("first_response", "First response"),
    ("next_response", "Next response"),
    ("resolution", "Resolution"),
]
TIMES = [("working", "Working hours"), ("calendar", "Hours of the clock")]


class SlaTarget(models.Model):
    """How soon something is due under a policy: so many hours, of one kind of time."""

    _name = "crm.cards.sla.target"
    _description = "Service Level Target"
    _order = "policy_id, kind"
    _rec_name = "kind"

    policy_id = fields.Many2one(
        "crm.cards.sla.policy", required=True, ondelete="cascade", index=True
    )
    kind = fields.Selection(TARGETS, string="Target", required=True)
    hours = fields.Float(required=True, aggregator=None)
    time = fields.Selection(
        TIMES, string="Counted in", required=True, default="working"
    )

    _hours_positive = models.Constraint(
        "CHECK(hours > 0)", "The hours of a target must be more than zero."
    )
    _policy_kind_unique = models.UniqueIndex(
        "(policy_id, kind)", "A policy names each target once."
    )
