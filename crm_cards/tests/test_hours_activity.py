from odoo.tests import freeze_time, tagged

from .common_hours import HoursCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 12:00:00")
class TestHoursActivity(HoursCase):
    """Closed activities and hours on tickets draw what nobody types twice."""

    def setUp(self):
        super().setUp()
        self.lot = self._buy(10)

    def _plan(self, document, **values):
        return self.env["mail.activity"].create(
            {
                "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id,
                "summary": "Call back",
                "res_model_id": self.env["ir.model"]._get_id(document._name),
                "res_id": document.id,
                "user_id": self.env.user.id,
                **values,
            }
        )

    def _close(self, activity, hours):
        activity.card_hours = hours
        activity.action_done()

    def test_closed_activity_draws_its_hours(self):
        activity = self._plan(self.customer)
        activity.card_hours = 2
        self.assertBalances(self.bank, used=0)
        activity.action_done()
        self.assertBalances(self.bank, used=2, left=8)
        draw = self.bank.entry_ids.sorted("id")[-1]
        self.assertEqual(
            (draw.activity_id, draw.name, draw.user_id),
            (activity, "Call back", self.env.user),
        )

    def test_corrected_reopened_and_deleted_activity(self):
        activity = self._plan(self.customer)
        self._close(activity, 2)
        activity.card_hours = 3
        self.assertBalances(self.bank, used=3)
        activity.action_unarchive()
        self.assertBalances(self.bank, used=0)
        activity.action_done()
        self.assertBalances(self.bank, used=3)
        activity.sudo().with_context(force_unlink=True).unlink()
        self.assertEqual(bool(activity.exists()), bool(self.bank.used_minutes))

    def test_activity_on_a_project_draws_through_its_line_alone(self):
        activity = self._plan(self.project)
        self._close(activity, 2)
        self.assertTrue(activity.card_timesheet_id)
        self.assertEqual(
            self._list_entries(kind="draw"), [("draw", self.lot, -2)], "drawn twice"
        )
        self.assertEqual(
            self.bank.entry_ids.sorted("id")[-1].line_id, activity.card_timesheet_id
        )
        activity.card_hours = 1
        self.assertBalances(self.bank, used=1)

    def test_private_activity_does_not_say_what_it_was(self):
        activity = self._plan(self.customer, card_private=True)
        self._close(activity, 1)
        self.assertNotEqual(self.bank.entry_ids.sorted("id")[-1].name, "Call back")

    def test_cancelled_activity_draws_nothing(self):
        activity = self._plan(self.customer, card_hours=2)
        activity._cancel("No more")
        self.assertBalances(self.bank, used=0)

    # -- tickets --

    def _open_ticket(self, **values):
        department = self.env["crm.cards.department"].create(
            {"name": "Support", "company_id": self.company.id}
        )
        return self.env["crm.cards.ticket"].create(
            {
                "name": "Press is down",
                "partner_id": self.customer.id,
                "department_id": department.id,
                **values,
            }
        )

    def test_hours_of_a_ticket_are_those_of_its_customer(self):
        ticket = self._open_ticket()
        support = self._create_project("Support")
        self._log_hours(2, project_id=support.id, card_ticket_id=ticket.id)
        self.assertBalances(self.bank, used=2)
        self.assertEqual(self.bank.entry_ids.sorted("id")[-1].ticket_id, ticket)
        other_bank = self._create_bank(self.other_customer)
        ticket.partner_id = self.other_customer
        self.assertBalances(self.bank, used=0)
        self.assertBalances(other_bank, used=2)

    def test_bank_of_the_contract_of_the_ticket_comes_first(self):
        contract = self.env["crm.cards.service.contract"].create(
            {"partner_id": self.customer.id, "company_id": self.company.id}
        )
        bank = self._create_bank(contract_id=contract.id)
        ticket = self._open_ticket(contract_id=contract.id)
        line = self._log_hours(2, card_ticket_id=ticket.id)
        self.assertBalances(bank, used=2)
        self.assertIn("Service contract", line.card_bank_reason)
        ticket.contract_id = False
        self.assertBalances(bank, used=0)
        self.assertBalances(self.bank, used=2)

    def test_activity_on_a_ticket_names_it(self):
        ticket = self._open_ticket()
        self._close(self._plan(ticket), 1)
        self.assertEqual(self.bank.entry_ids.sorted("id")[-1].ticket_id, ticket)
