from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.crm_cards.tools import phone_search

from .common_examples import ExamplesCase
from .common_ticket import TicketCase


@tagged("post_install", "-at_install")
class TestPhoneSearch(ExamplesCase):
    def test_examples_of_the_kernel(self):
        self.assertExamplesHold(phone_search)


@tagged("post_install", "-at_install")
class TestTicketEntry(TicketCase):
    """A technician takes a call."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.il")
        cls.contact.phone = "052-555 0102"
        cls.product = cls.env["product.product"].create({"name": "Printer"})
        cls.owned = cls.env["crm.cards.owned.product"].create(
            {
                "partner_id": cls.customer.id,
                "contact_id": cls.contact.id,
                "product_id": cls.product.id,
                "serial": "SN-4711",
                "company_id": cls.company.id,
                "service_start": "2020-01-01",
                "service_end": "2099-12-31",
            }
        )
        cls.entry = cls.env["crm.cards.ticket.entry"].with_user(cls.technician)

    def _find(self, text):
        return self.entry.find_callers(text)["lines"]

    def assertFound(self, text, partners):
        ids = [line["id"] for line in self._find(text)]
        self.assertEqual(self.env["res.partner"].browse(ids), partners, text)

    def _get_ticket(self, **call):
        answer = self.entry.open_ticket({"partner_id": self.contact.id, **call})
        self.assertIn("ticket_id", answer)
        return self.env["crm.cards.ticket"].browse(answer["ticket_id"])

    # -- finding --

    def test_number_is_found_in_any_spelling(self):
        for text in (
            "+972 3 555 0101",
            "00972-3-5550101",
            "03-555.0101",
            "(03) 5550101",
            "5550101",
            "0101",
        ):
            self.assertFound(text, self.customer)

    def test_number_without_country_finds_one_with_it_and_vice_versa(self):
        for text in ("+972 52 555 0102", "0525550102", "052 5550102", "972525550102"):
            self.assertFound(text, self.contact)

    def test_number_of_another_country_is_found_without_its_code(self):
        pole = self._create_partner(
            "Drukarnia", phone="22 621 07 22", country_id=self.env.ref("base.pl").id
        )
        self.assertFound("22 6210722", pole)
        self.assertFound("+48 22 621 07 22", pole)

    def test_number_that_is_none_is_found_as_it_is_written(self):
        inside = self._create_partner("Inside", phone="ext. 77-4411")
        self.assertFound("774411", inside)

    def test_account_key_is_found_before_names(self):
        namesake = self._create_partner("Press 7001")
        self.env["crm.cards.account.card"].create(
            {"partner_id": self.customer.id, "account_key": "7001"}
        )
        self.assertFound("7001", self.customer | namesake)
        self.assertEqual(self._find("7001")[0]["account_key"], "7001")

    def test_serial_finds_who_has_the_product(self):
        for text in ("SN-4711", "4711", "sn-47"):
            line = self._find(text)[0]
            self.assertEqual(line["id"], self.contact.id)
            self.assertEqual(line["product_id"], self.owned.id)

    def test_returned_product_finds_nobody(self):
        self.owned.action_return()
        self.assertEqual(self._find("SN-4711"), [])

    def test_email_and_name_are_found(self):
        self.assertFound("dana@levi.example.com", self.contact)
        self.assertFound("dana lev", self.contact)

    def test_company_comes_with_its_people(self):
        lines = self._find("Levi Printing")
        found = [line["id"] for line in lines]
        self.assertEqual(found, (self.customer | self.contact).ids)
        self.assertEqual([line["company"] for line in lines], [False, "Levi Printing"])

    def test_nothing_is_found_and_the_text_fills_in_a_new_contact(self):
        empty = {"name": "", "phone": "", "email": ""}
        for text, filled in (
            ("+48 22 000 00 01", {"phone": "+48 22 000 00 01"}),
            ("New@Example.com", {"email": "new@example.com"}),
            ("Quite Unheard", {"name": "Quite Unheard"}),
        ):
            answer = self.entry.find_callers(text)
            self.assertEqual(answer["lines"], [])
            self.assertEqual(answer["contact"], {**empty, **filled})

    def test_hostile_input_finds_nothing(self):
        for text in (
            None,
            7,
            [],
            {"a": 1},
            "",
            "   ",
            "%",
            "__",
            "a\x00%_'\";--",
            "x" * 10_000,
            "+" * 50,
            "٠٥٢٥٥٥٠١٠٢",
        ):
            self.assertEqual(self._find(text), [], repr(text)[:40])

    def test_archived_and_other_companies_are_left_out(self):
        other = self.env["res.company"].create({"name": "Other"})
        self._create_partner("Elsewhere 0312345", company_id=other.id)
        self._create_partner("Archived 0312345", active=False)
        self.assertFound("0312345", self.env["res.partner"])

    def test_more_than_a_page_is_said(self):
        for index in range(10):
            self._create_partner(f"Repeated {index}")
        answer = self.entry.find_callers("Repeated")
        self.assertEqual(len(answer["lines"]), 8)
        self.assertTrue(answer["is_more"])

    def test_line_shows_service_tickets_and_products(self):
        ticket = self._open_ticket(user_id=self.technician.id)
        closed = self._open_ticket(stage_id=self.stage_solved.id)
        line = self._find("SN-4711")[0]
        self.assertEqual(line["coverage"], "in_service")
        self.assertEqual(line["coverage_end"], "2099-12-31")
        self.assertEqual([shown["id"] for shown in line["tickets"]], ticket.ids)
        self.assertNotIn(closed.id, [shown["id"] for shown in line["tickets"]])
        self.assertEqual(line["ticket_count"], 1)
        self.assertEqual(line["products"][0]["serial"], "SN-4711")

    def test_few_of_many_open_tickets_are_shown(self):
        for _index in range(7):
            ticket = self._open_ticket()
        line = self._find("SN-4711")[0]
        self.assertEqual(len(line["tickets"]), 5)
        self.assertEqual(line["tickets"][0]["id"], ticket.id)
        self.assertEqual(line["ticket_count"], 7)

    def test_tickets_of_other_departments_stay_unseen(self):
        self._open_ticket(department_id=self.field.id)
        line = self._find("SN-4711")[0]
        self.assertEqual((line["tickets"], line["ticket_count"]), ([], 0))

    def test_queries_do_not_grow_with_the_callers(self):
        partners = [self._create_partner(f"Grown {index}") for index in range(8)]
        for partner in partners:
            self._open_ticket(partner_id=partner.id)

        def count(text):
            self.env.invalidate_all()
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            lines = self._find(text)
            return self.env.cr.sql_log_count - before, len(lines)

        count("Grown")
        one, many = count("Grown 3"), count("Grown")
        self.assertEqual((one[1], many[1]), (1, 8))
        self.assertLessEqual(many[0], one[0] + 1)

    # -- rights --

    def test_only_who_opens_tickets_takes_calls(self):
        portal = new_test_user(
            self.env, login="entry_portal", groups="base.group_portal"
        )
        for user in (self.salesperson, self.invoicer, portal):
            entry = self.entry.with_user(user)
            with self.assertRaises(AccessError):
                entry.find_callers("Levi")
            with self.assertRaises(AccessError):
                entry.open_ticket({"partner_id": self.contact.id})

    def test_hidden_customers_stay_hidden(self):
        hidden = (self.customer | self.contact).ids
        self.env["ir.rule"].create(
            {
                "name": "Hide",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": f"[('id', 'not in', {hidden})]",
            }
        )
        for text in ("SN-4711", "0525550102", "dana"):
            self.assertEqual(self._find(text), [], text)
        with self.assertRaises(AccessError):
            self.entry.open_ticket({"partner_id": self.contact.id})

    # -- the ticket --

    def test_ticket_of_a_call(self):
        ticket = self._get_ticket(name="Paper jam", product_id=self.owned.id)
        self.assertRecordValues(
            ticket,
            [
                {
                    "name": "Paper jam",
                    "channel": "phone",
                    "partner_id": self.contact.id,
                    "customer_id": self.customer.id,
                    "owned_product_id": self.owned.id,
                    "serial": "SN-4711",
                    "department_id": self.support.id,
                    "phone": self.contact.phone,
                }
            ],
        )

    def test_subject_names_the_caller_when_none_is_typed(self):
        self.assertEqual(self._get_ticket().name, "Call from Dana Levi")

    def test_number_he_called_from_is_kept(self):
        ticket = self._get_ticket(phone="03 999 8877")
        self.assertEqual(ticket.phone, "03 999 8877")

    def test_open_ticket_about_the_same_is_offered(self):
        first = self._get_ticket()
        answer = self.entry.open_ticket({"partner_id": self.contact.id})
        self.assertEqual(answer["same"]["id"], first.id)
        second = self._get_ticket(is_new=True)
        self.assertNotEqual(first, second)

    def test_ticket_about_another_product_is_not_the_same(self):
        first = self._get_ticket()
        second = self._get_ticket(product_id=self.owned.id)
        self.assertNotEqual(first, second)
        answer = self.entry.open_ticket(
            {"partner_id": self.customer.id, "product_id": self.owned.id}
        )
        self.assertEqual(answer["same"]["id"], second.id)

    def test_closed_ticket_is_not_the_same(self):
        first = self._get_ticket()
        first.stage_id = self.stage_solved
        self.assertNotEqual(self._get_ticket(), first)

    def test_department_where_the_technician_has_no_say_is_left_open(self):
        self._open_ticket(department_id=self.field.id)
        self.technician.group_ids += self.env.ref("crm_cards.crm_cards_group_user")
        self.assertFalse(self._get_ticket(is_new=True).department_id)

    def test_somebody_unknown_becomes_a_contact_where_one_may_create_them(self):
        self.technician.group_ids += self.env.ref("base.group_partner_manager")
        contact = {"name": "Noa", "phone": "052 555 0199", "email": "noa@example.com"}
        answer = self.entry.open_ticket({"contact": contact})
        partner = self.env["crm.cards.ticket"].browse(answer["ticket_id"]).partner_id
        self.assertRecordValues(partner, [contact])

    def test_somebody_unknown_is_noted_on_the_ticket_otherwise(self):
        self.technician.group_ids -= self.env.ref("base.group_partner_manager")
        self.assertFalse(self.entry.find_callers("Noa")["can_create_contact"])
        answer = self.entry.open_ticket(
            {"contact": {"name": "Noa", "phone": "052 555 0199", "email": "n@x.org"}}
        )
        ticket = self.env["crm.cards.ticket"].browse(answer["ticket_id"])
        self.assertRecordValues(
            ticket,
            [
                {
                    "name": "Call from Noa",
                    "partner_id": False,
                    "phone": "052 555 0199",
                    "email_from": "n@x.org",
                    "channel": "phone",
                }
            ],
        )

    def test_caller_of_whom_nothing_is_known_gets_a_ticket(self):
        answer = self.entry.open_ticket({})
        ticket = self.env["crm.cards.ticket"].browse(answer["ticket_id"])
        self.assertEqual(ticket.name, "Call from an unknown caller")

    def test_hostile_call_is_refused(self):
        for call in (
            {"partner_id": "1 OR 1=1"},
            {"partner_id": 2**40},
            {"partner_id": -1},
            {"partner_id": [self.contact.id]},
            {"partner_id": self.contact.id, "product_id": {"id": 1}},
        ):
            with self.assertRaises(UserError):
                self.entry.open_ticket(call)

    def test_product_of_another_customer_is_refused(self):
        other = self._create_partner("Klein Binders")
        with self.assertRaises(UserError):
            self.entry.open_ticket(
                {"partner_id": other.id, "product_id": self.owned.id}
            )

    def test_values_nobody_asked_for_are_ignored(self):
        ticket = self._get_ticket(
            name={"x": 1}, phone=7, contact=[1], user_id=self.service_manager.id
        )
        self.assertEqual(ticket.name, "Call from Dana Levi")
        self.assertFalse(ticket.user_id)

    def test_merged_contact_is_said(self):
        gone = self._create_partner("Gone")
        gone_id = gone.id
        gone.unlink()
        with self.assertRaisesRegex(UserError, "no longer there"):
            self.entry.open_ticket({"partner_id": gone_id})

    def test_departments_of_the_manager_are_his_choice(self):
        self._open_ticket(department_id=self.field.id)
        self.support.member_ids = [Command.clear()]
        entry = self.entry.with_user(self.service_manager)
        answer = entry.open_ticket({"partner_id": self.customer.id})
        ticket = self.env["crm.cards.ticket"].browse(answer["ticket_id"])
        self.assertEqual(ticket.department_id, self.field)
