from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_hours_log import HoursLogCase


@tagged("post_install", "-at_install")
class TestHoursScreens(HoursLogCase):
    """What lists of tickets and customers say about hours, in a few queries."""

    def test_customers_are_sorted_and_found_by_hours_left(self):
        third = self._create_customer("Third")
        self._buy(10)
        other_bank = self._create_bank(self.other_customer)
        self._buy(2, other_bank)
        second = self._create_bank(self.other_customer, name="Second")
        self._buy(1, second)
        closed = self._create_bank(self.other_customer, name="Closed")
        self._buy(100, closed)
        closed.action_close()
        customers = (self.customer + self.other_customer + third).with_user(
            self.technician
        )
        self.assertEqual(customers.mapped("card_hours_left"), [10, 3, 0])
        self.assertEqual(customers.mapped("card_bank_count"), [1, 2, 0])
        among = [("id", "in", customers.ids)]
        for operator, value, found in (
            (">", 5, self.customer),
            ("<=", 3, self.other_customer),
            ("=", 3, self.other_customer),
            ("<", 0, third.browse()),
        ):
            with self.subTest(operator=operator, value=value):
                domain = [*among, ("card_hours_left", operator, value)]
                self.assertEqual(customers.search(domain), found)
        domain = [*among, ("card_hours_left", ">", 0)]
        self.assertEqual(
            customers.search(domain, order="card_hours_left desc"),
            self.customer + self.other_customer,
        )
        self.assertEqual(
            customers.search(domain, order="card_hours_left"),
            self.other_customer + self.customer,
        )

    def test_contact_persons_show_the_hours_of_their_company(self):
        self._buy(10)
        person = self._create_customer("Dana", parent_id=self.customer.id)
        person.is_company = False
        self.assertEqual(person.with_user(self.technician).card_hours_left, 10)

    def test_plain_employees_see_no_balances_of_customers(self):
        partners = self.env["res.partner"].with_user(self.employee)
        with self.assertRaises(AccessError):
            partners.search([("card_hours_left", ">", 0)])
        with self.assertRaises(AccessError):
            partners.search([], order="card_hours_left", limit=1)

    def test_hours_of_tickets_in_a_few_queries(self):
        for _index in range(2):
            self._log_hours(
                1,
                project_id=self._create_project("S").id,
                card_ticket_id=self.ticket.id,
            )
        activity = self.ticket.activity_schedule(summary="Visit")
        activity.card_hours = 0.5
        activity.action_done()
        tickets = self.ticket + self.ticket.create(
            [
                {"name": f"T{index}", "department_id": self.department.id}
                for index in range(79)
            ]
        )
        tickets = tickets.with_user(self.technician)
        tickets[:1].mapped("card_hours")
        self.env.invalidate_all()
        with self.assertQueryCount(3):
            hours = tickets.mapped("card_hours")
        self.assertEqual(hours, [2.5] + [0] * 79)

    def test_planned_visits_reserve_hours(self):
        asking, other = self.env["mail.activity.type"].create(
            [
                {"name": "Visit", "card_ask_hours": "required"},
                {"name": "Lunch", "card_ask_hours": "no"},
            ]
        )
        times = {
            "card_start": "2026-03-02 08:00:00",
            "card_stop": "2026-03-02 09:30:00",
        }
        plan = self.ticket.activity_schedule
        visit = plan(activity_type_id=asking.id, **times)
        gone = plan(activity_type_id=asking.id, **times)
        plan(activity_type_id=asking.id)  # no length
        plan(activity_type_id=other.id, **times)
        gone.card_hours = 1
        gone.action_done()
        person = self._create_customer("Dana", parent_id=self.customer.id)
        person.is_company = False
        customers = self.customer + person + self.other_customer
        customers = customers.with_user(self.technician)
        customers[:1].mapped("card_hours_reserved")
        self.env.invalidate_all()
        with self.assertQueryCount(3):
            reserved = customers.mapped("card_hours_reserved")
        self.assertEqual(reserved, [1.5, 1.5, 0])
        visit.unlink()
        self.env.invalidate_all()
        self.assertEqual(customers[0].card_hours_reserved, 0)

    def test_merging_tickets_brings_their_hours_along(self):
        self._buy(10)
        project = self._create_project("Service")
        other, foreign = self.ticket.create(
            [
                {
                    "name": name,
                    "partner_id": partner.id,
                    "department_id": self.department.id,
                }
                for name, partner in (
                    ("Again", self.customer),
                    ("Not theirs", self.other_customer),
                )
            ]
        )
        for ticket, customer in (
            (other, self.customer),
            (foreign, self.other_customer),
        ):
            self._log_hours(
                1,
                project_id=project.id,
                card_ticket_id=ticket.id,
                partner_id=customer.id,
            )
        other.with_user(self.technician).action_start_timer()
        self.ticket._merge(other + foreign)
        self.assertEqual(self.ticket.card_hours, 1)
        self.assertEqual(foreign.card_hours, 1)
        timer = (
            self.env["crm.cards.hours.timer"]
            .sudo()
            .search([("user_id", "=", self.technician.id)])
        )
        self.assertEqual(timer.ticket_id, self.ticket)
        self.assertBalances(self.bank, left=9)
