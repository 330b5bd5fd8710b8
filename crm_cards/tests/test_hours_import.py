"""Opening balances: hours that customers have left, read from a workbook."""

import base64
import doctest
import io
import unittest
from datetime import date

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged
from odoo.tests.common import BaseCase

from ..tools import hours_words
from .common_import import ImportCase

HEADER = ["Key", "Bank", "Hours", "Price", "Valid from", "Valid until", "Note"]


@tagged("post_install", "-at_install")
class TestHoursWords(BaseCase):
    def test_examples_of_the_docstrings_hold(self):
        result = unittest.TestResult()
        doctest.DocTestSuite(hours_words).run(result)
        self.assertTrue(result.testsRun)
        self.assertFalse(result.failures + result.errors)


@tagged("post_install", "-at_install")
class TestHoursImport(ImportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hours_manager = new_test_user(
            cls.env,
            login="import_hours_manager",
            groups="base.group_user,crm_cards.crm_cards_group_hours_manager",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls.imports = (
            cls.env["crm.cards.accounts.import"]
            .with_user(cls.hours_manager)
            .with_context(default_target="hours")
        )
        cls.customer = cls._create_customer("Levi Printing", "30700")
        cls.other_customer = cls._create_customer("Kowalski", "30701")

    @classmethod
    def _create_customer(cls, name, key):
        partner = cls.env["res.partner"].create({"name": name, "is_company": True})
        partner._open_account_card(
            "button", company=cls.company, keys={partner.id: key}
        )
        return partner

    def _lots(self, partner=None):
        return self.env["crm.cards.hours.lot"].search(
            [("bank_id.partner_id", "=", (partner or self.customer).id)], order="id"
        )

    def _apply(self, rows, **values):
        hours_import = self._preview(rows, **values)
        hours_import.action_apply()
        self.assertFalse(hours_import.job_error)
        self.assertEqual(hours_import.state, "applied")
        return hours_import

    def _draw(self, lot, minutes):
        banks = self.env["crm.cards.hours.bank"]
        banks._correct(lot, -minutes, "Used before")

    def test_workbook_becomes_lots(self):
        book = openpyxl.Workbook()
        book.active.append(["Hours left on 31.12.2026"])
        book.active.append(HEADER)
        start, end = date(2026, 1, 1), date(2027, 6, 30)
        book.active.append([30700, "Support", 12.5, 250, start, end, "Pack of 2026"])
        book.active.append([30700, "", "7:20", None, start, None, None])
        book.active.append([30701, "support", 200, 180.5, start, None, "רצפה"])
        stream = io.BytesIO()
        book.save(stream)
        hours_import = self._create_import_of(stream.getvalue(), "hours.xlsx")
        hours_import.action_read()
        hours_import.action_preview()
        self.assertEqual(
            hours_import.row_ids.mapped("heap"),
            ["new"] * 3,
            hours_import.row_ids.mapped("reason"),
        )
        self.assertIn("12.5", hours_import.row_ids[0].changes_html)
        self.assertFalse(self._lots(), "a preview writes nothing")
        hours_import.action_apply()
        lots = self._lots() + self._lots(self.other_customer)
        self.assertRecordValues(
            lots,
            [
                {
                    "kind": "opening",
                    "minutes": 750,
                    "price_hour": 250,
                    "date_from": start,
                    "date_to": end,
                    "name": "Pack of 2026",
                },
                {
                    "kind": "opening",
                    "minutes": 440,
                    "price_hour": 0,
                    "date_from": start,
                    "date_to": False,
                    "name": False,
                },
                {
                    "kind": "opening",
                    "minutes": 12_000,
                    "price_hour": 180.5,
                    "date_from": start,
                    "date_to": False,
                    "name": "רצפה",
                },
            ],
        )
        self.assertEqual(lots.bank_id.mapped("name"), ["Support", "Hours", "support"])
        self.assertEqual(lots.bank_id.mapped("left_hours"), [12.5, 440 / 60, 200])
        self.assertEqual(hours_import.row_ids.hours_lot_id, lots)

    def test_rows_go_into_banks_that_are_there(self):
        banks = self.env["crm.cards.hours.bank"]
        vals = {"partner_id": self.customer.id, "company_id": self.company.id}
        general, support = banks.create(
            [{**vals, "name": "General"}, {**vals, "name": "Support", "sequence": 20}]
        )
        self._apply([HEADER, ["30700", "SUPPORT", "1"], ["30700", "", "2"]])
        self.assertEqual((support.left_hours, general.left_hours), (1, 2))

    def test_bad_rows_say_what_to_do_and_are_fixed_by_hand(self):
        closed = self.env["crm.cards.hours.bank"].create(
            {"name": "Old", "partner_id": self.customer.id, "state": "closed"}
        )
        rows = [
            ["30700", "A", "", "", "", "", ""],
            ["30700", "A", "-3", "", "", "", ""],
            ["30700", "A", "3", "-1", "", "", ""],
            ["30700", "A", "3", "", "2026-03-02", "2026-03-01", ""],
            ["30700", "Old", "3", "", "", "", ""],
            ["99999", "A", "3", "", "", "", ""],
            ["30700", "B", "3", "", "", "", ""],
            ["30700", "b", "3", "", "", "", ""],
        ]
        hours_import = self._preview([HEADER, *rows])
        self.assertEqual(hours_import.row_ids.mapped("heap"), ["bad"] * 8)
        for row, message in zip(
            hours_import.row_ids,
            ["no hours in this row", "are no hours", "is not an amount"]
            + ["before they begin", "is closed", "opens no customers"]
            + ["says the same", "says the same"],
            strict=True,
        ):
            self.assertIn(message, row.reason)
        with self.assertRaisesRegex(UserError, "need a decision"):
            hours_import.action_apply()
        fixed, stranger, double = (hours_import.row_ids[i] for i in (1, 5, 7))
        fixed.text_hours = "4"
        self.assertEqual(fixed.heap, "new", fixed.reason)
        form = Form(stranger)
        form.chosen_partner_id = self.other_customer
        form.save()
        self.assertEqual(stranger.heap, "new", stranger.reason)
        double.text_note = "Another"
        self.assertEqual(hours_import.row_ids[6].heap, "new")
        hours_import.action_skip_undecided()
        hours_import.action_apply()
        self.assertEqual(sum(self._lots().mapped("hours")), 10)
        self.assertEqual(self._lots(self.other_customer).hours, 3)
        self.assertFalse(closed.lot_ids)

    def test_same_file_again_adds_nothing(self):
        rows = [HEADER, ["30700", "A", "3", "", "2026-01-01", "", ""]]
        self._apply(rows)
        again = self._apply(rows)
        self.assertEqual(again.row_ids.heap, "matched")
        self.assertEqual(self._lots().hours, 3)

    def test_undo_takes_the_hours_back_and_may_be_done_again(self):
        hours_import = self._apply([HEADER, ["30700", "A", "3"], ["30701", "", "5"]])
        opened = self._lots().bank_id
        hours_import.action_undo()
        self.assertEqual(hours_import.state, "undone")
        self.assertEqual(self._lots().mapped("left_minutes"), [0])
        self.assertEqual((opened.left_minutes, opened.bought_minutes), (0, 0))
        self.assertFalse(opened.active, "opened by the import, and empty again")
        hours_import.action_preview()
        hours_import.action_apply()
        self.assertEqual(sum(self._lots().mapped("left_hours")), 3)

    def test_undo_is_refused_once_hours_were_drawn(self):
        hours_import = self._apply([HEADER, ["30700", "A", "3"], ["30701", "", "5"]])
        self._draw(self._lots(), 80)
        hours_import.action_undo()
        self.assertEqual(hours_import.state, "applied")
        self.assertIn("nothing has been changed", hours_import.job_error)
        first, second = hours_import.row_ids
        self.assertIn("of 3:00 h in “A”, 1:40 h are left", first.undo_reason)
        self.assertFalse(second.undo_reason)
        self.assertEqual(self._lots(self.other_customer).left_hours, 5)

    def test_undo_waits_for_a_closed_bank(self):
        hours_import = self._apply([HEADER, ["30700", "", "10"]])
        bank = self._lots().bank_id
        for closing in ({"state": "closed"}, {"active": False}):
            bank.write(closing)
            hours_import.action_undo()
            self.assertEqual(hours_import.state, "applied")
            self.assertIn("closed", hours_import.row_ids.undo_reason)
            self.assertEqual(bank.left_hours, 10)
            bank.write({"state": "open", "active": True})
        hours_import.action_undo()
        self.assertEqual(hours_import.state, "undone")

    def test_mapping_needs_hours_and_somebody(self):
        hours_import = self._create_import([["Key", "Bank"], ["30700", "A"]])
        hours_import.action_read()
        with self.assertRaisesRegex(UserError, "which column holds the hours"):
            hours_import.action_preview()
        hours_import.column_ids.is_join = False
        with self.assertRaisesRegex(UserError, "whose hours"):
            hours_import.action_preview()

    def test_who_may_import_hours(self):
        rows = [HEADER, ["30700", "A", "3"]]
        self.imports = self.imports.with_user(self.accountant)
        hours_import = self._apply(rows)
        hours_import.action_undo()
        for user in (self.salesperson, self.invoicer):
            with self.subTest(user.login), self.assertRaises(AccessError):
                hours_import.with_user(user).action_preview()
        with self.assertRaises(AccessError):
            self.imports.with_user(self.hours_manager).with_context(
                default_target="accounts"
            ).create({"file": base64.b64encode(b"Key\n1\n"), "file_name": "a"})

    def test_queries_do_not_grow_with_rows(self):
        def measure(count, bank):
            rows = [[f"3070{i % 2}", bank, str(i + 1)] for i in range(count)]
            before = self.cr.sql_log_count
            self._apply([HEADER, *rows])
            return self.cr.sql_log_count - before

        measure(3, "W")
        few = measure(20, "F")
        self.assertLessEqual(measure(200, "M"), few + 12)
