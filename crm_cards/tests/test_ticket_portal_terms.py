"""What customers read in the portal of their service, and of what was promised."""

from datetime import timedelta

from lxml import html

from odoo import fields
from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tools import mute_logger

from .common_ticket_portal import PortalCase
from .test_ticket_sla import MONDAY, SlaCase


class PortalTermsCase(PortalCase, SlaCase):
    """Support shows its service levels; both companies have a printer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.support.is_sla_on_portal = True
        cls.dana.tz = "Asia/Jerusalem"
        cls.today = fields.Date.today()
        cls.printer = cls.env["product.product"].create(
            {"name": "Laser printer", "default_code": "SECRET-1"}
        )
        cls.printer_owned = cls._own(cls.customer, "LP-1", 400)
        cls.second_owned = cls._own(cls.customer, "LP-2", 9)
        cls.strangers_owned = cls._own(cls.stranger, "KB-1", 400)

    @classmethod
    def _own(cls, partner, serial, days, **values):
        return cls.env["crm.cards.owned.product"].create(
            {
                "partner_id": partner.id,
                "product_id": cls.printer.id,
                "serial": serial,
                "company_id": cls.company.id,
                "service_start": cls.today - timedelta(days=100),
                "service_end": cls.today + timedelta(days=days),
                **values,
            }
        )

    def _as_shown_to(self, user, ticket=None):
        """Return the ticket as the controller asks it for the page."""
        self.env.flush_all()
        self.env.invalidate_all()
        return (ticket or self.ticket).with_user(user).sudo()

    def _get_values(self, user, ticket=None):
        return self._as_shown_to(user, ticket)._get_portal_page_values()

    def _read_facts(self, user, ticket=None):
        """Return the words of the box beside the conversation, on one line."""
        ticket_sudo = self._as_shown_to(user, ticket)
        rendered = ticket_sudo.env["ir.qweb"]._render(
            "crm_cards.portal_ticket_facts",
            {"ticket": ticket_sudo._get_portal_page_values()},
        )
        return " ".join(html.fromstring(str(rendered)).text_content().split())

    def _get_serials(self, user, ticket=None):
        service = self._get_values(user, ticket)["service"]
        return [product["serial"] for product in service["products"]]


@tagged("post_install", "-at_install")
class TestTicketPortalTerms(PortalTermsCase):
    # -- what was promised ----------------------------------------------------

    @freeze_time(MONDAY)
    def test_deadlines_are_said_in_words_and_in_the_customer_s_time(self):
        ticket = self._open(self.contact, "Monday")
        facts = self._read_facts(self.dana, ticket)
        # Half past one in Warsaw, where support works, is half past two for Dana.
        self.assertIn("We answer by 03/01/2027 02:30 PM", facts)
        self.assertIn("We solve it by 03/02/2027 10:30 AM", facts)

    @freeze_time(MONDAY)
    def test_link_of_a_mail_is_read_in_the_time_of_who_asked(self):
        ticket = self._open(self.contact, "Monday")
        public = self.env.ref("base.public_user")
        public.sudo().tz = "America/New_York"
        self.assertIn("02:30 PM", self._read_facts(public, ticket))
        self.contact.tz = False
        self.assertIn("01:30 PM", self._read_facts(public, ticket))

    def test_paused_clock_is_said_once_and_says_who_is_waited_for(self):
        with freeze_time(MONDAY):
            ticket = self._open(self.contact, "Monday")
            ticket.stage_id = self.stage_customer
            facts = self._read_facts(self.dana, ticket)
            self.assertEqual(facts.count("Waiting for you: the clock is paused"), 1)
            self.assertNotIn("We answer by", facts)
            ticket.stage_id = self.stage_supplier
            promises = self._get_values(self.dana, ticket)["promises"]
            facts = self._read_facts(self.dana, ticket)
            is_paused = any(one["state"] == "paused" for one in promises)
            self.assertEqual("The clock is paused" in facts, is_paused)
            self.assertNotIn("Waiting for you", facts)

    def test_what_was_reached_and_what_is_late_is_said(self):
        with freeze_time(MONDAY):
            ticket = self._open(self.contact, "Monday")
        with freeze_time(MONDAY.replace(hour=13)):
            facts = self._read_facts(self.dana, ticket)
            self.assertIn("Our answer is late. It was due by 03/01/2027 02:30", facts)
            self._answer(ticket)
            facts = self._read_facts(self.dana, ticket)
            self.assertIn("We answered on 03/01/2027 03:00 PM (later than", facts)
            self.assertIn("We solve it by", facts)
        with freeze_time(MONDAY.replace(hour=14)):
            ticket.stage_id = self.stage_solved
            facts = self._read_facts(self.dana, ticket)
            self.assertIn("Closed on 03/01/2027 04:00 PM", facts)
            self.assertIn("We solved it on 03/01/2027 04:00 PM", facts)
            self.assertNotIn("04:00 PM (later", facts)
            self.assertNotIn("We solve it by", facts)

    @freeze_time(MONDAY)
    def test_further_answer_takes_the_place_of_the_first(self):
        self._create_policy("Talkative", first_response=4, next_response=2)
        self.policy.active = False
        ticket = self._open(self.contact, "Monday")
        self._answer(ticket)
        with freeze_time(MONDAY.replace(hour=9)):
            ticket.with_user(self.dana).sudo().message_post(
                body="Still down",
                author_id=self.contact.id,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
            promises = self._get_values(self.dana, ticket)["promises"]
        self.assertEqual(
            [(one["kind"], one["state"]) for one in promises], [("answer", "due")]
        )
        self.assertEqual(promises[0]["date"], MONDAY.replace(hour=11))

    def test_service_levels_stay_inside_unless_the_department_shows_them(self):
        self.assertTrue(self._get_values(self.dana)["promises"])
        self.assertFalse(
            self.env["crm.cards.department"].create({"name": "New"}).is_sla_on_portal
        )
        self.support.is_sla_on_portal = False
        self.assertEqual(self._get_values(self.dana)["promises"], [])
        facts = self._read_facts(self.dana)
        self.assertNotIn("promised", facts)
        self.assertIn("Products in service", facts)
        self.support.is_sla_on_portal = True
        self.ticket.department_id = False
        self.assertEqual(self._get_values(self.dana)["promises"], [])

    # -- service --------------------------------------------------------------

    def test_service_is_said_in_the_words_of_the_web_client(self):
        (self.printer_owned | self.second_owned).service_end = False
        for days, status, words in (
            (None, "in_service", "Products in service"),
            (9, "ending", "Days left: 9"),
            (0, "ending", "Service ends today"),
            (-1, "none", "Customer without service"),
        ):
            with self.subTest(words=words):
                end = days is not None and self.today + timedelta(days=days)
                (self.printer_owned | self.second_owned).service_end = end
                service = self._get_values(self.dana)["service"]
                self.assertEqual(service["status"], status)
                self.assertIn(words, self._read_facts(self.dana))

    def test_customer_sees_the_product_of_the_ticket_and_by_right_all(self):
        self.assertEqual(self._get_serials(self.dana), [])
        self.ticket.owned_product_id = self.second_owned
        self.assertEqual(self._get_serials(self.dana), ["LP-2"])
        facts = self._read_facts(self.dana)
        self.assertIn("Days left: 9", facts)
        self.assertIn("Laser printer", facts)
        self.assertNotIn("SECRET-1", facts)
        self.contact.card_sees_company_tickets = True
        self.assertEqual(self._get_serials(self.dana), ["LP-1", "LP-2"])

    def test_products_are_those_in_use_with_the_ticket_s_company(self):
        self.contact.card_sees_company_tickets = True
        other = self.env["res.company"].create({"name": "Other"})
        self._own(self.customer, "ELSE-1", 500, company_id=other.id)
        self.second_owned.action_retire()
        self.assertEqual(self._get_serials(self.dana), ["LP-1"])

    def test_long_list_ends_and_says_so(self):
        self.contact.card_sees_company_tickets = True
        self.env["crm.cards.owned.product"].create(
            [
                {"partner_id": self.customer.id, "product_id": self.printer.id}
                for _number in range(81)
            ]
        )
        service = self._get_values(self.dana)["service"]
        self.assertEqual((len(service["products"]), service["more"]), (80, 3))
        self.assertIn("More products: 3", self._read_facts(self.dana))

    def test_queries_do_not_grow_with_the_products(self):
        self.contact.card_sees_company_tickets = True

        def count():
            ticket_sudo = self._as_shown_to(self.dana)
            start = self.env.cr.sql_log_count
            ticket_sudo._get_portal_service()
            return self.env.cr.sql_log_count - start

        count()
        few = count()
        for number in range(20):
            self._own(self.customer, f"MORE-{number}", 300)
        self.assertEqual(count(), few)

    def test_another_company_s_service_is_never_shown(self):
        self.contact.card_sees_company_tickets = True
        facts = self._read_facts(self.dana, self.strangers_ticket)
        self.assertNotIn("ervice", facts)
        # A contact who moves keeps his tickets, not what the company has bought.
        self.ticket.owned_product_id = self.printer_owned
        self.env.cr.execute(
            "UPDATE crm_cards_ticket SET customer_id = %s WHERE id = %s",
            [self.stranger.id, self.ticket.id],
        )
        self.assertIsNone(self._get_values(self.dana)["service"])

    def test_page_by_the_link_of_a_mail_lists_no_company(self):
        public = self.env.ref("base.public_user")
        self.assertEqual(self._get_serials(public), [])
        public.partner_id.card_sees_company_tickets = True
        self.assertEqual(self._get_serials(public), [])
        self.ticket.owned_product_id = self.second_owned
        self.assertEqual(self._get_serials(public), ["LP-2"])

    def test_ticket_of_nobody_says_nothing_of_service(self):
        nobodys = self._open(self.env["res.partner"], "Anonymous")
        public = self.env.ref("base.public_user")
        self.assertIsNone(self._get_values(public, nobodys)["service"])

    # -- doors ----------------------------------------------------------------

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_nothing_of_it_is_readable_but_on_the_page(self):
        ticket = self._as(self.dana, self.ticket)
        known = ticket.fields_get()
        for fname in (
            "coverage",
            "coverage_end",
            "owned_product_id",
            "serial",
            "sla_ids",
            "sla_next_due",
            "sla_status",
            "sla_countdown",
        ):
            self.assertIn(fname, ticket._fields)
            self.assertNotIn(fname, known)
        for model in (
            "crm.cards.owned.product",
            "crm.cards.ticket.sla",
            "crm.cards.department",
            "crm.cards.sla.policy",
        ):
            self.assertFalse(self._as(self.dana, self.env[model]).has_access("read"))


@tagged("post_install", "-at_install")
class TestTicketPortalTermsPage(PortalTermsCase, HttpCase):
    def test_page_shows_promises_and_products_to_the_customer_only(self):
        self.contact.card_sees_company_tickets = True
        token = self.ticket._portal_ensure_token()
        for login, words, hidden in (
            (
                self.dana.login,
                ("We answer by", "Products in service", "LP-1", "LP-2"),
                ("KB-1",),
            ),
            (None, ("We answer by", "Products in service"), ("LP-1", "KB-1")),
            # Somebody of another company who got the link.
            (self.klein.login, ("We answer by",), ("in service", "LP-1", "KB-1")),
        ):
            with self.subTest(login=login):
                self.authenticate(login, login)
                page = self.url_open(f"{self.ticket.access_url}?access_token={token}")
                self.assertEqual(page.status_code, 200)
                for word in words:
                    self.assertIn(word, page.text)
                for word in hidden:
                    self.assertNotIn(word, page.text)
