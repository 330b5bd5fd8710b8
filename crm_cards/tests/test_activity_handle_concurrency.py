"""Two workers handle the same activity at the same moment."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_concurrency import ConcurrencyCase


@tagged("post_install", "-at_install")
class TestActivityHandleConcurrency(ConcurrencyCase):
    def setUp(self):
        super().setUp()
        with self._environment() as env:
            users = self._create_users(
                env,
                "handle_concurrent",
                "project.group_project_user,crm_cards.crm_cards_group_activity_all",
            )
            employees = env["hr.employee"].create(
                [{"name": user.name, "user_id": user.id} for user in users]
            )
            project = env["project.project"].create({"name": "Concurrent"})
            task = env["project.task"].create(
                {"name": "Concurrent", "project_id": project.id}
            )
            activity = env["mail.activity"].create(
                {
                    "activity_type_id": env.ref("crm_cards.mail_activity_type_task").id,
                    "summary": "Concurrent",
                    "res_model_id": env["ir.model"]._get_id("project.task"),
                    "res_id": task.id,
                    "user_id": users[0].id,
                }
            )
            self.user_ids = users.ids
            self.employee_ids = employees.ids
            self.project_id, self.task_id = project.id, task.id
            self.activity_id = activity.id
        self.addCleanup(self._remove)

    def _remove(self):
        with self._environment() as env:
            env["account.analytic.line"].search(
                [("project_id", "=", self.project_id)]
            ).unlink()
            activities = env["mail.activity"].with_context(active_test=False)
            activities.search([("user_id", "in", self.user_ids)]).unlink()
            project = env["project.project"].browse(self.project_id)
            account = project.account_id
            project.unlink()
            account.unlink()
            env["hr.employee"].browse(self.employee_ids).unlink()
            self._remove_users(env, self.user_ids)

    def _read(self):
        """Return the hours on the timesheet, and how often closing was posted."""
        with self._environment() as env:
            lines = env["account.analytic.line"].search(
                [("project_id", "=", self.project_id)]
            )
            messages = (
                env["project.task"]
                .browse(self.task_id)
                .message_ids.filtered("mail_activity_type_id")
            )
            return lines.mapped("unit_amount"), len(messages)

    def test_two_people_close_in_the_dialog(self):
        def close(env):
            wizard = env["crm.cards.activity.handle"].create(
                {"activity_ids": [(6, 0, [self.activity_id])], "hours": 2.0}
            )
            wizard.action_apply()
            return True

        results = self._run_at_once(close, close)
        self.assertEqual(self.retries, 1, "the race did not happen")
        self.assertIn(True, results)
        (refusal,) = (result for result in results if result is not True)
        self.assertIsInstance(refusal, UserError)
        self.assertIn("closed already", str(refusal))
        self.assertEqual(self._read(), ([2.0], 1))

    def test_two_people_close_past_the_dialog(self):
        def close(env):
            activity = env["mail.activity"].browse(self.activity_id)
            if activity.active:
                activity.card_hours = 2.0
            activity.action_feedback(feedback="Done")
            return True

        self.assertEqual(self._run_at_once(close, close), [True, True])
        self.assertEqual(self.retries, 1, "the race did not happen")
        self.assertEqual(self._read(), ([2.0], 1))
