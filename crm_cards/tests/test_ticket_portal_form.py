"""The page on which customers open tickets."""

import io

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.crm_cards.controllers import portal_form

from .common_ticket_portal import PortalPagesCase


@tagged("post_install", "-at_install")
class TestTicketPortalForm(PortalPagesCase):
    def _send_form(self, files=None, **values):
        return self._post(
            "/my/tickets/new",
            files=files,
            **{
                "subject": "Toner leaks",
                "description": "Black\nhands",
                "department_id": self.support.id,
                **values,
            },
        )

    def test_form_offers_the_departments_and_types_of_the_company(self):
        types = self.env["crm.cards.ticket.type"]
        elsewhere = self.env["crm.cards.department"].create(
            {
                "name": "Elsewhere",
                "company_id": self.env["res.company"].create({"name": "Other"}).id,
                "is_on_portal": True,
            }
        )
        types.create({"name": "Foreign type", "department_id": elsewhere.id})
        top = types.create({"name": "Printers", "is_detail_required": True})
        types.create({"name": "Toner", "parent_id": top.id})
        self._login(self.dana)
        text = self._get("/my/tickets/new").text
        self.assertIn("Support", text)
        self.assertNotIn("Field service", text)
        self.assertNotIn("Elsewhere", text)
        self.assertNotIn("Foreign type", text)
        self.assertIn("Printers", text)
        self.assertIn("\u00a0Toner", text)

    def test_customer_opens_a_ticket_with_files(self):
        kind = self.env["crm.cards.ticket.type"].create({"name": "Toner"})
        self._login(self.dana)
        response = self._send_form(
            type_id=kind.id,
            files=[
                ("attachments", ("a.txt", b"first", "text/plain")),
                ("attachments", ("b.html", b"<script>x</script>", "text/html")),
            ],
        )
        ticket = self._get_newest()
        self.assertEqual(response.status_code, 303)
        self.assertTrue(response.headers["Location"].endswith(ticket.access_url))
        self.assertRecordValues(
            ticket,
            [
                {
                    "name": "Toner leaks",
                    "partner_id": self.contact.id,
                    "customer_id": self.customer.id,
                    "department_id": self.support.id,
                    "type_id": kind.id,
                    "channel": "portal",
                    "user_id": False,
                    "stage_id": self.stage_new.id,
                }
            ],
        )
        self.assertEqual(ticket.log_ids.by_user_id, self.dana)
        files = self.env["ir.attachment"].search(
            [("res_model", "=", ticket._name), ("res_id", "=", ticket.id)], order="id"
        )
        self.assertEqual(files.mapped("name"), ["a.txt", "b.html"])
        self.assertEqual(files[1].mimetype, "text/plain")
        text = self._get(ticket.access_url).text
        self.assertIn("a.txt", text)
        links = [file["url"] for file in ticket._get_portal_files()]
        self.assertEqual(self._get(links[0]).content, b"first")

    def test_ticket_is_the_customer_s_own_whatever_is_posted(self):
        self._login(self.dana)
        self._send_form(
            partner_id=self.stranger.id,
            customer_id=self.stranger.id,
            user_id=self.technician.id,
            stage_id=self.stage_solved.id,
            priority="3",
            number="1",
            company_id=self.env["res.company"].create({"name": "Other"}).id,
            email_from="boss@klein.example.com",
            access_token="mine",
            channel="phone",
            default_user_id=self.technician.id,
        )
        ticket = self._get_newest()
        self.assertRecordValues(
            ticket,
            [
                {
                    "partner_id": self.contact.id,
                    "user_id": False,
                    "stage_id": self.stage_new.id,
                    "priority": "1",
                    "company_id": self.company.id,
                    "email_from": self.contact.email,
                    "access_token": False,
                    "channel": "portal",
                }
            ],
        )
        self.assertNotEqual(ticket.number, "1")

    def test_hostile_text_is_only_text(self):
        self._login(self.dana)
        self._send_form(
            subject="<script>alert(1)</script>\r\nBcc: x\0",
            description="<img src=x onerror=alert(1)> ${7*7} {{7*7}} <t t-out='1'/>\0",
        )
        ticket = self._get_newest()
        self.assertEqual(ticket.name, "<script>alert(1)</script> Bcc: x")
        text = self._get(ticket.access_url).text
        self.assertNotIn("<script>alert", text)
        self.assertNotIn("<img src=x", text)
        self.assertIn("&lt;img src=x", text)
        self.assertIn("{{7*7}}", text)

    def test_form_that_is_wrong_says_what_to_do_and_keeps_the_text(self):
        kind = self.env["crm.cards.ticket.type"].create(
            {"name": "Top", "is_detail_required": True}
        )
        self.env["crm.cards.ticket.type"].create({"name": "Sub", "parent_id": kind.id})
        self._login(self.dana)
        newest = self._get_newest()
        big = io.BytesIO(b"x" * (portal_form.MAX_MEGABYTES * 1024**2 + 1))
        many = [
            ("attachments", (f"{index}.txt", b"x", "text/plain"))
            for index in range(portal_form.MAX_FILES + 1)
        ]
        for values, words in (
            ({"subject": "  "}, "Say in a few words"),
            ({"subject": "x" * 201}, "Shorten the subject"),
            ({"description": ""}, "Describe what happens"),
            ({"description": "x" * 20001}, "Shorten the description"),
            ({"department_id": ""}, "Choose who should help you"),
            ({"department_id": self.field.id}, "Choose who should help you"),
            ({"department_id": "1 or 1=1"}, "Choose who should help you"),
            ({"department_id": "9" * 30}, "Choose who should help you"),
            ({"type_id": "9999999"}, "Choose one of the types"),
            ({"type_id": kind.id}, "Choose one of the types"),
            ({"files": many}, "The highest number is 10"),
            ({"files": {"attachments": ("big.bin", big)}}, "larger than 25 MB"),
        ):
            with self.subTest(words=words):
                response = self._send_form(**values)
                self.assertEqual(response.status_code, 200)
                self.assertIn(words, response.text)
                if "subject" not in values:
                    self.assertIn("Toner leaks", response.text)
        self.assertEqual(self._get_newest(), newest)

    @mute_logger("odoo.http")
    def test_form_without_its_token_is_refused(self):
        self._login(self.dana)
        newest = self._get_newest()
        for url in ("/my/tickets/new", f"{self.ticket.access_url}/close"):
            response = self._post(url, csrf_token="", subject="x", description="y")
            self.assertEqual(response.status_code, 400)
        self.assertEqual(self._get_newest(), newest)
        self.assertFalse(self.ticket.is_closed)

    def test_company_that_offers_no_department_still_takes_tickets(self):
        self.support.is_on_portal = False
        self._login(self.dana)
        self._send_form(department_id="")
        self.assertFalse(self._get_newest().department_id)

    def test_right_is_not_taken_from_the_address_form(self):
        self._login(self.dana)
        self._post(
            "/my/address/submit",
            partner_id=self.contact.id,
            name=self.contact.name,
            email=self.contact.email,
            phone="+972 3 555 0102",
            street="Herzl 1",
            city="Tel Aviv",
            zip="61000",
            country_id=self.env.ref("base.il").id,
            card_sees_company_tickets="1",
            parent_id=self.stranger.id,
        )
        self.env.invalidate_all()
        self.assertFalse(self.contact.card_sees_company_tickets)
        self.assertEqual(self.contact.parent_id, self.customer)
