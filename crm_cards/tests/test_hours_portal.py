"""The customers' side of their hours, and everything that must stay shut."""

import json

from odoo.exceptions import AccessError
from odoo.service.model import call_kw
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common_hours import HoursCase


@tagged("post_install", "-at_install")
class TestHoursPortal(HoursCase, HttpCase):
    """Dana of the customer and a stranger of another; both have portal logins."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contact = cls.env["res.partner"].create(
            {"name": "Dana Levi", "parent_id": cls.customer.id}
        )
        for name, partner in (("dana", cls.contact), ("klein", cls.other_customer)):
            user = new_test_user(
                cls.env,
                login=f"hours_{name}",
                password=f"hours_{name}",
                groups="base.group_portal",
                partner_id=partner.id,
                company_id=cls.company.id,
                company_ids=[(6, 0, cls.company.ids)],
            )
            setattr(cls, name, user)
        cls.bank.name = "Support hours"
        cls._buy(10, name="Spring pack")
        cls._log_hours(1.5, name="Rollers changed")
        cls.strangers_bank = cls._create_bank(cls.other_customer, name="Mill hours")
        cls._buy(4, bank=cls.strangers_bank)

    def _login(self, user):
        self.authenticate(user.login, user.login)

    def _get(self, url, **params):
        return self.url_open(url, params=params, allow_redirects=False)

    def _count(self):
        response = self.url_open(
            "/my/counters",
            data=json.dumps({"params": {"counters": ["card_hours_count"]}}),
            headers={"Content-Type": "application/json"},
        )
        return response.json()["result"]["card_hours_count"]

    def _assert_shut(self, url, **params):
        response = self._get(url, **params)
        self.assertEqual(response.status_code, 303, url)
        self.assertTrue(response.headers["Location"].endswith("/my"))

    def test_without_the_right_nothing_is_shown(self):
        self._login(self.dana)
        self.assertNotIn("/my/hours", self._get("/my/home").text)
        self.assertEqual(self._count(), 0)
        for url in ("", f"/{self.bank.id}", f"/{self.bank.id}/pdf"):
            self._assert_shut(f"/my/hours{url}")

    def test_right_comes_and_goes_at_once(self):
        self._login(self.dana)
        for holder in (self.contact, self.customer):
            holder.card_sees_hours = True
            self.assertIn("/my/hours", self._get("/my/home").text)
            self.assertEqual(self._count(), 1)
            text = self._get("/my/hours").text
            self.assertIn("Support hours", text)
            self.assertIn("8:30", text)
            self.assertNotIn("Mill hours", text)
            holder.card_sees_hours = False
            self._assert_shut("/my/hours")
        self.contact.card_sees_hours = True
        self.contact.parent_id = self.other_customer
        self.assertNotIn("Support hours", self._get("/my/hours").text)
        self._assert_shut(f"/my/hours/{self.bank.id}")

    def test_page_is_the_statement_of_the_period(self):
        self.customer.card_sees_hours = True
        self._login(self.dana)
        url = f"/my/hours/{self.bank.id}"
        text = self._get(url, date_from="2026-03-01", date_to="2026-03-31").text
        for part in (
            "Opening balance",
            "Rollers changed",
            "-1:30",
            "8:30",
            "Spring pack",
        ):
            self.assertIn(part, text)
        text = self._get(url, date_from="2026-04-01", date_to="2026-04-30").text
        self.assertNotIn("Rollers changed", text)
        response = self._get(f"{url}/pdf", date_from="2026-03-01", date_to="2026-03-31")
        self.assertEqual(response.headers["Content-Type"], "application/pdf")
        # Tests render reports as HTML unless they are told to.
        self.assertIn("Rollers changed", response.text)

    def test_stranger_guesses_in_vain(self):
        self.customer.card_sees_hours = True
        self.other_customer.card_sees_hours = True
        self._login(self.klein)
        for url in (f"/my/hours/{self.bank.id}", f"/my/hours/{self.bank.id}/pdf"):
            for token in ({}, {"access_token": "x"}, {"access_token": "None"}):
                self._assert_shut(url, **token)
        self._assert_shut("/my/hours/2147483647")
        self.assertEqual(self._get("/my/hours/99999999999").status_code, 404)
        self.assertNotIn("Support hours", self._get("/my/hours/-1").text)

    def test_login_is_asked_for(self):
        for url in ("/my/hours", f"/my/hours/{self.bank.id}/pdf"):
            self.assertIn("/web/login", self._get(url).headers["Location"])

    def test_bad_periods_do_no_harm(self):
        self.customer.card_sees_hours = True
        self._login(self.dana)
        for params in (
            {"date_from": "x"},
            {"date_from": "2026-05-01", "date_to": "2026-01-01"},
            {"date_from": "0001-01-01", "date_to": "9999-12-31"},
            {"date_from": "9999-12-31", "date_to": "9999-12-31"},
            {"date_from": "2026-01-01\0'; --"},
        ):
            response = self._get(f"/my/hours/{self.bank.id}", **params)
            self.assertEqual(response.status_code, 200, params)

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.orm.models", "odoo.http")
    def test_calls_past_the_pages_are_refused(self):
        self.customer.card_sees_hours = True
        env = self.env(user=self.dana, context={})
        for model in (
            "crm.cards.hours.bank",
            "crm.cards.hours.lot",
            "crm.cards.hours.entry",
            "crm.cards.hours.statement",
            "crm.cards.hours.statement.send",
        ):
            with self.subTest(model=model), self.assertRaises(AccessError):
                call_kw(env[model], "search_read", [[], ["id"]], {})
        with self.assertRaises(AccessError):
            call_kw(
                env["res.partner"], "read", [self.contact.ids, ["card_sees_hours"]], {}
            )
        with self.assertRaises(AccessError):
            call_kw(
                env["res.partner"],
                "write",
                [self.contact.ids, {"card_sees_hours": True}],
                {},
            )
        self._login(self.dana)
        report = "crm_cards.crm_cards_hours_report_statement"
        response = self._get(f"/report/html/{report}/{self.bank.id}")
        self.assertNotIn("Rollers changed", response.text)
