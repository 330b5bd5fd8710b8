import base64
import csv
import io

from odoo.tools.misc import file_path

from .common import CardsCase


def table_file(name):
    """Return the bytes of a file in tests/files."""
    with open(file_path(f"crm_cards/tests/files/{name}"), "rb") as stream:
        return stream.read()


class ImportCase(CardsCase):
    """Imports written down as tables, done by the accountant."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.il")
        cls.imports = cls.env["crm.cards.accounts.import"].with_user(cls.accountant)

    def _create_import(self, rows, **values):
        """Return an import whose file holds ``rows``, the header first."""
        stream = io.StringIO()
        csv.writer(stream).writerows(rows)
        return self._create_import_of(stream.getvalue().encode(), "rows.csv", **values)

    def _create_import_of(self, content, file_name, **values):
        return self.imports.create(
            {
                "file": base64.b64encode(content),
                "file_name": file_name,
                "company_id": self.company.id,
                **values,
            }
        )

    def _preview(self, rows, joins=(), **values):
        """Return the import of ``rows`` after its preview.

        :param joins: recognise by these columns instead of the proposed one
        """
        accounts_import = self._create_import(rows, **values)
        accounts_import.action_read()
        if joins:
            for column in accounts_import.column_ids:
                column.is_join = column.field in joins
        accounts_import.action_preview()
        return accounts_import

    def assertHeaps(self, accounts_import, expected):
        """Compare ``{name in the file: heap}``; a difference shows the reasons."""
        found = {row.label: row.heap for row in accounts_import.row_ids}
        reasons = [(row.number, row.reason) for row in accounts_import.row_ids]
        self.assertEqual(found, expected, f"reasons: {reasons}")

    def _row(self, accounts_import, label):
        return accounts_import.row_ids.filtered(lambda row: row.label == label)

    def _partner(self, name):
        return self.env["res.partner"].search([("name", "=", name)])

    def _run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref(
                "crm_cards.ir_cron_crm_cards_accounts_import"
            ).method_direct_trigger()
        self.env.invalidate_all()

    def _count_import_queries(self, *files):
        """Import files about the same things one after the other, then undo the last.

        :return: ``{step: queries}``
        """
        counts = {}
        for turn, rows in enumerate(files):
            accounts_import = self._create_import(rows)
            accounts_import.action_read()
            for step in ("preview", "apply"):
                action = getattr(accounts_import, f"action_{step}")
                counts[step, turn] = self._count_queries(action)
            self.assertEqual(accounts_import.state, "applied")
        counts["undo"] = self._count_queries(accounts_import.action_undo)
        self.assertEqual(accounts_import.state, "undone")
        return counts

    def assertQueriesDoNotGrow(self, few, many, spare):
        """Compare what ``_count_import_queries`` found for few and for many rows.

        :param spare: inserts and updates go to the database a hundred rows at a time
        """
        self.assertEqual(few.keys(), many.keys())
        for step, count in few.items():
            with self.subTest(step=step):
                self.assertLessEqual(many[step], count + spare, (few, many))
