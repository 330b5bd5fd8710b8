import base64
import io
from contextlib import closing

import openpyxl
from psycopg2.errors import SerializationFailure

from odoo import api
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.modules.registry import Registry
from odoo.tests import Form, HttpCase, new_test_user, tagged
from odoo.tests.common import BaseCase, get_db_name
from odoo.tools import mute_logger

from ..models.card import crm_cards_accounts_import
from .common_import import ImportCase, table_file

HEADER = ["Key", "Product", "Serial", "Quantity", "Bought on", "Service until", "Note"]


class ProductImportCase(ImportCase):
    """Lists of customers' products, imported by the service manager."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service_manager = new_test_user(
            cls.env,
            login="import_service_manager",
            groups="base.group_user,crm_cards.crm_cards_group_ticket_manager",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls.imports = (
            cls.env["crm.cards.accounts.import"]
            .with_user(cls.service_manager)
            .with_context(default_target="owned_products")
        )
        cls.customer = cls._create_customer("Levi Printing", "30700")
        cls.other_customer = cls._create_customer("Kowalski", "30701")
        cls.printer, cls.software = cls.env["product.product"].create(
            [
                {
                    "name": "Laser printer",
                    "default_code": "LP-1",
                    "barcode": "72900001",
                },
                {"name": "Bookkeeping", "default_code": "BK", "type": "service"},
            ]
        )
        cls.owned = cls.env["crm.cards.owned.product"]

    @classmethod
    def _create_customer(cls, name, key, **values):
        partner = cls.env["res.partner"].create(
            {"name": name, "is_company": True, **values}
        )
        partner._open_account_card(
            "button", company=cls.company, keys={partner.id: key}
        )
        return partner

    def _own(self, serial, **values):
        return self.owned.create(
            {
                "partner_id": self.customer.id,
                "product_id": self.printer.id,
                "company_id": self.company.id,
                "serial": serial,
                **values,
            }
        )

    def _of(self, partner):
        return self.owned.search([("partner_id", "=", partner.id)], order="id")

    def _apply(self, rows, **values):
        products_import = self._preview(rows, **values)
        products_import.action_apply()
        self.assertFalse(products_import.job_error)
        self.assertEqual(products_import.state, "applied")
        return products_import

    def assertHeapsBySerial(self, products_import, expected):
        found = {row.text_serial: row.heap for row in products_import.row_ids}
        reasons = [(row.number, row.reason) for row in products_import.row_ids]
        self.assertEqual(found, expected, f"reasons: {reasons}")

    def _reason(self, products_import, serial):
        row = products_import.row_ids.filtered(lambda row: row.text_serial == serial)
        return row.reason or ""


@tagged("post_install", "-at_install")
class TestImportProductsHeaps(ProductImportCase):
    """Whose product it is, and whether it is on the list already."""

    def test_rows_are_sorted_into_heaps(self):
        twin = {"email": "twin@example.com"}
        self._create_customer("Twin 1", "30702", **twin)
        self._create_customer("Twin 2", "30703", **twin)
        self._own("OLD")
        products_import = self._preview(
            [
                ["Key", "Email", "Product", "Serial"],
                ["30700", "", "lp-1", "NEW"],
                ["30700", "", "72900001", "OLD"],
                ["", "twin@example.com", "Laser printer", "SEVERAL"],
                ["99999", "", "LP-1", "NOBODY"],
                ["30700", "", "Unknown", "NOTHING"],
            ],
            joins=("key", "email"),
        )
        self.assertHeapsBySerial(
            products_import,
            {
                "NEW": "new",
                "OLD": "matched",
                "SEVERAL": "several",
                "NOBODY": "bad",
                "NOTHING": "bad",
            },
        )
        self.assertIn("opens no customers", self._reason(products_import, "NOBODY"))
        self.assertIn("no product with", self._reason(products_import, "NOTHING"))

    def test_customer_is_recognised_by_tax_number_mail_and_phone(self):
        self.customer.write(
            {"vat": "IL580001111", "email": "levi@example.com", "phone": "03-6123456"}
        )
        for field, header, text in (
            ("vat", "VAT", "580001111"),
            ("email", "Email", "Levi@Example.com"),
            ("phone", "Phone", "+972 3 612 3456"),
        ):
            with self.subTest(field):
                products_import = self._preview(
                    [[header, "Product", "Serial"], [text, "LP-1", field]]
                )
                self.assertHeapsBySerial(products_import, {field: "new"})
                self.assertEqual(products_import.row_ids.partner_id, self.customer)

    def test_contact_person_stands_for_the_company(self):
        self._create_partner(
            "Dana",
            parent_id=self.customer.id,
            is_company=False,
            email="dana@example.com",
        )
        self._apply([["Email", "Product"], ["dana@example.com", "BK"]])
        self.assertEqual(self._of(self.customer).product_id, self.software)

    def test_serial_twice_in_the_file_is_bad_until_one_is_corrected(self):
        products_import = self._preview(
            [["Key", "Product", "Serial"], ["30700", "LP-1", "S1"]]
            + [["30701", "Laser printer", "S1"]]
        )
        first, second = products_import.row_ids
        self.assertEqual((first.heap, second.heap), ("bad", "bad"))
        self.assertIn("Row 3 of the file means the same", first.reason)
        second.text_serial = "S2"
        self.assertEqual((first.heap, second.heap), ("new", "new"))

    def test_serial_of_another_customer_is_bad_and_does_not_name_him(self):
        self._own("S1", partner_id=self.other_customer.id)
        products_import = self._preview(
            [["Key", "Product", "Serial"], ["30700", "LP-1", "S1"]]
        )
        reason = self._reason(products_import, "S1")
        self.assertIn("another customer's", reason)
        self.assertNotIn("Kowalski", reason)

    def test_returned_product_may_be_sold_again(self):
        self._own("S1", partner_id=self.other_customer.id, state="returned")
        products_import = self._preview(
            [["Key", "Product", "Serial"], ["30700", "LP-1", "S1"]]
        )
        self.assertHeapsBySerial(products_import, {"S1": "new"})

    def test_without_serial_the_same_file_changes_nothing_twice(self):
        rows = [HEADER, ["30700", "BK", "", "3", "2026-03-01", "", ""]]
        self._apply(rows)
        again = self._preview(rows)
        self.assertEqual(again.row_ids.heap, "matched")
        self.assertFalse(again.row_ids.changes)
        later = self._preview([HEADER, ["30700", "BK", "", "3", "2026-04-01", "", ""]])
        self.assertEqual(later.row_ids.heap, "new", "bought on another day")

    def test_bad_cells_say_what_to_do(self):
        for field, text, message in (
            ("Bought on", "31.2.2026", "is not a day"),
            ("Quantity", "-1", "number above zero"),
            ("Licence type", "Unheard of", "There is no “Unheard of”"),
            ("Serial", "=cmd()", "would run as a formula"),
        ):
            products_import = self._preview(
                [["Key", "Product", field], ["30700", "LP-1", text]]
            )
            with self.subTest(field):
                self.assertEqual(products_import.row_ids.heap, "bad")
                self.assertIn(message, products_import.row_ids.reason)

    def test_service_that_ends_before_it_begins_is_bad(self):
        products_import = self._preview(
            [
                ["Key", "Product", "Service from", "Service until"],
                ["30700", "LP-1", "2026-03-02", "2026-03-01"],
            ]
        )
        self.assertIn("before it begins", products_import.row_ids.reason)

    def test_two_products_of_one_name_are_told_apart_by_reference(self):
        self.env["product.product"].create({"name": "Bookkeeping"})
        products_import = self._preview(
            [["Key", "Product"], ["30700", "Bookkeeping"], ["30701", "BK"]]
        )
        self.assertEqual(products_import.row_ids.mapped("heap"), ["bad", "new"])
        self.assertIn("Several products", products_import.row_ids[0].reason)

    def test_customer_is_chosen_by_hand(self):
        products_import = self._preview(
            [["Key", "Product", "Serial"], ["99999", "LP-1", "S1"]]
        )
        row = products_import.row_ids
        with self.assertRaisesRegex(UserError, "opens no customers"):
            row.action_open_as_new()
        row.chosen_partner_id = self.customer
        self.assertEqual((row.heap, row.partner_id), ("new", self.customer))
        products_import.action_apply()
        self.assertEqual(self._of(self.customer).serial, "S1")

    def test_mapping_needs_a_product_and_somebody(self):
        products_import = self._create_import([["Key", "Serial"], ["30700", "S1"]])
        products_import.action_read()
        with self.assertRaisesRegex(UserError, "which column holds the product"):
            products_import.action_preview()
        products_import.column_ids.is_join = False
        with self.assertRaisesRegex(UserError, "whose products"):
            products_import.action_preview()

    def test_columns_of_accounts_are_refused(self):
        products_import = self._create_import([["Key", "Product"], ["30700", "LP-1"]])
        products_import.action_read()
        column = products_import.column_ids[0]
        self.assertNotIn("credit_limit", column.possible_fields)
        with self.assertRaisesRegex(ValidationError, "does not fill the field"):
            column.field = "credit_limit"


@tagged("post_install", "-at_install")
class TestImportProductsApply(ProductImportCase):
    """Writing all or nothing, and taking back what nobody has touched."""

    def test_apply_adds_and_updates(self):
        known = self._own("OLD", date_bought="2025-01-01", quantity=1)
        products_import = self._apply(
            [
                HEADER,
                ["30700", "LP-1", "OLD", "", "", "2027-01-31", ""],
                [
                    "30701",
                    "LP-1",
                    "NEW",
                    "2",
                    "31/03/2026",
                    "2027-03-30",
                    "On <b>2</b>",
                ],
            ]
        )
        self.assertRecordValues(
            known,
            [
                {
                    "service_end": known.service_end.replace(2027, 1, 31),
                    "date_bought": known.date_bought.replace(2025, 1, 1),
                    "quantity": 1,
                }
            ],
        )
        added = self._of(self.other_customer)
        self.assertRecordValues(
            added,
            [
                {
                    "product_id": self.printer.id,
                    "serial": "NEW",
                    "quantity": 2,
                    "company_id": self.company.id,
                    "create_uid": self.service_manager.id,
                    "state": "active",
                }
            ],
        )
        self.assertEqual(str(added.date_bought), "2026-03-31")
        self.assertIn("On &lt;b&gt;2&lt;/b&gt;", added.note)
        self.assertEqual(products_import.row_ids.owned_product_id, known + added)
        self.assertIn("2027", products_import.row_ids[0].changes_html)

    def test_what_the_file_does_not_say_stays_empty(self):
        self._apply([["Key", "Product"], ["30700", "LP-1"]])
        self.assertFalse(self._of(self.customer).date_bought, "not today")

    def test_undo_removes_and_restores(self):
        known = self._own("OLD", service_end="2026-12-31")
        products_import = self._apply(
            [
                HEADER,
                ["30700", "LP-1", "OLD", "2", "", "2027-01-31", "Note"],
                ["30701", "LP-1", "NEW", "", "", "", "Text & more"],
            ]
        )
        products_import.action_undo()
        self.assertEqual(products_import.state, "undone")
        self.assertFalse(products_import.undo_blocked_count)
        self.env.invalidate_all()
        self.assertEqual((str(known.service_end), known.quantity), ("2026-12-31", 1))
        self.assertFalse(known.note)
        self.assertFalse(self._of(self.other_customer))
        products_import.action_preview()
        products_import.action_apply()
        self.assertEqual(self._of(self.other_customer).serial, "NEW")

    def test_undo_keeps_what_was_changed_since_and_tells(self):
        rows = [[f"3070{i % 2}", "LP-1", f"S{i}"] for i in range(5)]
        products_import = self._apply([["Key", "Product", "Serial"], *rows])
        by_serial = products_import.row_ids.owned_product_id.grouped("serial")
        by_serial["S0"].service_end = "2030-01-01"
        by_serial["S1"].message_post(body="Repaired", message_type="comment")
        by_serial["S2"].action_retire()
        self.env["crm.cards.service.contract"].create(
            {
                "partner_id": self.other_customer.id,
                "company_id": self.company.id,
                "item_ids": [(0, 0, {"owned_product_id": by_serial["S3"].id})],
            }
        )
        products_import.action_undo()
        self.assertEqual(products_import.state, "undone")
        self.assertIn("4 products were kept", products_import.notice)
        reasons = {row.text_serial: row.undo_reason for row in products_import.row_ids}
        self.assertIn("Service until was changed again", reasons["S0"])
        self.assertIn("messages", reasons["S1"])
        self.assertIn("Status was changed", reasons["S2"])
        self.assertIn("contracts", reasons["S3"])
        self.assertFalse(reasons["S4"])
        left = self.owned.search([("serial", "in", list(by_serial))])
        self.assertEqual(set(left.mapped("serial")), {"S0", "S1", "S2", "S3"})

    def test_change_since_the_preview_is_shown_instead_of_overwritten(self):
        known = self._own("OLD", quantity=1)
        products_import = self._preview(
            [HEADER, ["30700", "LP-1", "OLD", "5", "", "", ""]]
        )
        known.quantity = 2
        products_import.action_apply()
        self.assertEqual(products_import.state, "previewed")
        self.assertEqual(known.quantity, 2)
        self.assertIn("come out differently", products_import.job_error)


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
        book.active.append(HEADER)
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


@tagged("post_install", "-at_install")
class TestImportProductsScale(ProductImportCase):
    """Ten times the rows, the same queries."""

    def _count_queries(self, call):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        call()
        self.env.flush_all()
        return self.cr.sql_log_count - before

    def _measure(self, count, prefix):
        figures = []
        for year in (2027, 2028):
            products_import = self._create_import(
                [
                    HEADER,
                    *(
                        [
                            f"3070{i % 2}",
                            "LP-1",
                            f"{prefix}{i}",
                            str(1 + i),
                            "2026-03-01",
                            f"{year}-01-{1 + i % 28:02}",
                            f"Note {year} {i}",
                        ]
                        for i in range(count)
                    ),
                ]
            )
            products_import.action_read()
            figures.append(self._count_queries(products_import.action_preview))
            figures.append(self._count_queries(products_import.action_apply))
            self.assertEqual(products_import.state, "applied")
        figures.append(self._count_queries(products_import.action_undo))
        self.assertEqual(products_import.state, "undone")
        return figures

    def test_queries_do_not_grow_with_rows(self):
        self._measure(3, "W")  # warm the caches
        few = self._measure(20, "F")
        many = self._measure(200, "M")
        for name, first, second in zip(
            ("preview new", "apply new", "preview known", "apply known", "undo"),
            few,
            many,
            strict=True,
        ):
            with self.subTest(name):
                # inserts and updates go to the database a hundred rows at a time
                self.assertLessEqual(second, first + 12, (few, many))

    def test_long_work_is_done_in_the_background(self):
        self.patch(crm_cards_accounts_import, "LONG_ROWS", 0)
        products_import = self._preview([["Key", "Product"], ["30700", "LP-1"]])
        products_import.action_apply()
        self.assertEqual(products_import.job, "apply")
        with self.enter_registry_test_mode():
            self.env.ref(
                "crm_cards.ir_cron_crm_cards_accounts_import"
            ).method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(products_import.state, "applied")
        self.assertEqual(self._of(self.customer).create_uid, self.service_manager)


@tagged("post_install", "-at_install")
class TestImportProductsConcurrency(BaseCase):
    """Two people at the same import of products, each with his own connection."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with closing(self.registry.cursor()) as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            customer = env["res.partner"].create(
                {"name": "Race", "is_company": True, "email": "race@example.com"}
            )
            product = env["product.product"].create(
                {"name": "Race printer", "default_code": "RACE-P"}
            )
            products_import = env["crm.cards.accounts.import"].create(
                {
                    "target": "owned_products",
                    "file": base64.b64encode(
                        b"Email,Product,Serial\nrace@example.com,RACE-P,R-1\n"
                    ),
                    "file_name": "race.csv",
                }
            )
            products_import.action_read()
            products_import.action_preview()
            self.made = products_import, customer, product.product_tmpl_id
            self.import_id = products_import.id
            cr.commit()  # pylint: disable=invalid-commit
        self.addCleanup(self._clean_up)

    def _import(self, cr):
        env = api.Environment(cr, api.SUPERUSER_ID, {})
        return env["crm.cards.accounts.import"].browse(self.import_id)

    def _clean_up(self):
        with closing(self.registry.cursor()) as cr:
            products_import = self._import(cr)
            if products_import.state == "applied":
                products_import.action_undo()
            for records in self.made:
                records.with_env(products_import.env).unlink()
            cr.commit()  # pylint: disable=invalid-commit

    @mute_logger("odoo.sql_db")
    def test_two_people_apply_and_one_wins(self):
        with (
            closing(self.registry.cursor()) as first,
            closing(self.registry.cursor()) as second,
            closing(self.registry.cursor()) as late,
        ):
            self.assertEqual(self._import(late).state, "previewed")
            self._import(first).action_apply()
            with self.assertRaisesRegex(UserError, "Somebody else"):
                self._import(second).action_apply()
            first.commit()
            # the server runs the request again, which then sees the other's work
            with self.assertRaises(SerializationFailure):
                self._import(late).action_apply()
        with closing(self.registry.cursor()) as cr:
            env = self._import(cr).env
            self.assertEqual(
                env["crm.cards.owned.product"].search_count([("serial", "=", "R-1")]), 1
            )


@tagged("post_install", "-at_install")
class TestImportProductsTour(HttpCase):
    def test_service_manager_imports_and_undoes(self):
        user = new_test_user(
            self.env,
            login="tour_service_manager",
            groups="base.group_user,crm_cards.crm_cards_group_ticket_manager",
        )
        self.env["res.partner"].create(
            {
                "name": "Tour Customer",
                "is_company": True,
                "email": "tour@example.com",
            }
        )
        self.env["product.product"].create(
            {"name": "Tour printer", "default_code": "TOUR-P"}
        )
        self.start_tour(
            "/odoo/products-import", "crm_cards_products_import", login=user.login
        )
        products_import = self.env["crm.cards.accounts.import"].search([], limit=1)
        self.assertEqual(products_import.user_id, user)
        self.assertEqual(products_import.state, "undone")
        self.assertFalse(
            self.env["crm.cards.owned.product"].search([("serial", "like", "T-_")])
        )
