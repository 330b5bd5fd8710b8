from datetime import datetime

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_ticket import TicketCase


@tagged("post_install", "-at_install")
class TestTicket(TicketCase):
    def test_ticket_is_numbered_and_belongs_to_the_company_of_its_contact(self):
        first, second = self._open_ticket(), self._open_ticket()
        self.assertEqual(int(second.number), int(first.number) + 1)
        self.assertEqual(first.customer_id, self.customer)
        self.assertEqual(first.email_from, "dana@levi.example.com")
        self.assertEqual(first.display_name, f"#{first.number} Printer is down")

    def test_ticket_starts_in_the_first_stage_of_its_department(self):
        stages = self.env["crm.cards.ticket.stage"]
        own = stages.create(
            {"name": "Own", "sequence": 1, "department_ids": self.field.ids}
        )
        self.assertEqual(self._open_ticket().stage_id, self.stage_new)
        ticket = self._open_ticket(department_id=self.field.id)
        self.assertEqual(ticket.stage_id, own)

    def test_ticket_leaves_a_stage_that_its_new_department_does_not_have(self):
        own = self.env["crm.cards.ticket.stage"].create(
            {"name": "Ask", "clock": "paused", "department_ids": self.support.ids}
        )
        ticket = self._open_ticket(stage_id=own.id)
        ticket.department_id = self.field
        self.assertEqual(ticket.stage_id, self.stage_customer)
        self.assertEqual(ticket.clock, "paused")

    def test_department_comes_from_the_nearest_type_that_names_one(self):
        types = self.env["crm.cards.ticket.type"]
        top = types.create({"name": "Printers", "department_id": self.field.id})
        leaf = types.create({"name": "Ink", "parent_id": top.id})
        ticket = self.env["crm.cards.ticket"].create(
            {"name": "Ink is out", "type_id": leaf.id}
        )
        self.assertEqual(ticket.department_id, self.field)
        self.assertEqual(ticket.type_level1_id, top)
        self.assertEqual(ticket.type_level2_id, leaf)
        self.assertFalse(ticket.type_level3_id)

    def test_type_that_must_be_told_in_detail_is_refused(self):
        types = self.env["crm.cards.ticket.type"]
        top = types.create({"name": "Printers", "is_detail_required": True})
        leaf = types.create({"name": "Ink", "parent_id": top.id})
        ticket = self._open_ticket(type_id=leaf.id)
        with self.assertRaisesRegex(ValidationError, "in the field Type"):
            ticket.type_id = top

    def test_types_have_three_levels_and_no_circle(self):
        types = self.env["crm.cards.ticket.type"]
        chain = types
        for name in "abc":
            chain |= types.create({"name": name, "parent_id": chain[-1:].id})
        with self.assertRaisesRegex(ValidationError, "three levels"):
            types.create({"name": "d", "parent_id": chain[-1].id})
        with self.assertRaises(UserError):
            chain[0].parent_id = chain[2]
        self.assertEqual(chain[2].display_name, "a / b / c")

    def test_paths_of_types_are_read_level_by_level(self):
        types = self.env["crm.cards.ticket.type"]
        for number in range(4):
            kind = types.create({"name": f"Kind {number}"})
            sort = types.create({"name": f"Sort {number}", "parent_id": kind.id})
            types |= types.create({"name": f"Part {number}", "parent_id": sort.id})
        types.flush_recordset()

        def count_queries(types):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertIn("Kind 0 / Sort 0 / Part 0", types.mapped("display_name"))
            return self.env.cr.sql_log_count - before

        count_queries(types)  # what is read once only
        self.assertEqual(count_queries(types[0]), count_queries(types))

    def test_closing_asks_for_the_type_where_the_department_says_so(self):
        self.support.is_type_required = True
        ticket = self._open_ticket()
        with self.assertRaises(ValidationError) as refused:
            ticket.stage_id = self.stage_solved
        self.assertIn("fill in the field Type", refused.exception.args[0])
        ticket.type_id = self.env["crm.cards.ticket.type"].create({"name": "Other"})
        ticket.stage_id = self.stage_solved
        self.assertTrue(ticket.is_closed)
        self.assertTrue(ticket.date_closed)
        ticket.stage_id = self.stage_work
        self.assertFalse(ticket.date_closed)

    def test_stage_with_tickets_is_not_deleted(self):
        self._open_ticket()
        with self.assertRaisesRegex(UserError, "Move them to another stage"):
            self.stage_new.unlink()

    def test_ticket_cannot_be_part_of_itself(self):
        ticket = self._open_ticket()
        part = self._open_ticket(parent_id=ticket.id)
        with self.assertRaisesRegex(UserError, "Part of|Recursion"):
            ticket.parent_id = part

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_technicians_see_their_departments_and_their_own(self):
        ours = self._open_ticket()
        theirs = self._open_ticket(department_id=self.field.id)
        nobodys = self._open_ticket(department_id=False)
        given = self._open_ticket(
            department_id=self.field.id, user_id=self.technician.id
        )
        tickets = ours | theirs | nobodys | given
        for user, seen in (
            (self.technician, ours | nobodys | given),
            (self.field_technician, theirs | nobodys | given),
            (self.service_manager, tickets),
            (self.salesperson, tickets),
        ):
            with self.subTest(user=user.login):
                found = self.env["crm.cards.ticket"].with_user(user)
                self.assertEqual(found.search([("id", "in", tickets.ids)]), seen)
                logs = self.env["crm.cards.ticket.log"].with_user(user)
                rows = logs.search([("ticket_id", "in", tickets.ids)])
                self.assertEqual(rows.ticket_id, seen)
        with self.assertRaises(AccessError):
            ours.with_user(self.salesperson).write({"priority": "3"})
        with self.assertRaises(AccessError):
            theirs.log_ids.with_user(self.technician).read(["event"])


