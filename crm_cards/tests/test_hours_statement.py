"""Statements of hours banks: what they say, and as what they come."""

import base64
import doctest
import io
import unittest
from datetime import date, timedelta

import openpyxl
from lxml import html

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged
from odoo.tests.common import BaseCase
from odoo.tools import mute_logger

from ..tools import hours_forecast, hours_period
from ..tools.hours_forecast import LotLeft, forecast
from .common_hours import HoursCase

_REPORT = "crm_cards.crm_cards_hours_report_statement"
_MARCH = date(2026, 3, 1), date(2026, 3, 31)


class TestHoursForecast(BaseCase):
    """When hours will be gone."""

    def test_examples_hold(self):
        for module, count in ((hours_forecast, 1), (hours_period, 3)):
            result = unittest.TestResult()
            doctest.DocTestSuite(module).run(result)
            self.assertEqual(result.testsRun, count)
            self.assertFalse(result.failures + result.errors)

    def test_no_use_and_nothing_left_are_said(self):
        today = date(2026, 3, 1)
        self.assertEqual(forecast(today, [LotLeft(60)], 0).state, "unused")
        self.assertEqual(forecast(today, [LotLeft(60)], -60).state, "unused")
        self.assertEqual(forecast(today, [], 60).state, "empty")
        over = LotLeft(60, date_to=date(2026, 2, 28))
        self.assertEqual(forecast(today, [over], 60).state, "empty")

    def test_planned_lot_is_waited_for(self):
        today = date(2026, 3, 1)
        lots = [LotLeft(60), LotLeft(60, date_from=date(2026, 3, 11))]
        said = forecast(today, lots, 60 * 90)
        self.assertEqual((said.state, said.date), ("runs_out", date(2026, 3, 11)))

    def test_slow_work_is_never_done(self):
        said = forecast(date(2026, 3, 1), [LotLeft(60_000_000)], 1)
        self.assertEqual(said.state, "never")

    def test_it_agrees_with_counting_day_by_day(self):
        today = date(2026, 3, 1)
        for seed in range(60):
            lots = [
                LotLeft(
                    60 * (1 + (seed * 7 + index * 5) % 20),
                    today + timedelta(days=(seed * index) % 9),
                    today + timedelta(days=9 + (seed + index * 11) % 30),
                )
                for index in range(1 + seed % 4)
            ]
            with self.subTest(seed=seed):
                said = forecast(today, lots, 60 * 90)
                self.assertEqual(
                    (said.date, said.lost), self._count(today, lots, pace=60)
                )

    def _count(self, today, lots, pace):
        """Work so many minutes on each day, first what ends first."""
        left = {index: lot.minutes for index, lot in enumerate(lots)}
        last, day, lost = today, today, 0
        while any(left.values()):
            day += timedelta(days=1)
            todo = pace
            for index in sorted(left, key=lambda one: lots[one].date_to):
                if lots[index].date_from <= day <= lots[index].date_to:
                    worked = min(todo, left[index])
                    left[index] -= worked
                    todo -= worked
                    last = day if worked else last
            for index, lot in enumerate(lots):
                if lot.date_to <= day and left[index]:
                    lost += left[index]
                    left[index], last = 0, day
        return last, lost


