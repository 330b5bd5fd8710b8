import math

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ...tools import clock

_NOTIFICATION = "crm.cards.hours.timer/changed"
_WORK = ("partner_id", "ticket_id", "activity_id", "project_id", "task_id")


class HoursTimer(models.Model):
    """What a user works on since when; kept here, whatever happens to his browser.

    One runs at a time. One that was stopped waits as a draft until its hours are
    logged or thrown away, so nothing is lost when the next one starts.
    """

    _name = "crm.cards.hours.timer"
    _inherit = "crm.cards.hours.work.mixin"
    _description = "Timer"
    _order = "date_stop desc, id desc"

    user_id = fields.Many2one(
        "res.users", required=True, readonly=True, ondelete="cascade", index=True
    )
    date_start = fields.Datetime("Started", required=True, readonly=True)
    date_stop = fields.Datetime("Stopped", readonly=True)
    minutes = fields.Integer(compute="_compute_minutes")

    _one_runs = models.UniqueIndex(
        "(user_id) WHERE date_stop IS NULL",
        "A timer of yours is running already. Reload the page to see it.",
    )

    @api.depends("partner_id", "activity_id", "task_id")
    def _compute_display_name(self):
        for timer in self:
            timer.display_name = timer._describe_work()

    @api.depends("date_start", "date_stop")
    def _compute_minutes(self):
        """Count begun minutes as whole ones: what the hours begin with."""
        now = fields.Datetime.now()
        for timer in self:
            passed = (timer.date_stop or now) - timer.date_start
            timer.minutes = max(math.ceil(passed.total_seconds() / 60), 1)

    # -- start and stop --

    @api.model
    def _start(self, record):
        """Start the user's timer for a record; one that runs becomes a draft.

        :raises AccessError: the user may not read the record, or has no timers
        """
        # It is written past the rights; whoever may not read timers has none.
        self.check_access("read")
        vals = self._prepare_work(record)
        running = self._get_running()
        if running and running._is_for(vals):
            return running._prepare_changed()
        running._halt()
        self._insert(vals)
        return self._prepare_changed(stopped=running)

    @api.model
    def _insert(self, vals):
        """Insert a running timer.

        Of two connections that do so at once, one waits and begins anew
        (``odoo.service.model.retrying``), and then sees the timer of the other.
        """
        columns = {
            **{name: vals.get(name) for name in _WORK},
            "user_id": self.env.uid,
            "date_start": fields.Datetime.now(),
            "create_uid": self.env.uid,
            "create_date": fields.Datetime.now(),
        }
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_cards_hours_timer (%s) VALUES %s
                ON CONFLICT (user_id) WHERE date_stop IS NULL DO NOTHING
                """,
                SQL(", ").join(map(SQL.identifier, columns)),
                tuple(columns.values()),
            )
        )
        self.invalidate_model()

    def _is_for(self, vals):
        timer = self.sudo()
        return all(timer[name].id == vals.get(name, False) for name in _WORK)

    @api.model
    def _get_running(self):
        # One's own, whatever else may be read.
        return self.sudo().search(
            [("user_id", "=", self.env.uid), ("date_stop", "=", False)]
        )

    def _halt(self):
        # One's own; nobody has the right to write timers.
        self.sudo().write({"date_stop": fields.Datetime.now()})

    def _check_own(self):
        if self.sudo().user_id != self.env.user:
            raise AccessError(self.env._("This is not your timer."))

    @api.model
    def stop_running(self):
        """Stop the user's timer and open *Log hours*.

        :raises UserError: none runs
        """
        running = self._get_running()
        if not running:
            raise UserError(
                self.env._("No timer of yours is running: it was stopped elsewhere.")
            )
        running._halt()
        return running.sudo(False)._prepare_changed(running.sudo(False).action_log())

    def action_log(self):
        """Open *Log hours* with what a stopped timer counted."""
        self.ensure_one()
        self._check_own()
        timer = self.sudo()
        start = clock.get_local_time(timer.date_start, self.env.user.tz or "UTC")
        vals = {name: timer[name].id for name in _WORK if timer[name]}
        return self.env["crm.cards.hours.log"]._open_for(
            {
                **vals,
                "timer_id": timer.id,
                "hours": timer.minutes / 60,
                "date": start.date(),
            }
        )

    def action_discard(self):
        """Throw away what a timer counted."""
        self._check_own()
        return self._forget()

    def _forget(self):
        # As in _halt.
        self.sudo().unlink()
        return self._prepare_changed({"type": "ir.actions.act_window_close"})

    # -- the browser --

    @api.model
    def _get_state(self):
        """Return what the bar at the top shows: the timer that runs, and drafts.

        ``elapsed`` is in seconds, so that the clock of the browser does not matter.
        """
        timers = self.sudo().search([("user_id", "=", self.env.uid)])
        running = timers.filtered(lambda timer: not timer.date_stop)
        return {
            "running": running._to_browser() if running else False,
            "drafts": [timer._to_browser() for timer in timers - running],
        }

    def _to_browser(self):
        until = self.date_stop or fields.Datetime.now()
        document = (
            self.ticket_id
            or self.task_id
            or self.activity_id
            or self.project_id
            or self.partner_id
        )
        return {
            "id": self.id,
            "name": self._describe_work() or "",
            "elapsed": int((until - self.date_start).total_seconds()),
            "res_model": document._name,
            "res_id": document.id,
        }

    @api.model
    def _prepare_changed(self, next_action=None, stopped=None):
        """Tell all tabs of the user, and return the action that tells this one."""
        state = self._get_state()
        # To oneself.
        self.env.user.sudo()._bus_send(_NOTIFICATION, state)
        return {
            "type": "ir.actions.client",
            "tag": "crm_cards_hours_timer_changed",
            "params": {
                "state": state,
                "next": next_action or False,
                "stopped": bool(stopped) and stopped._describe_work(),
            },
        }
