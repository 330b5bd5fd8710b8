"""Two workers handle the same activity at the same moment."""

import threading
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.modules.registry import DummyRLock, Registry
from odoo.service.model import retrying
from odoo.tests import new_test_user, tagged
from odoo.tests.common import BaseCase, get_db_name
from odoo.tools import mute_logger

_TIMEOUT = 60  # seconds, on a busy machine


@tagged("post_install", "-at_install")
class TestActivityHandleConcurrency(BaseCase):
    """As in ``test_card_concurrency``: both read before either writes."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        # The pause between two tries is random, up to many seconds.
        self.startPatcher(patch("odoo.service.model.random.uniform", return_value=0.05))
        # The thread that runs the tests holds this lock, and each new try takes it.
        self.startPatcher(patch.object(Registry, "_lock", DummyRLock()))
        self.retries = 0  # proves that both really met
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            self.company_id = env.company.id
            users = env["res.users"].union(
                *(
                    new_test_user(
                        env,
                        login=f"handle_concurrent_{index}",
                        groups="project.group_project_user,"
                        "crm_cards.crm_cards_group_activity_all",
                    )
                    for index in range(2)
                )
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
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
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
            users = env["res.users"].browse(self.user_ids)
            partners = users.partner_id
            users.unlink()
            partners.unlink()

    def _run_at_once(self, *actions):
        barrier = threading.Barrier(len(actions))

        def run(user_id, action):
            with self.registry.cursor() as cr:
                context = {"allowed_company_ids": [self.company_id]}
                env = api.Environment(cr, user_id, context)
                first_try = True

                def call():
                    nonlocal first_try
                    if first_try:
                        first_try = False
                        cr.execute("SELECT id FROM mail_activity LIMIT 1")
                        barrier.wait(_TIMEOUT)
                    else:
                        self.retries += 1
                    return action(env)

                try:
                    return retrying(call, env)
                except Exception as error:  # noqa: BLE001 handed to the test
                    barrier.abort()
                    return error

        with (
            mute_logger("odoo.sql_db"),
            ThreadPoolExecutor(max_workers=len(actions)) as pool,
        ):
            futures = [
                pool.submit(run, user_id, action)
                for user_id, action in zip(self.user_ids, actions, strict=True)
            ]
            return [future.result(_TIMEOUT) for future in futures]

    def _read(self):
        """Return the hours on the timesheet, and how often closing was posted."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
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
