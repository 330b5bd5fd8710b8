from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common_ticket_mail import TicketMailCase


@tagged("post_install", "-at_install")
class TestTicketMerge(TicketMailCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.target = cls.env["crm.cards.ticket"].create(
            {
                "name": "Printer is down",
                "partner_id": cls.contact.id,
                "department_id": cls.support.id,
                "user_id": cls.technician.id,
            }
        )

    def _merge(self, tickets, target=None, user=None, **values):
        action = tickets.with_user(user or self.technician).action_merge()
        dialogs = self.env[action["res_model"]].with_user(user or self.technician)
        dialog = dialogs.with_context(**action["context"]).create(values)
        if target:
            dialog.target_id = target
        return dialog.action_merge()

    def test_what_hangs_on_a_ticket_moves_to_the_one_that_goes_on(self):
        other = self._receive("attachments")
        message = self._answer(other)
        activity = other.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.technician.id
        )
        other.message_subscribe(self.customer.ids)
        events = self._get_events(other)
        self._merge(self.target | other)
        self.assertRecordValues(
            other,
            [
                {
                    "merged_into_id": self.target.id,
                    "active": False,
                    "is_closed": True,
                }
            ],
        )
        self.assertIn(message, self.target.message_ids)
        self.assertEqual(activity.res_id, self.target.id)
        self.assertTrue(activity.active)
        self.assertIn(self.customer, self.target.message_partner_ids)
        self.assertIn("noa@levi.example.com", self.target.email_cc)
        files = self.env["ir.attachment"].search_count(
            [("res_model", "=", "crm.cards.ticket"), ("res_id", "=", self.target.id)]
        )
        self.assertEqual(files, 3)
        # What is left there proves what happened, and each tells of the other.
        self.assertEqual(self._get_events(other)[: len(events)], events)
        self.assertIn("merged", self._get_events(other))
        self.assertIn(self.target.number, other.message_ids[0].body)
        self.assertIn(other.number, self.target.message_ids[0].body)
        self.assertEqual(self.target.merged_ids, other)

    def test_emails_that_answer_a_merged_ticket_land_on_the_other(self):
        other = self._open_ticket()
        message = self._answer(other)
        tracking = other.message_post(body="Kept", message_type="notification")
        self._merge(self.target | other)
        for number, answered in enumerate((message, tracking)):
            self.assertFalse(self._reply(answered, number=number))
            reply = self.target.message_ids[0]
            self.assertIn("It still does not print", reply.body)
        self.assertFalse(other.active)
        self.assertTrue(other.is_closed)

    def test_oldest_open_ticket_is_proposed_to_go_on(self):
        closed = self.target
        closed.stage_id = self.stage_solved
        second, third = self._open_ticket(), self._open_ticket()
        action = (closed | second | third).with_user(self.technician).action_merge()
        dialogs = self.env[action["res_model"]].with_user(self.technician)
        dialog = Form(dialogs.with_context(**action["context"]))
        self.assertEqual(dialog.target_id, second)

    def test_words_in_the_merged_ticket_put_a_waiting_one_back(self):
        self.target.stage_id = self.stage_customer
        self._merge(self.target | self._open_ticket())
        self.assertEqual(self.target.clock, "runs")

    def test_chain_of_merges_ends_at_the_last(self):
        first, second = self._open_ticket(), self._open_ticket()
        self._merge(first | second, target=second)
        self._merge(second | self.target, target=self.target)
        self.assertEqual(first.merged_into_id, self.target)
        self.assertEqual(first._get_merge_target(), self.target)

    def test_parts_go_along(self):
        other = self._open_ticket()
        part = self._open_ticket(parent_id=other.id)
        self.target.parent_id = other
        self._merge(self.target | other)
        self.assertEqual(part.parent_id, self.target)
        self.assertFalse(self.target.parent_id)

    def test_merged_ticket_needs_no_type(self):
        self.support.is_type_required = True
        other = self._open_ticket()
        self._merge(self.target | other)
        self.assertTrue(other.is_closed)

    def test_tickets_of_several_customers_ask_to_be_sure(self):
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        other = self._open_ticket(partner_id=stranger.id)
        with self.assertRaises(UserError) as refused:
            self._merge(self.target | other)
        self.assertIn("several customers", refused.exception.args[0])
        self.assertTrue(other.active)
        self._merge(self.target | other, is_confirmed=True)
        self.assertFalse(other.active)

    def test_what_cannot_be_merged_is_refused(self):
        other = self._open_ticket()
        for message, tickets, target in (
            ("two at least", self.target, self.target),
            ("Ticket to keep", self.target, other),
        ):
            with self.subTest(message=message), self.assertRaises(UserError) as refused:
                self._merge(tickets, target=target)
            self.assertIn(message, refused.exception.args[0])
        merged = self._open_ticket()
        self._merge(other | merged, target=other)
        with self.assertRaises(UserError) as refused:
            self._merge(self.target | merged, target=self.target)
        self.assertIn("merged already", refused.exception.args[0])
        self.target.stage_id = self.stage_solved
        with self.assertRaises(UserError) as refused:
            self._merge(self.target | other, target=self.target)
        self.assertIn("Merge into an open one", refused.exception.args[0])
        with self.assertRaises(UserError):
            other.merged_into_id = merged

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_nobody_merges_what_he_may_not_change(self):
        hidden = self._open_ticket(department_id=self.field.id)
        with self.assertRaises(AccessError):
            self._merge(self.target | hidden, target=self.target)
        with self.assertRaises(AccessError):
            self._merge(self.target | hidden, user=self.salesperson)
        self.assertFalse(hidden.merged_into_id)


