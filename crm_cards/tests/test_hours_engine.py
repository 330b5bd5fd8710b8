"""Corners of the engine that keep their promise only if somebody looks."""

from datetime import date

from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, new_test_user, tagged

from odoo.addons.crm_cards.exceptions import HoursRefusedError

from ..models.hours.crm_cards_hours_bank_choose import Case, Request
from .common_hours import HoursCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 12:00:00")
class TestHoursEngine(HoursCase):
    def _get_draw(self, line):
        banks = self.env["crm.cards.hours.bank"]
        source = line._name_hours_source(line.id)
        [draw] = banks._read_draws([source])[source]
        return draw

    # -- what makes a draw another one --

    def test_kind_person_and_ticket_of_a_draw_follow_the_line(self):
        """Though the hours stay the same."""
        self._buy(10)
        kind = self.env["crm.cards.hours.kind"].create({"name": "As it is"})
        ticket = self.env["crm.cards.ticket"].create(
            {"name": "Printer", "partner_id": self.customer.id}
        )
        line = self._log_hours(1)
        line.card_hours_kind_id = kind
        self.assertEqual(self._get_draw(line)["work_kind_id"], kind.id)
        line.card_ticket_id = ticket
        self.assertEqual(self._get_draw(line)["ticket_id"], ticket.id)
        line.employee_id = self.technician.employee_ids
        self.assertEqual(self._get_draw(line)["user_id"], self.technician.id)
        self.assertBalances(self.bank, used=1)

    def test_earlier_work_draws_before_later_work(self):
        lot = self._buy(1)
        requests = [
            Request(source, self.bank.id, 60, day, {})
            for source, day in (
                ("test/1", date(2026, 3, 9)),
                ("test/2", date(2026, 3, 2)),
            )
        ]
        banks = self.env["crm.cards.hours.bank"]
        banks._follow(["test/1", "test/2"], requests)
        drawn = banks._read_draws(["test/1", "test/2"])
        self.assertEqual(drawn["test/2"][0]["lot_id"], lot.id)
        self.assertFalse(drawn["test/1"][0]["lot_id"])

    # -- which bank --

    def test_nearest_project_above_comes_first(self):
        top = self._create_project("Top", self.customer)
        middle = self._create_project("Middle", self.customer, card_parent_id=top.id)
        part = self._create_project("Part", self.customer, card_parent_id=middle.id)
        self._create_bank(project_id=top.id)
        nearest = self._create_bank(project_id=middle.id)
        line = self._log_hours(1, project_id=part.id)
        self.assertEqual(self._get_draw(line)["bank_id"], nearest.id)

    def test_bank_of_another_company_is_not_chosen_by_hand_either(self):
        """Dialogs look before anything is written."""
        abroad = self.env["res.company"].create({"name": "Cards Abroad"})
        bank = self._create_bank(company_id=abroad.id)
        case = Case(
            "", self.customer.id, self.company.id, date(2026, 3, 2), 60, bank_id=bank.id
        )
        banks = self.env["crm.cards.hours.bank"]
        with self.assertRaises(ValidationError):
            banks._choose([case])
        self.assertIn("not one of", banks._tell(case)["refusal"])

    # -- settling --

    def test_hours_that_are_added_to_a_lot_pay_for_what_is_beyond(self):
        lot = self._buy(1)
        self._log_hours(3)
        self.env["crm.cards.hours.bank"]._correct(lot, 300, "Agreed by phone")
        self.assertEqual(lot.left_hours, 3)
        self.assertBalances(self.bank, bought=6, left=3, beyond=0)

    def test_what_is_billed_is_not_settled_by_hours_that_come_back(self):
        self.bank.overdraft = "bill"
        lot = self._buy(1)
        first = self._log_hours(1)
        self._log_hours(1)
        first.unlink()
        self.assertEqual(lot.left_hours, 1)
        self.assertBalances(self.bank, left=0, beyond=1)

    def test_lot_that_is_extended_until_today_is_there_and_pays(self):
        lot = self._buy(5, date_to="2026-03-09")
        self.env["crm.cards.hours.bank"]._expire(bank_ids=self.bank.ids)
        self._log_hours(2, date="2026-03-10")
        self.assertBalances(self.bank, expired=5, left=-2, beyond=2)
        lot.date_to = "2026-03-10"
        self.assertEqual(lot.left_hours, 3)
        self.assertBalances(self.bank, expired=0, left=3, beyond=0)

    # -- closed and archived --

    def test_closed_bank_is_not_corrected(self):
        lot = self._buy(5)
        self.bank.action_close()
        with self.assertRaises(HoursRefusedError):
            self.env["crm.cards.hours.bank"]._correct(lot, 60, "Agreed by phone")
        self.assertBalances(self.bank, left=5)

    def test_archived_bank_does_not_expire(self):
        self._buy(5, date_to="2026-03-01")
        self.bank.active = False
        self.env["crm.cards.hours.bank"]._expire()
        self.assertBalances(self.bank, expired=0, left=5)

    # -- who is told --

    def test_portal_shows_banks_of_the_companies_of_the_login(self):
        abroad = self.env["res.company"].create({"name": "Cards Abroad"})
        self._create_bank(company_id=abroad.id)
        self.customer.card_sees_hours = True
        login = new_test_user(
            self.env,
            "hours_customer",
            "base.group_portal",
            partner_id=self.customer.id,
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        banks = self.env["crm.cards.hours.bank"].with_user(login)
        self.assertEqual(banks._find_in_portal().ids, self.bank.ids)

    def test_archived_customers_and_banks_get_no_statement(self):
        self.customer.write({"card_hours_statement": True, "email": "a@example.com"})
        self._buy(5, date_from="2026-02-01")
        sends = self.env["crm.cards.hours.statement.send"]
        domain = [("bank_id", "=", self.bank.id)]
        with freeze_time("2026-03-02 12:00:00"):
            for record in (self.customer, self.bank):
                record.active = False
                sends._record_due()
                self.assertFalse(sends.search(domain), record)
                record.active = True
            sends._record_due()
            self.assertTrue(sends.search(domain))
