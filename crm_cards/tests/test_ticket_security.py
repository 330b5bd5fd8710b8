"""What a call over the network may bring along: contexts, authors, senders."""

from datetime import datetime, timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..tools.superuser import as_superuser
from .common_ticket_mail import ADDRESS, TicketMailCase

_LONG_AGO = datetime(2020, 1, 1)


@tagged("post_install", "-at_install")
class TestTicketSecurity(TicketMailCase):
    def _say(self, ticket, author, **values):
        return ticket.message_post(
            body="It is down again.",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=author.id,
            **values,
        )

    def _close_long_ago(self, ticket):
        ticket.stage_id = self.stage_solved
        ticket.sudo().date_closed = fields.Datetime.now() - timedelta(days=60)

    # -- defaults of the context ----------------------------------------------

    def test_superuser_takes_no_defaults_from_the_context(self):
        partners = self.env["res.partner"].with_user(self.technician)
        partners = as_superuser(partners.with_context(default_name="Forged", lang="x"))
        self.assertTrue(partners.env.su)
        self.assertEqual(partners.env.user, self.technician)
        self.assertNotIn("default_name", partners.env.context)
        self.assertEqual(partners.env.context["lang"], "x")

    def test_late_answer_writes_nothing_that_its_context_says(self):
        victim = self._open_ticket(department_id=self.field.id)
        ticket = self._open_ticket()
        self._close_long_ago(ticket)
        # As the controllers post: as the superuser, with the context of the call.
        hostile = (
            ticket.with_user(self.salesperson)
            .sudo()
            .with_context(
                default_child_ids=[[1, victim.id, {"priority": "3"}]],
                default_log_ids=[[0, 0, {"event": "answer"}]],
                default_supplier_reference="Forged",
            )
        )
        self._say(hostile, self.contact)
        follow_up = ticket.follow_up_ids
        self.assertTrue(follow_up)
        self.assertEqual(victim.priority, "1")
        self.assertFalse(victim.parent_id)
        self.assertFalse(follow_up.supplier_reference)
        self.assertEqual(self._get_events(follow_up), ["opened", "customer"])

    def test_confirmed_order_takes_no_defaults_from_the_context(self):
        product = self.env["product.product"].create(
            {"name": "Bookkeeping", "type": "service", "card_is_owned": True}
        )
        self.customer._open_account_card("button")
        order = self._create_order(
            self.customer,
            order_line=[(0, 0, {"product_id": product.id, "product_uom_qty": 1})],
        )
        order.with_context(
            default_serial="FORGED", default_state="returned"
        ).action_confirm()
        owned = self.env["crm.cards.owned.product"].search(
            [("order_line_id", "in", order.order_line.ids)]
        )
        self.assertRecordValues(owned, [{"serial": False, "state": "active"}])

    def test_sequence_of_a_department_takes_no_defaults_from_the_context(self):
        departments = self.env["crm.cards.department"].with_user(self.administrator)
        department = departments.with_context(default_prefix="FORGED").create(
            {
                "name": "Turns",
                "company_id": self.company.id,
                "assign_method": "round_robin",
            }
        )
        self.assertFalse(department.sudo().assign_sequence_id.prefix)

    def test_facts_are_not_forged_by_defaults(self):
        other = self._open_ticket()
        tickets = self.env["crm.cards.ticket"].with_user(self.technician)
        before = fields.Datetime.now()
        ticket = tickets.with_context(
            default_date_opened=_LONG_AGO,
            default_date_closed=_LONG_AGO,
            default_number="FORGED",
            default_merged_into_id=other.id,
            default_origin_id=other.id,
            default_sla_next_due=_LONG_AGO,
            default_priority="2",
        ).create({"name": "Printer is down", "department_id": self.support.id})
        self.assertGreaterEqual(ticket.date_opened, before)
        self.assertNotEqual(ticket.number, "FORGED")
        self.assertRecordValues(
            ticket,
            [
                {
                    "date_closed": False,
                    "merged_into_id": False,
                    "origin_id": False,
                    "sla_next_due": False,
                    "priority": "2",
                }
            ],
        )

    def test_links_to_other_tickets_are_not_written_past_the_screen(self):
        other = self._open_ticket()
        ticket = self._open_ticket().with_user(self.service_manager)
        for fname, value in (
            ("merged_into_id", other.id),
            ("origin_id", other.id),
            ("date_next_follow_up", _LONG_AGO),
            ("email_normalized", "forged@example.com"),
        ):
            with self.subTest(field=fname):
                with self.assertRaises(AccessError):
                    ticket.write({fname: value})
                with self.assertRaises(AccessError):
                    ticket.create({"name": "Forged", fname: value})

    # -- who wrote --------------------------------------------------------------

    def test_who_only_reads_speaks_for_himself(self):
        ticket = self._open_ticket(stage_id=self.stage_customer.id)
        reader = ticket.with_user(self.salesperson)
        self.assertFalse(reader.has_access("write"))
        self._say(reader, self.contact)
        self._say(reader, self.technician.partner_id)
        self.assertEqual(self._get_events(ticket), ["opened"])
        self.assertEqual(ticket.stage_id, self.stage_customer)
        self._say(reader, self.salesperson.partner_id)
        self.assertEqual(self._get_events(ticket), ["opened", "answer"])

    def test_who_only_reads_opens_no_ticket_in_the_name_of_the_customer(self):
        ticket = self._open_ticket()
        self._close_long_ago(ticket)
        self._say(ticket.with_user(self.salesperson), self.contact)
        self.assertFalse(ticket.follow_up_ids)

    def test_technician_writes_down_what_the_customer_said(self):
        ticket = self._open_ticket()
        self._say(ticket.with_user(self.technician), self.contact)
        self.assertEqual(self._get_events(ticket), ["opened", "customer"])

    def test_forged_sender_of_an_email_names_nobody_as_opener(self):
        self.technician.email = "technician@service.example.com"
        ticket = self._receive_source(
            f"From: {self.technician.email}\nTo: {ADDRESS}\nSubject: Help\n"
            "Message-Id: <forged-1@levi.example.com>\n\nIt is down.".encode()
        )
        opened = ticket.log_ids.filtered(lambda fact: fact.event == "opened")
        self.assertEqual(len(opened), 1)
        self.assertFalse(opened.by_user_id)

    # -- what failures tell -------------------------------------------------------

    def test_failure_tells_only_what_is_meant_for_people(self):
        ticket = self._open_ticket()
        note = ticket._get_failure_note(UserError("Fill in the field Type."))
        self.assertIn("Fill in the field Type.", note)
        note = ticket._get_failure_note(ValueError("password=1234"))
        self.assertNotIn("1234", note)
