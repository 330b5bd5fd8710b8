from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.crm_cards.exceptions import HoursRefusedError

from .common_hours_log import HoursLogCase


@tagged("post_install", "-at_install")
class TestHoursLog(HoursLogCase):
    """Hours are typed once, with what is left beside them."""

    def test_hours_of_a_ticket_draw_from_the_bank(self):
        self._buy(10)
        dialog = self._open_log(self.ticket)
        dialog.hours = 1.5
        dialog.date = "2026-03-02"
        dialog.name = "Changed the roller"
        dialog.save().action_log()
        self.assertRecordValues(
            self.ticket.timesheet_ids,
            [
                {
                    "name": "Changed the roller",
                    "unit_amount": 1.5,
                    "user_id": self.technician.id,
                    "partner_id": self.customer.id,
                    "project_id": self.company.crm_cards_service_project_id.id,
                }
            ],
        )
        self.assertBalances(self.bank, left=8.5, used=1.5)
        self.assertEqual(self.ticket.card_hours, 1.5)

    def test_balance_follows_what_is_typed(self):
        self._buy(10)
        dialog = self._open_log(self.ticket)
        dialog.date = "2026-03-02"
        self.assertEqual((dialog.left_before, dialog.left_after), (10, 10))
        dialog.hours = 1.5
        self.assertEqual((dialog.drawn_hours, dialog.left_after), (1.5, 8.5))
        self.assertEqual(dialog.bank_name, "Hours")
        self.assertTrue(dialog.bank_reason)
        dialog.kind_id = self.env["crm.cards.hours.kind"].create(
            {"name": "Night", "factor": 2}
        )
        self.assertEqual((dialog.drawn_hours, dialog.left_after), (3, 7))
        self.assertFalse(dialog.warning)
        dialog.hours = 6
        self.assertIn("beyond", dialog.warning)
        # nothing was booked meanwhile
        self.assertBalances(self.bank, left=10)

    def test_stop_is_said_before_saving(self):
        self._buy(1)
        self.bank.overdraft = "stop"
        dialog = self._open_log(self.ticket)
        dialog.date = "2026-03-02"
        dialog.hours = 2
        self.assertIn("only 1", dialog.refusal)
        log = dialog.save()
        with self.assertRaises(HoursRefusedError):
            log.action_log()
        dialog.hours = 1
        self.assertFalse(dialog.refusal)
        dialog.save().action_log()
        self.assertBalances(self.bank, left=0)

    def test_closed_bank_is_said_in_the_dialog(self):
        self._buy(1)
        dialog = self._open_log(self.ticket)
        dialog.bank_id = self.bank
        self.bank.state = "closed"
        dialog.hours = 1
        self.assertTrue(dialog.refusal)

    def test_another_bank_is_chosen_by_hand(self):
        self._buy(10)
        second = self._create_bank(name="Second")
        self._buy(5, second)
        dialog = self._open_log(self.ticket)
        dialog.date = "2026-03-02"
        dialog.hours = 1
        self.assertEqual(dialog.bank_name, "Hours")
        dialog.bank_id = second
        self.assertEqual((dialog.bank_name, dialog.left_after), ("Second", 4))
        dialog.save().action_log()
        self.assertBalances(second, left=4)

    def test_hours_of_a_customer_and_of_a_task(self):
        self._buy(10)
        dialog = self._open_log(self.customer)
        dialog.hours = 1
        dialog.save().action_log()
        self.assertBalances(self.bank, used=1)
        task = self.env["project.task"].create(
            {"name": "Setup", "project_id": self.project.id}
        )
        dialog = self._open_log(task, self.employee)
        dialog.hours = 2
        self.assertEqual(dialog.bank_name, "Hours")
        dialog.save().action_log()
        self.assertEqual(task.effective_hours, 2)
        self.assertBalances(self.bank, used=3)

    def test_task_without_customer_has_no_bank(self):
        project = self._create_project("Inside")
        task = self.env["project.task"].create(
            {"name": "Tidy up", "project_id": project.id}
        )
        dialog = self._open_log(task, self.employee)
        dialog.hours = 2
        self.assertFalse(dialog.bank_name)
        dialog.save().action_log()
        self.assertEqual(task.effective_hours, 2)
        self.assertBalances(self.bank, used=0)

    def test_service_project_is_made_once(self):
        self.assertFalse(self.company.crm_cards_service_project_id)
        self._open_log(self.ticket)
        project = self.company.crm_cards_service_project_id
        self.assertTrue(project.allow_timesheets)
        self._open_log(self.customer)
        self.assertEqual(self.company.crm_cards_service_project_id, project)

    def test_project_of_somebody_else_is_refused(self):
        dialog = self._open_log(self.customer)
        dialog.hours = 1
        dialog.project_id = self.other_project
        log = dialog.save()
        with self.assertRaisesRegex(ValidationError, "^Project: "):
            log.action_log()

    def test_absurd_hours_are_refused(self):
        dialog = self._open_log(self.ticket)
        for hours in (0, -1, 745, float("inf"), float("nan")):
            log = self.env["crm.cards.hours.log"].browse(dialog.record.id)
            log.with_user(self.technician).hours = hours
            with self.subTest(hours), self.assertRaisesRegex(ValidationError, "^Hours"):
                log.with_user(self.technician).action_log()

    def test_who_is_no_employee_is_told_before_typing(self):
        user = new_test_user(
            self.env,
            login="hours_no_employee",
            groups="crm_cards.crm_cards_group_ticket_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        with self.assertRaisesRegex(ValidationError, "not an employee"):
            self.ticket.with_user(user).action_log_hours()

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_nobody_logs_on_what_he_may_not_see(self):
        self.department.member_ids = False
        technician_log = self.env["crm.cards.hours.log"].with_user(self.technician)
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.technician).action_log_hours()
        with self.assertRaises(AccessError):
            technician_log.create({"ticket_id": self.ticket.id, "hours": 1})
        employee_log = self.env["crm.cards.hours.log"].with_user(self.employee)
        with self.assertRaises(AccessError):
            employee_log.create({"ticket_id": self.ticket.id, "hours": 1})
        with self.assertRaises(AccessError):
            employee_log.create({"bank_id": self.bank.id, "hours": 1})

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_dialogs_of_others_are_closed(self):
        dialog = self._open_log(self.ticket)
        theirs = self.env["crm.cards.hours.log"].browse(dialog.record.id)
        with self.assertRaises(AccessError):
            theirs.with_user(self.employee).action_log()

    def test_technician_without_timesheet_right(self):
        self.technician.group_ids -= self.env.ref(
            "hr_timesheet.group_hr_timesheet_user"
        )
        self._buy(10)
        dialog = self._open_log(self.ticket)
        dialog.hours = 1
        dialog.save().action_log()
        self.assertBalances(self.bank, left=9)
        self.assertEqual(self.ticket.with_user(self.technician).card_hours, 1)

    def test_closing_an_activity_shows_the_balance_and_refuses(self):
        self._buy(1)
        self.bank.overdraft = "stop"
        activity_type = self.env["mail.activity.type"].create(
            {"name": "Visit", "card_ask_hours": "required"}
        )
        activity = self.ticket.activity_schedule(
            activity_type_id=activity_type.id, user_id=self.technician.id
        )
        handle = self.env["crm.cards.activity.handle"].with_user(self.technician)
        dialog = Form(handle.with_context(default_activity_ids=activity.ids))
        dialog.hours = 2
        self.assertTrue(dialog.hours_refusal)
        refused = dialog.save()
        with self.assertRaises(HoursRefusedError):
            refused.action_apply()
        dialog.hours = 0.5
        self.assertFalse(dialog.hours_refusal)
        self.assertIn("0:30", dialog.hours_balance)
        dialog.save().action_apply()
        self.assertFalse(activity.active)
        self.assertBalances(self.bank, left=0.5)
        self.assertEqual(self.ticket.card_hours, 0.5)

    def test_hours_logged_during_an_activity_are_not_asked_again(self):
        self._buy(10)
        activity_type = self.env["mail.activity.type"].create(
            {"name": "Visit", "card_ask_hours": "required"}
        )
        activity = self.ticket.activity_schedule(
            activity_type_id=activity_type.id, user_id=self.technician.id
        )
        log = self._open_log(activity)
        log.hours = 2
        log.save().action_log()
        self.assertEqual(activity.card_logged_hours, 2)
        handle = self.env["crm.cards.activity.handle"].with_user(self.technician)
        dialog = Form(handle.with_context(default_activity_ids=activity.ids))
        self.assertEqual((dialog.ask_hours, dialog.hours), ("optional", 0))
        self.assertEqual(dialog.logged_hours, 2)
        dialog.save().action_apply()
        self.assertFalse(activity.active)
        self.assertBalances(self.bank, left=8)
        self.assertEqual(self.ticket.card_hours, 2)
