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
