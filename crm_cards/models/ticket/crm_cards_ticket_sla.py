from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_cards_sla_target import TARGETS

STATUSES = [
    ("missed", "Missed"),
    ("at_risk", "At risk"),
    ("running", "Running"),
    ("paused", "Paused"),
    ("reached", "Kept in time"),
]


class TicketSla(models.Model):
    """How a ticket stands with one target of its service level.

    Derived from the log of the ticket whenever something happens to it, in the same
    transaction, and never written otherwise. Only moments are stored: whether one has
    passed is asked of the clock, so that no row grows stale.
    """

    _name = "crm.cards.ticket.sla"
    _description = "Service Level of a Ticket"
    _inherit = "crm.cards.detail.mixin"
    _order = "ticket_id, kind, cycle"
    _detail_of = "ticket_id"
    _log_access = False

    ticket_id = fields.Many2one(
        "crm.cards.ticket",
        required=True,
        ondelete="cascade",
        readonly=True,
        index=True,
    )
    kind = fields.Selection(TARGETS, string="Target", required=True, readonly=True)
    cycle = fields.Integer(required=True, readonly=True, aggregator=None)
    date_start = fields.Datetime("Counted since", readonly=True)
    deadline = fields.Datetime("Due on", readonly=True)
    date_at_risk = fields.Datetime("At risk from", readonly=True)
    date_reached = fields.Datetime("Reached on", readonly=True)
    is_paused = fields.Boolean("Paused", readonly=True)
    target_hours = fields.Float("Promised (hours)", readonly=True)
    consumed_hours = fields.Float(
        "Used (hours)", readonly=True, help="Working time until the last change."
    )
    paused_hours = fields.Float("Paused (hours)", readonly=True)
    date_measured = fields.Datetime("Last change", readonly=True)
    status = fields.Selection(
        STATUSES, compute="_compute_status", search="_search_status"
    )

    _ticket_kind_cycle_unique = models.UniqueIndex("(ticket_id, kind, cycle)")
    _open_deadline_index = models.Index("(deadline) WHERE date_reached IS NULL")

    def init(self):
        result = super().init()
        # Each fact of a ticket writes its rows again, as it does the ticket itself.
        self.env.cr.execute("ALTER TABLE crm_cards_ticket_sla SET (fillfactor = 70)")
        return result

    @api.depends("kind")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for row in self:
            row.display_name = kinds.get(row.kind, "")

    @api.depends("deadline", "date_at_risk", "date_reached", "is_paused")
    def _compute_status(self):
        now = fields.Datetime.now()
        for row in self:
            row.status = row._get_status(now)

    def _get_status(self, now):
        until = self.date_reached or now
        if self.deadline and until > self.deadline:
            return "missed"
        if self.date_reached:
            return "reached"
        if self.is_paused:
            return "paused"
        if self.date_at_risk and now >= self.date_at_risk:
            return "at_risk"
        return "running"

    def _search_status(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s IN %s", model._get_status_sql(alias), tuple(value) or (None,)
            ),
            predicate=lambda row: row.status in value,
        )

    def _field_to_sql(self, alias, field_expr, query=None):
        """Let lists sort and group by the status, which is not a column."""
        if field_expr != "status":
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields[field_expr], "read")
        return self._get_status_sql(alias)

    def _get_status_sql(self, alias):
        now = fields.Datetime.now()
        return SQL(
            """CASE
                WHEN COALESCE(%(reached)s, %(now)s) > %(deadline)s THEN 'missed'
                WHEN %(reached)s IS NOT NULL THEN 'reached'
                WHEN %(is_paused)s THEN 'paused'
                WHEN %(at_risk)s <= %(now)s THEN 'at_risk'
                ELSE 'running' END""",
            now=SQL("%s::timestamp", now),
            reached=SQL.identifier(alias, "date_reached"),
            deadline=SQL.identifier(alias, "deadline"),
            is_paused=SQL.identifier(alias, "is_paused"),
            at_risk=SQL.identifier(alias, "date_at_risk"),
        )
