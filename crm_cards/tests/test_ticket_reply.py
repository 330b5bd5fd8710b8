import ast
from datetime import timedelta

from odoo import fields
from odoo.tests import Form, new_test_user, tagged
from odoo.tests.common import HttpCase

from .common_concurrency import ConcurrencyCase
from .common_ticket_mail import TicketMailCase, read_mail


@tagged("post_install", "-at_install")
class TestTicketReply(TicketMailCase):
    def _write_as_customer(self, ticket, **values):
        return ticket.message_post(
            body="It is back.",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=self.contact.id,
            **values,
        )

    def _close(self, ticket, days=0):
        """Close a ticket so many days ago."""
        ticket.stage_id = self.stage_solved
        ticket.sudo().date_closed = fields.Datetime.now() - timedelta(
            days=days, minutes=5
        )

    def test_reply_puts_a_waiting_ticket_back_to_where_it_came_from(self):
        ticket = self._open_ticket(stage_id=self.stage_work.id)
        message = self._answer(ticket)
        ticket.stage_id = self.stage_customer
        self._reply(message)
        self.assertEqual(ticket.stage_id, self.stage_work)
        self.assertEqual(self._get_events(ticket)[-2:], ["customer", "stage"])

    def test_reply_finds_the_first_stage_of_the_department_when_the_former_is_gone(
        self,
    ):
        ticket = self._open_ticket(stage_id=self.stage_work.id)
        ticket.stage_id = self.stage_customer
        self.stage_work.active = False
        self._write_as_customer(ticket)
        self.assertEqual(ticket.stage_id, self.stage_new)

    def test_reply_leaves_a_ticket_that_waits_for_the_supplier(self):
        ticket = self._open_ticket(stage_id=self.stage_supplier.id)
        self._write_as_customer(ticket)
        self.assertEqual(ticket.stage_id, self.stage_supplier)

    def test_words_of_the_supplier_are_not_those_of_the_customer(self):
        supplier = self.env["res.partner"].create({"name": "Ink Ltd"})
        ticket = self._open_ticket(
            stage_id=self.stage_customer.id, supplier_id=supplier.id
        )
        ticket.message_post(
            body="It ships tomorrow.",
            message_type="email",
            subtype_xmlid="mail.mt_comment",
            author_id=supplier.id,
        )
        self.assertEqual(ticket.stage_id, self.stage_customer)
        self.assertNotIn("customer", self._get_events(ticket))

    def test_notes_and_our_answers_leave_the_ticket_where_it_is(self):
        ticket = self._open_ticket(stage_id=self.stage_customer.id)
        self._answer(ticket)
        ticket.message_post(body="Note", message_type="comment")
        self.assertEqual(ticket.stage_id, self.stage_customer)
        self._close(ticket, days=100)
        self._answer(ticket)
        self.assertTrue(ticket.is_closed)
        self.assertFalse(ticket.follow_up_ids)

    def test_reply_within_the_days_reopens(self):
        ticket = self._open_ticket(stage_id=self.stage_work.id)
        message = self._answer(ticket)
        self._close(ticket, days=13)
        self.assertFalse(self._reply(message))
        self.assertEqual(ticket.stage_id, self.stage_work)
        self.assertFalse(ticket.date_closed)

    def test_late_reply_opens_a_ticket_that_follows(self):
        kind = self.env["crm.cards.ticket.type"].create({"name": "Printers"})
        ticket = self._open_ticket(type_id=kind.id)
        ticket.message_subscribe(self.field_technician.partner_id.ids)
        message = self._answer(ticket)
        self._close(ticket, days=15)
        follow_up = self._reply(message)
        self.assertTrue(ticket.is_closed)
        followers = follow_up.message_partner_ids
        self.assertIn(self.field_technician.partner_id, followers)
        self.assertRecordValues(
            follow_up,
            [
                {
                    "origin_id": ticket.id,
                    "partner_id": self.contact.id,
                    "department_id": self.support.id,
                    "type_id": kind.id,
                    "channel": "email",
                    "stage_id": self.stage_new.id,
                }
            ],
        )
        self.assertEqual(ticket.follow_up_ids, follow_up)
        self.assertIn("It still does not print", follow_up.description)
        mails = follow_up.message_ids.filtered(lambda m: m.message_type == "email")
        self.assertEqual(len(mails), 1)
        self.assertIn(follow_up.number, ticket.message_ids[0].body)
        self.assertEqual(self._get_events(follow_up), ["opened", "customer"])
        # The next one lands there, and does not open a third.
        self.assertFalse(self._reply(message, number=2))
        mails = follow_up.message_ids.filtered(lambda m: m.message_type == "email")
        self.assertEqual(len(mails), 2)

    def test_late_reply_is_not_lost_when_the_type_must_be_told_in_detail_now(self):
        types = self.env["crm.cards.ticket.type"]
        kind = types.create({"name": "Printers"})
        ticket = self._open_ticket(type_id=kind.id)
        self._close(ticket, days=15)
        types.create({"name": "Ink", "parent_id": kind.id})
        kind.is_detail_required = True
        self._write_as_customer(ticket)
        self.assertTrue(ticket.follow_up_ids)
        self.assertFalse(ticket.follow_up_ids.type_id)

    def test_days_are_those_of_the_department(self):
        self.support.reopen_days = 0
        ticket = self._open_ticket()
        self._close(ticket)
        self._write_as_customer(ticket)
        self.assertTrue(ticket.is_closed)
        self.assertEqual(len(ticket.follow_up_ids), 1)

    def test_ticket_of_no_department_reopens_within_two_weeks(self):
        ticket = self._open_ticket(department_id=False)
        self._close(ticket, days=13)
        self._write_as_customer(ticket)
        self.assertFalse(ticket.is_closed)

    def test_archived_ticket_comes_back_with_the_words_of_the_customer(self):
        ticket = self._open_ticket()
        self._close(ticket)
        ticket.active = False
        self._write_as_customer(ticket)
        self.assertTrue(ticket.active)
        self.assertFalse(ticket.is_closed)

    def test_rating_does_not_reopen(self):
        ticket = self._open_ticket(user_id=self.technician.id)
        token = ticket._rating_get_access_token(partner=self.contact)
        self._close(ticket)
        ticket.rating_apply(5, token=token, feedback="Thank you")
        self.assertTrue(ticket.is_closed)


