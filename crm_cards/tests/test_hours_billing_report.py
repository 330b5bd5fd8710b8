"""Hours to bill on paper, in Excel and on the screen."""

import base64
import io
from datetime import datetime, timedelta

import openpyxl

from odoo.tests import Form, tagged

from .common_hours_billing import BillingCase

_REPORT = "crm_cards.report_hours_billing"


@tagged("post_install", "-at_install")
class TestHoursBillingReport(BillingCase):
    def _render(self, report, records):
        reports = self.env["ir.actions.report"].with_user(self.biller)
        content, _kind = reports._render_qweb_html(report, records.ids)
        return content.decode()

    def test_paper_lists_the_work_of_each_customer(self):
        self._mark_billable(self.other_project)
        self._log_hours(1.5, name="Fuser replaced", user=self.technician)
        self._log_hours(2, name="Mill oiled", project_id=self.other_project.id)
        run = self._collect()
        page = self._render(_REPORT, run)
        self.assertEqual(page.count("o_crm_cards_hours_billing"), 2)
        for text in ("Fuser replaced", "Mill oiled", "1:30", self.technician.name):
            self.assertIn(text, page)
        run.line_ids.filtered("bank_id").is_included = False
        self.assertNotIn("Fuser replaced", self._render(_REPORT, run))

    def test_paper_is_in_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("pl_PL")
        self.customer.lang = "pl_PL"
        self._log_hours(1)
        run = self._collect()
        page = self._render(_REPORT, run)
        self.assertIn('data-oe-lang="pl_PL"', page)
        self.assertIn("02.03.2026", page)

    def test_invoice_has_its_hours_in_an_annex(self):
        self._log_hours(1.5, name="Fuser replaced")
        invoice = self._bill()._get_invoices()
        page = self._render("account.report_invoice", invoice)
        self.assertIn("o_crm_cards_hours_annex", page)
        self.assertIn("Fuser replaced", page)
        invoice.button_cancel()
        page = self._render("account.report_invoice", invoice)
        self.assertNotIn("o_crm_cards_hours_annex", page)

    def test_words_of_private_activities_are_nobodys(self):
        activity = self.env["mail.activity"].create(
            {
                "summary": "Secret",
                "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                "res_id": self.customer.id,
                "card_hours": 1,
            }
        )
        activity._action_done()
        works = self._collect(date_to="2099-12-31").line_ids
        self.assertEqual(works.mapped("name"), ["Secret"])
        activity.card_private = True
        works.billing_id.action_cancel()
        works = self._collect(date_to="2099-12-31").line_ids
        self.assertEqual(works.mapped("name"), [False])

    def test_invoice_opens_its_hours(self):
        self._log_hours(1.5)
        run = self._bill()
        invoice = run._get_invoices().with_user(self.biller)
        action = invoice.action_open_hours_billing()
        works = self.env[action["res_model"]].with_user(self.biller)
        self.assertEqual(works.search(action["domain"]), run.line_ids)

    def test_workbook_holds_days_durations_and_no_formulas(self):
        self._log_hours(1.5, name="=1+1")
        run = self._collect()
        self.assertIn("/workbook/", run.action_export()["url"])
        book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(run.workbook)))
        rows = list(book.worksheets[0].iter_rows(values_only=True))
        values = dict(zip(*rows[:2], strict=True))
        self.assertEqual(values["Customer"], self.customer.name)
        self.assertEqual(values["Date"], datetime(2026, 3, 2))
        self.assertEqual(values["Text"], "=1+1")
        self.assertEqual(values["To bill"], timedelta(hours=1.5))
        self.assertEqual(values["Amount"], 135)
        self.assertEqual(book.worksheets[0].cell(2, 7).data_type, "s")
        self.assertEqual(rows[2][9], timedelta(hours=1.5), "the sum")

    def test_workbook_in_hebrew_runs_from_right_to_left(self):
        self.env["res.lang"]._activate_lang("he_IL")
        self._log_hours(1)
        run = self._collect().with_context(lang="he_IL")
        book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(run.workbook)))
        sheet = book.worksheets[0]
        self.assertTrue(sheet.sheet_view.rightToLeft)
        # What a text begins with does not say from where it is read.
        self.assertEqual(sheet["A2"].alignment.readingOrder, 2)
        # All columns side by side on paper.
        self.assertEqual(sheet.page_setup.orientation, "landscape")
        self.assertTrue(sheet.sheet_properties.pageSetUpPr.fitToPage)

    def test_lines_are_edited_in_the_form(self):
        self._log_hours(1)
        run = self._collect()
        with Form(run) as form, form.line_ids.edit(0) as line:
            line.bill_hours = 0.5
            line.reason = "Goodwill"
        self.assertEqual((run.line_ids.bill_minutes, run.bill_hours), (30, 0.5))
        self.assertEqual(run.line_ids.amount, 45)
