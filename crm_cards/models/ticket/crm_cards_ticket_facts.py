from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.trusted import is_trusted

# What is written down when it changes, and what the fact is called.
_EVENTS = {
    "stage_id": "stage",
    "department_id": "department",
    "user_id": "assigned",
    "priority": "priority",
    "type_id": "type",
}


class Ticket(models.Model):
    """Writes down what happens to tickets, in the transaction in which it happens."""

    _inherit = "crm.cards.ticket"

    log_ids = fields.One2many("crm.cards.ticket.log", "ticket_id", readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        tickets._take_terms()
        self._log(dict.fromkeys(tickets, ["opened"]))
        return tickets

    def write(self, vals):
        before = self._read_logged_values()
        result = super().write(vals)
        retargeted = set(self._take_terms(vals).ids)
        after = self._read_logged_values()
        events = {}
        for ticket in self:
            changed = _list_changes(before[ticket.id], after[ticket.id])
            if ticket.id in retargeted:
                changed.append("terms")
            if changed:
                events[ticket] = changed
        self._log(events)
        return result

    def _take_terms(self, vals=None):
        """Give these tickets the service level that fits them as they are now.

        :param dict vals: what was written, everything if None
        :return: the tickets that follow another one than before
        """
        return self.browse()

    def _read_logged_values(self):
        """Return ``{ticket id: values of _EVENTS}`` as they are stored.

        Read past the rights: of a ticket that he hands over, somebody may not see what
        becomes of it.
        """
        if not self:
            return {}
        self.flush_recordset(_EVENTS)
        self.env.cr.execute(
            SQL(
                "SELECT id, %s FROM crm_cards_ticket WHERE id IN %s",
                SQL(", ").join(map(SQL.identifier, _EVENTS)),
                self._ids,
            )
        )
        return {ticket_id: values for ticket_id, *values in self.env.cr.fetchall()}

    def _follow_stage(self):
        """Write down that the stage of these tickets does something else now."""
        self._log(dict.fromkeys(self, ["stage"]))

    @api.model
    def _log(self, events, **values):
        """Add facts to the log: each ticket as it stands now.

        :param dict events: ticket -> names of the events, in order
        :param values: further values of each row
        """
        facts = [
            (ticket.id, event) for ticket, names in events.items() for event in names
        ]
        if not facts:
            return
        self.env.flush_all()
        now = fields.Datetime.now()
        # An opening is dated when the ticket says that it was opened.
        columns = {
            "ticket_id": SQL("ticket.id"),
            "event": SQL("fact.event"),
            "date": SQL(
                "CASE WHEN fact.event = 'opened' THEN COALESCE(date_opened, %(now)s)"
                " ELSE %(now)s END",
                now=SQL("%s::timestamp", now),
            ),
            **{name: SQL.identifier("ticket", name) for name in self._get_logged()},
            **{name: SQL("%s", value) for name, value in values.items()},
            "by_user_id": SQL(
                "CASE WHEN fact.event = 'opened' THEN %s ELSE %s END",
                self._get_opening_uid(),
                self.env.uid,
            ),
            "create_uid": SQL("%s", self.env.uid),
            "create_date": SQL("%s::timestamp", now),
        }
        ids, names = zip(*facts, strict=True)
        # Facts are written for whoever causes them and by nobody himself.
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_cards_ticket_log (%(names)s)
                SELECT %(values)s
                  FROM unnest(%(ids)s::int[], %(events)s::varchar[])
                       WITH ORDINALITY AS fact (ticket_id, event, number)
                  JOIN crm_cards_ticket ticket ON ticket.id = fact.ticket_id
              ORDER BY fact.number
                """,
                names=SQL(", ").join(map(SQL.identifier, columns)),
                values=SQL(", ").join(columns.values()),
                ids=list(ids),
                events=list(names),
            )
        )
        self.browse().union(*events).invalidate_recordset(["log_ids"], flush=False)

    @api.model
    def _get_opening_uid(self):
        """Return who opens tickets, or None of an e-mail: its sender may be forged."""
        by_nobody = is_trusted(self.env.context.get("crm_cards_ticket_by_nobody"))
        return None if by_nobody else self.env.uid

    @api.model
    def _get_logged(self):
        """Return the fields that each fact keeps, as they are after it."""
        return [*_EVENTS, "clock", "waiting_for"]


def _list_changes(before, after):
    """Return what the changes between two lists of values of ``_EVENTS`` are called."""
    if before == after:
        return []
    return [
        event
        for event, old, new in zip(_EVENTS.values(), before, after, strict=True)
        if old != new
    ]
