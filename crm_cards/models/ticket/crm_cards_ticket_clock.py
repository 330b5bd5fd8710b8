from operator import itemgetter

from odoo import api, fields, models
from odoo.tools import SQL, groupby, split_every

from ...tools import sla_clock
from ...tools.working_time import WorkingTime

_CHUNK = 5000  # tickets measured at once, so that memory stays flat
_HOUR = 3600.0
_KINDS = {"opened", "customer", "answer"}
_ROW_COLUMNS = (
    ("ticket_id", "int4"),
    ("kind", "varchar"),
    ("cycle", "int4"),
    ("date_start", "timestamp"),
    ("deadline", "timestamp"),
    ("date_at_risk", "timestamp"),
    ("date_reached", "timestamp"),
    ("is_paused", "bool"),
    ("target_hours", "float8"),
    ("consumed_hours", "float8"),
    ("paused_hours", "float8"),
    ("date_measured", "timestamp"),
)
_TICKET_COLUMNS = (
    ("id", "int4"),
    ("sla_next_due", "timestamp"),
    ("sla_next_risk", "timestamp"),
    ("sla_is_paused", "bool"),
    ("sla_has_missed", "bool"),
)


class Ticket(models.Model):
    """Derives deadlines from the log, for many tickets in a handful of statements."""

    _inherit = "crm.cards.ticket"

    sla_ids = fields.One2many(
        "crm.cards.ticket.sla", "ticket_id", string="Service levels", readonly=True
    )
    sla_next_due = fields.Datetime("Next due", readonly=True, copy=False)
    sla_next_risk = fields.Datetime("At risk from", readonly=True, copy=False)
    sla_is_paused = fields.Boolean("Clock is paused", readonly=True, copy=False)
    sla_has_missed = fields.Boolean(
        "Something was late",
        readonly=True,
        copy=False,
        help="A target of this ticket was reached, or had passed, too late.",
    )

    _next_due_index = models.Index("(sla_next_due) WHERE is_closed IS NOT TRUE")

    def init(self):
        result = super().init()
        # Each fact writes the ticket again: with room on its page, its indexes need
        # not be written, too.
        self.env.cr.execute("ALTER TABLE crm_cards_ticket SET (fillfactor = 70)")
        return result

    @api.model
    def _log(self, events, **values):
        result = super()._log(events, **values)
        self.union(*events)._measure_sla()
        return result

    def _measure_sla(self):
        """Derive the service levels of these tickets from their logs and store them.

        The rows of the tickets themselves are written in any case: whoever adds a fact
        to the same ticket at the same time has to begin anew, and sees this one.
        """
        self.env.flush_all()
        for ids in split_every(_CHUNK, self.ids):
            self._store_measures(self._get_measures(ids))
        derived = [name for name, _type in _TICKET_COLUMNS[1:]] + ["sla_ids"]
        self.invalidate_recordset(derived)
        self.env["crm.cards.ticket.sla"].invalidate_model()
        self.modified(derived)

    @api.model
    def _get_measures(self, ids, now=None):
        """Return ``{ticket id: (risk percent, [Measure])}``; now if not said else."""
        now = now or fields.Datetime.now()
        histories, risks = self._get_histories(ids)
        measures = sla_clock.measure_many(histories, now)
        return {
            ticket_id: (risks.get(ticket_id), measures.get(ticket_id, []))
            for ticket_id in ids
        }

    @api.model
    def _get_histories(self, ids, names=None):
        """Return what happened to tickets, and from which share on they are at risk.

        :param dict names: how each stage is called, by id, where that is of interest
        :return: ``{ticket id: [Event]}``, ``{ticket id: percent}``
        """
        # Facts are read whole: what somebody may not see has happened all the same.
        self.env.cr.execute(
            SQL(
                """
                SELECT ticket_id, date, event, clock, stage_id, sla_version_id,
                       sla_calendar_version_id
                  FROM crm_cards_ticket_log
                 WHERE ticket_id IN %s
              ORDER BY ticket_id, date, id
                """,
                tuple(ids),
            )
        )
        terms = _TermsCache(self.env)
        names = names or {}
        histories, risks = {}, {}
        for ticket_id, rows in groupby(self.env.cr.fetchall(), itemgetter(0)):
            histories[ticket_id] = [
                sla_clock.Event(
                    date,
                    kind if kind in _KINDS else "other",
                    clock,
                    terms[versions],
                    names.get(stage_id, ""),
                )
                for _id, date, kind, clock, stage_id, *versions in rows
            ]
            risks[ticket_id] = terms.get_risk(rows[-1][5])
        return histories, risks

    @api.model
    def _store_measures(self, measures):
        now = fields.Datetime.now()
        rows, tickets = [], []
        for ticket_id, (risk, found) in measures.items():
            mine = [_to_row(ticket_id, risk, measure, now) for measure in found]
            rows += mine
            tickets.append(_to_ticket(ticket_id, mine, now))
        kept = self._upsert_sla_rows(rows)
        self.env.cr.execute(
            SQL(
                "DELETE FROM crm_cards_ticket_sla WHERE ticket_id IN %s"
                " AND NOT id = ANY(%s)",
                tuple(measures),
                kept,
            )
        )
        self.env.cr.execute(
            SQL(
                "UPDATE crm_cards_ticket AS ticket SET %(sets)s"
                " FROM %(values)s WHERE ticket.id = v.id",
                sets=SQL(", ").join(
                    SQL("%s = v.%s", SQL.identifier(name), SQL.identifier(name))
                    for name, _type in _TICKET_COLUMNS[1:]
                ),
                values=_to_table(_TICKET_COLUMNS, tickets),
            )
        )

    @api.model
    def _upsert_sla_rows(self, rows):
        if not rows:
            return []
        columns = SQL(", ").join(SQL.identifier(name) for name, _type in _ROW_COLUMNS)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_cards_ticket_sla (%(columns)s)
                SELECT %(columns)s FROM %(values)s
                ON CONFLICT (ticket_id, kind, cycle) DO UPDATE SET %(sets)s
                RETURNING id
                """,
                columns=columns,
                values=_to_table(_ROW_COLUMNS, rows),
                sets=SQL(", ").join(
                    SQL("%s = excluded.%s", SQL.identifier(name), SQL.identifier(name))
                    for name, _type in _ROW_COLUMNS[3:]
                ),
            )
        )
        return [row[0] for row in self.env.cr.fetchall()]


class _TermsCache(dict):
    """What the kernel has to know of a version of a policy counted by a calendar."""

    def __init__(self, env):
        super().__init__()
        self._policies = env["crm.cards.sla.policy.version"]
        self._calendars = env["crm.cards.sla.calendar.version"]

    def __getitem__(self, versions):
        return super().__getitem__(tuple(versions))

    def __missing__(self, versions):
        version_id, calendar_version_id = versions
        terms = self._policies.browse(version_id or [])._get_terms()
        calendar = self._calendars.browse(calendar_version_id or [])
        times = {"calendar": WorkingTime.ALWAYS}
        if calendar:
            times["working"] = calendar._get_working_time()
        self[versions] = {
            kind: sla_clock.Term(target["seconds"], times[target["time"]])
            for kind, target in terms.get("targets", {}).items()
            if target["time"] in times
        }
        return self[versions]

    def get_risk(self, version_id):
        terms = self._policies.browse(version_id or [])._get_terms()
        return terms.get("risk_percent")


def _to_row(ticket_id, risk, measure, now):
    """Return the values of ``_ROW_COLUMNS`` of one measure."""
    at_risk = risk and sla_clock.threshold_moment(measure, risk)
    return (
        ticket_id,
        measure.kind,
        measure.cycle,
        measure.start,
        measure.deadline,
        at_risk or None,
        measure.reached,
        measure.is_paused,
        measure.seconds / _HOUR,
        measure.consumed / _HOUR,
        measure.paused / _HOUR,
        now,
    )


def _to_ticket(ticket_id, rows, now):
    """Return the values of ``_TICKET_COLUMNS`` from the rows of one ticket."""
    late = due = risk = None
    is_paused = False
    for row in rows:
        row = dict(zip((name for name, _type in _ROW_COLUMNS), row, strict=True))
        deadline, reached = row["deadline"], row["date_reached"]
        if deadline and (reached or now) > deadline:
            late = True
        if reached:
            continue
        is_paused = is_paused or row["is_paused"]
        due = min(filter(None, [due, deadline]), default=None)
        risk = min(filter(None, [risk, row["date_at_risk"]]), default=None)
    return ticket_id, due, risk, is_paused, bool(late)


def _to_table(columns, rows):
    """Return rows as a table ``v`` in SQL, of one array for each column."""
    values = list(zip(*rows, strict=True))
    return SQL(
        "unnest(%s) AS v (%s)",
        SQL(", ").join(
            SQL("%s::%s[]", list(column), SQL(kind))
            for column, (_name, kind) in zip(values, columns, strict=True)
        ),
        SQL(", ").join(SQL.identifier(name) for name, _kind in columns),
    )
