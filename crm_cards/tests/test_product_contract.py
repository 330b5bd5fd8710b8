"""Service contracts: their days, their states, what they may cover."""

from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, tagged

from .common_product import ProductCase


@tagged("post_install", "-at_install")
class TestServiceContract(ProductCase):
    def _assert_state(self, contract, day, expected):
        """Check the state on a day, as it is computed and as it is searched."""
        with self.subTest(day=day), freeze_time(f"{day} 12:00:00"):
            contract.invalidate_recordset()
            self.assertEqual(contract.state, expected)
            found = contract.search([("state", "=", expected)])
            self.assertIn(contract, found)
            groups = contract._read_group(
                [("id", "=", contract.id)], ["state"], ["__count"]
            )
            self.assertEqual(groups, [(expected, 1)])

    def test_state_follows_the_days(self):
        contract = self._contract(
            date_start="2026-03-01", date_end="2026-12-31", notice_days=30
        )
        for day, expected in (
            ("2026-02-28", "upcoming"),
            ("2026-03-01", "running"),
            ("2026-11-30", "running"),
            ("2026-12-01", "ending"),
            ("2026-12-31", "ending"),
            ("2027-01-01", "ended"),
        ):
            self._assert_state(contract, day, expected)

    def test_terminated_before_its_time(self):
        contract = self._contract(
            date_start="2026-03-01", date_end="2026-12-31", notice_days=0
        )
        contract.date_terminated = "2026-06-15"
        self._assert_state(contract, "2026-06-14", "running")
        self._assert_state(contract, "2026-06-15", "ending")
        self._assert_state(contract, "2026-06-16", "terminated")

    def test_called_off_before_it_began(self):
        contract = self._contract(date_start="2026-03-01")
        contract.date_terminated = "2026-02-10"
        self._assert_state(contract, "2026-02-01", "terminated")
        self._assert_state(contract, "2026-03-02", "terminated")

    def test_without_end_it_runs(self):
        contract = self._contract(date_start="2026-03-01")
        self._assert_state(contract, "2099-01-01", "running")

    def test_one_that_renews_itself_goes_on(self):
        contract = self._contract(
            date_start="2026-03-01",
            date_end="2027-02-28",
            renewal="automatic",
            renewal_months=12,
        )
        self._assert_state(contract, "2031-01-01", "running")
        for day, begin in (
            ("2026-03-01", "2027-03-01"),
            ("2027-02-28", "2027-03-01"),
            ("2027-03-01", "2028-03-01"),
            ("2031-01-01", "2031-03-01"),
        ):
            with self.subTest(day=day), freeze_time(f"{day} 12:00:00"):
                contract.invalidate_recordset()
                self.assertEqual(str(contract.date_renewal), begin)
        contract.date_terminated = "2031-02-15"
        with freeze_time("2031-01-01 12:00:00"):
            contract.invalidate_recordset()
            self.assertFalse(contract.date_renewal)

    def test_months_of_different_length(self):
        contract = self._contract(
            date_start="2026-01-01",
            date_end="2026-01-30",
            renewal="automatic",
            renewal_months=1,
        )
        with freeze_time("2026-03-05 12:00:00"):
            contract.invalidate_recordset()
            self.assertEqual(str(contract.date_renewal), "2026-03-31")

    def test_number_is_drawn_or_typed(self):
        drawn, second = self._contract(), self._contract()
        self.assertTrue(drawn.number)
        self.assertNotEqual(drawn.number, second.number)
        typed = self._contract(number=" K/7 ", name="Printers")
        self.assertEqual(typed.display_name, "K/7 · Printers")

    def test_contract_is_with_the_company(self):
        self.assertEqual(self._contract(self.contact).partner_id, self.customer)

    def test_bad_input_names_field_and_way_out(self):
        strange = self._own(self.other_customer)
        company = self._create_company(name="Second company")
        abroad = self._own(company_id=company.id)
        for values, message in (
            (
                {"date_start": "2026-05-02", "date_end": "2026-05-01"},
                "Service ends on: .* Change one of the two days",
            ),
            (
                {
                    "date_start": "2026-05-01",
                    "date_end": "2026-05-31",
                    "date_terminated": "2026-06-01",
                },
                "Terminated on: .* Choose a day before",
            ),
            ({"notice_days": -1}, "Notice period .* Type zero or more"),
            ({"renewal": "automatic"}, "At the end: .* Fill in both"),
            ({"items": strange}, "What is covered: .* Choose a product of this"),
            ({"items": abroad}, "What is covered: .* contract of that company"),
        ):
            with (
                self.subTest(values=values),
                self.assertRaisesRegex(ValidationError, message),
                self.env.cr.savepoint(),
            ):
                self._contract(**values)

    def test_product_in_a_contract_is_not_given_to_another_customer(self):
        owned = self._own()
        contract = self._contract(items=owned)
        for record in (owned, contract):
            with (
                self.subTest(record=record),
                self.assertRaisesRegex(ValidationError, "What is covered"),
                self.env.cr.savepoint(),
            ):
                record.partner_id = self.other_customer
