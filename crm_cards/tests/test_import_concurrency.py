import base64
from contextlib import closing

from psycopg2.errors import SerializationFailure

from odoo import api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.tests import tagged
from odoo.tests.common import BaseCase, get_db_name
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestImportConcurrency(BaseCase):
    """Two people at the same import, each with a connection of his own."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with closing(self._cursor()) as cr:
            accounts_import = self._env(cr)["crm.cards.accounts.import"].create(
                {
                    "file": base64.b64encode(b"Key,Name\nRACE-1,Race Printing\n"),
                    "file_name": "race.csv",
                }
            )
            accounts_import.action_read()
            accounts_import.action_preview()
            self.import_id = accounts_import.id
            cr.commit()  # pylint: disable=invalid-commit
        self.addCleanup(self._clean_up)

    def _cursor(self):
        return self.registry.cursor()

    def _env(self, cr):
        return api.Environment(cr, api.SUPERUSER_ID, {})

    def _import(self, cr):
        return self._env(cr)["crm.cards.accounts.import"].browse(self.import_id)

    def _clean_up(self):
        with closing(self._cursor()) as cr:
            accounts_import = self._import(cr)
            if accounts_import.state == "applied":
                accounts_import.action_undo()
            accounts_import.unlink()
            self._env(cr)["crm.cards.conversion"].search(
                [("partner_name", "=", "Race Printing")]
            ).unlink()
            cr.commit()  # pylint: disable=invalid-commit

    def _count_customers(self):
        with closing(self._cursor()) as cr:
            return self._env(cr)["res.partner"].search_count(
                [("name", "=", "Race Printing")]
            )

    @mute_logger("odoo.sql_db")
    def test_two_people_apply_and_one_wins(self):
        with (
            closing(self._cursor()) as first,
            closing(self._cursor()) as second,
            closing(self._cursor()) as late,
        ):
            self.assertEqual(
                self._import(late).state, "previewed"
            )  # its snapshot is old
            self._import(first).action_apply()
            with self.assertRaisesRegex(UserError, "Somebody else"):
                self._import(second).action_apply()
            first.commit()
            # the server runs the request again, which then sees the other's work
            with self.assertRaises(SerializationFailure):
                self._import(late).action_apply()
            second.rollback()
            with self.assertRaisesRegex(UserError, "already in the state"):
                self._import(second).action_apply()
        self.assertEqual(self._count_customers(), 1)