@tagged("post_install", "-at_install")
class TestTicketReplyPortal(HttpCase, TicketMailCase):
    """The customer has no right to change tickets, his words have."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = new_test_user(
            cls.env,
            "portal_dana",
            groups="base.group_portal",
            password="portal_dana",
            partner_id=cls.contact.id,
        )

    def _comment(self, ticket, **access):
        return self.make_jsonrpc_request(
            "/mail/message/post",
            {
                "thread_model": "crm.cards.ticket",
                "thread_id": ticket.id,
                "post_data": {
                    "body": "Still broken",
                    "message_type": "comment",
                    "subtype_xmlid": "mail.mt_comment",
                },
                **access,
            },
        )

    def test_public_comment_with_the_token_reopens_and_follows(self):
        ticket = self._open_ticket(stage_id=self.stage_work.id)
        token = ticket._portal_ensure_token()
        ticket.stage_id = self.stage_solved
        self._comment(ticket, token=token)
        self.assertEqual(ticket.stage_id, self.stage_work)
        ticket.stage_id = self.stage_solved
        ticket.sudo().date_closed = fields.Datetime.now() - timedelta(days=30)
        self._comment(ticket, token=token)
        self.assertTrue(ticket.is_closed)
        follow_up = ticket.follow_up_ids
        self.assertEqual(follow_up.channel, "portal")
        self.assertIn("Still broken", follow_up.description)
        self.assertEqual(follow_up.company_id, self.company)
        self.assertNotIn(
            self.env.ref("base.public_partner"), follow_up.message_partner_ids
        )


@tagged("post_install", "-at_install")
class TestTicketReplyConcurrency(ConcurrencyCase):
    """Two e-mails of the customer at the same moment, through two workers."""

    def setUp(self):
        super().setUp()
        with self._environment() as env:
            self.user_ids = [env.ref("base.user_root").id] * 2
            department = env["crm.cards.department"].create({"name": "Concurrent"})
            contact = env["res.partner"].create(
                {"name": "Dana", "email": "dana@levi.example.com"}
            )
            ticket = env["crm.cards.ticket"].create(
                {
                    "name": "Concurrent",
                    "department_id": department.id,
                    "partner_id": contact.id,
                    "stage_id": env.ref("crm_cards.crm_cards_ticket_stage_work").id,
                }
            )
            message = ticket.message_post(
                body="Is it plugged in?",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
            ticket.stage_id = env.ref("crm_cards.crm_cards_ticket_stage_solved")
            self.ticket_id, self.reference = ticket.id, message.message_id
            self.department_id, self.contact_id = department.id, contact.id
        self.addCleanup(self._remove)

    def _remove(self):
        with self._environment() as env:
            tickets = env["crm.cards.ticket"].with_context(active_test=False)
            tickets.search([("department_id", "=", self.department_id)]).unlink()
            env["crm.cards.department"].browse(self.department_id).unlink()
            env["res.partner"].browse(self.contact_id).unlink()

    def _mails(self, fetched=False):
        def receive(number):
            source = read_mail(
                "reply",
                reference=self.reference,
                message_id=f"<concurrent-{number}@levi.example.com>",
            )
            context = {"fetchmail_cron_running": True} if fetched else {}
            return lambda env: bool(
                env["mail.thread"].with_context(**context).message_process(None, source)
            )

        return self._run_at_once(receive(1), receive(2))

    def _count(self):
        """Return how often it was moved, and the e-mails of each of the tickets."""
        with self._environment() as env:
            tickets = env["crm.cards.ticket"].search(
                [("department_id", "=", self.department_id)], order="id"
            )
            moves = tickets[0].log_ids.filtered(lambda row: row.event == "stage")
            mails = [
                len(ticket.message_ids.filtered(lambda m: m.message_type == "email"))
                for ticket in tickets
            ]
            return len(moves), mails

    def test_two_emails_reopen_once_and_both_are_kept(self):
        self._assert_no_error(self._mails())
        self.assertGreaterEqual(self.retries, 1, "the race did not happen")
        self.assertEqual(self._count(), (2, [2]))

    def test_two_late_emails_open_one_ticket_and_both_are_kept(self):
        with self._environment() as env:
            ticket = env["crm.cards.ticket"].browse(self.ticket_id)
            ticket.sudo().date_closed = fields.Datetime.now() - timedelta(days=30)
        self._assert_no_error(self._mails())
        self.assertGreaterEqual(self.retries, 1, "the race did not happen")
        self.assertEqual(self._count(), (1, [0, 2]))

    def test_two_fetched_emails_are_tried_again_by_themselves(self):
        self._assert_no_error(self._mails(fetched=True))
        self.assertEqual(self.retries, 0)
        self.assertEqual(self._count(), (2, [2]))


@tagged("post_install", "-at_install")
class TestTicketSupplier(TicketMailCase):
    def test_supplier_is_asked_once(self):
        ticket = self._open_ticket()
        self.assertFalse(ticket.is_supplier_missing)
        ticket.stage_id = self.stage_supplier
        self.assertTrue(ticket.is_supplier_missing)
        ticket.priority = "2"
        notes = ticket.message_ids.filtered(
            lambda m: "Which supplier" in (m.body or "")
        )
        self.assertEqual(len(notes), 1)
        ticket.write({"supplier_id": self.customer.id, "supplier_reference": "RMA 17"})
        self.assertFalse(ticket.is_supplier_missing)

    def test_change_of_department_is_in_the_log(self):
        ticket = self._open_ticket()
        ticket.department_id = self.field
        fact = ticket.log_ids.filtered(lambda row: row.event == "department")
        self.assertEqual(fact.department_id, self.field)


@tagged("post_install", "-at_install")
class TestTicketAnswer(TicketMailCase):
    def _open_composer(self, ticket):
        action = ticket.with_user(self.technician).action_answer()
        composers = self.env[action["res_model"]].with_user(self.technician)
        return Form(composers.with_context(**action["context"]))

    def test_answer_is_addressed_and_takes_a_template(self):
        ticket = self._open_ticket()
        composer = self._open_composer(ticket)
        self.assertEqual(composer.partner_ids[:], self.contact)
        composer.template_id = self.env.ref("crm_cards.mail_template_ticket_details")
        self.assertEqual(composer.partner_ids[:], self.contact)
        self.assertIn(ticket.number, composer.subject)
        self.assertIn("Dana Levi", composer.body)
        composer.save().action_send_mail()
        message = ticket.message_ids[0]
        self.assertIn(self.contact, message.notified_partner_ids)
        self.assertEqual(self._get_events(ticket)[-1], "answer")
        self.assertIn(self.contact, ticket.message_partner_ids)

    def test_templates_are_rendered(self):
        ticket = self._open_ticket(user_id=self.technician.id)
        for name in ("received", "details", "solved"):
            with self.subTest(name=name):
                template = self.env.ref(f"crm_cards.mail_template_ticket_{name}")
                body = template._render_field("body_html", ticket.ids)[ticket.id]
                self.assertIn(ticket.number, body)
                self.assertIn("Dana Levi", body)

    def test_templates_take_their_direction_from_their_language(self):
        """A mail in Hebrew reads from right to left, also below one in English."""
        own = self.env["ir.model.data"].search(
            [("module", "=", "crm_cards"), ("model", "=", "mail.template")]
        )
        for template in self.env["mail.template"].browse(own.mapped("res_id")):
            with self.subTest(name=template.name):
                self.assertIn('<div dir="auto">', template.body_html)

    def test_menu_shows_the_answers_of_tickets_to_the_service_manager(self):
        action = self.env.ref("crm_cards.mail_template_action_ticket_answer")
        templates = self.env["mail.template"].with_user(self.service_manager)
        found = templates.search(ast.literal_eval(action.domain))
        self.assertIn(self.env.ref("crm_cards.mail_template_ticket_solved"), found)
        template = templates.create(
            {
                "name": "Ours",
                "model_id": self.env["ir.model"]._get_id("crm.cards.ticket"),
                "body_html": "<p>Hello</p>",
            }
        )
        template.body_html = "<p>Good morning</p>"
