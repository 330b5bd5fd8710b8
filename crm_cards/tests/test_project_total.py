from odoo.tests import tagged

from .common_project import ProjectCase

_TOTALS = (
    "card_total_hours",
    "card_total_allocated_hours",
    "card_progress",
    "card_total_progress",
)


@tagged("post_install", "-at_install")
class TestProjectTotal(ProjectCase):
    """Hours and progress, of a project and of what is below it (row 141)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.project.allocated_hours = 5.0
        cls.part = cls._create_project(
            "Installation", cls.project, allocated_hours=40.0
        )
        cls.detail = cls._create_project("Cabling", cls.part, allocated_hours=8.0)

    def _read(self, project, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        project = project.with_user(user or self.env.user)
        return [project[name] for name in _TOTALS]

    def test_hours_are_added_up(self):
        self._log(self.project, 1.0)
        self._log(self.part, 2.5)
        self._log(self.detail, 4.25)
        self.assertEqual(self._read(self.project)[:2], [7.75, 53.0])
        self.assertEqual(self._read(self.part)[:2], [6.75, 48.0])
        self.assertEqual(self._read(self.detail)[:2], [4.25, 8.0])

    def test_archived_parts_still_count(self):
        self._log(self.detail, 4.0)
        self._create_task(self.detail, 3.0, "1_done")
        self._create_task(self.project, 1.0)
        self.detail.active = False
        self.assertEqual(self._read(self.project), [4.0, 53.0, 0.0, 0.75])

    def test_tasks_weigh_their_hours(self):
        self._create_task(self.project, 3.0, "1_done")
        self._create_task(self.project, 0.0)
        self._create_task(self.part, 6.0)
        self._create_task(self.detail, 2.0, "1_canceled")
        own, total = self._read(self.project)[2:]
        self.assertAlmostEqual(own, 3 / 4)
        self.assertAlmostEqual(total, 5 / 12)

    def test_without_tasks_nothing_is_done(self):
        self.assertEqual(self._read(self.project)[2:], [0.0, 0.0])

    def test_new_record_has_no_totals(self):
        new = self.env["project.project"].new({"name": "New"})
        self.assertEqual([new[name] for name in _TOTALS], [0.0] * 4)

    def test_hidden_parts_do_not_count(self):
        self._log(self.part, 2.0, self.manager_employee)
        self._log(self.detail, 4.0)
        self.detail.privacy_visibility = "followers"
        self.detail.message_unsubscribe(self.detail.message_partner_ids.ids)
        self.assertEqual(self._read(self.project, self.worker)[:2], [2.0, 45.0])
        self.assertEqual(self._read(self.project, self.manager)[:2], [6.0, 53.0])

    def test_a_list_of_80_costs_what_a_list_of_two_costs(self):
        projects = self.env["project.project"].create(
            [{"name": f"Project {number}"} for number in range(80)]
        )
        parts = self.env["project.project"].create(
            [
                {"name": "Part", "card_parent_id": project.id}
                for project in projects
                for _number in range(2)
            ]
        )
        for part in parts[:10]:
            self._log(part, 1.0)
            self._create_task(part, 1.0)
        projects = projects.with_user(self.worker)
        counts = []
        # The first look fills the caches of rights.
        for some in (projects[:2], projects[:2], projects):
            self.env.flush_all()
            self.env.invalidate_all()
            self.assertTrue(some.env.company)
            before = self.env.cr.sql_log_count
            some.web_read({name: {} for name in _TOTALS})
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])
        self.assertLessEqual(counts[2], 6)
