from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common_project import ProjectCase


@tagged("post_install", "-at_install")
class TestProjectTimesheet(ProjectCase):
    """Hours that are entered on sub-projects (row 142)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.earlier = cls._log(cls.project, 1.0)
        cls.part = cls._create_project("Installation", cls.project)
        cls.project.card_hours_on_children = True

    def _assert_refused(self, call):
        with self.assertRaises(ValidationError) as refusal, self.env.cr.savepoint():
            call()
        self.assertIn("Installation", str(refusal.exception))
        self.assertIn("Project", str(refusal.exception))

    def test_hours_go_to_the_parts(self):
        self._assert_refused(lambda: self._log(self.project, 2.0))
        line = self._log(self.part, 2.0)
        self._assert_refused(lambda: line.write({"project_id": self.project.id}))

    def test_hours_on_tasks_too(self):
        task = self._create_task(self.project)
        self._assert_refused(lambda: self._log(self.project, 2.0, task_id=task.id))
        line = self._log(self.part, 2.0)
        self._assert_refused(lambda: line.write({"task_id": task.id}))

    def test_task_with_hours_stays_out(self):
        task = self._create_task(self.part)
        free = self._create_task(self.part)
        self._log(self.part, 2.0, task_id=task.id)
        self._assert_refused(lambda: task.write({"project_id": self.project.id}))
        free.project_id = self.project

    def test_what_is_there_may_be_corrected(self):
        self.earlier.unit_amount = 3.0
        self.assertEqual(self.earlier.unit_amount, 3.0)

    def test_without_parts_or_tick_hours_are_taken(self):
        self.part.active = False
        self._log(self.project, 1.0)
        self.part.active = True
        self.project.card_hours_on_children = False
        self._log(self.project, 1.0)

    def test_hidden_parts_are_not_named(self):
        self.part.privacy_visibility = "followers"
        self.part.message_unsubscribe(self.part.message_partner_ids.ids)
        lines = self.env["account.analytic.line"].with_user(self.worker)
        with self.assertRaises(ValidationError) as refusal:
            lines.create(
                {"name": "Work", "project_id": self.project.id, "unit_amount": 1.0}
            )
        self.assertNotIn("Installation", str(refusal.exception))
