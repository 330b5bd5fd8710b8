import logging

from psycopg2 import OperationalError
from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_date, split_every

from .crm_cards_hours_bank_lots import format_minutes
from .crm_cards_hours_bank_supply import SUPPLIES
from .crm_cards_hours_mixin import hours_of

_logger = logging.getLogger(__name__)
_BATCH = 500  # banks of which it is recorded, and committed, at once
_CHUNK = 100  # notices that are read at once
_HOOK = "crm_cards.hours_notices"
KINDS = [*SUPPLIES, ("ending", "Expires soon")]


class HoursNotice(models.Model):
    """That the hours of a bank come to an end, which somebody is told once.

    Recorded before anything is told, once for a bank and event, whoever notices it:
    ``key`` names the event. Running low and used up are events of a stock, that is of
    the entry by which hours last came in; expiring soon is one of the last day. Told
    in the transaction that marks it, so nobody is told twice, however many workers
    there are and whenever one of them dies.
    """

    _name = "crm.cards.hours.notice"
    _inherit = "crm.cards.hours.mixin"
    _description = "Notice of an Hours Bank"
    _order = "id desc"
    _rec_name = "kind"
    _hours_of = {"left_hours": "left_minutes"}

    bank_id = fields.Many2one(
        "crm.cards.hours.bank",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    partner_id = fields.Many2one(related="bank_id.partner_id", string="Customer")
    company_id = fields.Many2one(
        related="bank_id.company_id", store=True, index=True, readonly=True
    )
    kind = fields.Selection(
        KINDS, string="What is noticed", required=True, readonly=True
    )
    key = fields.Char(required=True, readonly=True, export_string_translation=False)
    date = fields.Datetime("Noticed on", required=True, readonly=True)
    left_minutes = fields.Integer("Left (minutes)", readonly=True, aggregator=None)
    left_hours = hours_of(
        "left_minutes",
        "Left then",
        aggregator=None,
        help="In the lots that were valid on that day.",
    )
    date_end = fields.Date(
        "Expires on",
        readonly=True,
        help="Last day of the valid lots that hold something. Empty: none, or for "
        "ever.",
    )
    state = fields.Selection(
        [("waiting", "Waiting"), ("told", "Told"), ("failed", "Failed")],
        string="Status",
        required=True,
        readonly=True,
        default="waiting",
    )
    user_id = fields.Many2one("res.users", string="Told to", readonly=True)
    date_told = fields.Datetime("Told on", readonly=True)
    is_mailed = fields.Boolean("Customer told", readonly=True)
    error = fields.Char("Why it failed", readonly=True)

    _bank_key_unique = models.UniqueIndex("(bank_id, key)")
    _waiting_index = models.Index("(id) WHERE state = 'waiting'")

    # -- noticing --

    @api.model
    def _cron_notice(self):
        """Notice what days bring: no draw, but lots that begin, end, or will soon."""
        bank_ids = self._find_due()
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(bank_ids))
        for batch in split_every(_BATCH, bank_ids):
            try:
                self._record(batch)
            except SerializationFailure:
                # A draw has just noticed the same: the next run looks again.
                self.env.cr.rollback()
                _logger.info("Notices of hours: something changed meanwhile")
            if not cron._commit_progress(len(batch)):
                break

    @api.model
    def _find_due(self):
        """Return the ids of the banks of which something is to be recorded."""
        maybe = self.env["crm.cards.hours.bank"]._get_maybe_sql()
        self.env.cr.execute(
            SQL(
                "SELECT DISTINCT bank_id FROM (%s) due ORDER BY bank_id",
                self._get_due_query(maybe),
            )
        )
        return [bank_id for [bank_id] in self.env.cr.fetchall()]

    @api.model
    def _record(self, bank_ids=None):
        """Record what is to be told of banks and has not been, and have it told.

        :param bank_ids: of these; of all if None
        """
        where = SQL("TRUE")
        if bank_ids is not None:
            where = SQL("bank.id = ANY(%s)", list(bank_ids))
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_cards_hours_notice (
                       bank_id, company_id, kind, key, left_minutes, date_end, date,
                       state, create_uid, create_date)
                SELECT due.*, %(now)s, 'waiting', %(uid)s, %(now)s
                  FROM (%(due)s) due
                    ON CONFLICT (bank_id, key) DO NOTHING
                """,
                now=fields.Datetime.now(),
                uid=self.env.uid,
                due=self._get_due_query(where),
            )
        )
        if not self.env.cr.rowcount:
            return
        self.env["crm.cards.hours.bank"].invalidate_model(["notice_ids"], flush=False)
        # Without the scheduled action people still work; they are told later.
        cron = self.env.ref(
            "crm_cards.ir_cron_crm_cards_hours_notice_tell", raise_if_not_found=False
        )
        if cron:
            cron.sudo()._trigger()

    @api.model
    def _get_due_query(self, where):
        """Return the SQL of what is to be recorded.

        A stock that is used up is not said to run low as well.

        :param SQL where: condition on the table ``bank``
        """
        supplies = self.env["crm.cards.hours.bank"]._get_supply_query(where)
        return SQL(
            """
            SELECT bank.bank_id, bank.company_id, event.kind, event.key,
                   bank.left_minutes, bank.date_end
              FROM (%s) bank
             CROSS JOIN LATERAL (
                    SELECT bank.supply, bank.supply || '/' || bank.stock_id,
                           ARRAY['empty/' || bank.stock_id]
                     WHERE bank.supply <> 'good'
                     UNION ALL
                    SELECT 'ending', 'ending/' || bank.date_end, NULL
                     WHERE bank.ends_soon
                   ) AS event (kind, key, others)
             WHERE bank.stock_id IS NOT NULL
               AND NOT EXISTS (
                    SELECT FROM crm_cards_hours_notice notice
                     WHERE notice.bank_id = bank.bank_id
                       AND notice.key = ANY(event.others || event.key)
                   )
            """,
            supplies,
        )

    # -- telling --

    @api.model
    def _cron_tell(self):
        """Tell what waits to be told, each in a transaction of its own."""
        cron = self.env["ir.cron"]
        last_id = 0
        while True:
            domain = [("state", "=", "waiting"), ("id", ">", last_id)]
            notices = self.search(domain, order="id", limit=_CHUNK)
            if not notices:
                return
            last_id = notices[-1].id
            remaining = self.search_count(domain)
            for number, notice in enumerate(notices, 1):
                notice._tell()
                if not cron._commit_progress(1, remaining=remaining - number):
                    return

    def _tell(self):
        """Tell one notice, unless another worker is about to; what fails is kept."""
        notice = self.try_lock_for_update(allow_referencing=True)
        if not notice or notice.state != "waiting":
            return
        values = {"date_told": fields.Datetime.now(), "error": False}
        try:
            with self.env.cr.savepoint():
                user = notice._plan_activity()
            values |= {"state": "told", "user_id": user.id}
        except OperationalError:
            raise  # met another transaction: as if it had never been tried
        except UserError as error:
            values |= {"state": "failed", "error": str(error)}
        except Exception as error:
            _logger.exception("The notice of hours %s cannot be told", notice.id)
            values |= {"state": "failed", "error": repr(error)}
        if values["state"] == "told" and notice.partner_id.card_hours_notice:
            values |= notice._try_mail()
        notice.write(values)
        notice.flush_recordset()

    def _plan_activity(self):
        """Plan an activity for whoever looks after the bank, and return him.

        :raises UserError: there is nobody
        """
        user = self.bank_id._get_notice_user()
        notice = self.with_context(lang=user.lang)
        kinds = dict(self._fields["kind"]._description_selection(notice.env))
        notice.bank_id.activity_schedule(
            "crm_cards.mail_activity_type_hours_renewal",
            summary=notice.env._("Hours bank: %(notice)s", notice=kinds[self.kind]),
            note=notice._describe(),
            user_id=user.id,
        )
        return user

    def _describe(self):
        """Return in a sentence what is noticed, in the language of the context."""
        self.ensure_one()
        values = {
            "bank": self.bank_id.name,
            "left": self._get_left_text(),
            "day": self.date_end and format_date(self.env, self.date_end),
        }
        if self.kind == "empty":
            return self.env._("%(bank)s: no hours are left.", **values)
        if self.kind == "ending":
            return self.env._(
                "%(bank)s: the last hours expire on %(day)s, and %(left)s h are left.",
                **values,
            )
        return self.env._("%(bank)s: only %(left)s h are left.", **values)

    def _get_left_text(self):
        return format_minutes(self.left_minutes)

    def _try_mail(self):
        """Queue the mail to the customer; return what is to be written of it."""
        try:
            with self.env.cr.savepoint():
                self._queue_mail()
        except OperationalError:
            raise
        except UserError as error:
            return {"error": str(error)}
        except Exception as error:
            _logger.exception("The notice of hours %s cannot be mailed", self.id)
            return {"error": repr(error)}
        return {"is_mailed": True}

    def _queue_mail(self):
        """Queue the mail to the customer, in his language.

        :raises UserError: nobody of the customer has an address
        """
        recipients = self.partner_id._get_statement_recipients()
        if not recipients:
            raise UserError(
                self.env._(
                    "%(customer)s has no e-mail address. Type one, or choose a contact "
                    "who has one.",
                    customer=self.partner_id.display_name,
                )
            )
        template = self.env.ref("crm_cards.mail_template_hours_notice")
        template.with_company(self.company_id).send_mail(
            self.id,
            email_values={"recipient_ids": [(6, 0, recipients.ids)], "email_to": False},
        )

    def action_tell_again(self):
        """Try once more what failed; the button of a manager of hours."""
        self.check_access("read")
        if not self.env.user.has_group("crm_cards.crm_cards_group_hours_manager"):
            raise AccessError(
                self.env._("Only managers of hours may have notices told again.")
            )
        failed = self.filtered(lambda notice: notice.state == "failed")
        # Nobody writes these by hand; the button alone puts them back.
        failed.sudo().write({"state": "waiting", "error": False})
        self.env.ref("crm_cards.ir_cron_crm_cards_hours_notice_tell").sudo()._trigger()

    def action_renew(self):
        """Open the renewal quotation of the bank."""
        self.ensure_one()
        return self.bank_id.action_renew()


class HoursBank(models.Model):
    """Notices right after a draw what it has brought about."""

    _inherit = "crm.cards.hours.bank"

    notice_ids = fields.One2many(
        "crm.cards.hours.notice", "bank_id", string="Notices", readonly=True
    )

    @api.model
    def _notice_later(self, bank_ids):
        """Look at these banks once the transaction has done all it does to them.

        In between, hours may have left one lot and not come into the next one yet.
        """
        if not bank_ids:
            return
        hooks = self.env.cr.precommit
        if _HOOK not in hooks.data:
            hooks.data[_HOOK] = set()
            hooks.add(self._notice_now)
        hooks.data[_HOOK].update(bank_ids)

    @api.model
    def _notice_now(self):
        bank_ids = self.env.cr.precommit.data.pop(_HOOK, ())
        # Recorded for whoever draws, who may write no notices.
        self.env["crm.cards.hours.notice"].sudo()._record(bank_ids)

    def _get_notice_user(self):
        """Return who looks after the renewal of a bank.

        The salesperson of the customer, if he may see the bank; else whom the company
        has chosen, else its first manager of hours.

        :raises UserError: there is nobody
        """
        self.ensure_one()
        group = self.env.ref("crm_cards.crm_cards_group_hours_manager")
        company = self.company_id
        for user in (
            self.partner_id.user_id
            | company.crm_cards_hours_notice_user_id
            | group.all_user_ids.sorted("id")
        ):
            if user.active and not user.share and company in user.company_ids:
                bank = self.with_user(user)
                bank = bank.with_context(allowed_company_ids=company.ids)
                if bank.has_access("read"):
                    return user
        raise UserError(
            self.env._(
                "There is nobody to be told of %(bank)s: choose a salesperson of the "
                "customer, or somebody in the settings (Notices of hours go to).",
                bank=self._get_full_name(),
            )
        )
