from ast import literal_eval
from functools import partial

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from .common import CardsCase


@tagged("post_install", "-at_install")
class TestQuickLook(CardsCase):
    """The panel beside the list shows what the reader's own rights show."""

    def setUp(self):
        super().setUp()
        self.customer = self._create_prospect(phone="03-555-1234", city="Haifa")
        self.contact = self.env["res.partner"].create(
            {"name": "Dana Levi", "parent_id": self.customer.id, "function": "Buyer"}
        )

    def _invoice_customer(self):
        self.customer._open_account_card("button")
        invoice = self._create_invoice_of(self.customer)
        invoice.action_post()
        return invoice

    def test_quick_look_shows_contacts_and_identity(self):
        look = self.customer.with_user(self.salesperson).get_quick_look()
        self.assertEqual(look["kind"], "prospect")
        self.assertEqual(look["city"], "Haifa")
        self.assertEqual(look["contacts"]["count"], 1)
        self.assertEqual(look["contacts"]["lines"][0]["name"], "Dana Levi")

    def test_quick_look_shows_quotations_of_contacts_too(self):
        order = self._create_order(self.contact, user_id=self.salesperson.id)
        look = self.customer.with_user(self.salesperson).get_quick_look()
        self.assertEqual(
            [line["name"] for line in look["quotations"]["lines"]], [order.name]
        )

    def test_quick_look_hides_quotations_of_others(self):
        self._create_order(self.customer, user_id=self.accountant.id)
        look = self.customer.with_user(self.salesperson).get_quick_look()
        self.assertEqual(look["quotations"], {"count": 0, "lines": []})

    def test_accountant_sees_balance_and_last_invoice(self):
        invoice = self._invoice_customer()
        look = self.customer.with_user(self.accountant).get_quick_look()
        self.assertEqual(look["balance"]["amount"], 100.0)
        self.assertEqual(look["last_invoice"]["id"], invoice.id)
        self.assertEqual(look["account_key"], self.customer.account_key)

    def test_salesperson_sees_no_balance(self):
        self._invoice_customer()
        look = self.customer.with_user(self.salesperson).get_quick_look()
        self.assertFalse(look["balance"])

    def test_activities_of_all_records_are_listed(self):
        lead = self.env["crm.lead"].create(
            {
                "name": "Presses",
                "partner_id": self.customer.id,
                "user_id": self.salesperson.id,
            }
        )
        lead.activity_schedule("mail.mail_activity_data_call", summary="Call back")
        self.customer.activity_schedule("mail.mail_activity_data_todo", summary="Visit")
        # As whoever is made a user gets it; lists show what this right shows.
        everybody = self.env.ref("crm_cards.crm_cards_group_activity_all")
        self.salesperson.group_ids += everybody
        look = self.customer.with_user(self.salesperson).get_quick_look()
        names = {line["name"] for line in look["activities"]["lines"]}
        self.assertEqual(names, {"Call back", "Visit"})

    def test_hidden_partner_gives_no_quick_look(self):
        other_company = self.env["res.company"].create({"name": "Elsewhere"})
        self.customer.company_id = other_company
        with self.assertRaises(AccessError):
            self.customer.with_user(self.salesperson).get_quick_look()

    def test_queries_do_not_grow_with_history(self):
        user = self.accountant
        self._invoice_customer()
        self._add_history(6)
        few = self._count_queries_of_look(user)
        self._add_history(20)
        self.assertEqual(self._count_queries_of_look(user), few)

    def _add_history(self, count):
        for index in range(count):
            self.env["res.partner"].create(
                {"name": f"Contact {index}", "parent_id": self.customer.id}
            )
            self._create_order(self.customer)
            self.customer.activity_schedule(
                "mail.mail_activity_data_todo", summary="Do"
            )

    def _count_queries_of_look(self, user):
        customer = self.customer.with_user(user)
        self._count_queries(customer.get_quick_look)  # fills the caches of rights
        return self._count_queries(customer.get_quick_look)


