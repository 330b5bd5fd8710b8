from collections import Counter

from odoo import fields, models
from odoo.tools import SQL, split_every

from ..models.ticket.crm_cards_sla_policy import SECONDS_PER_HOUR
from ..models.ticket.crm_cards_sla_target import TARGETS
from ..tools import sla_clock
from ..tools.superuser import as_superuser
from ..tools.working_time import WorkingTime

_CHUNK = 2000  # tickets measured at once, so that memory stays flat
_SIDES = ("real", "supposed")
_NUMBERS = (
    "ticket_count",
    "reached_count",
    "missed_count",
    "open_count",
    "kept_percentage",
)


class SlaWhatIf(models.TransientModel):
    """Measures tickets twice: under their own terms, and under supposed ones."""

    _inherit = "crm.cards.sla.what.if"

    def _count(self, ticket_ids):
        """Write the answer for these tickets; the queries grow with chunks only."""
        self.env.flush_all()
        now = fields.Datetime.now()
        changes = self.env["crm.cards.sla.what.if.change"]
        tally = _Tally()
        for ids in split_every(_CHUNK, ticket_ids):
            pairs = self._measure_twice(ids, now)
            tally.add(pairs)
            changes._insert_rows(self, list(map(_to_change, filter(_differ, pairs))))
        # Answers are given by counting and changed by nobody.
        as_superuser(self.env["crm.cards.sla.what.if.result"]).create(
            [{"what_if_id": self.id, **vals} for vals in tally.get_vals_list()]
        )

    def _measure_twice(self, ids, now):
        """Return how the targets of tickets stand, as it was and as supposed.

        :return: ``[(ticket id, Measure or None, Measure or None)]``, None where a
            target is not promised
        """
        histories, _risks = self.env["crm.cards.ticket"]._get_histories(ids)
        real = sla_clock.measure_many(histories, now)
        supposed = sla_clock.measure_many(self._suppose(histories), now)
        pairs = []
        for ticket_id in histories:
            # What starts and reaches a target is the same, whatever was promised.
            was = {measure[:2]: measure for measure in real[ticket_id]}
            would_be = {measure[:2]: measure for measure in supposed[ticket_id]}
            pairs += [
                (ticket_id, was.get(key), would_be.get(key))
                for key in {**was, **would_be}
            ]
        return pairs

    def _suppose(self, histories):
        """Return the histories under the supposed terms, from their beginning on."""
        hours = self._get_supposed_hours(histories)
        terms = {
            working: self._get_supposed_terms(working)
            for working in {None}.union(*hours.values())
        }
        return {
            ticket_id: [
                event._replace(terms=terms[working])
                for event, working in zip(events, hours[ticket_id], strict=True)
            ]
            for ticket_id, events in histories.items()
        }

    def _get_supposed_terms(self, working):
        """Return the supposed ``{kind: Term}``, counted in one ``WorkingTime``.

        :param working: None where nobody knows the working hours; then only what is
            counted in hours of the clock can be promised
        """
        times = {"calendar": WorkingTime.ALWAYS, "working": working}
        return {
            target.kind: sla_clock.Term(
                round(target.hours * SECONDS_PER_HOUR), times[target.time]
            )
            for target in self.target_ids
            if times[target.time]
        }

    # -- working hours --------------------------------------------------------

    def _get_supposed_hours(self, histories):
        """Return ``{ticket id: [WorkingTime or None, for each of its events]}``."""
        if self.calendar_id:
            working = self._get_working_times(self.calendar_id)[self.calendar_id]
            return {
                ticket_id: [working] * len(events)
                for ticket_id, events in histories.items()
            }
        hours = self._get_real_hours(tuple(histories))
        never = [ticket_id for ticket_id, found in hours.items() if not any(found)]
        usual = self._get_usual_hours(never)
        return {
            ticket_id: list(_fill(found, usual.get(ticket_id)))
            for ticket_id, found in hours.items()
        }

    def _get_real_hours(self, ids):
        """Return by what each event was counted, as far as it was."""
        if not ids:
            return {}
        # In the order of _get_histories().
        self.env.cr.execute(
            SQL(
                """
                SELECT ticket_id,
                       array_agg(sla_calendar_version_id ORDER BY date, id)
                  FROM crm_cards_ticket_log
                 WHERE ticket_id IN %s
              GROUP BY ticket_id
                """,
                ids,
            )
        )
        rows = dict(self.env.cr.fetchall())
        versions = self.env["crm.cards.sla.calendar.version"]
        times = {
            version_id: versions.browse(version_id)._get_working_time()
            for version_id in set().union(*rows.values()) - {None}
        }
        return {
            ticket_id: [times.get(version_id) for version_id in version_ids]
            for ticket_id, version_ids in rows.items()
        }

    def _get_usual_hours(self, ids):
        """Return the hours of the department or company, for what never had any."""
        # Working hours are nobody's secret; the tickets were found by the user.
        tickets = self.env["crm.cards.ticket"].sudo().browse(ids)
        calendars = {
            ticket.id: ticket.department_id.calendar_id
            or ticket.company_id.resource_calendar_id
            for ticket in tickets
        }
        times = self._get_working_times(
            self.env["resource.calendar"].union(*calendars.values())
        )
        return {
            ticket_id: times.get(calendar) for ticket_id, calendar in calendars.items()
        }

    def _get_working_times(self, calendars):
        """Return the ``WorkingTime`` of calendars as they are now, making no version.

        Those without fixed hours are left out.
        """
        versions = self.env["crm.cards.sla.calendar.version"]
        return {
            calendar: WorkingTime.from_snapshot(snapshot)
            for calendar, snapshot in calendars._get_sla_snapshots().items()
            if versions._is_usable(snapshot)
        }


