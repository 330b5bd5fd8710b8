from datetime import timedelta
from itertools import islice

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.working_time import WorkingTime
from .crm_cards_ticket_sla import STATUSES

_HOUR = 3600
# How far the screen counts by itself, before it asks again.
_AHEAD = timedelta(days=14)
_AHEAD_INTERVALS = 40


class Ticket(models.Model):
    """How a ticket stands with its service level at this moment."""

    _inherit = "crm.cards.ticket"

    sla_status = fields.Selection(
        STATUSES,
        string="Service level status",
        compute="_compute_sla_status",
        search="_search_sla_status",
    )
    sla_countdown = fields.Json(
        "Working time left",
        compute="_compute_sla_countdown",
        help="Working time left until the next target is due.",
    )

    # -- status: what is next, on the clock of now ----------------------------

    @api.depends(
        "sla_version_id",
        "is_closed",
        "sla_next_due",
        "sla_next_risk",
        "sla_is_paused",
        "sla_has_missed",
    )
    def _compute_sla_status(self):
        now = fields.Datetime.now()
        for ticket in self:
            ticket.sla_status = ticket._get_sla_status(now)

    def _get_sla_status(self, now):
        if not self.sla_version_id:
            return False
        if self.is_closed:
            return "missed" if self.sla_has_missed else "reached"
        if self.sla_next_due and now > self.sla_next_due:
            return "missed"
        if self.sla_is_paused:
            return "paused"
        if self.sla_next_risk and now >= self.sla_next_risk:
            return "at_risk"
        return "running" if self.sla_next_due else "reached"

    def _search_sla_status(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "COALESCE(%s, '') IN %s",
                model._get_sla_status_sql(alias),
                tuple(status or "" for status in value) or (None,),
            ),
            predicate=lambda ticket: ticket.sla_status in value,
        )

    def _field_to_sql(self, alias, field_expr, query=None):
        """Let lists sort and group by the status, which is not a column."""
        if field_expr != "sla_status":
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields[field_expr], "read")
        return self._get_sla_status_sql(alias)

    def _get_sla_status_sql(self, alias):
        return SQL(
            """CASE
                WHEN %(version)s IS NULL THEN NULL
                WHEN %(is_closed)s AND %(late)s THEN 'missed'
                WHEN %(is_closed)s THEN 'reached'
                WHEN %(due)s < %(now)s THEN 'missed'
                WHEN %(is_paused)s THEN 'paused'
                WHEN %(risk)s <= %(now)s THEN 'at_risk'
                WHEN %(due)s IS NULL THEN 'reached'
                ELSE 'running' END""",
            now=SQL("%s::timestamp", fields.Datetime.now()),
            version=SQL.identifier(alias, "sla_version_id"),
            is_closed=SQL.identifier(alias, "is_closed"),
            late=SQL.identifier(alias, "sla_has_missed"),
            due=SQL.identifier(alias, "sla_next_due"),
            is_paused=SQL.identifier(alias, "sla_is_paused"),
            risk=SQL.identifier(alias, "sla_next_risk"),
        )

    # -- countdown: what the screen needs to count by itself ------------------

    @api.depends("sla_ids")
    def _compute_sla_countdown(self):
        now = fields.Datetime.now()
        for ticket in self:
            row = ticket._get_next_sla()
            ticket.sla_countdown = ticket._prepare_countdown(row, now)

    def _get_next_sla(self):
        """Return what is due next; what is paused comes last."""
        waiting = self.sla_ids.filtered(lambda row: not row.date_reached)
        return min(
            waiting,
            key=lambda row: (row.deadline is False, row.deadline or row.target_hours),
            default=waiting,
        )

    def _prepare_countdown(self, row, now):
        """Return working seconds left, and when working time passes from now on.

        :return: ``remaining`` (seconds, negative when late), ``risk`` (at risk from so
            many seconds left), ``kind``, ``status``, ``due`` and ``intervals``
            (``[[start, stop]]`` in seconds of the epoch; none while paused)
        """
        if not row:
            return False
        terms = self.sla_version_id._get_terms()
        target = terms.get("targets", {}).get(row.kind)
        if not target:
            return False
        working = WorkingTime.ALWAYS
        if target["time"] == "working":
            working = self.sla_calendar_version_id._get_working_time()
        consumed = row.consumed_hours * _HOUR
        intervals = []
        if not row.is_paused:
            consumed += working.seconds_between(row.date_measured, now)
            intervals = islice(working.intervals(now, now + _AHEAD), _AHEAD_INTERVALS)
        return {
            "kind": row.kind,
            "status": row.status,
            "remaining": round(row.target_hours * _HOUR - consumed),
            "risk": round(
                row.target_hours * _HOUR * (100 - terms["risk_percent"]) / 100
            ),
            "now": _get_epoch(now),
            "due": row.deadline and _get_epoch(row.deadline),
            "intervals": [
                [_get_epoch(start), _get_epoch(stop)] for start, stop in intervals
            ],
        }


def _get_epoch(moment):
    return round((moment - fields.Datetime.to_datetime("1970-01-01")).total_seconds())
