from datetime import timedelta

from odoo import fields
from odoo.tests import freeze_time, tagged

from .test_ticket_sla import MONDAY, SlaCase


@tagged("post_install", "-at_install")
class TestTicketBulk(SlaCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Other tests do without the notes of what was changed.
        context = {"tracking_disable": False, "mail_notrack": False}
        cls.env = cls.env(context={**cls.env.context, **context})

    def _open_tickets(self, count):
        tickets = self.env["crm.cards.ticket"].create(
            [
                {
                    "name": f"Printer {number}",
                    "partner_id": self.contact.id,
                    "department_id": self.support.id,
                }
                for number in range(count)
            ]
        )
        self._end_of_request()
        return tickets

    def _end_of_request(self):
        self.env.flush_all()
        self.env.cr.precommit.run()

    def _count_queries_to(self, tickets, stage):
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        tickets.write({"stage_id": stage.id})
        self._end_of_request()
        return self.env.cr.sql_log_count - before

    def test_stage_of_many_tickets_takes_the_queries_of_a_few(self):
        tickets = self._open_tickets(44)
        self._count_queries_to(tickets[:2], self.stage_work)
        few = self._count_queries_to(tickets[2:4], self.stage_work)
        many = self._count_queries_to(tickets[4:44], self.stage_work)
        self.assertLessEqual(many, few)

    def test_note_of_each_ticket_tells_both_stages(self):
        tickets = self._open_tickets(3)
        tickets[2].stage_id = self.stage_customer
        self._end_of_request()
        tickets.with_user(self.technician).write({"stage_id": self.stage_work.id})
        self._end_of_request()
        for ticket, before in zip(
            tickets,
            ("Newly opened", "Newly opened", "Waiting for customer"),
            strict=True,
        ):
            note = ticket.message_ids[:1]
            told = note.sudo().tracking_value_ids
            self.assertEqual(
                (told.old_value_char, told.new_value_char), (before, "In work")
            )
            self.assertEqual(note.author_id, self.technician.partner_id)

    def test_facts_of_many_tickets_are_logged_in_their_order(self):
        first, second = tickets = self._open_tickets(2)
        first.priority = "2"
        tickets.write({"stage_id": self.stage_work.id, "priority": "3"})
        self.assertEqual(
            self._get_events(first), ["opened", "priority", "stage", "priority"]
        )
        self.assertEqual(self._get_events(second), ["opened", "stage", "priority"])
        self.assertEqual(second.log_ids.sorted("id")[-1].priority, "3")
        self.assertEqual(second.log_ids.sorted("id")[-1].clock, "runs")

    def test_time_that_passes_does_not_write_service_levels_again(self):
        with freeze_time(MONDAY):
            ticket = self._open_tickets(1)
        row = self._get_row(ticket, "resolution")
        with freeze_time(MONDAY + timedelta(hours=3)):
            ticket._measure_sla()
            self.assertEqual(row.date_measured, MONDAY)
            ticket.stage_id = self.stage_customer
            self.assertEqual(row.date_measured, fields.Datetime.now())
            self.assertEqual(row.consumed_hours, 2)
            checks = self.env["crm.cards.sla.check"]
            self.assertFalse(checks._find_different(ticket.ids))
