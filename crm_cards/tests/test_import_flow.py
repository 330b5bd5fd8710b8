from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_import import ImportCase, table_file


@tagged("post_install", "-at_install")
class TestImportFiles(ImportCase):
    """Files as accountants have them, from the first button to the last."""

    def _read(self, name, **values):
        accounts_import = self._create_import_of(table_file(name), name, **values)
        accounts_import.action_read()
        return accounts_import

    def test_workbook_of_libreoffice_is_imported_undone_and_imported_again(self):
        accounts_import = self._read("accounts_libreoffice.xlsx")
        self.assertEqual(accounts_import.header_row, 3, "a merged title stands above")
        self.assertEqual(
            accounts_import.column_ids.mapped("field"),
            [
                "key",
                "name",
                "email",
                "phone",
                "vat",
                "city",
                "country",
                "main_account",
                "credit_limit",
            ],
        )
        accounts_import.action_preview()
        self.assertHeaps(
            accounts_import,
            {
                'כהן ובניו בע"מ': "new",
                "Żółć i Łąka sp. z o.o.": "new",
                "Levi Printing Ltd": "new",
                "שירה לוי": "bad",
                '=HYPERLINK("http://evil.example")': "bad",
            },
        )
        reasons = self._row(accounts_import, "שירה לוי").reason
        self.assertIn("#DIV/0!", reasons)
        self.assertIn("shira@example", reasons)
        accounts_import.action_skip_undecided()
        for _round in range(2):
            accounts_import.action_apply()
            self.assertFalse(accounts_import.job_error)
            partner = self._partner("Żółć i Łąka sp. z o.o.")
            self.assertEqual(partner.account_card_ids.account_key, "00042")
            self.assertEqual(
                partner.account_card_ids.main_account, "customers_suppliers"
            )
            self.assertEqual(partner.account_card_ids.credit_limit, 1250.5)
            self.assertEqual(partner.country_id.code, "PL")
            accounts_import.action_undo()
            self.assertEqual(accounts_import.state, "undone")
            self.assertFalse(self._partner("Żółć i Łąka sp. z o.o."))
            accounts_import.action_preview()
            accounts_import.action_skip_undecided()

    def test_windows_text_files_are_imported(self):
        for name, expected in (
            ("accounts_windows1255.csv", 'כהן בע"מ'),
            ("accounts_windows1250.csv", "Żółć sp. z o.o."),
        ):
            with self.subTest(name=name):
                accounts_import = self._read(name)
                accounts_import.action_preview()
                accounts_import.action_apply()
                self.assertTrue(self._partner(expected).account_card_ids)

    def test_wrong_encoding_says_which_is_right(self):
        with self.assertRaisesRegex(
            UserError, "Row 1 has signs that do not exist in utf-8"
        ):
            self._read("accounts_windows1255.csv", encoding="utf-8")
        accounts_import = self._read("accounts_windows1255.csv", encoding="cp1250")
        self.assertIn("cp1255", accounts_import.notice)

    def test_bad_files_say_what_to_do(self):
        for content, message in (
            (b"%PDF-1.7 ...", "Save the table as .xlsx"),
            (bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 99, "save it as .xlsx"),
            (b"\n\n", "The file is empty"),
            (b'Key,Name\n1,"a\n', "From row 2 on the quotation marks"),
        ):
            accounts_import = self._create_import_of(content, "accounts.xlsx")
            with (
                self.subTest(message=message),
                self.assertRaisesRegex(UserError, message),
            ):
                accounts_import.action_read()
            self.assertEqual(accounts_import.state, "draft")

    def test_error_below_the_head_leaves_no_rows(self):
        lines = [f"{i},Name {i}" for i in range(60)] + ['60,"open']
        accounts_import = self._create_import_of(
            "\n".join(["Key,Name", *lines]).encode(), "a.csv"
        )
        accounts_import.action_read()
        with (
            self.assertRaisesRegex(UserError, "From row 62"),
            self.env.cr.savepoint(),
        ):
            accounts_import.action_preview()
        self.env.invalidate_all()
        self.assertEqual(accounts_import.state, "mapped")
        self.assertFalse(accounts_import.row_ids)
