from odoo import api, fields, models
from odoo.tools import format_duration

TARGETS = [
    ("first_response", "First response"),
    ("next_response", "Next response"),
    ("resolution", "Resolution"),
]
TIMES = [("working", "Working hours only"), ("calendar", "Around the clock")]


class SlaTarget(models.Model):
    """How soon something is due under a policy: so many hours, of one kind of time."""

    _name = "crm.cards.sla.target"
    _description = "Service Level Target"
    _order = "policy_id, kind"

    policy_id = fields.Many2one(
        "crm.cards.sla.policy", required=True, ondelete="cascade", index=True
    )
    kind = fields.Selection(TARGETS, string="Target", required=True)
    hours = fields.Float(required=True, aggregator=None)
    time = fields.Selection(
        TIMES, string="Hours that count", required=True, default="working"
    )

    _hours_positive = models.Constraint(
        "CHECK(hours > 0)", "The hours of a target must be more than zero."
    )
    _policy_kind_unique = models.UniqueIndex(
        "(policy_id, kind)", "A policy names each target once."
    )

    @api.depends("kind", "hours")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for target in self:
            kind = kinds.get(target.kind, "")
            target.display_name = f"{kind}: {format_duration(target.hours)}"
