from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_import import ImportCase


@tagged("post_install", "-at_install")
class TestImportHeaps(ImportCase):
    """Who is meant by a row, and what would change."""

    def _create_customer(self, name, key=None, **values):
        partner = self._create_partner(name, **values)
        partner._open_account_card(
            "button", company=self.company, keys={partner.id: key} if key else None
        )
        return partner

    def test_headers_in_three_languages_are_recognised(self):
        accounts_import = self._create_import(
            [["Nr konta", "שם הלקוח", "E-mail", "?"], ["1", "a"]]
        )
        accounts_import.action_read()
        self.assertRecordValues(
            accounts_import.column_ids,
            [
                {"letter": "A", "field": "key", "is_join": True},
                {"letter": "B", "field": "name", "is_join": False},
                {"letter": "C", "field": "email", "is_join": False},
                {"letter": "D", "field": False, "is_join": False},
            ],
        )

    def test_rows_are_sorted_into_four_heaps(self):
        known = self._create_customer("Levi Printing", "30900", phone="03-6123456")
        self._create_customer("Twin One", email="office@twins.example")
        self._create_customer("Twin Two", email="office@twins.example")
        accounts_import = self._preview(
            [
                ["Key", "Name", "Email", "Phone"],
                ["30900", "Levi Printing", "", "03-612-3456"],
                ["", "Newcomer", "new@example.com", ""],
                ["", "Twins", "office@twins.example", ""],
                ["", "Broken", "not an address", ""],
            ],
            joins=("key", "email"),
        )
        self.assertHeaps(
            accounts_import,
            {
                "Levi Printing": "matched",
                "Newcomer": "new",
                "Twins": "several",
                "Broken": "bad",
            },
        )
        matched = self._row(accounts_import, "Levi Printing")
        self.assertEqual(matched.partner_id, known)
        self.assertFalse(
            matched.changes, "the same phone in another spelling is no change"
        )
        self.assertFalse(self._partner("Newcomer"), "a preview writes nothing")

    def test_preview_shows_old_and_new_value_of_each_field(self):
        self._create_customer("Levi <b>Printing</b>", "30900", city="Haifa")
        accounts_import = self._preview(
            [["Key", "Name", "City"], ["30900", "Levi Press", "<i>Lod</i>"]]
        )
        row = accounts_import.row_ids
        self.assertEqual(
            row.changes["partner"],
            {
                "name": ["Levi <b>Printing</b>", "Levi Press"],
                "city": ["Haifa", "<i>Lod</i>"],
            },
        )
        self.assertIn("<s>Haifa</s> → &lt;i&gt;Lod&lt;/i&gt;", row.changes_html)

    def test_empty_cell_leaves_the_value(self):
        self._create_customer("Levi", "30900", city="Haifa")
        accounts_import = self._preview(
            [["Key", "Name", "City"], ["30900", "Levi", ""]]
        )
        self.assertFalse(accounts_import.row_ids.changes)

    def test_tax_number_matches_with_and_without_country(self):
        poland = self.env.ref("base.pl")
        known = self._create_customer(
            "Kowalski", vat="PL 526-025-09-95", country_id=poland.id
        )
        accounts_import = self._preview(
            [["Name", "NIP", "Kraj"], ["Kowalski", "5260250995", "Polska"]]
        )
        self.assertEqual(accounts_import.row_ids.partner_id, known)

    def test_phone_matches_in_national_spelling(self):
        known = self._create_customer("Levi", phone="+972 3-612-3456")
        accounts_import = self._preview(
            [["Name", "Phone"], ["Levi", "03 6123456"]], joins=("phone",)
        )
        self.assertEqual(accounts_import.row_ids.partner_id, known)

    def test_contradicting_columns_are_several(self):
        first = self._create_customer("First", "30900")
        second = self._create_customer("Second", email="second@example.com")
        accounts_import = self._preview(
            [["Key", "Name", "Email"], ["30900", "Who", "second@example.com"]],
            joins=("key", "email"),
        )
        row = accounts_import.row_ids
        self.assertEqual(row.heap, "several")
        self.assertEqual(row.candidate_ids, first + second)

    def test_contact_person_stands_for_its_company(self):
        company = self._create_customer("Levi")
        self._create_partner(
            "Dana", parent_id=company.id, is_company=False, email="dana@levi.example"
        )
        accounts_import = self._preview(
            [["Name", "Email"], ["Levi", "dana@levi.example"]], joins=("email",)
        )
        self.assertEqual(accounts_import.row_ids.partner_id, company)

    def test_same_key_twice_in_the_file_is_bad(self):
        accounts_import = self._preview(
            [["Key", "Name"], ["30900", "One"], ["30900 ", "Two"], ["30901", "Three"]]
        )
        self.assertHeaps(accounts_import, {"One": "bad", "Two": "bad", "Three": "new"})
        self.assertIn("Row 3", self._row(accounts_import, "One").reason)

    def test_skipping_one_of_two_doubles_makes_the_other_good(self):
        accounts_import = self._preview(
            [["Key", "Name"], ["30900", "One"], ["30900", "Two"]]
        )
        self._row(accounts_import, "Two").action_skip()
        self.assertHeaps(accounts_import, {"One": "new", "Two": "skipped"})

    def test_two_rows_for_one_customer_are_bad(self):
        self._create_customer("Levi", email="a@example.com")
        accounts_import = self._preview(
            [["Name", "Email"], ["Levi", "a@example.com"], ["Levy", "A@example.com"]]
        )
        self.assertHeaps(accounts_import, {"Levi": "bad", "Levy": "bad"})

    def test_row_without_join_value_is_bad_until_declared_new(self):
        accounts_import = self._preview(
            [["Name", "Email"], ["Levi", ""], ["Dan", "d@example.com"]]
        )
        self.assertHeaps(accounts_import, {"Levi": "bad", "Dan": "new"})
        self._row(accounts_import, "Levi").action_open_as_new()
        self.assertHeaps(accounts_import, {"Levi": "new", "Dan": "new"})

    def test_bad_cells_name_column_and_way_out(self):
        accounts_import = self._preview(
            [
                [
                    "Key",
                    "Name",
                    "Email",
                    "Country",
                    "Status",
                    "Credit limit",
                    "Tags",
                    "Phone",
                    "Type",
                ],
                ["1", "Formula", "", "", "", "", "", "#REF!", ""],
                ["2", "=1+1", "", "", "", "", "", "", ""],
                ["3", "@SUM(A1)", "", "", "", "", "", "", ""],
                ["4", "Far", "", "Atlantis", "", "", "", "", ""],
                ["5", "Status", "", "", "Unheard of", "", "", "", ""],
                ["6", "Money", "", "", "", "a lot", "", "", ""],
                ["7", "x" * 300, "", "", "", "", "", "", ""],
                ["8", "", "", "", "", "", "", "", ""],
                [
                    "9",
                    "Good",
                    "g@example.com",
                    "ישראל",
                    "",
                    "1,000",
                    "",
                    "+972 3 6123456",
                    "",
                ],
                ["10", "Unknown tag", "", "", "", "", "No such tag", "", ""],
            ]
        )
        reasons = {
            row.number: (row.heap, row.reason) for row in accounts_import.row_ids
        }
        self.assertEqual(reasons.pop(10), ("new", False))
        for number, part in {
            2: "Column H (Phone): The formula shows the error #REF!",
            3: "Column B (Name): “=1+1” would run as a formula",
            4: "Column B (Name): “@SUM(A1)” would run as a formula",
            5: "Column D (Country): There is no “Atlantis”",
            6: "Column E (Status): There is no “Unheard of”",
            7: "Column F (Credit limit): “a lot” is not an amount",
            8: "Column B (Name): The text has 300 characters",
            9: "A new customer needs a name",
            11: "Column G (Tags): There is no “No such tag”",
        }.items():
            self.assertEqual(reasons[number][0], "bad", number)
            self.assertIn(part, reasons[number][1])

    def test_correcting_a_bad_row_sorts_it_again(self):
        accounts_import = self._preview(
            [["Key", "Name", "Email"], ["30900", "Levi", "levi at example.com"]]
        )
        row = accounts_import.row_ids
        self.assertEqual(row.heap, "bad")
        row.text_email = "levi@example.com"
        self.assertEqual(row.heap, "new", (row.reason, row.corrections))
        self.assertEqual(row.corrections, {"email": "levi@example.com"})
        self.assertEqual(
            row.texts["email"], "levi at example.com", "the file's text is kept"
        )

    def test_choosing_the_customer_of_several(self):
        self._create_customer("Twin One", email="office@twins.example")
        second = self._create_customer("Twin Two", email="office@twins.example")
        accounts_import = self._preview(
            [["Name", "Email", "City"], ["Twins", "office@twins.example", "Lod"]]
        )
        row = accounts_import.row_ids
        row.chosen_partner_id = second
        self.assertEqual(row.heap, "matched")
        self.assertEqual(row.partner_id, second)
        self.assertEqual(row.changes["partner"]["city"], [False, "Lod"])

    def test_without_join_column_there_is_no_preview(self):
        accounts_import = self._create_import([["Name", "City"], ["Levi", "Lod"]])
        accounts_import.action_read()
        with self.assertRaisesRegex(UserError, "Recognise by"):
            accounts_import.action_preview()

    def test_colleagues_are_bad(self):
        self.salesperson.partner_id.email = "sales@example.com"
        accounts_import = self._preview([["Name", "Email"], ["S", "sales@example.com"]])
        self.assertHeaps(accounts_import, {"S": "bad"})

    def test_key_of_an_archived_customer_is_bad(self):
        partner = self._create_customer("Gone", "30900")
        partner.active = False
        accounts_import = self._preview([["Key", "Name"], ["30900", "Gone"]])
        self.assertHeaps(accounts_import, {"Gone": "bad"})

    def test_changing_the_file_starts_again(self):
        accounts_import = self._preview([["Key", "Name"], ["30900", "Levi"]])
        accounts_import.file = self._create_import([["Key"], ["1"]]).file
        self.assertEqual(accounts_import.state, "draft")
        self.assertFalse(accounts_import.row_ids + accounts_import.row_ids)
        self.assertFalse(accounts_import.column_ids)
