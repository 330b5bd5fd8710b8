from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.superuser import as_superuser
from ...tools.trusted import TRUSTED, is_trusted


class Ticket(models.Model):
    """Tells of tickets that are opened and closed, as the rules say."""

    _inherit = "crm.cards.ticket"

    @api.model
    def _log(self, events, **values):
        result = super()._log(events, **values)
        nothing = self.browse()
        opened = nothing.union(*(one for one in events if "opened" in events[one]))
        self._tell("opened", opened.filtered(lambda ticket: not ticket.is_closed))
        moved = nothing.union(*(one for one in events if "stage" in events[one]))
        self._tell("closed", moved.filtered("is_closed"))
        return result

    def _follow_stage(self):
        # A stage was set up otherwise; that is no news to a hundred customers.
        return super(
            Ticket, self.with_context(crm_cards_ticket_silent=TRUSTED)
        )._follow_stage()

    @api.model
    def _tell(self, event, tickets):
        """Send the messages of an event that has just happened to tickets, once."""
        if is_trusted(self.env.context.get("crm_cards_ticket_silent")):
            return
        # Rules work whoever sets them off, and tell those whom he may not see.
        tickets = as_superuser(tickets).filtered(
            lambda ticket: ticket.active and not ticket.merged_into_id
        )
        if not tickets:
            return
        rules = self.env["crm.cards.ticket.message.rule"].sudo()
        found = rules._find_for(
            event, [(one.department_id.id, one.company_id.id) for one in tickets]
        )
        tickets = tickets.filtered(
            lambda one: found[one.department_id.id, one.company_id.id]
        )
        if not tickets:
            return
        now = fields.Datetime.now()
        notices = tickets.env["crm.cards.ticket.notice"]._record(
            [
                {
                    "ticket_id": ticket_id,
                    "key": f"{event}/{log_id}",
                    "event": event,
                    "date": now,
                }
                for ticket_id, log_id in tickets._read_facts(event).items()
            ]
        )
        told = {notice: notice.ticket_id._act_alone(notice) for notice in notices}
        tickets.env["crm.cards.ticket.alert"]._alert(told)
        if any(told.values()):
            self._trigger_steps(now)

    def _read_facts(self, event):
        """Return ``{ticket id: log id}`` of the fact that opened or closed each."""
        self.env.cr.execute(
            SQL(
                """
                SELECT ticket_id, min(id)
                  FROM crm_cards_ticket_log log
                 WHERE ticket_id IN %(ids)s
                   AND (%(event)s = 'opened' OR id > COALESCE(
                       (SELECT max(other.id)
                          FROM crm_cards_ticket_log other
                         WHERE other.ticket_id = log.ticket_id
                           AND other.clock IS DISTINCT FROM 'stopped'),
                       0))
              GROUP BY ticket_id
                """,
                ids=self._ids,
                event=event,
            )
        )
        return dict(self.env.cr.fetchall())

    def _write_to_customer(self, template):
        if is_trusted(self.env.context.get("crm_cards_mail_by_machine")):
            # Two machines would write to each other for ever (RFC 3834).
            return
        super()._write_to_customer(template)
