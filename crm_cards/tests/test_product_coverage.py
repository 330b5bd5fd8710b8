"""Who has service on a day: one kernel for screens, filters and groups."""

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged

from .common_product import ProductCase

_TODAY = "2026-05-10"


@tagged("post_install", "-at_install")
class TestCoverage(ProductCase):
    def setUp(self):
        super().setUp()
        frozen = freeze_time(f"{_TODAY} 12:00:00")
        frozen.start()
        self.addCleanup(frozen.stop)

    def _assert_coverage(self, record, day, status, end=False):
        """Check the service of a customer or product on a day."""
        found = record._get_coverage(fields.Date.to_date(day))[record.id]
        end = fields.Date.to_date(end) if end else False
        with self.subTest(day=day):
            self.assertEqual(found, (status, end))

    def test_own_service_from_its_first_to_its_last_day(self):
        owned = self._own(service_start="2026-01-01", service_end="2026-12-31")
        for record in (owned, self.customer, self.contact):
            self._assert_coverage(record, "2025-12-31", "none")
            self._assert_coverage(record, "2026-01-01", "in_service", "2026-12-31")
            self._assert_coverage(record, "2026-11-30", "in_service", "2026-12-31")
            self._assert_coverage(record, "2026-12-01", "ending", "2026-12-31")
            self._assert_coverage(record, "2026-12-31", "ending", "2026-12-31")
            self._assert_coverage(record, "2027-01-01", "none")

    def test_open_side_is_without_end(self):
        since_ever = self._own(service_end="2026-12-31")
        for_ever = self._own(service_start="2026-01-01")
        self._assert_coverage(since_ever, "1999-01-01", "in_service", "2026-12-31")
        self._assert_coverage(for_ever, "2099-01-01", "in_service")

    def test_nothing_noted_is_no_service(self):
        self._assert_coverage(self._own(), _TODAY, "none")
        self._assert_coverage(self.customer, _TODAY, "none")

    def test_contract_without_items_covers_everything(self):
        owned = self._own()
        self._contract(date_start="2026-05-01", date_end="2027-04-30")
        self._assert_coverage(owned, _TODAY, "in_service", "2027-04-30")
        self._assert_coverage(self.customer, _TODAY, "in_service", "2027-04-30")

    def test_contract_of_a_product_covers_no_other(self):
        covered, other = self._own(), self._own()
        self._contract(items=covered, date_start="2026-05-01")
        self._assert_coverage(covered, _TODAY, "in_service")
        self._assert_coverage(other, _TODAY, "none")
        self._assert_coverage(self.customer, _TODAY, "in_service")

    def test_contract_of_a_kind_covers_the_kinds_below(self):
        printer, software = self._own(), self._own(product=self.software)
        self._contract(items=self.machines, date_start="2026-05-01")
        self._assert_coverage(printer, _TODAY, "in_service")
        self._assert_coverage(software, _TODAY, "none")

    def test_customer_with_a_contract_of_a_kind_has_service_before_any_product(self):
        self._contract(items=self.machines, date_start="2026-05-01")
        self._assert_coverage(self.customer, _TODAY, "in_service")

    def test_what_follows_without_a_gap_is_one_service(self):
        owned = self._own(service_start="2026-01-01", service_end="2026-05-20")
        contract = self._contract(date_start="2026-05-21", date_end="2027-05-20")
        self._assert_coverage(owned, _TODAY, "in_service", "2027-05-20")
        contract.date_start = "2026-05-22"
        self._assert_coverage(owned, _TODAY, "ending", "2026-05-20")
        self._assert_coverage(owned, "2026-05-21", "none")

    def test_contract_that_renews_itself_has_no_end_until_terminated(self):
        contract = self._contract(
            date_start="2025-01-01", date_end="2025-12-31", renewal="automatic"
        )
        self._assert_coverage(self.customer, _TODAY, "in_service")
        contract.date_terminated = "2026-05-31"
        self._assert_coverage(self.customer, _TODAY, "ending", "2026-05-31")
        self._assert_coverage(self.customer, "2026-06-01", "none")

    def test_what_is_not_in_use_is_not_covered(self):
        owned = self._own(service_start="2026-01-01")
        self._contract(items=owned)
        for change in ({"state": "returned"}, {"state": "retired"}, {"active": False}):
            owned.write(change)
            self._assert_coverage(owned, _TODAY, "none")
            self._assert_coverage(self.customer, _TODAY, "none")
            owned.write({"state": "active", "active": True})

    def test_service_counts_in_its_own_company(self):
        company = self._create_company(name="Second company")
        owned = self._own(service_start="2026-01-01", company_id=company.id)
        self._contract(company_id=company.id)
        mine = self._own()
        self.assertEqual(self.customer.card_coverage, "none")
        self.assertEqual(
            self.customer.with_company(company).card_coverage, "in_service"
        )
        self.assertEqual(owned.coverage, "in_service")
        self.assertEqual(mine.coverage, "none")
        partners = self.env["res.partner"].with_company(company)
        domain = [("card_coverage", "=", "in_service")]
        self.assertIn(self.customer, partners.search(domain))
        self.assertNotIn(self.customer, self.env["res.partner"].search(domain))

    def test_days_of_warning_are_a_setting(self):
        self._own(service_start="2026-01-01", service_end="2026-06-01")
        self.assertEqual(self.customer.card_coverage, "ending")
        self.company.crm_cards_coverage_days = 10
        self.customer.invalidate_recordset()
        self.assertEqual(self.customer.card_coverage, "in_service")

    def test_setting_is_checked(self):
        settings = self.env["crm.cards.settings"].create({})
        settings.crm_cards_coverage_days = 45
        settings.action_save()
        self.assertEqual(self.company.crm_cards_coverage_days, 45)

    def test_fields_follow_in_the_same_transaction(self):
        owned = self._own()
        self.assertEqual(self.customer.card_coverage, "none")
        contract = self._contract(items=self.printers)
        self.assertEqual(owned.coverage, "in_service")
        self.assertEqual(self.contact.card_coverage, "in_service")
        contract.date_terminated = "2026-05-09"
        self.assertEqual(owned.coverage, "none")
        self.assertEqual(self.contact.card_coverage, "none")
        owned.service_end = "2026-05-12"
        self.assertEqual(self.contact.card_coverage_end, owned.service_end)

    def _create_all(self):
        """Return customers and products of every status."""
        partners = self.env["res.partner"].create(
            [{"name": f"Service {index}"} for index in range(4)]
        )
        owned = self._own(partners[0], service_end="2027-01-01")
        owned |= self._own(partners[1], service_end="2026-05-20")
        owned |= self._own(partners[2], service_end="2026-05-09")
        owned |= self._own(partners[3])
        self._contract(partners[3])
        return partners, owned

    def test_search_group_and_order_say_what_the_fields_say(self):
        for records, fname in zip(
            self._create_all(), ("card_coverage", "coverage"), strict=True
        ):
            own = [("id", "in", records.ids)]
            for statuses in (
                ["in_service"],
                ["ending"],
                ["none"],
                ["none", "ending"],
                ["in_service", "ending"],
                ["in_service", "ending", "none"],
            ):
                expected = records.filtered(
                    lambda one, fname=fname, wanted=statuses: one[fname] in wanted
                )
                with self.subTest(model=records._name, statuses=statuses):
                    for domain in (
                        [(fname, "in", statuses)],
                        ["!", (fname, "not in", statuses)],
                    ):
                        self.assertEqual(records.search(own + domain), expected)
            groups = dict(records._read_group(own, [fname], ["__count"]))
            self.assertEqual(groups, {"in_service": 2, "ending": 1, "none": 1})
            found = records.search(own, order=f"{fname}_end, id")
            self.assertEqual(found[:2], records[1] | records[0])
            months = records._read_group(own, [f"{fname}_end:month"], ["__count"])
            self.assertEqual([count for _month, count in months], [1, 1, 2])

    def test_search_by_the_last_day(self):
        partners, owned = self._create_all()
        for records, fname in (
            (partners, "card_coverage_end"),
            (owned, "coverage_end"),
        ):
            own = [("id", "in", records.ids)]
            for domain, expected in (
                ([(fname, "<=", "2026-05-20")], records[1]),
                ([(fname, ">", "2026-05-20")], records[0]),
                ([(fname, "=", "2027-01-01")], records[0]),
                ([(fname, "=", False)], records[2:]),
                ([(fname, "!=", False)], records[:2]),
            ):
                with self.subTest(domain=domain):
                    self.assertEqual(records.search(own + domain), expected)

    def test_page_of_80_customers_is_one_query(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Service {index}"} for index in range(80)]
        )
        for partner in partners[::2]:
            self._own(partner, service_end="2026-12-31")
        self.env.flush_all()
        partners.invalidate_recordset()
        partners.fetch(["name", "commercial_partner_id"])
        with self.assertQueryCount(1):
            coverage = partners.mapped("card_coverage")
        self.assertEqual(coverage, ["in_service", "none"] * 40)
        owned = partners.card_owned_product_ids
        self.env.flush_all()
        owned.invalidate_recordset(["coverage", "coverage_end"])
        with self.assertQueryCount(1):
            owned.mapped("coverage")

    def test_only_employees_read_it_of_a_partner(self):
        portal = new_test_user(self.env, "coverage_portal", groups="base.group_portal")
        with self.assertRaises(AccessError):
            portal.partner_id.with_user(portal).read(["card_coverage"])
        with self.assertRaises(AccessError):
            self.env["res.partner"].with_user(portal).search(
                [("card_coverage", "=", "none")]
            )

    def test_any_employee_reads_it_without_rights_on_products(self):
        employee = self._create_user("coverage_employee", groups="base.group_user")
        self._own(service_end="2026-12-31")
        customer = self.customer.with_user(employee)
        self.assertEqual(customer.card_coverage, "in_service")
        self.assertIn(customer, customer.search([("card_coverage", "=", "in_service")]))

    def test_activity_shows_service_of_the_product_else_of_the_customer(self):
        covered, bare = self._own(service_end="2026-05-20"), self._own()
        activities = self.env["mail.activity"].create(
            [
                {"card_owned_product_id": covered.id, "user_id": self.env.uid},
                {"card_owned_product_id": bare.id, "user_id": self.env.uid},
                {"card_customer_id": self.customer.id, "user_id": self.env.uid},
                {"summary": "Nobody's", "user_id": self.env.uid},
            ]
        )
        self.assertEqual(
            activities.mapped("coverage"), ["ending", "none", "ending", False]
        )
        for status in ("ending", "none", False):
            found = activities.search(
                [("id", "in", activities.ids), ("coverage", "=", status)]
            )
            self.assertEqual(
                found,
                activities.filtered(
                    lambda activity, status=status: activity.coverage == status
                ),
            )

    def test_strip_opens_the_products_of_the_company(self):
        owned = self._own()
        for record in (self.contact, self.customer, self._contract()):
            action = record.action_open_owned_products()
            found = self.env[action["res_model"]].search(action["domain"])
            self.assertEqual(found, owned)