@tagged("post_install", "-at_install")
class TestCustomersList(CardsCase):
    """The first page of the list costs the same for ten and for forty customers."""

    def test_queries_of_a_page_are_constant(self):
        view = self.env.ref("crm_cards.res_partner_view_list_customer")
        user = self.salesperson
        partners = self.env["res.partner"].with_user(user)
        arch = partners.get_view(view.id, "list")
        names = [
            name for name in arch["models"]["res.partner"] if name in partners._fields
        ]
        specification = {
            name: {"fields": {"display_name": {}}}
            if partners._fields[name].type in ("many2one", "many2many", "one2many")
            else {}
            for name in names
            if partners._fields[name].type not in ("properties",)
        }
        domain = [("customer_kind", "!=", False)]
        for index in range(40):
            self._create_prospect(f"Customer {index}", user_id=user.id)
        partners.web_search_read(domain, specification, limit=5)
        counts = []
        for limit in (10, 40):
            read = partial(partners.web_search_read, domain, specification, limit=limit)
            counts.append(self._count_queries(read))
        self.assertEqual(counts[0], counts[1])

    def test_customer_with_orders_is_not_deleted_and_the_reason_given(self):
        customer = self._create_prospect()
        self._create_order(customer)
        with self.assertRaisesRegex(UserError, "quotations or orders"):
            customer.unlink()

    def test_customer_without_documents_is_deleted(self):
        customer = self._create_prospect()
        customer.unlink()
        self.assertFalse(customer.exists())

    def test_every_role_opens_the_form(self):
        customer = self._create_prospect()
        customer._open_account_card("button")
        for user in (
            self.salesperson,
            self.accountant,
            self.invoicer,
            self.administrator,
        ):
            with self.subTest(user=user.login):
                form = Form(
                    customer.with_user(user),
                    view="crm_cards.res_partner_view_form_customer",
                )
                self.assertEqual(form.account_key, customer.account_key)
                self.assertIsInstance(customer.with_user(user).get_processes(), list)
                self.assertTrue(customer.with_user(user).get_quick_look())

    def test_every_reader_of_cards_opens_them(self):
        customer = self._create_prospect()
        card = customer._open_account_card("button")
        view = "crm_cards.crm_cards_account_card_view_form"
        for user in (self.accountant, self.invoicer, self.administrator):
            with self.subTest(user=user.login):
                self.assertEqual(Form(card.with_user(user), view=view).balance, 0.0)

    def test_new_customer_action_makes_a_prospect(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_cards.res_partner_action_customer_new"
        )
        self.assertIn("crm_cards_new_customer", action["context"])
        partners = self.env["res.partner"].with_user(self.salesperson)
        with Form(
            partners.with_context(crm_cards_new_customer=True, default_is_company=True),
            view="crm_cards.res_partner_view_form_customer",
        ) as form:
            form.name = "Green Paper"
        self.assertEqual(form.record.customer_kind, "prospect")


@tagged("post_install", "-at_install")
class TestProcess(CardsCase):
    """Processes are offered by the kind of customer and run with the user's rights."""

    def setUp(self):
        super().setUp()
        self.customer = self._create_prospect(user_id=self.salesperson.id)
        self.plan = self.env["mail.activity.plan"].create(
            {"name": "Welcome plan", "res_model": "res.partner"}
        )
        self.action = self.env["ir.actions.server"].create(
            {
                "name": "Set city",
                "model_id": self.env.ref("base.model_res_partner").id,
                "state": "code",
                "code": "records.write({'city': 'Lodz'})",
            }
        )

    def _offered(self, partner):
        processes = partner.with_user(self.salesperson).get_processes()
        return [entry["name"] for entry in processes]

    def test_process_of_the_other_kind_is_not_offered(self):
        self.env["crm.cards.process"].create(
            [
                {"name": "For prospects", "kind": "prospect", "plan_id": self.plan.id},
                {
                    "name": "For customers",
                    "kind": "customer",
                    "server_action_id": self.action.id,
                },
            ]
        )
        self.assertIn("For prospects", self._offered(self.customer))
        self.assertNotIn("For customers", self._offered(self.customer))
        self.customer._open_account_card("button")
        self.assertIn("For customers", self._offered(self.customer))
        self.assertNotIn("For prospects", self._offered(self.customer))

    def test_plans_without_process_are_offered(self):
        self.assertIn("Welcome plan", self._offered(self.customer))

    def test_action_runs_on_the_customer(self):
        process = self.env["crm.cards.process"].create(
            {"name": "Move", "kind": "both", "server_action_id": self.action.id}
        )
        customer = self.customer.with_user(self.salesperson)
        customer.run_process("process", process.id)
        self.assertEqual(self.customer.city, "Lodz")

    def test_plan_opens_the_schedule_dialog(self):
        result = self.customer.with_user(self.salesperson).run_process(
            "plan", self.plan.id
        )
        self.assertEqual(result["res_model"], "mail.activity.schedule")
        self.assertEqual(result["context"]["default_plan_id"], self.plan.id)

    def test_action_that_is_not_offered_is_refused(self):
        with self.assertRaises(UserError):
            self.customer.with_user(self.salesperson).run_process(
                "action", self.action.id
            )

    def test_user_may_not_edit_processes(self):
        with self.assertRaises(AccessError):
            self.env["crm.cards.process"].with_user(self.salesperson).create(
                {"name": "Mine", "plan_id": self.plan.id}
            )


