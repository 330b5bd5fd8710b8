"""Lists of customers' products: who may import them, out of which files."""

import base64
import io

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common_import import table_file
from .common_import_products import PRODUCT_HEADER, ProductImportCase


@tagged("post_install", "-at_install")
class TestImportProductsRights(ProductImportCase):
    def test_service_manager_imports_products_only(self):
        accounts = self.imports.with_context(default_target="accounts")
        with self.assertRaises(AccessError):
            accounts.create({"file": base64.b64encode(b"Key\n1\n"), "file_name": "a"})
        theirs = (
            self.env["crm.cards.accounts.import"]
            .with_user(self.accountant)
            .create(
                {"file": base64.b64encode(b"Key,Name\n1,A\n"), "file_name": "a.csv"}
            )
        )
        theirs.action_read()
        theirs.action_preview()
        self.assertFalse(self.imports.search([("id", "=", theirs.id)]))
        for records in (theirs, theirs.column_ids, theirs.row_ids):
            with self.subTest(records._name), self.assertRaises(AccessError):
                records.with_user(self.service_manager).read(["display_name"])

    def test_import_of_products_does_not_become_one_of_accounts(self):
        products_import = self._create_import([["Key", "Product"], ["30700", "LP-1"]])
        with self.assertRaisesRegex(UserError, "stays what it is"):
            products_import.target = "accounts"

    def test_account_card_of_a_row_is_not_for_service_managers(self):
        products_import = self._preview([["Key", "Product"], ["30700", "LP-1"]])
        with self.assertRaises(AccessError):
            products_import.row_ids.read(["card_id"])
        self.assertFalse(
            self.env["crm.cards.account.card"]
            .with_user(self.service_manager)
            .has_access("read")
        )

    def test_former_key_means_nobody_to_a_service_manager(self):
        card = self.customer.account_card_ids
        # only a merge archives a card
        self.env.cr.execute(
            "UPDATE crm_cards_account_card SET active = FALSE WHERE id = %s", [card.id]
        )
        card.invalidate_recordset()
        rows = [["Key", "Product"], ["30700", "LP-1"]]
        self.assertEqual(self._preview(rows).row_ids.heap, "bad")
        self.imports = self.imports.with_user(self.accountant)
        self.assertEqual(self._preview(rows).row_ids.heap, "new")

    def test_hidden_customers_do_not_leak(self):
        self.env["ir.rule"].create(
            {
                "name": "Hide one",
                "model_id": self.env.ref("base.model_res_partner").id,
                "domain_force": [("name", "!=", "Kowalski")],
            }
        )
        products_import = self._preview([["Key", "Product"], ["30701", "LP-1"]])
        self.assertEqual(products_import.row_ids.heap, "bad")
        self.assertFalse(products_import.row_ids.partner_id)

    def test_accountant_imports_products_and_others_do_not(self):
        self.imports = self.imports.with_user(self.accountant)
        products_import = self._preview([["Key", "Product"], ["30700", "LP-1"]])
        for user in (self.salesperson, self.invoicer):
            with self.subTest(user.login), self.assertRaises(AccessError):
                products_import.with_user(user).action_apply()
        products_import.action_apply()
        self.assertTrue(self._of(self.customer))
        products_import.action_undo()
        self.assertFalse(self._of(self.customer))

    def test_form_of_a_row_opens_for_the_service_manager(self):
        products_import = self._preview([["Key", "Product"], ["99999", "LP-1"]])
        form = Form(products_import.row_ids)
        form.chosen_partner_id = self.customer
        row = form.save()
        self.assertEqual(row.heap, "new")


@tagged("post_install", "-at_install")
class TestImportProductsFiles(ProductImportCase):
    def test_workbook_of_openpyxl(self):
        book = openpyxl.Workbook()
        book.active.append(["Customers' products 2026"])
        book.active.append(PRODUCT_HEADER)
        book.active.append(
            [30700, "LP-1", 10000042, 1, self._day("2026-03-01"), None, "רצפה"]
        )
        stream = io.BytesIO()
        book.save(stream)
        products_import = self._create_import_of(stream.getvalue(), "products.xlsx")
        products_import.action_read()
        products_import.action_preview()
        products_import.action_apply()
        added = self._of(self.customer)
        self.assertEqual(
            (added.serial, str(added.date_bought)), ("10000042", "2026-03-01")
        )

    def _day(self, text):
        return self.owned._fields["date_bought"].to_date(text)

    def test_workbook_of_libreoffice(self):
        name = "products_libreoffice.xlsx"
        products_import = self._create_import_of(table_file(name), name)
        products_import.action_read()
        products_import.action_preview()
        self.assertEqual(
            products_import.row_ids.mapped("heap"), ["new", "new", "new", "bad"]
        )
        products_import.action_skip_undecided()
        products_import.action_apply()
        self.assertEqual(
            self._of(self.customer).mapped("serial"), ["LO-0001", "LO-0002"]
        )
        software = self._of(self.other_customer)
        self.assertEqual((software.quantity, software.product_id), (3, self.software))
        self.assertIn("Żółte", software.note)

    def test_hebrew_text_file_of_windows(self):
        self.printer.name = "מדפסת לייזר"
        text = (
            "מפתח חשבון;שם מוצר;מספר סידורי;כמות;תאריך רכישה;אחריות עד;הערות\r\n"
            "30700;מדפסת לייזר;אב-1;1;05/03/2026;04/03/2027;רצפה 2\r\n"
        )
        products_import = self._create_import_of(text.encode("cp1255"), "products.csv")
        products_import.action_read()
        self.assertEqual(products_import.encoding, "cp1255")
        products_import.action_preview()
        products_import.action_apply()
        added = self._of(self.customer)
        self.assertEqual(added.serial, "אב-1")
        self.assertEqual(str(added.date_bought), "2026-03-05", "the day comes first")
        self.assertEqual(str(added.service_end), "2027-03-04")
