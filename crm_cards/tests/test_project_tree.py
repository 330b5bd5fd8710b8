from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_project import ProjectCase


@tagged("post_install", "-at_install")
class TestProjectTree(ProjectCase):
    """Projects and their parts (row 141)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part = cls._create_project("Installation", cls.project)
        cls.detail = cls._create_project("Cabling", cls.part)

    def test_no_circles(self):
        for project, parent in (
            (self.project, self.project),
            (self.project, self.part),
            (self.project, self.detail),
        ):
            with (
                self.subTest(parent=parent.name),
                self.assertRaises(ValidationError) as refusal,
            ):
                project.card_parent_id = parent
            self.assertIn("Part of", str(refusal.exception))
        self.assertFalse(self.project.card_parent_id)

    def test_moving_takes_what_is_below_along(self):
        other = self._create_project("Other")
        self.part.card_parent_id = other
        found = self.env["project.project"].search([("id", "child_of", other.id)])
        self.assertEqual(found, other | self.part | self.detail)

    def test_company_of_the_parent(self):
        mine, other = (
            self.env["res.company"].sudo().create([{"name": "Mine"}, {"name": "Other"}])
        )
        projects = self.env["project.project"].sudo()
        above = projects.create({"name": "Above", "company_id": mine.id})
        below, _of_all = projects.create(
            [
                {"name": "Below", "card_parent_id": above.id, "company_id": mine.id},
                {"name": "Of all", "card_parent_id": above.id},
            ]
        )
        for change in (
            lambda: below.write({"company_id": other.id}),
            lambda: above.write({"company_id": other.id}),
            lambda: projects.create(
                {
                    "name": "Stranger",
                    "card_parent_id": above.id,
                    "company_id": other.id,
                }
            ),
        ):
            with (
                self.assertRaises(ValidationError) as refusal,
                self.env.cr.savepoint(),
            ):
                change()
            self.assertIn("Part of", str(refusal.exception))

    def test_customer_of_the_parent(self):
        self.assertEqual(self.detail.partner_id, self.customer)
        stranger = self._create_partner("Stranger")
        own = self._create_project("Own", partner_id=stranger.id)
        own.card_parent_id = self.project
        self.assertEqual(own.partner_id, stranger)
        bare = self._create_project("Bare")
        below = self._create_project("Below bare", bare)
        self.assertFalse(below.partner_id)
        bare.partner_id = stranger
        self.assertEqual(below.partner_id, stranger)

    def test_name_says_what_it_is_part_of(self):
        self.assertEqual(self.project.display_name, "Printing line")
        self.assertEqual(self.detail.display_name, "Installation / Cabling")

    def test_name_keeps_a_hidden_parent_to_itself(self):
        self.part.privacy_visibility = "followers"
        self.part.message_unsubscribe(self.part.message_partner_ids.ids)
        detail = self.detail.with_user(self.worker)
        detail.invalidate_recordset()
        self.assertEqual(detail.display_name, "Cabling")

    def test_names_are_read_at_once(self):
        for number in range(10):
            self._create_project(f"Part {number}", self.project)
        projects = self.env["project.project"].with_user(self.worker)
        projects = projects.search([("id", "child_of", self.project.id)])
        counts = []
        for some in (projects[:2], projects):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.mapped("display_name")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])

    def test_list_is_a_tree(self):
        late = self._create_project("Late part", self.project)
        found = self.env["project.project"].search(
            [("id", "child_of", self.project.id)], order="parent_path"
        )
        self.assertEqual(found, self.project + self.part + self.detail + late)

    def test_project_with_parts_is_not_deleted(self):
        with self.assertRaises(UserError) as refusal:
            self.project.unlink()
        self.assertIn("Part of", str(refusal.exception))
        self.detail.active = False
        with self.assertRaises(UserError):
            self.part.unlink()
        (self.project | self.part | self.detail).unlink()

    def test_class_in_use_is_not_deleted(self):
        used, free = self.env["crm.cards.project.class"].create(
            [{"name": "Used"}, {"name": "Free"}]
        )
        self.project.card_class_id = used
        self.project.active = False
        with self.assertRaises(UserError) as refusal:
            used.unlink()
        self.assertIn("Class", str(refusal.exception))
        self.assertIn("Archive", str(refusal.exception))
        free.unlink()

    @mute_logger("odoo.sql_db")
    def test_names_of_classes_are_unique(self):
        self.env["crm.cards.project.class"].create({"name": "Installation"})
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.env["crm.cards.project.class"].create({"name": "Installation"})

    def test_ranks_sort_as_they_rank(self):
        low = self._create_project("Low", card_importance="0")
        high = self._create_project("High", card_importance="2")
        found = self.env["project.project"].search(
            [("id", "in", (low | high | self.project).ids)], order="card_importance"
        )
        self.assertEqual(found, low + self.project + high)
