"""Lists of customers' products: whose they are, written and taken back."""

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common_import_products import PRODUCT_HEADER, ProductImportCase


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
        rows = [PRODUCT_HEADER, ["30700", "BK", "", "3", "2026-03-01", "", ""]]
        self._apply(rows)
        again = self._preview(rows)
        self.assertEqual(again.row_ids.heap, "matched")
        self.assertFalse(again.row_ids.changes)
        later = self._preview(
            [PRODUCT_HEADER, ["30700", "BK", "", "3", "2026-04-01", "", ""]]
        )
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
                PRODUCT_HEADER,
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
                PRODUCT_HEADER,
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
        self.assertIn("the import: 4.", products_import.notice)
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
            [PRODUCT_HEADER, ["30700", "LP-1", "OLD", "5", "", "", ""]]
        )
        known.quantity = 2
        products_import.action_apply()
        self.assertEqual(products_import.state, "previewed")
        self.assertEqual(known.quantity, 2)
        self.assertIn("come out differently", products_import.job_error)