class StatementCase(HoursCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("he_IL")
        cls.env["res.lang"]._activate_lang("pl_PL")
        cls.technician.name = "Avi Technician"
        cls.lot = cls._buy(10, name="Spring pack", date_to="2026-12-31")

    def _get_lines(self, statement):
        return [(line.kind, line.minutes / 60) for line in statement.lines]


@tagged("post_install", "-at_install")
class TestHoursStatement(StatementCase):
    """A statement like a bank's."""

    def test_opening_and_lines_make_the_closing_balance(self):
        self._log_hours(2, date="2026-02-27")
        self._log_hours(1.5, name="Rollers changed", user=self.technician)
        self._buy(5, date_from="2026-03-10")
        self._log_hours(1, date="2026-04-01")
        self.bank._correct(self.lot, -30, "Counted twice")
        statement = self.bank._get_statement(*_MARCH)
        self.assertEqual((statement.opening, statement.closing), (8 * 60, 11.5 * 60))
        self.assertEqual(self._get_lines(statement), [("draw", -1.5), ("purchase", 5)])
        [draw, purchase] = statement.lines
        self.assertEqual(draw.date, date(2026, 3, 2))
        # Who worked is the customer's to know, not who keeps the books.
        self.assertEqual((draw.person, purchase.person), ("Avi Technician", None))
        self.assertEqual(draw.text, "Rollers changed")
        self.assertEqual((draw.balance, purchase.balance), (6.5 * 60, 11.5 * 60))
        self.assertEqual(statement.get_sums(), {"purchase": 300, "draw": -90})
        lots = {lot.lot_id: (lot.opening, lot.closing) for lot in statement.lots}
        self.assertEqual(lots[self.lot.id], (480, 390))
        self.assertEqual(sum(closing for _first, closing in lots.values()), 690)

    def test_each_balance_of_a_period_opens_the_next(self):
        for month in range(1, 7):
            self._log_hours(0.75 * month, date=f"2026-{month:02}-15")
        closing = 0
        for month in range(1, 7):
            first = date(2026, month, 1)
            last = date(2026, month + 1, 1) - timedelta(days=1)
            statement = self.bank._get_statement(first, last)
            self.assertEqual(statement.opening, closing)
            closing = statement.closing
        self.assertEqual(closing, self.bank.left_minutes)

    def test_draw_beyond_is_part_of_it(self):
        self._log_hours(12)
        statement = self.bank._get_statement(*_MARCH)
        self.assertEqual(statement.closing, -120)
        self.assertIn(None, [lot.lot_id for lot in statement.lots])

    def test_what_was_taken_back_within_the_period_is_left_out(self):
        line = self._log_hours(2)
        line.unit_amount = 3
        self._log_hours(1).unlink()
        statement = self.bank._get_statement(*_MARCH)
        self.assertEqual(self._get_lines(statement), [("draw", -3)])
        self.assertEqual(statement.closing, 7 * 60)

    def test_ticket_and_task_are_named_and_private_words_are_not(self):
        ticket = self.env["crm.cards.ticket"].create(
            {"name": "Printer is down", "partner_id": self.customer.id}
        )
        task = self.env["project.task"].create(
            {"name": "Install", "project_id": self.project.id}
        )
        self._log_hours(1, card_ticket_id=ticket.id)
        self._log_hours(1, task_id=task.id)
        activity = self.env["mail.activity"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                "res_id": self.customer.id,
                "summary": "Hush",
                "card_private": True,
            }
        )
        self.bank._book(
            [
                {
                    "bank_id": self.bank.id,
                    "lot_id": self.lot.id,
                    "kind": "draw",
                    "minutes": -5,
                    "date": "2026-03-05",
                    "name": "Hush",
                    "activity_id": activity.id,
                }
            ]
        )
        lines = self.bank._get_statement(*_MARCH).lines
        self.assertIn("Printer is down", lines[0].ticket)
        self.assertEqual(lines[1].task, "Install")
        self.assertFalse(lines[2].text)

    def test_many_statements_are_one_query(self):
        def count(banks):
            self.env.flush_all()
            self.env.invalidate_all()
            banks.check_access("read")
            before = self.env.cr.sql_log_count
            banks._get_statements(*_MARCH)
            return self.env.cr.sql_log_count - before

        banks = self.bank
        for index in range(20):
            bank = self._create_bank(name=f"Bank {index}")
            self._buy(3, bank=bank)
            banks |= bank
        self.assertEqual(count(banks), count(self.bank))

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_whoever_does_not_read_the_bank_gets_none(self):
        with self.assertRaises(AccessError):
            self.bank.with_user(self.employee)._get_statement(*_MARCH)
        self.bank.with_user(self.technician)._get_statement(*_MARCH)

    def test_period_that_ends_before_it_begins_is_refused(self):
        with self.assertRaisesRegex(UserError, "Period"):
            self.bank._get_statement(*reversed(_MARCH))

    def test_statement_that_does_not_add_up_is_refused(self):
        self._log_hours(1)
        rows = [{"id": None, "lot_id": None, "opening": 0, "closing": 5}]
        with self.assertRaisesRegex(UserError, "add up"):
            self.bank._make_statement(*_MARCH, rows)

    @freeze_time("2026-04-30 12:00:00")
    def test_forecast_names_its_basis(self):
        self.assertIn("nothing was used", self.bank.forecast_text)
        self._log_hours(6)
        self.env.invalidate_all()
        self.assertEqual(self.bank.forecast_date, date(2026, 6, 29))
        for part in ("6:00 h used in 90 days", "4:00 h left", "06/29/2026"):
            self.assertIn(part, self.bank.forecast_text)
        self.lot.date_to = "2026-05-10"
        self.assertIn("Expires first", self.bank.forecast_text)
        self.assertEqual(self.bank.forecast_date, date(2026, 5, 10))
        self._log_hours(4)
        self.env.invalidate_all()
        self.assertFalse(self.bank.forecast_date)
        self.assertIn("Nothing is left", self.bank.forecast_text)

    @freeze_time("2026-01-20 12:00:00")
    def test_young_bank_was_not_used_for_90_days(self):
        self._log_hours(2, date="2026-01-10")
        self.assertIn("in 20 days", self.bank.forecast_text)
        self.assertEqual(self.bank.forecast_date, date(2026, 4, 10))


