from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools import sla_clock
from ...tools.superuser import as_superuser

# A call of the scheduled action that lies nearer may be running by the time this
# transaction is committed, and not see it.
_MARGIN = timedelta(minutes=10)
_LATE = timedelta(seconds=1)


class Step(NamedTuple):
    """Something that is to happen at a moment, if it has not happened before.

    ``vals`` are further values of the notice, ``ticket_id`` and ``key`` identify it.
    """

    moment: object
    ticket_id: int
    key: str
    event: str
    vals: dict

    def _prepare_notice(self):
        return {
            **self.vals,
            "ticket_id": self.ticket_id,
            "key": self.key,
            "event": self.event,
            "date": self.moment,
        }


class TicketSla(models.Model):
    _inherit = "crm.cards.ticket.sla"

    date_next_step = fields.Datetime(
        "Next step", readonly=True, help="When this target escalates next."
    )

    _next_step_index = models.Index("(date_next_step) WHERE date_next_step IS NOT NULL")


class Ticket(models.Model):
    """Knows when something is to happen next, whenever the clock was looked at."""

    _inherit = "crm.cards.ticket"

    def write(self, vals):
        result = super().write(vals)
        if "active" in vals:
            # The log says nothing of it, and archived tickets alarm nobody.
            self._measure_sla()
        return result

    @api.model
    def _store_standings(self, standings):
        moments = super()._store_standings(standings)
        moments += self._store_follow_ups(list(standings))
        self._trigger_steps(min(moments, default=None))
        return moments

    @api.model
    def _find_next_steps(self, standings):
        first = super()._find_next_steps(standings)
        for step in self._find_steps(standings):
            place = step.ticket_id, step.vals["kind"], step.vals["cycle"]
            first[place] = min(first.get(place, step.moment), step.moment)
        return first

    @api.model
    def _find_steps(self, standings):
        """Return the steps that open targets are to take, now or later.

        :param dict standings: ``{ticket id: [Standing]}``
        """
        running = {
            ticket_id: [one for one in found if not _rests(one.measure)]
            for ticket_id, found in standings.items()
        }
        ids = [ticket_id for ticket_id, found in running.items() if found]
        policies = self._read_policies_in_force(ids)
        if not policies:
            return []
        escalations = self._get_escalations(set(policies.values()))
        taken = self._read_taken_keys(list(policies))
        steps = []
        for ticket_id, policy_id in policies.items():
            rows = escalations.get(policy_id, ())
            for standing in running[ticket_id]:
                steps += _list_steps(ticket_id, standing, rows)
        if not taken:
            return steps
        return [step for step in steps if (step.ticket_id, step.key) not in taken]

    @api.model
    def _read_policies_in_force(self, ids):
        """Return ``{ticket id: policy id}`` of those tickets that may escalate."""
        if not ids:
            return {}
        self.env.cr.execute(
            SQL(
                """
                SELECT id, sla_policy_id
                  FROM crm_cards_ticket
                 WHERE id IN %s
                   AND active
                   AND sla_policy_id IS NOT NULL
                """,
                tuple(ids),
            )
        )
        return dict(self.env.cr.fetchall())

    @api.model
    def _get_escalations(self, policy_ids):
        # Tickets escalate whoever works on them, seeing the policy or not.
        escalations = self.env["crm.cards.sla.escalation"].sudo()
        found = escalations.search([("policy_id", "in", list(policy_ids))])
        return {policy.id: rows for policy, rows in found.grouped("policy_id").items()}

    @api.model
    def _read_taken_keys(self, ids):
        """Return the ``(ticket id, key)`` of all that has happened already."""
        self.env.cr.execute(
            SQL(
                "SELECT ticket_id, key FROM crm_cards_ticket_notice"
                " WHERE ticket_id IN %s",
                tuple(ids),
            )
        )
        return set(self.env.cr.fetchall())

    # -- waking up ---------------------------------------------------------------

    @api.model
    def _trigger_steps(self, moment):
        """Have the scheduled action run at a moment, unless it is going to anyway.

        It runs on the minute, and asks to be run again for what comes next.
        """
        cron = self.env.ref(
            "crm_cards.ir_cron_crm_cards_ticket_steps", raise_if_not_found=False
        )
        if not moment or not cron:
            return
        now = fields.Datetime.now()
        call_at = _end_minute(max(moment, now))
        # Whoever works on tickets wakes the action, without rights on such actions.
        triggers = self.env["ir.cron.trigger"].sudo()
        planned = triggers.search_count(
            [
                ("cron_id", "=", cron.id),
                ("call_at", ">=", min(call_at, now + _MARGIN)),
                ("call_at", "<=", call_at),
            ],
            limit=1,
        )
        if not planned:
            as_superuser(cron)._trigger(at=call_at)


def _rests(measure):
    return measure.reached or measure.is_paused


def _list_steps(ticket_id, standing, escalations):
    """Yield the steps of one target, past ones included."""
    measure, risk, at_risk = standing
    place = {"kind": measure.kind, "cycle": measure.cycle}
    suffix = f"{measure.kind}/{measure.cycle}"
    # What is done in the very second of the deadline is in time.
    late = measure.deadline and measure.deadline + _LATE
    for event, moment, percent in (("at_risk", at_risk, risk), ("breach", late, 100)):
        if moment:
            vals = {**place, "percent": percent}
            yield Step(moment, ticket_id, f"{event}/{suffix}", event, vals)
    for escalation in escalations:
        if escalation.kind and escalation.kind != measure.kind:
            continue
        moment = sla_clock.threshold_moment(measure, escalation.percent)
        if moment and moment >= escalation.date_from:
            vals = {
                **place,
                "percent": escalation.percent,
                "escalation_id": escalation.id,
            }
            key = f"escalation/{escalation.id}/{suffix}"
            yield Step(moment, ticket_id, key, "escalation", vals)


def _end_minute(moment):
    """Return the moment, or the beginning of the next minute."""
    rest = timedelta(seconds=moment.second, microseconds=moment.microsecond)
    return moment - rest + timedelta(minutes=1) if rest else moment
