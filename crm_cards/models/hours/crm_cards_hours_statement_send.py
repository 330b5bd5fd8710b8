import logging

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...tools.clock import get_local_time
from ...tools.hours_period import get_last_month, get_month

_logger = logging.getLogger(__name__)

# Days of the month on which the statement of the last one may still go out, should
# the server have been down on the first of them.
_GRACE_DAYS = 7
_CHUNK = 100  # statements that are read at once
# The customer's clock, else that of the company of ours that keeps the bank.
_ZONE = SQL("COALESCE(NULLIF(customer.tz, ''), NULLIF(ours.tz, ''), 'UTC')")


class HoursStatementSend(models.Model):
    """That the statement of a bank for a month is to be mailed, or has been.

    Recorded before anything is sent, once for a bank and month, and marked in the
    transaction that queues the mail: nobody gets it twice, however many workers there
    are and whenever one of them dies.
    """

    _name = "crm.cards.hours.statement.send"
    _description = "Mailed Statement of Hours"
    _order = "month desc, id desc"
    _rec_name = "bank_id"

    bank_id = fields.Many2one(
        "crm.cards.hours.bank", required=True, readonly=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(related="bank_id.partner_id", string="Customer")
    company_id = fields.Many2one(
        related="bank_id.company_id", store=True, index=True, readonly=True
    )
    month = fields.Date(
        required=True, readonly=True, help="The first day of the month it is about."
    )
    state = fields.Selection(
        [("waiting", "Waiting"), ("sent", "Sent"), ("failed", "Failed")],
        string="Status",
        required=True,
        readonly=True,
        default="waiting",
    )
    date_sent = fields.Datetime("Sent on", readonly=True)
    error = fields.Char("Why it failed", readonly=True)

    _bank_month_unique = models.UniqueIndex("(bank_id, month)")
    _waiting_index = models.Index("(id) WHERE state = 'waiting'")

    # -- by itself --

    @api.model
    def _cron_send(self):
        """Send what is due, each statement in a transaction of its own."""
        self._record_due()
        cron = self.env["ir.cron"]
        cron._commit_progress()
        last_id = 0
        while True:
            domain = [("state", "=", "waiting"), ("id", ">", last_id)]
            sends = self.search(domain, order="id", limit=_CHUNK)
            if not sends:
                return
            last_id = sends[-1].id
            remaining = self.search_count(domain)
            for number, send in enumerate(sends, 1):
                send._send_waiting()
                if not cron._commit_progress(1, remaining=remaining - number):
                    return

    @api.model
    def _record_due(self):
        """Record the statements of last month where the new one has begun.

        Of customers who want them, on the clock of each; a bank that has been closed
        counts as long as something moved in it.
        """
        self.env.flush_all()
        now = fields.Datetime.now()
        for zone in self._read_zones():
            try:
                today = get_local_time(now, zone).date()
            except KeyError:  # a zone that the server has never heard of
                today = now.date()
            if today.day <= _GRACE_DAYS:
                self.env.cr.execute(self._get_due_query(zone, *get_last_month(today)))

    @api.model
    def _read_zones(self):
        self.env.cr.execute(
            SQL(
                """
                SELECT DISTINCT %s
                  FROM res_partner customer
                  JOIN crm_cards_hours_bank bank ON bank.partner_id = customer.id
                  JOIN res_company company ON company.id = bank.company_id
                  JOIN res_partner ours ON ours.id = company.partner_id
                 WHERE customer.card_hours_statement
                """,
                _ZONE,
            )
        )
        return [zone for (zone,) in self.env.cr.fetchall()]

    @api.model
    def _get_due_query(self, zone, first, last):
        return SQL(
            """
            INSERT INTO crm_cards_hours_statement_send (
                   bank_id, company_id, month, state, create_uid, create_date)
            SELECT bank.id, bank.company_id, %(first)s, 'waiting', %(uid)s,
                   now() AT TIME ZONE 'UTC'
              FROM res_partner customer
              JOIN crm_cards_hours_bank bank ON bank.partner_id = customer.id
              JOIN res_company company ON company.id = bank.company_id
              JOIN res_partner ours ON ours.id = company.partner_id
             WHERE customer.card_hours_statement AND customer.active AND bank.active
               AND %(its_zone)s = %(zone)s
               AND EXISTS (
                    SELECT FROM crm_cards_hours_entry entry
                     WHERE entry.bank_id = bank.id AND entry.date <= %(last)s
                       AND (bank.state = 'open' OR entry.date >= %(first)s)
                   )
                ON CONFLICT (bank_id, month) DO NOTHING
            """,
            first=first,
            last=last,
            uid=self.env.uid,
            its_zone=_ZONE,
            zone=zone,
        )

    # -- one of them --

    def _send_waiting(self):
        """Queue the mail of this statement, unless another worker is about to.

        What goes wrong is written down and stops nobody else's.
        """
        send = self.try_lock_for_update(allow_referencing=True)
        if not send or send.state != "waiting":
            return
        values = {"state": "sent", "date_sent": fields.Datetime.now(), "error": False}
        try:
            with self.env.cr.savepoint():
                send._queue_mail()
        except OperationalError:
            raise  # met another transaction: as if it had never been tried
        except UserError as error:
            values = {"state": "failed", "error": str(error)}
        except Exception as error:
            _logger.exception("The statement of hours %s cannot be sent", send.id)
            values = {"state": "failed", "error": repr(error)}
        send.write(values)
        send.flush_recordset()

    def _queue_mail(self):
        """Queue the mail with the statement as PDF, in the customer's language.

        :raises UserError: nobody of the customer has an address
        """
        self.ensure_one()
        company = self.bank_id.company_id
        bank = self.bank_id.with_company(company)._for_period(*get_month(self.month))
        recipients = bank.partner_id._get_statement_recipients()
        if not recipients:
            raise UserError(
                self.env._(
                    "%(customer)s has no e-mail address. Type one, or choose a contact "
                    "who has one.",
                    customer=bank.partner_id.display_name,
                )
            )
        template = self.env.ref("crm_cards.mail_template_hours_statement")
        template.with_env(bank.env).send_mail(
            bank.id,
            email_values={"recipient_ids": [(6, 0, recipients.ids)], "email_to": False},
        )

    def action_send_again(self):
        """Try once more what failed; the button of a manager of hours."""
        self.check_access("read")
        if not self.env.user.has_group("crm_cards.crm_cards_group_hours_manager"):
            raise UserError(
                self.env._("Only managers of hours may have statements sent again.")
            )
        failed = self.filtered(lambda send: send.state == "failed")
        # Nobody writes these by hand; the button alone puts them back.
        failed.sudo().write({"state": "waiting", "error": False})
        self.env.ref("crm_cards.ir_cron_crm_cards_hours_statement").sudo()._trigger()
