from datetime import timedelta

from odoo import api, fields, models

_SHOWN = 100  # tickets named in one message
_KEPT_DAYS = 90


class TicketAlert(models.Model):
    """A notice that somebody inside is to hear of.

    Who has heard nothing for a while hears at once; what follows is gathered until the
    minutes of his company have passed, and comes in one message.
    """

    _name = "crm.cards.ticket.alert"
    _description = "Alert of a Ticket"
    _inherit = "crm.cards.detail.mixin"
    _order = "id"
    _rec_name = "notice_id"
    _detail_of = "ticket_id"

    notice_id = fields.Many2one(
        "crm.cards.ticket.notice",
        string="What is told",
        required=True,
        ondelete="cascade",
        readonly=True,
    )
    ticket_id = fields.Many2one(
        related="notice_id.ticket_id", store=True, ondelete="cascade", index=True
    )
    user_id = fields.Many2one(
        "res.users", required=True, ondelete="cascade", readonly=True
    )
    date_sent = fields.Datetime("Told on", readonly=True)

    _notice_user_unique = models.UniqueIndex("(notice_id, user_id)")
    _pending_index = models.Index("(user_id) WHERE date_sent IS NULL")
    _last_sent_index = models.Index("(user_id, date_sent)")

    @api.model
    def _alert(self, users_by_notice):
        """Have users told of notices.

        :param dict users_by_notice: notice -> users
        """
        self.create(
            [
                {"notice_id": notice.id, "user_id": user.id}
                for notice, users in users_by_notice.items()
                for user in users
                if user.active and not user.share
            ]
        )

    @api.model
    def _send_due(self):
        """Tell everybody whose window is over, each in a transaction of his own.

        :return: when the next message is due, or None
        """
        now = fields.Datetime.now()
        later = []
        moments = self._get_moments()
        for user in sorted(moments, key=moments.get):
            if moments[user] > now:
                later.append(moments[user])
                continue
            self._send_to(user)
            # The next user must not wait for, nor repeat, what this one was sent.
            self.env["ir.cron"]._commit_progress(1)
        return min(later, default=None)

    @api.model
    def _get_moments(self):
        """Return ``{user: when he is told}`` of all who have something to hear."""
        waiting = self._read_group([("date_sent", "=", False)], ["user_id"])
        users = self.env["res.users"].union(*(user for (user,) in waiting))
        sent = self._read_group(
            [("user_id", "in", users.ids), ("date_sent", "!=", False)],
            ["user_id"],
            ["date_sent:max"],
        )
        moments = dict.fromkeys(users, fields.Datetime.to_datetime("1970-01-01"))
        for user, last in sent:
            window = timedelta(minutes=user.company_id.crm_cards_alert_minutes)
            moments[user] = last + window
        return moments

    @api.model
    def _send_to(self, user):
        pending = self.search([("user_id", "=", user.id), ("date_sent", "=", False)])
        alerts = pending.try_lock_for_update(allow_referencing=True)
        if alerts < pending:
            return  # Another worker is writing to him.
        # Marked in the transaction that queues the message.
        alerts.date_sent = fields.Datetime.now()
        alerts.flush_recordset(["date_sent"])
        notices = alerts._get_notices_for(user)
        if notices:
            shown = notices[:_SHOWN]
            user._notify_of(
                "crm_cards.ticket_alert_notice",
                lambda env: env._("Tickets that need you: %s", len(notices.ticket_id)),
                lambda env: env._("Tickets"),
                notices=shown,
                more=len(notices) - len(shown),
            )

    def _get_notices_for(self, user):
        """Return what is still true and his to see, most urgent first."""
        tickets = self.ticket_id.filtered("active")
        if not user.active:
            return self.notice_id.browse()
        companies = user.company_ids.ids
        seen = (
            tickets.with_user(user)
            .with_context(allowed_company_ids=companies)
            ._filtered_access("read")
        )
        notices = self.notice_id.filtered(lambda one: one.ticket_id.id in seen._ids)
        # Late ones first, then in the order in which things happened.
        return notices.sorted(lambda one: (one.event != "breach", one.date, one.id))

    @api.autovacuum
    def _gc_old_alerts(self):
        before = fields.Datetime.subtract(fields.Datetime.now(), days=_KEPT_DAYS)
        self.search([("date_sent", "<", before)]).unlink()