@tagged("post_install", "-at_install")
class TestTicketDuplicate(TicketMailCase):
    def test_duplicates_are_closed_with_the_original(self):
        ticket = self._open_ticket()
        same = self._open_ticket(duplicate_of_id=ticket.id)
        own = self.env["crm.cards.ticket.stage"].create(
            {"name": "Done", "clock": "stopped", "sequence": 1}
        )
        own.department_ids = self.field
        moved = self._open_ticket(
            duplicate_of_id=ticket.id, department_id=self.field.id
        )
        self.assertEqual(ticket.duplicate_open_count, 2)
        with self.assertRaisesRegex(UserError, "Close .* first"):
            ticket.action_close_duplicates()
        ticket.stage_id = self.stage_cancelled
        ticket.action_close_duplicates()
        self.assertEqual(same.stage_id, self.stage_cancelled)
        self.assertTrue(moved.is_closed)
        self.assertEqual(ticket.duplicate_open_count, 0)

    def test_ticket_is_no_duplicate_of_itself(self):
        ticket = self._open_ticket()
        same = self._open_ticket(duplicate_of_id=ticket.id)
        with self.assertRaises(UserError):
            ticket.duplicate_of_id = same

    def test_closing_warns_of_open_parts(self):
        ticket = self._open_ticket()
        parts = self._open_ticket(parent_id=ticket.id)
        parts |= self._open_ticket(parent_id=ticket.id)
        parts[0].stage_id = self.stage_solved
        self.assertEqual(ticket.child_count, 2)
        self.assertEqual(ticket.child_open_count, 1)
        ticket.stage_id = self.stage_solved
        warning = ticket._onchange_stage_id_parts()["warning"]
        self.assertIn("still open", warning["message"])
        parts.stage_id = self.stage_solved
        self.assertIsNone(ticket._onchange_stage_id_parts())

    def test_links_do_not_lead_to_tickets_of_another_company(self):
        other = self.env["res.company"].create({"name": "Other company"})
        foreign = self._open_ticket(
            company_id=other.id, department_id=False, partner_id=False
        )
        ticket = self._open_ticket()
        for field in ("duplicate_of_id", "origin_id"):
            with self.subTest(field=field), self.assertRaises(UserError):
                ticket[field] = foreign
