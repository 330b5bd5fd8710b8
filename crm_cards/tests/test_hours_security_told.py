"""Who is told of hours: by mail, on paper, in the portal and beside an entry."""

import base64
import io
from datetime import date

import openpyxl

from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, tagged

from .common_hours_security import HoursSecurityCase

_MARCH = date(2026, 3, 1), date(2026, 3, 31)
_HOSTILE = '=HYPERLINK("http://example.com")<script>alert(1)</script>'


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 12:00:00")
class TestHoursSecurityTold(HoursSecurityCase):
    def test_contact_who_has_left_gets_no_statement(self):
        contact = self.env["res.partner"].create(
            {
                "name": "Dana",
                "email": "dana@example.com",
                "parent_id": self.customer.id,
            }
        )
        self.customer.card_hours_statement_contact_ids = contact
        self.assertEqual(self.customer._get_statement_recipients(), contact)
        contact.parent_id = self.other_customer
        self.assertFalse(self.customer._get_statement_recipients())
        self.customer.email = "office@example.com"
        self.assertEqual(self.customer._get_statement_recipients(), self.customer)

    def test_right_to_see_hours_stays_behind(self):
        contact = self.env["res.partner"].create(
            {"name": "Dana", "parent_id": self.customer.id, "card_sees_hours": True}
        )
        contact.name = "Dana Levi"
        self.assertTrue(contact.card_sees_hours)
        contact.parent_id = self.other_customer
        self.assertFalse(contact.card_sees_hours)
        person = self.env["res.partner"].create(
            {"name": "Klein", "card_sees_hours": True}
        )
        person.parent_id = self.customer
        self.assertFalse(person.card_sees_hours)

    def test_statement_goes_to_the_owner_of_the_bank_only(self):
        self.customer.email = "office@example.com"
        wizard = self.env["crm.cards.hours.statement"].create(
            {
                "partner_id": self.customer.id,
                "bank_ids": [(6, 0, self.secret_bank.ids)],
                "date_from": _MARCH[0],
                "date_to": _MARCH[1],
            }
        )
        for action in ("action_send", "action_print", "action_export"):
            with (
                self.subTest(action),
                self.assertRaisesRegex(UserError, "one customer"),
            ):
                getattr(wizard, action)()

    def test_companies_do_not_share_a_paper(self):
        abroad = self._create_bank_abroad()
        banks = self.bank + abroad
        report = self.env["report.crm_cards.report_hours_statement"].sudo()
        papers = report._get_report_values(banks.ids)["papers"]
        self.assertEqual(
            [paper["company"] for paper in papers], [self.company, self.abroad]
        )

    def test_private_activity_is_not_named_beside_its_entry(self):
        """The name of what a record refers to is read past the rights."""
        activity = self._create_private_activity()
        activity.card_hours = 1
        activity.with_user(self.administrator).action_done()
        entry = self.bank.entry_ids.sorted("id")[-1]
        self.assertEqual(entry.activity_id, activity)
        self.env.invalidate_all()
        [read] = entry.with_user(self.technician).read(["activity_id", "name"])
        self.assertNotIn("Divorce", str(read))
        [read] = entry.with_user(self.administrator).read(["activity_id"])
        self.assertIn("Divorce", str(read))

    def test_texts_are_neither_formulas_nor_markup(self):
        self.bank.name = _HOSTILE
        self._buy(1, name=_HOSTILE)
        self._log_hours(1, name=_HOSTILE)
        with Form(self.env["crm.cards.hours.statement"]) as form:
            form.partner_id = self.customer
        wizard = form.save()
        wizard.action_export()
        book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(wizard.workbook)))
        cells = [cell for row in book.active.iter_rows() for cell in row]
        hostile = [cell for cell in cells if str(cell.value).startswith("=")]
        self.assertGreater(len(hostile), 2)
        self.assertEqual({cell.data_type for cell in hostile}, {"s"})
        self.assertFalse([cell for cell in cells if cell.hyperlink])
        banks = self.bank._for_period(*_MARCH)
        reports = banks.env["ir.actions.report"]
        content, _kind = reports._render_qweb_html(
            "crm_cards.crm_cards_hours_report_statement", banks.ids
        )
        self.assertIn(b"&lt;script&gt;", content)
        self.assertNotIn(b"<script>alert", content)
        mail = self.env.ref("crm_cards.mail_template_hours_statement")
        self.customer.name = _HOSTILE
        body = mail._render_field("body_html", banks.ids)[self.bank.id]
        self.assertNotIn("<script>alert", body)