class _Tally:
    """Counts targets by kind, side and verdict, and their tickets."""

    def __init__(self):
        self._targets = Counter()
        self._tickets = Counter()

    def add(self, pairs):
        """Add what ``_measure_twice`` found; a ticket as a whole in one call."""
        tickets = set()
        for ticket_id, *measures in pairs:
            for side, measure in zip(_SIDES, measures, strict=True):
                if measure:
                    self._targets[measure.kind, side, _get_verdict(measure)] += 1
                    tickets.add((measure.kind, side, ticket_id))
        self._tickets.update((kind, side) for kind, side, _ticket_id in tickets)

    def get_vals_list(self):
        """Return the values of the results: for each kind what was, and the rest."""
        vals_list = []
        for kind, _name in TARGETS:
            real, supposed = (self._get_vals(kind, side) for side in _SIDES)
            if real["ticket_count"] or supposed["ticket_count"]:
                vals_list += [real, supposed, _subtract(supposed, real)]
        return vals_list

    def _get_vals(self, kind, side):
        reached, missed, still_open = (
            self._targets[kind, side, verdict]
            for verdict in ("reached", "missed", "open")
        )
        judged = reached + missed
        return {
            "kind": kind,
            "side": side,
            "ticket_count": self._tickets[kind, side],
            "reached_count": reached,
            "missed_count": missed,
            "open_count": still_open,
            "kept_percentage": 100 * reached / judged if judged else 0,
            "has_percentage": bool(judged),
        }


def _subtract(supposed, real):
    """Return the values of the difference between two results."""
    has_percentage = supposed["has_percentage"] and real["has_percentage"]
    vals = {name: supposed[name] - real[name] for name in _NUMBERS}
    vals["kept_percentage"] *= has_percentage
    return {
        "kind": real["kind"],
        "side": "difference",
        **vals,
        "has_percentage": has_percentage,
    }


def _fill(hours, usual):
    """Yield the hours of events; of those without, the ones before, or the next.

    :param usual: where there are none at all
    """
    known = next(filter(None, hours), usual)
    for working in hours:
        known = working or known
        yield known


def _get_verdict(measure):
    if measure is None:
        return "none"
    if measure.is_missed:
        return "missed"
    return "reached" if measure.reached else "open"


def _differ(pair):
    """Return whether a target was missed and would not have been, or the reverse."""
    _ticket_id, was, would_be = pair
    return (_get_verdict(was) == "missed") != (_get_verdict(would_be) == "missed")


def _to_change(pair):
    """Return the row of a target for ``crm.cards.sla.what.if.change``."""
    ticket_id, was, would_be = pair
    known = was or would_be
    return (
        ticket_id,
        known.kind,
        known.cycle,
        _get_verdict(was),
        _get_verdict(would_be),
        was and was.deadline,
        would_be and would_be.deadline,
        known.reached,
    )
