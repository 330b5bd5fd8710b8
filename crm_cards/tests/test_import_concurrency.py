"""Two people at the same import, each with a connection of his own."""

import base64

from psycopg2.errors import SerializationFailure

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_concurrency import ConnectionsCase


class ImportConcurrencyCase(ConnectionsCase):
    """An import that was looked at, and waits to be applied."""

    def _prepare(self, env, content, **values):
        """Read and preview an import of ``content``; it is removed at the end."""
        accounts_import = env["crm.cards.accounts.import"].create(
            {"file": base64.b64encode(content), "file_name": "race.csv", **values}
        )
        accounts_import.action_read()
        accounts_import.action_preview()
        self.import_id = accounts_import.id
        self.addCleanup(self._remove)

    def _import(self, env):
        return env["crm.cards.accounts.import"].browse(self.import_id)

    def _remove(self):
        with self._environment() as env:
            accounts_import = self._import(env)
            if accounts_import.state == "applied":
                accounts_import.action_undo()
            accounts_import.unlink()
            self._remove_others(env)

    def _remove_others(self, env):
        """Remove what else was committed."""

    @mute_logger("odoo.sql_db")
    def _apply_at_once(self):
        """Let two people apply the import, and a third who saw it before they did."""
        with self._environments(3) as (first, second, late):
            self.assertEqual(self._import(late).state, "previewed")
            self._import(first).action_apply()
            with self.assertRaisesRegex(UserError, "Somebody else"):
                self._import(second).action_apply()
            first.cr.commit()
            # the server runs the request again, which then sees the other's work
            with self.assertRaises(SerializationFailure):
                self._import(late).action_apply()
            second.cr.rollback()
            with self.assertRaisesRegex(UserError, "already in the state"):
                self._import(second).action_apply()

    def _count(self, model, *domain):
        with self._environment() as env:
            return env[model].search_count(list(domain))


@tagged("post_install", "-at_install")
class TestImportConcurrency(ImportConcurrencyCase):
    def setUp(self):
        super().setUp()
        with self._environment() as env:
            self._prepare(env, b"Key,Name\nRACE-1,Race Printing\n")

    def _remove_others(self, env):
        env["crm.cards.conversion"].search(
            [("partner_name", "=", "Race Printing")]
        ).unlink()

    def test_two_people_apply_and_one_wins(self):
        self._apply_at_once()
        self.assertEqual(self._count("res.partner", ("name", "=", "Race Printing")), 1)


@tagged("post_install", "-at_install")
class TestImportProductsConcurrency(ImportConcurrencyCase):
    def setUp(self):
        super().setUp()
        with self._environment() as env:
            customer = env["res.partner"].create(
                {"name": "Race", "is_company": True, "email": "race@example.com"}
            )
            product = env["product.product"].create(
                {"name": "Race printer", "default_code": "RACE-P"}
            )
            self.made = customer, product.product_tmpl_id
            self._prepare(
                env,
                b"Email,Product,Serial\nrace@example.com,RACE-P,R-1\n",
                target="owned_products",
            )

    def _remove_others(self, env):
        for records in self.made:
            records.with_env(env).unlink()

    def test_two_people_apply_and_one_wins(self):
        self._apply_at_once()
        self.assertEqual(
            self._count("crm.cards.owned.product", ("serial", "=", "R-1")), 1
        )
