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
