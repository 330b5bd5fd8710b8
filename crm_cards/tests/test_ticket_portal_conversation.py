"""What customers write and read on their tickets, with the files of it."""

import io
import json

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_ticket_portal import PortalPagesCase


@tagged("post_install", "-at_install")
class TestTicketPortalConversation(PortalPagesCase):
    def test_words_of_the_customer_are_his_whatever_he_posts(self):
        self._login(self.dana)
        for post_data in (
            {},
            {"message_type": "notification"},
            {"message_type": "auto_comment", "subtype_xmlid": "mail.mt_note"},
            {"subtype_xmlid": None, "rating_value": 5},
            {"author_id": self.technician.partner_id.id, "email_from": "avi@x.com"},
        ):
            with self.subTest(post_data=post_data):
                before = len(self.ticket.log_ids)
                self._write_message(self.ticket, "Any news?", **post_data)
                self.env.invalidate_all()
                self.assertEqual(
                    self.ticket.log_ids.sorted("id")[before:].mapped("event"),
                    ["customer"],
                )
                message = self.ticket.message_ids[0]
                self.assertEqual(message.author_id, self.contact)
                self.assertEqual(message.subtype_id, self.env.ref("mail.mt_comment"))
        self.assertFalse(self.ticket.rating_ids)

    def test_nobody_writes_on_another_customer_s_ticket(self):
        self._login(self.dana)
        with mute_logger("odoo.http"):
            for ticket in (self.strangers_ticket, self.colleagues_ticket):
                self.assertIn("error", self._write_message(ticket))
                fetched = json.dumps(self._fetch(ticket))
                self.assertNotIn("Text of", fetched)
                self.assertEqual(self._get_events(ticket), ["opened"])

    def test_notes_and_their_files_never_show(self):
        post = {"author_id": self.technician.partner_id.id, "message_type": "comment"}
        self.ticket.message_post(
            body="Secret note",
            subtype_xmlid="mail.mt_note",
            attachments=[("secret.txt", b"secret file")],
            **post,
        )
        self.ticket.message_post(
            body="Public answer",
            subtype_xmlid="mail.mt_comment",
            attachments=[("manual.txt", b"manual")],
            **post,
        )
        hung_on = self.env["ir.attachment"].create(
            {
                "name": "hung.txt",
                "raw": b"hung",
                "res_model": self.ticket._name,
                "res_id": self.ticket.id,
            }
        )
        self._login(self.dana)
        token = self.ticket._portal_ensure_token()
        shown = self._get(self.ticket.access_url, access_token=token).text
        for params in ({}, {"token": token}):
            shown += json.dumps(self._fetch(self.ticket, **params))
        shown += json.dumps(
            self._rpc(
                "/mail/thread/messages",
                thread_model=self.ticket._name,
                thread_id=self.ticket.id,
            )
        )
        self.assertIn("Public answer", shown)
        self.assertIn("manual.txt", shown)
        for secret in ("Secret note", "secret.txt", "hung.txt", "avi@secret"):
            self.assertNotIn(secret, shown)
        secret = self.ticket.message_ids.attachment_ids.filtered(
            lambda file: file.name == "secret.txt"
        )
        for file in secret | hung_on:
            for url in (f"/web/content/{file.id}", f"/web/image/{file.id}"):
                response = self._get(url, access_token=token)
                self.assertNotIn(b"secret file", response.content)
                self.assertNotIn(b"hung", response.content)

    @mute_logger("odoo.http")
    def test_followers_and_addresses_do_not_leak(self):
        self.ticket.message_subscribe(self.technician.partner_id.ids)
        self._login(self.dana)
        thread = {"thread_model": self.ticket._name, "thread_id": self.ticket.id}
        answers = [
            self._rpc("/mail/thread/recipients", **thread),
            self._rpc("/mail/thread/recipients/get_suggested_recipients", **thread),
            self._rpc("/portal/chatter_init", **thread),
            self._rpc(
                "/mail/data",
                fetch_params=[
                    [
                        "mail.thread",
                        {
                            **thread,
                            "request_list": [
                                "followers",
                                "suggestedRecipients",
                                "attachments",
                            ],
                        },
                    ]
                ],
            ),
        ]
        text = json.dumps(answers)
        self.assertNotIn("avi@secret", text)
        self.assertNotIn("Avi Technician", text)

    def test_file_goes_with_a_message_and_another_s_does_not(self):
        foreign = self.env["ir.attachment"].create(
            {
                "name": "foreign.txt",
                "raw": b"foreign",
                "res_model": self.strangers_ticket._name,
                "res_id": self.strangers_ticket.id,
            }
        )
        self._login(self.dana)
        response = self._post(
            "/mail/attachment/upload",
            files={"ufile": ("photo.txt", io.BytesIO(b"photo"), "text/plain")},
            thread_model=self.ticket._name,
            thread_id=self.ticket.id,
            is_pending="true",
        ).json()
        attachment_id = response["data"]["attachment_id"]
        stored = response["data"]["store_data"]["ir.attachment"][0]
        self._write_message(
            self.ticket,
            attachment_ids=[attachment_id],
            attachment_tokens=[stored["ownership_token"]],
        )
        message = self.ticket.message_ids[0]
        self.assertEqual(message.attachment_ids.name, "photo.txt")
        with mute_logger("odoo.http"):
            result = self._write_message(self.ticket, attachment_ids=[foreign.id])
            self.assertIn("error", result)
            response = self._post(
                "/mail/attachment/upload",
                files={"ufile": ("x.txt", io.BytesIO(b"x"), "text/plain")},
                thread_model=self.ticket._name,
                thread_id=self.strangers_ticket.id,
            )
            self.assertEqual(response.status_code, 404)
        self.assertNotIn(b"foreign", self._get(f"/web/content/{foreign.id}").content)

    def test_words_on_a_closed_ticket_open_it_again(self):
        self.ticket.stage_id = self.stage_work
        self.ticket.stage_id = self.stage_solved
        self._login(self.dana)
        self._write_message(self.ticket, "It leaks again")
        self.env.invalidate_all()
        self.assertEqual(self.ticket.stage_id, self.stage_work)
        self.assertIn("With us", self._get(self.ticket.access_url).text)

    def test_words_that_come_too_late_lead_to_the_ticket_that_follows(self):
        self.ticket.stage_id = self.stage_solved
        self.ticket.sudo().date_closed = "2020-01-01 12:00:00"
        self._login(self.dana)
        self.assertNotIn("goes on", self._get(self.ticket.access_url).text)
        self._write_message(self.ticket, "It leaks again")
        follow_up = self._get_newest()
        self.assertEqual(follow_up.origin_id, self.ticket)
        self.assertEqual(follow_up.partner_id, self.contact)
        page = self._get(self.ticket.access_url).text
        self.assertIn("goes on", page)
        self.assertIn(f'href="{follow_up.access_url}"', page)
        self.assertIn("It leaks again", self._get(follow_up.access_url).text)

    def test_ticket_merged_into_another_customer_s_does_not_lead_there(self):
        self.support.is_rating = True
        self.strangers_ticket._merge(self.ticket)
        self.assertFalse(self.ticket.rating_ids)
        self._login(self.dana)
        page = self._get(self.ticket.access_url).text
        self.assertIn("Closed", page)
        self.assertNotIn(self.strangers_ticket.access_url, page)
