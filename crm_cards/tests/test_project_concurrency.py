"""Two people who move projects below each other, each with a connection of his own."""

from psycopg2.errors import SerializationFailure

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_concurrency import ConnectionsCase


@tagged("post_install", "-at_install")
class TestProjectConcurrency(ConnectionsCase):
    def setUp(self):
        super().setUp()
        with self._environment() as env:
            projects = env["project.project"].create(
                [{"name": "Race one"}, {"name": "Race two"}]
            )
            self.project_ids = projects.ids
        self.addCleanup(self._remove)

    def _remove(self):
        with self._environment() as env:
            projects = env["project.project"].search([("name", "=like", "Race %")])
            projects.card_parent_id = False
            accounts = projects.account_id
            projects.unlink()
            accounts.unlink()

    def _projects(self, env):
        return env["project.project"].browse(self.project_ids)

    @mute_logger("odoo.sql_db")
    def test_no_circle_is_closed_by_two(self):
        with self._environments(2) as (first, second):
            one, two = self._projects(first)
            one.card_parent_id = two
            first.cr.commit()  # pylint: disable=invalid-commit
            one, two = self._projects(second)
            with self.assertRaises(SerializationFailure):
                two.card_parent_id = one

    @mute_logger("odoo.sql_db")
    def test_new_part_does_not_miss_a_move(self):
        with self._environments(2) as (first, second):
            one, two = self._projects(first)
            one.card_parent_id = two
            first.cr.commit()  # pylint: disable=invalid-commit
            one, _two = self._projects(second)
            with self.assertRaises(SerializationFailure):
                second["project.project"].create(
                    {"name": "Race part", "card_parent_id": one.id}
                )
