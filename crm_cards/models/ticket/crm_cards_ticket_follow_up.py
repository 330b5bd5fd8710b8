from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.working_time import NoWorkingTime
from .crm_cards_ticket_clock import _to_table
from .crm_cards_ticket_step import Step

_COLUMNS = (("id", "int4"), ("date_next_follow_up", "timestamp"))
_HOUR = 3600


class Ticket(models.Model):
    """Reminds customers we wait for, and closes what nobody answers (row 135)."""

    _inherit = "crm.cards.ticket"

    date_next_follow_up = fields.Datetime(
        "Next follow-up",
        readonly=True,
        copy=False,
        help="When the customer is reminded.",
    )

    _next_follow_up_index = models.Index(
        "(date_next_follow_up) WHERE date_next_follow_up IS NOT NULL"
    )

    @api.model
    def _store_follow_ups(self, ids):
        """Store when each ticket is followed up next, and return the moments."""
        first = {}
        for step in self._find_follow_ups(ids):
            moment = first.get(step.ticket_id, step.moment)
            first[step.ticket_id] = min(moment, step.moment)
        if ids:
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE crm_cards_ticket AS ticket
                       SET date_next_follow_up = v.date_next_follow_up
                      FROM %s
                     WHERE ticket.id = v.id
                       AND ticket.date_next_follow_up
                           IS DISTINCT FROM v.date_next_follow_up
                    """,
                    _to_table(_COLUMNS, [(one, first.get(one)) for one in ids]),
                )
            )
            self.browse(ids).invalidate_recordset(["date_next_follow_up"])
        return list(first.values())

    @api.model
    def _find_follow_ups(self, ids):
        """Return the steps that tickets which wait for their customers are to take."""
        since = self._read_waiting_since(ids)
        if not since:
            return []
        # Whatever the user may see: the ticket is followed up for the house.
        tickets = self.sudo().browse(since)
        # Rules work whoever sets them off.
        rules = self.env["crm.cards.ticket.message.rule"].sudo()
        places = {
            ticket: (ticket.department_id.id, ticket.company_id.id)
            for ticket in tickets
        }
        found = rules._find_for("waiting", places.values())
        reminded = self._read_reminders(list(since))
        times = tickets._get_working_times()
        steps = []
        for ticket, place in places.items():
            for rule in found[place]:
                if rule.side == "customer" and not ticket._has_customer_address():
                    continue
                steps += _list_follow_ups(
                    rule, ticket.id, *since[ticket.id], times[ticket], reminded
                )
        return [step for step in steps if (step.ticket_id, step.key) not in reminded]

    @api.model
    def _read_waiting_since(self, ids):
        """Return ``{ticket id: (log id, date)}`` of when the customer's turn began."""
        if not ids:
            return {}
        self.env.cr.execute(
            SQL(
                """
                SELECT ticket.id, began.id, began.date
                  FROM crm_cards_ticket ticket
                  JOIN LATERAL (
                       SELECT log.id, log.date
                         FROM crm_cards_ticket_log log
                        WHERE log.ticket_id = ticket.id
                          AND log.id > COALESCE(
                              (SELECT max(other.id)
                                 FROM crm_cards_ticket_log other
                                WHERE other.ticket_id = ticket.id
                                  AND other.waiting_for IS DISTINCT FROM 'customer'),
                              0)
                     ORDER BY log.id
                        LIMIT 1) began ON TRUE
                 WHERE ticket.id IN %s
                   AND ticket.active
                   AND ticket.waiting_for = 'customer'
                   AND ticket.is_closed IS NOT TRUE
                   AND ticket.merged_into_id IS NULL
                """,
                tuple(ids),
            )
        )
        return {ticket_id: began for ticket_id, *began in self.env.cr.fetchall()}

    @api.model
    def _read_reminders(self, ids):
        """Return ``{(ticket id, key): when}`` of all that was followed up already."""
        self.env.cr.execute(
            SQL(
                """
                SELECT ticket_id, key, create_date
                  FROM crm_cards_ticket_notice
                 WHERE ticket_id IN %s
                   AND event IN ('waiting', 'waiting_close')
                """,
                tuple(ids),
            )
        )
        return {
            (ticket_id, key): date for ticket_id, key, date in self.env.cr.fetchall()
        }

    def _get_working_times(self):
        """Return by which hours each ticket is followed up: those it is counted by."""
        calendars = {
            ticket: ticket.department_id.calendar_id
            or ticket.company_id.resource_calendar_id
            for ticket in self
            if not ticket.sla_calendar_version_id
        }
        versions = self.env["crm.cards.sla.calendar.version"]
        current = versions._get_current(
            self.env["resource.calendar"].union(*calendars.values())
        )
        return {
            ticket: (
                ticket.sla_calendar_version_id
                or current.get(calendars[ticket], versions.browse())
            )._get_working_time()
            for ticket in self
        }

    def _act(self, notice):
        if notice.event == "waiting":
            return self._get_waiting_rule(notice)._send(self, notice)
        if notice.event == "waiting_close":
            return self._close_unanswered()
        return super()._act(notice)

    def _get_waiting_rule(self, notice):
        """Return the one rule that a notice of waiting is about."""
        rule_id = int(notice.key.split("/")[1])
        return self._get_message_rules("waiting").filtered(
            lambda rule: rule.id == rule_id
        )

    def _close_unanswered(self):
        """Close a ticket whose customer was reminded in vain; tells nobody inside."""
        stage = self.department_id._get_first_stage("stopped")
        if stage:
            self._track_set_author(self._get_robot())
            self.stage_id = stage
            self._message_log(
                body=self.env._("Closed automatically: the customer did not answer."),
                author_id=self._get_robot().id,
            )
        return self.env["res.users"]


def _list_follow_ups(rule, ticket_id, log_id, since, working, reminded):
    """Yield the reminder of a rule, or once it was sent, the closing."""
    key = f"waiting/{rule.id}/{log_id}"
    sent = reminded.get((ticket_id, key))
    # Those that wait already are given the whole time when a rule is switched on.
    start = max(since, rule.date_from)
    if not sent:
        moment = _get_moment(working, start, rule.delay, rule.delay_unit)
        if moment:
            yield Step(moment, ticket_id, key, "waiting", {})
    elif rule.close_days:
        moment = _get_moment(working, sent, rule.close_days, "days")
        if moment:
            close_key = f"waiting_close/{rule.id}/{log_id}"
            yield Step(moment, ticket_id, close_key, "waiting_close", {})


def _get_moment(working, start, number, unit):
    try:
        if unit == "days":
            return working.moment_days_after(start, number)
        return working.moment_after(start, number * _HOUR)
    except NoWorkingTime:
        return None