@tagged("post_install", "-at_install")
class TestTicketLog(TicketCase):
    def test_log_tells_what_happened_and_how_the_ticket_stood(self):
        ticket = self._open_ticket()
        ticket.write({"user_id": self.technician.id, "stage_id": self.stage_work.id})
        ticket.stage_id = self.stage_customer
        self.assertEqual(
            self._get_events(ticket), ["opened", "stage", "assigned", "stage"]
        )
        self.assertEqual(
            ticket.log_ids.mapped("clock"), ["runs", "runs", "runs", "paused"]
        )
        self.assertEqual(ticket.log_ids[-1].waiting_for, "customer")
        self.assertEqual(ticket.log_ids[-1].user_id, self.technician)

    def test_write_that_changes_nothing_leaves_no_trace(self):
        ticket = self._open_ticket()
        ticket.write({"stage_id": ticket.stage_id.id, "name": "Other"})
        self.assertEqual(self._get_events(ticket), ["opened"])

    def test_stage_that_changes_its_clock_is_written_down_for_its_tickets(self):
        ticket = self._open_ticket()
        self.stage_new.write({"clock": "paused", "waiting_for": "customer"})
        self.assertEqual(ticket.clock, "paused")
        self.assertEqual(ticket.log_ids.mapped("clock"), ["runs", "paused"])
        self.assertEqual(ticket.log_ids[0].waiting_for, "us")

    def test_answers_and_words_of_the_customer_are_facts_notes_are_not(self):
        ticket = self._open_ticket()
        us = self.technician.partner_id
        post = {"body": "Text", "message_type": "comment"}
        ticket.message_post(**post, author_id=us.id, subtype_xmlid="mail.mt_note")
        ticket.message_post(**post, author_id=us.id, subtype_xmlid="mail.mt_comment")
        ticket.message_post(
            body="Text",
            message_type="email",
            author_id=self.contact.id,
            subtype_xmlid="mail.mt_comment",
        )
        ticket.message_post(
            body="Automatic",
            message_type="auto_comment",
            author_id=us.id,
            subtype_xmlid="mail.mt_comment",
        )
        self.assertEqual(self._get_events(ticket), ["opened", "answer", "customer"])

    def test_log_is_neither_edited_nor_deleted(self):
        log = self._open_ticket().log_ids
        with self.assertRaises(UserError):
            log.write({"event": "stage"})
        with self.assertRaises(UserError):
            log.unlink()

    def test_many_tickets_change_stage_in_as_many_queries_as_one(self):
        tickets = self.env["crm.cards.ticket"]
        for _index in range(20):
            tickets |= self._open_ticket()
        self.env.flush_all()

        def count(records, stage):
            self.env.invalidate_all()
            records.mapped("stage_id.clock")
            before = self.env.cr.sql_log_count
            records.write({"stage_id": stage.id})
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(tickets[0], self.stage_customer)
        alone = count(tickets[0], self.stage_work)
        together = count(tickets[1:], self.stage_work)
        self.assertLessEqual(together, alone + 2)

    def test_day_of_opening_is_a_fact_that_only_managers_take_over(self):
        day = datetime(2026, 1, 5, 9)
        vals = {"name": "Old", "date_opened": day}
        tickets = self.env["crm.cards.ticket"]
        taken = tickets.with_user(self.service_manager).create(vals)
        self.assertEqual(taken.date_opened, day)
        self.assertEqual(taken.log_ids.date, day)
        fresh = tickets.with_user(self.technician).create(vals)
        self.assertGreater(fresh.date_opened, day)
        with self.assertRaisesRegex(UserError, "Opened on"):
            taken.date_opened = datetime(2027, 1, 1)


@tagged("post_install", "-at_install")
class TestTicketGuard(TicketCase):
    def test_what_follows_from_something_else_is_not_written_past_the_screen(self):
        ticket = self._open_ticket().with_user(self.service_manager)
        other = self._create_partner("Kowalski")
        for fname, value in (
            ("clock", "paused"),
            ("is_closed", True),
            ("date_closed", datetime(2026, 1, 1)),
            ("customer_id", other.id),
            ("sla_version_id", False),
            ("sla_next_due", datetime(2030, 1, 1)),
        ):
            with self.subTest(field=fname):
                with self.assertRaises(AccessError):
                    ticket.write({fname: value})
                with self.assertRaises(AccessError):
                    ticket.create({"name": "Forged", fname: value})
        with self.assertRaises(UserError):
            ticket.write({"number": "1"})
        forged = ticket.with_user(self.technician).create(
            {"name": "Forged", "number": "1"}
        )
        self.assertNotEqual(forged.number, "1")
