import logging

from psycopg2 import OperationalError
from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

_logger = logging.getLogger(__name__)
_BATCH = 100


class Ticket(models.Model):
    """Does what has come due, each thing once however many workers there are."""

    _inherit = "crm.cards.ticket"

    @api.model
    def _cron_take_steps(self):
        """Do what is due in batches, tell people, ask to be run for what is next."""
        alerts = self.env["crm.cards.ticket.alert"]
        try:
            while tickets := self._take_due():
                tickets._take_steps()
                more = int(len(tickets) == _BATCH)
                cron = self.env["ir.cron"]
                if not cron._commit_progress(len(tickets), remaining=more):
                    break
            next_message = alerts._send_due()
        except SerializationFailure:
            # Somebody has just changed one of these tickets: look again in a minute.
            self.env.cr.rollback()
            next_message = None
            _logger.info("Steps of tickets: something changed meanwhile")
        moments = filter(None, [next_message, self._get_next_step()])
        self._trigger_steps(min(moments, default=None))

    @api.model
    def _take_due(self):
        """Return tickets with something to do now, held against everybody else."""
        now = fields.Datetime.now()
        self.env.cr.execute(
            SQL(
                """
                SELECT ticket.id
                  FROM crm_cards_ticket ticket
                 WHERE ticket.id IN (
                       (SELECT ticket_id
                          FROM crm_cards_ticket_sla
                         WHERE date_next_step <= %(now)s
                      ORDER BY date_next_step
                         LIMIT %(limit)s)
                         UNION
                       (SELECT id
                          FROM crm_cards_ticket
                         WHERE date_next_follow_up <= %(now)s
                      ORDER BY date_next_follow_up
                         LIMIT %(limit)s))
              ORDER BY ticket.id
                 LIMIT %(limit)s
                   FOR NO KEY UPDATE OF ticket SKIP LOCKED
                """,
                now=now,
                limit=_BATCH,
            )
        )
        return self.browse(row[0] for row in self.env.cr.fetchall())

    @api.model
    def _get_next_step(self):
        """Return when something is to happen next, to any ticket."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT LEAST((SELECT min(date_next_step) FROM crm_cards_ticket_sla),"
            " (SELECT min(date_next_follow_up) FROM crm_cards_ticket))"
        )
        return self.env.cr.fetchone()[0]

    def _take_steps(self):
        """Do what is due for these tickets, and find out what is next.

        Derived from the log at this very moment, so that what is stored may be stale.
        """
        now = fields.Datetime.now()
        steps = self._find_steps(self._get_standings(self.ids, now))
        steps += self._find_follow_ups(self.ids)
        notices = self.env["crm.cards.ticket.notice"]._record(
            [step._prepare_notice() for step in steps if step.moment <= now]
        )
        told = {}
        for ticket, group in notices.sorted("date").grouped("ticket_id").items():
            for notice in group:
                told[notice] = ticket._act_alone(notice)
        self.env["crm.cards.ticket.alert"]._alert(told)
        self._measure_sla()

    def _act_alone(self, notice):
        """Act upon a notice so that a failure is told and holds up nothing else.

        :return: the users to be told
        """
        self.ensure_one()
        nobody = self.env["res.users"]
        try:
            with self.env.cr.savepoint():
                return self._act(notice)
        except OperationalError:
            raise
        except Exception as error:
            _logger.exception("Ticket %s: notice %s failed", self.id, notice.id)
            self._message_log(
                body=self._get_failure_note(error),
                author_id=self._get_robot().id,
            )
            return nobody

    @api.model
    def _get_failure_note(self, error):
        """Return what everybody may read of a failure; the log of the server has it."""
        if isinstance(error, UserError):
            return self.env._(
                "Something that was to happen by itself has failed: %s", error
            )
        return self.env._(
            "Something that was to happen by itself has failed. Ask an administrator "
            "to look into the log of the server."
        )

    def _act(self, notice):
        """Do what a notice stands for, and return the users to be told."""
        if notice.event == "escalation":
            return notice.escalation_id._carry_out(self)
        return self._get_message_rules(notice.event)._send(self, notice)
