"""What people log stays within what they may see, whatever the network sends."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from .common_hours_security import HoursSecurityCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 12:00:00")
class TestHoursSecurityLines(HoursSecurityCase):
    """Timesheet lines, the dialog and the timer."""

    def test_ticket_hidden_in_the_defaults_lends_no_hours(self):
        vals = {"name": "Work", "project_id": self.support.id, "unit_amount": 1}
        with self.assertRaises(AccessError):
            self._call(
                self.technician,
                "account.analytic.line",
                "create",
                [vals],
                default_card_ticket_id=self.secret_ticket.id,
            )
        # A user's own defaults, which he may set for any field.
        defaults = self.env["ir.default"].with_user(self.technician)
        defaults.set(
            "account.analytic.line",
            "card_ticket_id",
            self.secret_ticket.id,
            user_id=self.technician.id,
        )
        with self.assertRaises(AccessError):
            self._log_hours(1, self.technician, project_id=self.support.id)
        self.assertBalances(self.secret_bank, used=0)

    def test_activity_of_somebody_else_is_neither_answered_nor_named(self):
        activity = self._create_private_activity()
        line = self._log_hours(1, self.employee)
        with self.assertRaises(AccessError):
            self._log_hours(1, self.employee, card_activity_id=activity.id)
        with self.assertRaises(AccessError):
            line.write({"card_activity_id": activity.id})
        vals = {"name": "Work", "project_id": self.project.id, "unit_amount": 1}
        with self.assertRaises(AccessError):
            self._call(
                self.employee,
                "account.analytic.line",
                "create",
                [vals],
                default_card_activity_id=activity.id,
            )
        self.assertFalse(activity.card_logged_hours)

    def test_bank_and_kind_of_another_company_are_refused(self):
        bank = self._create_bank_abroad()
        kind = self.env["crm.cards.hours.kind"].create(
            {"name": "Cheap abroad", "factor": 0.01, "company_id": self.abroad.id}
        )
        for values in (
            {"card_bank_id": bank.id},
            {"card_hours_kind_id": kind.id},
            # Work that draws nothing names no such bank either.
            {"card_bank_id": bank.id, "project_id": self.support.id},
        ):
            with self.subTest(values), self.assertRaises(UserError):
                self._log_hours(1, self.technician, **values)
        self.assertBalances(self.bank, used=0)

    def test_timer_of_somebody_else_is_not_thrown_away(self):
        self.ticket.with_user(self.technician).action_start_timer()
        timers = self.env["crm.cards.hours.timer"].sudo()
        timer = timers.search([("user_id", "=", self.technician.id)])
        log = self.env["crm.cards.hours.log"].with_user(self.employee)
        vals = {"project_id": self.project.id, "hours": 1, "name": "Work"}
        with self.assertRaises(AccessError):
            log.create({**vals, "timer_id": timer.id})
        with self.assertRaises(AccessError):
            self._call(
                self.employee,
                "crm.cards.hours.log",
                "create",
                [vals],
                default_timer_id=timer.id,
            )
        dialog = log.create(vals)
        with self.assertRaises(AccessError):
            dialog.timer_id = timer
        dialog.invalidate_recordset()
        dialog.action_log()
        self.assertTrue(timer.exists())

    def test_customers_start_no_timers(self):
        person = self.env["res.partner"].create(
            {"name": "Dana", "parent_id": self.customer.id}
        )
        dana = new_test_user(
            self.env, "hours_dana", "base.group_portal", partner_id=person.id
        )
        with self.assertRaises(AccessError):
            self._call(dana, "res.partner", "action_start_timer", person.ids)
        timers = self.env["crm.cards.hours.timer"].sudo()
        self.assertFalse(timers.search([("user_id", "=", dana.id)]))

    def test_dialog_tells_nothing_of_a_hidden_project(self):
        """While one types, nothing has been checked yet."""
        [values] = self._call(
            self.employee,
            "crm.cards.hours.log",
            "onchange",
            [],
            {"project_id": self.secret_project.id, "hours": 99, "date": "2026-03-02"},
            ["project_id", "hours", "date"],
            {
                name: {}
                for name in ("project_id", "hours", "date", "bank_name", "left_before")
                + ("warning", "refusal")
            },
        ).values() or [{}]
        for name in ("bank_name", "left_before", "warning", "refusal"):
            self.assertFalse(values.get(name), name)

    def test_dialogs_of_others_are_not_read(self):
        """Odoo says that they are not, and reads them."""
        log = self.env["crm.cards.hours.log"].with_user(self.technician)
        log = log.create({"project_id": self.project.id, "name": "Secret work"})
        statement = self.env["crm.cards.hours.statement"].with_user(self.hours_manager)
        statement = statement.create(
            {
                "partner_id": self.customer.id,
                "date_from": "2026-03-01",
                "date_to": "2026-03-31",
            }
        )
        statement.action_export()
        self.assertTrue(statement.workbook)
        activity = self._create_private_activity().with_user(self.administrator)
        handle = self.env["crm.cards.activity.handle"].with_user(self.administrator)
        handle = handle.create({"activity_id": activity.id, "feedback": "<p>Sad</p>"})
        for dialog, user, field in (
            (log, self.employee, "name"),
            (statement, self.technician, "workbook"),
            (handle, self.technician, "feedback"),
        ):
            with self.subTest(dialog), self.assertRaises(AccessError):
                dialog.with_user(user).read([field])
            self.assertTrue(dialog.read([field])[0][field])

    def _assert_refused(self, model, method, *args):
        refusals = (AccessError, ValueError, UserError)
        with self.assertRaises(Exception) as caught:
            self._call(self.employee, model, method, *args)
        self.assertIsInstance(caught.exception, refusals)

    def test_plain_employees_neither_sort_group_nor_export_balances(self):
        for field in ("card_hours_left", "card_bank_count", "card_hours_reserved"):
            for method, *args in (
                ("search", [], 0, 1, field),
                ("search", [(field, ">", 0)]),
                ("read", self.customer.ids, [field]),
                ("export_data", self.customer.ids, [field]),
                ("formatted_read_group", [], [field], ["__count"]),
            ):
                with self.subTest(field=field, method=method, args=args):
                    self._assert_refused("res.partner", method, *args)

    def test_form_of_the_dialog_still_works_for_plain_employees(self):
        action = self.project.with_user(self.employee)
        action = self.env["crm.cards.hours.log"].with_user(self.employee)._open(action)
        dialog = self.env["crm.cards.hours.log"].browse(action["res_id"])
        with Form(dialog.with_user(self.employee)) as form:
            form.hours = 2
            self.assertEqual((form.left_before, form.left_after), (10, 8))
