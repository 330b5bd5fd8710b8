from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .common_import import ImportCase

ROWS = [
    ["Key", "Name", "VAT", "Phone", "City", "Country", "Main account", "Credit limit"],
    ["30900", "Levi Press", "", "03-6123456", "Lod", "ישראל", "", "5000"],
    [
        "30901",
        "Kowalski",
        "PL5260250995",
        "",
        "Łódź",
        "Polska",
        "Odbiorcy-Dostawcy",
        "",
    ],
]


@tagged("post_install", "-at_install")
class TestImportApply(ImportCase):
    """Writing all or nothing, and taking it back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.known = cls.env["res.partner"].create(
            {"name": "Levi Printing", "is_company": True, "city": "Haifa"}
        )
        cls.card = cls.known._open_account_card(
            "button", company=cls.company, keys={cls.known.id: "30900"}
        )

    def _apply(self, rows=None, **values):
        accounts_import = self._preview(rows or ROWS, **values)
        accounts_import.action_apply()
        self.assertFalse(accounts_import.job_error)
        self.assertEqual(accounts_import.state, "applied")
        return accounts_import

    def assertNothingWritten(self):
        self.env.invalidate_all()
        self.assertEqual(self.known.name, "Levi Printing")
        self.assertFalse(self._partner("Kowalski"))

    # -- apply ------------------------------------------------------------------------

    def test_apply_updates_matched_and_creates_new(self):
        accounts_import = self._apply()
        self.assertRecordValues(
            self.known, [{"name": "Levi Press", "city": "Lod", "phone": "03-6123456"}]
        )
        self.assertEqual(self.card.with_company(self.company).credit_limit, 5000)
        created = self._partner("Kowalski")
        self.assertTrue(created.is_company, "a tax number makes a company")
        self.assertRecordValues(
            created.account_card_ids,
            [
                {
                    "account_key": "30901",
                    "main_account": "customers_suppliers",
                    "cause": "import",
                    "company_id": self.company.id,
                    "opened_by_id": self.accountant.id,
                }
            ],
        )
        self.assertEqual(self._conversions_of(created).cause, "import")
        self.assertEqual(self.known.account_card_ids, self.card)
        self.assertEqual(accounts_import.applied_by_id, self.accountant)

    def test_prospect_becomes_customer(self):
        prospect = self._create_prospect("Prospect", email="p@example.com")
        self._apply([["Name", "Email"], ["Prospect", "p@example.com"]])
        self.assertEqual(prospect.customer_kind, "customer")
        self.assertEqual(self._conversions_of(prospect).cause, "import")

    def test_undecided_rows_stop_applying(self):
        accounts_import = self._preview(
            [*ROWS, ["30902", "=cmd()", "", "", "", "", "", ""]]
        )
        with self.assertRaisesRegex(UserError, "1 rows still need a decision"):
            accounts_import.action_apply()
        self.assertNothingWritten()
        accounts_import.action_skip_undecided()
        accounts_import.action_apply()
        self.assertEqual(accounts_import.state, "applied")

    def test_failure_half_way_writes_nothing(self):
        accounts_import = self._preview(ROWS)
        card_class = self.env.registry["crm.cards.account.card"]
        with (
            patch.object(card_class, "write", side_effect=ValidationError("no")),
            self.assertRaisesRegex(UserError, "Rows 2 to 3 could not be written: no"),
            self.env.cr.savepoint(),
        ):
            accounts_import.action_apply()
        self.assertNothingWritten()
        self.assertEqual(accounts_import.state, "previewed")

    def test_change_since_the_preview_is_shown_instead_of_overwritten(self):
        accounts_import = self._preview(ROWS)
        self.known.city = "Acre"
        accounts_import.action_apply()
        self.assertEqual(accounts_import.state, "previewed")
        self.assertIn("1 rows come out differently", accounts_import.job_error)
        self.assertNothingWritten()
        self.assertEqual(
            self._row(accounts_import, "Levi Press").changes["partner"]["city"],
            ["Acre", "Lod"],
        )

    def test_applying_twice_is_refused(self):
        accounts_import = self._apply()
        with self.assertRaisesRegex(UserError, "already in the state"):
            accounts_import.action_apply()

    def test_applied_import_is_kept(self):
        accounts_import = self._apply()
        with self.assertRaises(UserError):
            accounts_import.unlink()
        with self.assertRaises(UserError):
            accounts_import.file = False

    # -- undo -------------------------------------------------------------------------

    def test_undo_restores_and_removes(self):
        accounts_import = self._apply()
        conversion = self._conversions_of(self._partner("Kowalski"))
        accounts_import.action_undo()
        self.assertEqual(accounts_import.state, "undone")
        self.env.invalidate_all()
        self.assertRecordValues(
            self.known, [{"name": "Levi Printing", "city": "Haifa", "phone": False}]
        )
        self.assertEqual(self.card.with_company(self.company).credit_limit, 0)
        self.assertEqual(self.known.account_card_ids, self.card)
        self.assertFalse(self._partner("Kowalski"))
        self.assertTrue(conversion.is_reversed, "the event stays and says so")

    def test_undone_import_can_be_applied_again(self):
        accounts_import = self._apply()
        accounts_import.action_undo()
        accounts_import.action_preview()
        accounts_import.action_apply()
        self.assertEqual(accounts_import.state, "applied")
        self.assertEqual(
            self._partner("Kowalski").account_card_ids.account_key, "30901"
        )

    def test_undo_makes_a_prospect_again_and_restores_its_terms(self):
        prospect = self._create_prospect("Prospect", email="p@example.com")
        prospect.with_company(self.company).credit_limit = 700
        accounts_import = self._apply(
            [
                ["Key", "Name", "Email", "Credit limit"],
                ["30950", "Prospect", "p@example.com", "9"],
            ],
            joins=("email",),
        )
        self.assertEqual(prospect.with_company(self.company).credit_limit, 9)
        accounts_import.action_undo()
        self.env.invalidate_all()
        self.assertEqual(prospect.customer_kind, "prospect")
        self.assertEqual(prospect.with_company(self.company).credit_limit, 700)

    def assertUndoRefused(self, accounts_import, label, reason):
        accounts_import.action_undo()
        self.assertEqual(accounts_import.state, "applied")
        self.assertIn("cannot be undone", accounts_import.job_error)
        self.assertIn(reason, self._row(accounts_import, label).undo_reason or "")
        self.assertTrue(self._partner("Kowalski"))
        self.assertEqual(self.known.name, "Levi Press")

    def test_undo_is_refused_after_an_order(self):
        accounts_import = self._apply()
        self._create_order(self._partner("Kowalski"))
        self.assertUndoRefused(accounts_import, "Kowalski", "Sales Order")

    def test_undo_is_refused_after_a_posting(self):
        accounts_import = self._apply()
        self._create_invoice_of(self._partner("Kowalski")).action_post()
        self.assertUndoRefused(accounts_import, "Kowalski", "Journal Entry")

    def test_undo_is_refused_after_a_later_change(self):
        accounts_import = self._apply()
        self.known.city = "Acre"
        self.assertUndoRefused(
            accounts_import, "Levi Press", "City was changed again to “Acre”"
        )

    def test_undo_is_refused_after_a_contact_person(self):
        accounts_import = self._apply()
        self._create_partner(
            "Jan", parent_id=self._partner("Kowalski").id, is_company=False
        )
        self.assertUndoRefused(accounts_import, "Kowalski", "Contact")

    def test_undo_is_refused_after_a_note(self):
        accounts_import = self._apply()
        self._partner("Kowalski").message_post(body="Called")
        self.assertUndoRefused(accounts_import, "Kowalski", "Message")

    def test_undo_is_refused_after_blocking_the_card(self):
        accounts_import = self._apply()
        self._partner("Kowalski").account_card_ids.write(
            {"state": "blocked", "state_reason": "x"}
        )
        self.assertUndoRefused(accounts_import, "Kowalski", "blocked")

    def test_undo_is_refused_after_an_order_of_a_converted_prospect(self):
        prospect = self._create_prospect("Prospect", email="p@example.com")
        accounts_import = self._apply(
            [["Name", "Email"], ["Prospect", "p@example.com"]]
        )
        self._create_order(prospect).action_confirm()
        accounts_import.action_undo()
        self.assertEqual(accounts_import.state, "applied")
        self.assertIn("sales orders", accounts_import.row_ids.undo_reason)

    # -- rights --------------------------------------------------------------

    def test_only_accountants_import(self):
        accounts_import = self._preview(ROWS)
        for user in (self.salesperson, self.invoicer):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                accounts_import.with_user(user).action_apply()
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.imports.with_user(user).create({"name": "x", "file": b"eA=="})

    def test_hidden_customers_do_not_leak(self):
        hidden = self._create_partner("Secret", email="secret@example.com")
        hidden._open_account_card(
            "button", company=self.company, keys={hidden.id: "30999"}
        )
        self.env["ir.rule"].create(
            {
                "name": "Hide one",
                "model_id": self.env.ref("base.model_res_partner").id,
                "domain_force": [("name", "!=", "Secret")],
            }
        )
        accounts_import = self._preview(
            [
                ["Key", "Name", "Email"],
                ["30998", "By mail", "secret@example.com"],
                ["30999", "By key", ""],
            ],
            joins=("key", "email"),
        )
        self.assertHeaps(accounts_import, {"By mail": "new", "By key": "bad"})
        self.assertIn(
            "30999 is already in use", self._row(accounts_import, "By key").reason
        )
        self.assertNotIn(
            "Secret", " ".join(filter(None, accounts_import.row_ids.mapped("reason")))
        )

    def test_rows_the_user_may_not_edit_are_bad(self):
        self.env["ir.rule"].create(
            {
                "name": "Read only",
                "model_id": self.env.ref("base.model_res_partner").id,
                "domain_force": [("name", "!=", "Levi Printing")],
                "perm_read": False,
            }
        )
        accounts_import = self._preview(ROWS)
        row = self._row(accounts_import, "Levi Press")
        self.assertEqual(row.heap, "bad")
        self.assertIn("no right to edit", row.reason)

    # -- companies -----------------------------------------------------------

    def test_import_belongs_to_one_company(self):
        other = (
            self.company_data_2["company"] if hasattr(self, "company_data_2") else None
        )
        other = other or self.env["res.company"].create(
            {"name": "Second", "country_id": self.env.ref("base.pl").id}
        )
        accountant = new_test_user(
            self.env,
            login="second_accountant",
            groups="base.group_user,crm_cards.crm_cards_group_accountant",
            company_id=self.company.id,
            company_ids=[(6, 0, (self.company + other).ids)],
        )
        self.imports = self.imports.with_user(accountant).with_context(
            allowed_company_ids=(self.company + other).ids
        )
        accounts_import = self._apply(
            [["Key", "Name"], ["30900", "Levi Second"]], company_id=other.id
        )
        created = self._partner("Levi Second")
        self.assertNotEqual(
            created, self.known, "the key of another company is another key"
        )
        self.assertEqual(created.account_card_ids.company_id, other)
        with self.assertRaises(AccessError):
            accounts_import.with_user(self.accountant).name = "mine"