@tagged("post_install", "-at_install")
class TestPartnerNote(CardsCase):
    """Notes are dated, signed, and as visible as their customer."""

    def setUp(self):
        super().setUp()
        self.customer = self._create_prospect()
        self.notes = self.env["crm.cards.partner.note"]
        self.colleague = new_test_user(
            self.env,
            login="cards_colleague",
            groups="base.group_user,sales_team.group_sale_salesman",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self.note = self.notes.with_user(self.salesperson).create(
            {"partner_id": self.customer.id, "body": "Wants a catalogue"}
        )

    def test_note_is_signed_by_its_writer(self):
        note = self.notes.with_user(self.salesperson).create(
            {
                "partner_id": self.customer.id,
                "body": "Signed",
                "author_id": self.accountant.id,
                "date": "2001-01-01 00:00:00",
            }
        )
        self.assertEqual(note.author_id, self.salesperson)
        self.assertGreater(note.date.year, 2001)

    def test_colleague_reads_but_does_not_change(self):
        note = self.note.with_user(self.colleague)
        self.assertEqual(note.body, "Wants a catalogue")
        with self.assertRaises(AccessError):
            note.body = "Something else"
        with self.assertRaises(AccessError):
            note.unlink()

    def test_author_changes_the_text_only(self):
        self.note.with_user(self.salesperson).body = "Wants two catalogues"
        with self.assertRaises(AccessError):
            self.note.with_user(self.salesperson).date = "2001-01-01 00:00:00"

    def test_administrator_deletes(self):
        self.note.with_user(self.administrator).unlink()
        self.assertFalse(self.note.exists())

    def test_note_of_a_hidden_customer_is_hidden(self):
        self.customer.company_id = self.env["res.company"].create({"name": "Elsewhere"})
        notes = self.notes.with_user(self.colleague)
        self.assertFalse(notes.search([("id", "=", self.note.id)]))
        self.assertFalse(notes.search_count([("id", "=", self.note.id)]))
        with self.assertRaises(AccessError):
            notes.browse(self.note.id).read(["body"])

    def test_customer_of_another_company_gets_no_note(self):
        self.customer.company_id = self.env["res.company"].create({"name": "Elsewhere"})
        with self.assertRaises(AccessError):
            self.notes.with_user(self.colleague).create(
                {"partner_id": self.customer.id, "body": "Peeking"}
            )


@tagged("post_install", "-at_install")
class TestCustomerDocuments(CardsCase):
    """Mails across all records of a customer, through the reader's rights."""

    def setUp(self):
        super().setUp()
        self.customer = self._create_prospect()
        self.own_order = self._create_order(self.customer, user_id=self.salesperson.id)
        self.other_order = self._create_order(self.customer, user_id=self.accountant.id)
        for record in (self.customer, self.own_order, self.other_order):
            record.message_post(body=f"About {record.id}", message_type="comment")

    def _mails(self, user):
        action = self.customer.with_user(user).action_customer_open_mails()
        messages = self.env["mail.message"].with_user(user).search(action["domain"])
        return {(message.model, message.res_id) for message in messages}

    def test_all_records_of_the_customer_are_covered(self):
        self.assertEqual(
            self._mails(self.env.user),
            {
                ("res.partner", self.customer.id),
                ("sale.order", self.own_order.id),
                ("sale.order", self.other_order.id),
            },
        )

    def test_mails_of_records_of_others_are_hidden(self):
        self.assertNotIn(
            ("sale.order", self.other_order.id), self._mails(self.salesperson)
        )
        self.assertIn(("sale.order", self.own_order.id), self._mails(self.salesperson))

    def test_message_knows_its_customer(self):
        message = self.own_order.message_ids[:1]
        self.assertEqual(message.card_customer_id, self.customer)

    def test_closed_activities_are_found(self):
        activity = self.own_order.activity_schedule(
            "mail.mail_activity_data_call", user_id=self.salesperson.id
        )
        activity.action_feedback(feedback="Reached")
        found = self.env["mail.activity"].search(
            [("card_customer_id", "=", self.customer.id), ("active", "=", False)]
        )
        self.assertEqual(found, activity)


@tagged("post_install", "-at_install")
class TestCheckLists(CardsCase):
    """Books and conversions are compared in both directions."""

    def setUp(self):
        super().setUp()
        self.customer = self._create_partner()
        self.customer._open_account_card("button")
        self.invoice = self._create_invoice_of(self.customer)
        self.invoice.action_post()

    def _search(self, xmlid):
        action = self.env["ir.actions.act_window"]._for_xml_id(f"crm_cards.{xmlid}")
        return self.env[action["res_model"]].search(literal_eval(action["domain"]))

    def _take_card_away(self):
        self.env.cr.execute(
            "UPDATE crm_cards_account_card SET active = FALSE WHERE partner_id = %s",
            [self.customer.id],
        )
        self.env.invalidate_all()

    def test_invoice_of_a_customer_with_card_is_not_listed(self):
        self.assertTrue(self.invoice.has_account_card)
        self.assertNotIn(self.invoice, self._search("account_move_action_without_card"))

    def test_invoice_without_card_is_listed_and_put_right(self):
        self._take_card_away()
        self.assertIn(self.invoice, self._search("account_move_action_without_card"))
        self.assertFalse(self.invoice.has_account_card)
        self.invoice.with_user(self.accountant).action_card_open_account_card()
        self.assertNotIn(self.invoice, self._search("account_move_action_without_card"))

    def test_conversion_without_postings_is_listed(self):
        quiet = self._create_partner("Quiet Customer")
        quiet._open_account_card("button")
        listed = self._search("crm_cards_conversion_action_without_postings")
        self.assertIn(quiet, listed.partner_id)
        self.assertNotIn(self.customer, listed.partner_id)
        self.assertTrue(self._conversions_of(self.customer).has_postings)


@tagged("post_install", "-at_install")
class TestStartup(CardsCase):
    """The checklist creates what is missing, once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref("base.group_erp_manager")
        cls.startup = cls.env["crm.cards.startup"]

    def _apply(self, **values):
        return self.startup.create(values).action_apply()

    def test_lines_become_statuses_in_order(self):
        self._apply(statuses="  Visited \n\nNegotiating\nvisited")
        found = self.env["crm.cards.customer.status"].search(
            [("name", "in", ["Visited", "Negotiating"])]
        )
        self.assertEqual(found.mapped("name"), ["Visited", "Negotiating"])

    def test_existing_names_are_not_doubled(self):
        self._apply(types="Reseller\nPress")
        self._apply(types="RESELLER\nPress\nSchool")
        types = self.env["crm.cards.customer.type"].search([])
        self.assertEqual(
            [name for name in types.mapped("name") if name.lower() == "reseller"],
            ["Reseller"],
        )
        self.assertIn("School", types.mapped("name"))

    def test_users_are_created_once_with_their_role(self):
        line = {"name": "Noa Cohen", "email": "Noa@Example.com", "role": "accountant"}
        for _time in range(2):
            self._apply(user_ids=[Command.create(line)])
        user = self.env["res.users"].search([("login", "=", "noa@example.com")])
        self.assertEqual(len(user), 1)
        self.assertTrue(user.has_group("crm_cards.crm_cards_group_accountant"))
        self.assertFalse(user.has_group("crm_cards.crm_cards_group_manager"))

    def test_bad_address_is_named(self):
        with self.assertRaisesRegex(UserError, "not-an-address"):
            self._apply(
                user_ids=[Command.create({"name": "Noa", "email": "not-an-address"})]
            )

    def test_card_administrator_alone_creates_no_users(self):
        startup = self.startup.with_user(self.administrator)
        line = {"name": "Noa", "email": "noa@example.com"}
        with self.assertRaises(AccessError):
            startup.create({"user_ids": [Command.create(line)]}).action_apply()

    def test_card_administrator_creates_dictionaries(self):
        self.startup.with_user(self.administrator).create(
            {"sources": "Trade fair"}
        ).action_apply()
        self.assertTrue(self.env["utm.source"].search([("name", "=", "Trade fair")]))

    def test_user_may_not_open_the_checklist(self):
        with self.assertRaises(AccessError):
            self.startup.with_user(self.salesperson).default_get(["statuses"])
        with self.assertRaises(AccessError):
            self.startup.with_user(self.salesperson).dismiss()
