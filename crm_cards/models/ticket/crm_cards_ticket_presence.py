from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

# The browser tells every 30 seconds that somebody is still there (presence_service.js);
# who has missed two of these is gone.
_PRESENT_SECONDS = 60


class TicketPresence(models.Model):
    """A browser tab that shows a ticket now; nobody reads or writes it directly.

    A row ends by itself, 60 seconds after the tab was heard of. It is a table of its
    own, so that looking at a ticket never writes on the ticket.
    """

    _name = "crm.cards.ticket.presence"
    _description = "Who Looks at a Ticket"
    _log_access = False

    ticket_id = fields.Many2one("crm.cards.ticket", required=True, ondelete="cascade")
    user_id = fields.Many2one(
        "res.users", required=True, ondelete="cascade", index=True
    )
    tab = fields.Char(required=True, help="What a browser calls one of its tabs.")
    is_writing = fields.Boolean()
    date_seen = fields.Datetime(required=True, index=True)

    _tab_unique = models.UniqueIndex("(ticket_id, user_id, tab)")

    @api.model
    def _get_oldest_date(self):
        """Return since when a tab must have been heard of to count as present."""
        return fields.Datetime.now() - timedelta(seconds=_PRESENT_SECONDS)

    @api.model
    def _get_people(self, ticket_ids):
        """Return ``{ticket id: {user id: is writing}}`` of now, in one query.

        Whoever has a ticket open in several tabs writes if he writes in one of them.
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT ticket_id, user_id, bool_or(is_writing)
                  FROM crm_cards_ticket_presence
                 WHERE ticket_id = ANY(%s) AND date_seen >= %s
              GROUP BY ticket_id, user_id
              ORDER BY ticket_id, user_id
                """,
                list(ticket_ids),
                self._get_oldest_date(),
            )
        )
        people = {ticket_id: {} for ticket_id in ticket_ids}
        for ticket_id, user_id, is_writing in rows:
            people[ticket_id][user_id] = is_writing
        return people

    @api.model
    def _put(self, ticket, tab, is_writing):
        """Note that the user's tab shows the ticket.

        One statement, because two requests of one tab may arrive at once.
        """
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_cards_ticket_presence
                            (ticket_id, user_id, tab, is_writing, date_seen)
                     VALUES (%s, %s, %s, %s, %s)
                ON CONFLICT (ticket_id, user_id, tab) DO UPDATE
                        SET is_writing = EXCLUDED.is_writing,
                            date_seen = EXCLUDED.date_seen
                """,
                ticket.id,
                self.env.uid,
                tab,
                is_writing,
                fields.Datetime.now(),
            )
        )

    @api.model
    def _remove(self, ticket, tab):
        self.env.cr.execute(
            SQL(
                "DELETE FROM crm_cards_ticket_presence "
                "WHERE ticket_id = %s AND user_id = %s AND tab = %s",
                ticket.id,
                self.env.uid,
                tab,
            )
        )

    @api.autovacuum
    def _gc_presence(self):
        self.env.cr.execute(
            SQL(
                "DELETE FROM crm_cards_ticket_presence WHERE date_seen < %s",
                self._get_oldest_date(),
            )
        )
