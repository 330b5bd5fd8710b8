from operator import itemgetter
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL, groupby, split_every

from ...tools import sla_clock
from ...tools.sql_array import array_literal
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
    ("date_next_step", "timestamp"),
    ("consumed_hours", "float8"),
    ("paused_hours", "float8"),
    ("date_measured", "timestamp"),
)
_TIMELESS = 10  # those before say the same whenever they are derived
_TICKET_COLUMNS = (
    ("id", "int4"),
    ("sla_next_due", "timestamp"),
    ("sla_next_risk", "timestamp"),
    ("sla_is_paused", "bool"),
    ("sla_has_missed", "bool"),
)


class Standing(NamedTuple):
    """How a ticket stands with a target, and when at so many percent it is at risk."""

    measure: sla_clock.Measure
    risk_percent: float | None
    date_at_risk: object


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
        tickets = self.browse().union(*events)
        if tickets:
            tickets._meet()
            tickets._measure_sla()
        return result

    def _meet(self):
        """Let whoever adds a fact to the same ticket at the same time begin anew.

        Then he sees this one. A row that is written makes him (``tools.rows.meet``);
        one that this transaction has written already is not written twice.
        """
        self.env.cr.execute(
            SQL(
                "UPDATE crm_cards_ticket SET id = id"
                " WHERE id IN %s AND xmin <> pg_current_xact_id()::xid",
                self._ids,
            )
        )

    def _measure_sla(self):
        """Derive the service levels of these tickets from their logs and store them.

        Only what differs from what is stored is written.
        """
        self.env.flush_all()
        for ids in split_every(_CHUNK, self.ids):
            self._store_standings(self._get_standings(ids))
        derived = [name for name, _type in _TICKET_COLUMNS[1:]] + ["sla_ids"]
        self.invalidate_recordset(derived)
        self.env["crm.cards.ticket.sla"].invalidate_model()
        self.modified(derived)

    @api.model
    def _get_standings(self, ids, now=None):
        """Return ``{ticket id: [Standing]}``; now if not said else."""
        now = now or fields.Datetime.now()
        histories, risks = self._get_histories(ids)
        measures = sla_clock.measure_many(histories, now)
        return {
            ticket_id: _list_standings(
                measures.get(ticket_id, ()), risks.get(ticket_id)
            )
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
                    terms[version_id, calendar_version_id],
                    names.get(stage_id, ""),
                )
                for (
                    _id,
                    date,
                    kind,
                    clock,
                    stage_id,
                    version_id,
                    calendar_version_id,
                ) in rows
            ]
            risks[ticket_id] = terms.get_risk(rows[-1][5])
        return histories, risks

    @api.model
    def _store_standings(self, standings):
        """Store how tickets stand.

        :return: the moments at which something is to happen next
        """
        now = fields.Datetime.now()
        steps = self._find_next_steps(standings)
        rows, obsolete = self._compare_sla_rows(standings, steps, now)
        self._upsert_sla_rows(rows)
        if obsolete:
            self.env.cr.execute(
                SQL("DELETE FROM crm_cards_ticket_sla WHERE id IN %s", tuple(obsolete))
            )
        self.env.cr.execute(
            SQL(
                """
                UPDATE crm_cards_ticket AS ticket SET %(sets)s
                  FROM %(values)s
                 WHERE ticket.id = v.id AND (%(stored)s) IS DISTINCT FROM (%(new)s)
                """,
                sets=SQL(", ").join(
                    SQL("%s = v.%s", SQL.identifier(name), SQL.identifier(name))
                    for name, _type in _TICKET_COLUMNS[1:]
                ),
                stored=_list_columns("ticket", _TICKET_COLUMNS[1:]),
                new=_list_columns("v", _TICKET_COLUMNS[1:]),
                values=_to_table(
                    _TICKET_COLUMNS,
                    [
                        _to_ticket(ticket_id, found, now)
                        for ticket_id, found in standings.items()
                    ],
                ),
            )
        )
        return list(steps.values())

    @api.model
    def _compare_sla_rows(self, standings, steps, now):
        """Compare what was derived with what is stored.

        :param dict steps: what ``_find_next_steps`` says
        :return: the rows to be written, and the ids of those that are there in excess
        """
        stored = self._read_sla_rows(tuple(standings))
        passed = _PassedCache(now)
        rows = []
        for ticket_id, found in standings.items():
            for standing in found:
                row = _to_row(ticket_id, standing, steps, now)
                before = stored.pop(row[:3], None)
                if before is None or not _still_holds(before, row, standing, passed):
                    rows.append(row)
        return rows, [row[-1] for row in stored.values()]

    @api.model
    def _find_next_steps(self, standings):
        """Return when each target is to do something next.

        :return: ``{(ticket id, kind, cycle): moment}``
        """
        return {}

    @api.model
    def _read_sla_rows(self, ids):
        """Return ``{(ticket id, kind, cycle): (values of _ROW_COLUMNS, id)}``."""
        columns = [*_ROW_COLUMNS, ("id", "int4")]
        self.env.cr.execute(
            SQL(
                "SELECT %s FROM crm_cards_ticket_sla sla WHERE ticket_id IN %s",
                _list_columns("sla", columns),
                tuple(ids),
            )
        )
        return {row[:3]: row for row in self.env.cr.fetchall()}

    @api.model
    def _upsert_sla_rows(self, rows):
        if not rows:
            return
        columns = SQL(", ").join(SQL.identifier(name) for name, _type in _ROW_COLUMNS)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_cards_ticket_sla (%(columns)s)
                SELECT %(columns)s FROM %(values)s
                ON CONFLICT (ticket_id, kind, cycle) DO UPDATE SET %(sets)s
                """,
                columns=columns,
                values=_to_table(_ROW_COLUMNS, rows),
                sets=SQL(", ").join(
                    SQL("%s = excluded.%s", SQL.identifier(name), SQL.identifier(name))
                    for name, _type in _ROW_COLUMNS[3:]
                ),
            )
        )


class _TermsCache(dict):
    """What the kernel has to know of a version of a policy counted by a calendar."""

    def __init__(self, env):
        super().__init__()
        self._policies = env["crm.cards.sla.policy.version"]
        self._calendars = env["crm.cards.sla.calendar.version"]

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


class _PassedCache(dict):
    """The working time from some moment until now."""

    def __init__(self, now):
        super().__init__()
        self._now = now

    def __missing__(self, key):
        working, since = key
        self[key] = working.seconds_between(since, self._now)
        return self[key]


def _list_standings(measures, percent):
    return [
        Standing(
            measure, percent, percent and sla_clock.threshold_moment(measure, percent)
        )
        for measure in measures
    ]


def _to_row(ticket_id, standing, steps, now):
    """Return the values of ``_ROW_COLUMNS`` of one target."""
    measure = standing.measure
    place = ticket_id, measure.kind, measure.cycle
    return (
        *place,
        measure.start,
        measure.deadline,
        standing.date_at_risk or None,
        measure.reached,
        measure.is_paused,
        measure.seconds / _HOUR,
        steps.get(place),
        measure.consumed / _HOUR,
        measure.paused / _HOUR,
        now,
    )


def _still_holds(stored, row, standing, passed):
    """Return whether a stored row says the same as the row derived now.

    What was used and paused is that of its own moment, to which comes the working time
    since: a row need not be written again because time passes.
    """
    if stored[:_TIMELESS] != row[:_TIMELESS]:
        return False
    measure = standing.measure
    consumed, paused, since = stored[_TIMELESS : _TIMELESS + 3]
    consumed, paused = round(consumed * _HOUR), round(paused * _HOUR)
    if not measure.reached:
        seconds = passed[measure.working, since]
        consumed += 0 if measure.is_paused else seconds
        paused += seconds if measure.is_paused else 0
    return consumed == measure.consumed and paused == measure.paused


def _to_ticket(ticket_id, standings, now):
    """Return the values of ``_TICKET_COLUMNS`` from how it stands with its targets."""
    late, is_paused = False, False
    dues, risks = [], []
    for measure, _percent, at_risk in standings:
        deadline, reached = measure.deadline, measure.reached
        if deadline and (reached or now) > deadline:
            late = True
        if reached:
            continue
        is_paused = is_paused or measure.is_paused
        if deadline:
            dues.append(deadline)
        if at_risk:
            risks.append(at_risk)
    return ticket_id, min(dues, default=None), min(risks, default=None), is_paused, late


def _list_columns(table, columns):
    return SQL(", ").join(SQL.identifier(table, name) for name, _type in columns)


def _to_table(columns, rows):
    """Return rows as a table ``v`` in SQL, of one array for each column."""
    values = list(zip(*rows, strict=True))
    return SQL(
        "unnest(%s) AS v (%s)",
        SQL(", ").join(
            SQL("%s::%s[]", array_literal(column), SQL(kind))
            for column, (_name, kind) in zip(values, columns, strict=True)
        ),
        SQL(", ").join(SQL.identifier(name) for name, _kind in columns),
    )
