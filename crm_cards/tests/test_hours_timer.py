from datetime import date, datetime

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .common_hours_log import HoursLogCase


@tagged("post_install", "-at_install")
class TestHoursTimer(HoursLogCase):
    """One timer runs per user; what was stopped waits to be logged."""

    @property
    def timers(self):
        return self.env["crm.cards.hours.timer"].with_user(self.technician)

    def _start(self, record, moment):
        with freeze_time(moment):
            return record.with_user(self.technician).action_start_timer()

    def _stop(self, moment):
        with freeze_time(moment):
            action = self.timers.stop_running()["params"]["next"]
        return self.env[action["res_model"]].browse(action["res_id"])

    def test_stopping_opens_the_dialog_with_the_hours(self):
        self._buy(10)
        self.technician.tz = "Asia/Jerusalem"
        self._start(self.ticket, "2026-03-02 22:30:00")
        log = self._stop("2026-03-02 23:29:10")
        self.assertEqual(log.date, date(2026, 3, 3))
        self.assertEqual(log.hours, 1)  # begun minutes are whole ones
        self.assertEqual(log.ticket_id, self.ticket)
        dialog = Form(log.with_user(self.technician))
        self.assertEqual(dialog.left_after, 9)
        action = dialog.save().action_log()
        self.assertBalances(self.bank, left=9)
        self.assertFalse(self.timers.search([]))
        self.assertEqual(action["params"]["state"], {"running": False, "drafts": []})

    def test_the_next_one_makes_a_draft_of_the_first(self):
        self._start(self.ticket, "2026-03-02 08:00:00")
        action = self._start(self.customer, "2026-03-02 08:30:00")
        state = action["params"]["state"]
        self.assertEqual(state["running"]["res_model"], "res.partner")
        self.assertEqual([draft["elapsed"] for draft in state["drafts"]], [1800])
        self.assertIn("Printer is down", action["params"]["stopped"])
        draft = self.timers.browse(state["drafts"][0]["id"])
        log = self.env["crm.cards.hours.log"].browse(draft.action_log()["res_id"])
        self.assertEqual((log.hours, log.ticket_id), (0.5, self.ticket))
        # cancelled: it goes on waiting; thrown away: it is gone
        self.assertTrue(draft.exists())
        log.with_user(self.technician).action_discard_timer()
        self.assertFalse(draft.exists())

    def test_starting_again_for_the_same_goes_on(self):
        self._start(self.ticket, "2026-03-02 08:00:00")
        action = self._start(self.ticket, "2026-03-02 08:30:00")
        self.assertEqual(len(self.timers.search([])), 1)
        self.assertFalse(action["params"]["state"]["drafts"])
        self.assertEqual(self.timers.search([]).date_start, datetime(2026, 3, 2, 8))

    def test_for_tasks_and_activities(self):
        task = self.env["project.task"].create(
            {"name": "Setup", "project_id": self.project.id}
        )
        action = self._start(task, "2026-03-02 08:00:00")
        running = action["params"]["state"]["running"]
        self.assertEqual((running["name"], running["res_id"]), ("Setup", task.id))
        activity = self.ticket.with_user(self.technician).activity_schedule(
            summary="Call back", user_id=self.technician.id
        )
        action = self._start(activity, "2026-03-02 09:00:00")
        self.assertEqual(action["params"]["state"]["running"]["name"], "Call back")
        log = self._stop("2026-03-02 09:30:00")
        self.assertEqual((log.activity_id, log.ticket_id), (activity, self.ticket))
        log.with_user(self.technician).action_log()
        self.assertEqual(activity.card_logged_hours, 0.5)

    def test_stopped_elsewhere(self):
        with self.assertRaisesRegex(UserError, "No timer"):
            self.timers.stop_running()

    def test_session_tells_of_it(self):
        self._start(self.ticket, "2026-03-02 08:00:00")
        with freeze_time("2026-03-02 08:01:00"):
            state = self.timers._get_state()
        self.assertEqual(state["running"]["elapsed"], 60)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_timers_are_ones_own(self):
        self._start(self.ticket, "2026-03-02 08:00:00")
        timer = self.timers.search([])
        self.assertFalse(timer.with_user(self.employee).search([]))
        for method in ("action_log", "action_discard"):
            with self.assertRaises(AccessError):
                getattr(timer.with_user(self.employee), method)()
        with self.assertRaises(AccessError):
            timer.write({"date_start": "2026-01-01 00:00:00"})
        self.department.member_ids = False
        with self.assertRaises(AccessError):
            self._start(self.ticket, "2026-03-02 09:00:00")