@tagged("post_install", "-at_install")
class TestHoursStatementPapers(StatementCase):
    """The dialog, the paper and the Excel file."""

    def _open_dialog(self, user=None, **values):
        wizards = self.env["crm.cards.hours.statement"]
        wizards = wizards.with_user(user or self.technician).with_context(
            allowed_company_ids=self.company.ids
        )
        values = {"partner_id": self.customer.id, "period": "any", **values}
        values.setdefault("date_from", _MARCH[0])
        values.setdefault("date_to", _MARCH[1])
        return wizards.create(values)

    def _print(self, action, lang):
        self.customer.lang = lang
        reports = self.env["ir.actions.report"].with_context(**action["context"])
        content, _kind = reports._render_qweb_html(
            _REPORT, action["context"]["active_ids"]
        )
        return html.fromstring(content)

    @freeze_time("2026-05-20 12:00:00")
    def test_periods_are_offered(self):
        wizards = self.env["crm.cards.hours.statement"]
        with Form(wizards) as form:
            form.partner_id = self.customer
            for period, days in (
                ("last_month", (date(2026, 4, 1), date(2026, 4, 30))),
                ("quarter", (date(2026, 4, 1), date(2026, 6, 30))),
                ("this_month", (date(2026, 5, 1), date(2026, 5, 31))),
            ):
                form.period = period
                self.assertEqual((form.date_from, form.date_to), days)
            self.assertEqual(form.bank_ids.ids, self.bank.ids)

    def test_paper_is_in_the_customers_language_and_direction(self):
        self._log_hours(1.5, name="גלילים הוחלפו")
        wizard = self._open_dialog()
        self.assertEqual(wizard.bank_ids, self.bank)
        for lang, day in (
            ("en_US", "03/02/2026"),
            ("he_IL", "02.03.2026"),
            ("pl_PL", "02.03.2026"),
        ):
            page = self._print(wizard.action_print(), lang)
            [article] = page.find_class("article")
            with self.subTest(lang=lang):
                self.assertEqual(article.get("data-oe-lang"), lang)
                text = " ".join(article.text_content().split())
                for part in (day, "-1:30", "8:30", "גלילים הוחלפו", "Levi Printing"):
                    self.assertIn(part, text)

    # It warns where wkhtmltopdf was built without headers.
    @mute_logger("odoo.addons.base.models.ir_actions_report")
    def test_pdf_is_made(self):
        self._log_hours(1.5)
        banks = self.bank._for_period(*_MARCH).with_context(force_report_rendering=True)
        content, kind = banks.env["ir.actions.report"]._render_qweb_pdf(
            _REPORT, banks.ids
        )
        self.assertEqual(kind, "pdf")
        self.assertTrue(content.startswith(b"%PDF"))

    def test_workbook_holds_days_and_durations(self):
        self._log_hours(1.5, name="=1+1")
        wizard = self._open_dialog(user=self.hours_manager)
        wizard.action_export()
        book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(wizard.workbook)))
        [sheet] = book.worksheets
        self.assertFalse(sheet.sheet_view.rightToLeft)
        [row] = [row for row in sheet.iter_rows() if row[4].value == "=1+1"]
        self.assertEqual(row[0].value.date(), date(2026, 3, 2))
        self.assertEqual((row[4].value, row[4].data_type), ("=1+1", "s"))
        self.assertEqual(row[6].value, timedelta(hours=-1.5))
        self.assertEqual(row[6].number_format, "[h]:mm")
        self.assertEqual(row[7].value, timedelta(hours=8.5))
        self.assertEqual(row[1].value, "Draw")
        # Excel shows negative durations of no other files.
        self.assertEqual(book.epoch.year, 1904)

    def test_workbook_in_hebrew_runs_from_right_to_left(self):
        wizard = self._open_dialog().with_context(lang="he_IL")
        wizard.action_export()
        book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(wizard.workbook)))
        sheet = book.worksheets[0]
        self.assertTrue(sheet.sheet_view.rightToLeft)
        for cell in (sheet["A1"], sheet["B7"]):
            with self.subTest(cell.coordinate):
                self.assertEqual(cell.alignment.readingOrder, 2)
        # The balance is a number, whose minus stays in front.
        self.assertEqual(sheet["H9"].alignment.readingOrder, 0)
        self.assertEqual(sheet["A8"].alignment.horizontal, "right")

    def test_workbook_fits_on_paper(self):
        wizard = self._open_dialog()
        wizard.action_export()
        book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(wizard.workbook)))
        sheet = book.worksheets[0]
        self.assertTrue(sheet.sheet_properties.pageSetUpPr.fitToPage)
        page = sheet.page_setup
        self.assertEqual((page.orientation, page.fitToHeight), ("landscape", 0))

    def test_banks_of_several_customers_are_refused_in_the_list(self):
        other = self._create_bank(self.other_customer)
        wizards = self.env["crm.cards.hours.statement"].with_context(
            active_model="crm.cards.hours.bank", active_ids=(self.bank + other).ids
        )
        with self.assertRaisesRegex(UserError, "of one customer only"):
            wizards.default_get(["bank_ids"])

    def test_mail_comes_with_the_paper(self):
        self.customer.email = "office@levi.example.com"
        action = self._open_dialog(user=self.hours_manager).action_send()
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.hours_manager)
            .with_context(**action["context"])
            .create({})
        )
        self.assertEqual(composer.partner_ids, self.customer)
        self.assertTrue(composer.attachment_ids)
        self.assertIn("03/31/2026", composer.subject)

    def test_dialog_asks_for_banks_and_for_days(self):
        wizard = self._open_dialog()
        wizard.bank_ids = False
        with self.assertRaisesRegex(UserError, "Hours banks"):
            wizard.action_print()
        wizard = self._open_dialog(date_to="2026-02-01")
        with self.assertRaisesRegex(UserError, "Period"):
            wizard.action_export()

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_paper_is_no_way_around_the_rights(self):
        reports = self.env["ir.actions.report"].with_user(self.employee)
        with self.assertRaises(AccessError):
            reports._render_qweb_html(_REPORT, self.bank.ids)

    def test_bad_period_in_the_context_is_last_month(self):
        for bad in ("x", 5, None, ["2026-03-01"], {"a": 1}):
            banks = self.bank.with_context(
                hours_statement_from=bad, hours_statement_to=bad
            )
            first, last = banks._get_statement_period()
            self.assertLess(first, last)
            self.assertLess(last, fields.Date.today())
