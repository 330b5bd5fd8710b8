from datetime import date, datetime

from freezegun import freeze_time
from lxml import etree

from odoo import fields
from odoo.tests import Form, HttpCase, tagged
from odoo.tools.safe_eval import safe_eval

from .common_activity import ActivityCase


@tagged("post_install", "-at_install")
class TestActivityScreens(ActivityCase):
    """What the lists, forms and the start page ask the server for."""

    def _lines(self, activities, user=None):
        lines = self.env["crm.cards.activity"].browse(activities.ids)
        return lines.with_user(user or self.env.user)

    def _new_form(self, user, **context):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_cards.mail_activity_action_new"
        )
        self.assertEqual(action["target"], "new")
        activities = self.env["mail.activity"].with_user(user)
        return Form(
            activities.with_context(
                card_hang_on_customer=True, default_user_id=user.id, **context
            ),
            view="crm_cards.mail_activity_view_form_card",
        )

    # -- the activity card ----------------------------------------------------

    def test_row_opens_the_activity_card(self):
        activity = self._plan()
        action = self._lines(activity).action_open_activity()
        self.assertEqual(action["res_model"], "mail.activity")
        self.assertEqual(action["res_id"], activity.id)
        self.assertEqual(action["target"], "new")
        view = self.env.ref("crm_cards.mail_activity_view_form_card")
        self.assertEqual(action["views"], [(view.id, "form")])

    def test_activity_card_is_saved_by_nothing_but_its_buttons(self):
        form = self.env.ref("crm_cards.mail_activity_view_form_card")
        self.assertIn('js_class="crm_cards_activity_form"', form.arch)

    def test_row_opens_the_customer_card(self):
        action = self._lines(self._plan()).action_open_customer()
        self.assertEqual(action["res_model"], "res.partner")
        self.assertEqual(action["res_id"], self.customer.id)

    def test_customer_card_shows_the_activity_at_hand(self):
        activity = self._plan()
        for record in (activity, self._lines(activity)):
            action = record.action_open_customer()
            self.assertEqual(action["res_id"], self.customer.id)
            self.assertEqual(action["context"], {"card_activity_id": activity.id})

    def test_shipped_types_take_reminders(self):
        choices = {
            "mail.mail_activity_data_call": "ask",
            "mail.mail_activity_data_email": "ask",
            "mail.mail_activity_data_meeting": "default",
            "crm_cards.mail_activity_type_collection": "ask",
            "crm_cards.mail_activity_type_promotion": "ask",
            "crm_cards.mail_activity_type_visit": "default",
            "crm_cards.mail_activity_type_task": "ask",
            "crm_cards.mail_activity_type_mailing": "no",
        }
        view = "crm_cards.mail_activity_view_form_card"
        for xmlid, choice in choices.items():
            with self.subTest(type=xmlid):
                shipped = self.env.ref(xmlid)
                self.assertEqual(shipped.card_to_calendar, choice)
                form = Form(self._plan(activity_type_id=shipped.id), view=view)
                hidden = form._get_modifier("card_alarm_ids", "invisible")
                self.assertEqual(hidden, choice == "no")

    def test_reminder_makes_it_an_entry_of_the_calendar(self):
        alarm = self.env["calendar.alarm"].search([], limit=1)
        activity = self._plan()
        with Form(activity, view="crm_cards.mail_activity_view_form_card") as form:
            self.assertFalse(form.card_on_calendar)
            form.card_alarm_ids.add(alarm)
            self.assertTrue(form.card_on_calendar)
        self.assertEqual(activity.calendar_event_id.alarm_ids, alarm)
        wizard = Form(
            self.env["mail.activity.schedule"].with_context(
                default_res_model="res.partner", default_res_ids=self.customer.ids
            )
        )
        wizard.activity_type_id = self.task_type
        wizard.card_alarm_ids.add(alarm)
        self.assertTrue(wizard.card_on_calendar)

    def test_overdue_balance_by_the_type(self):
        invoice = self._create_invoice_of(
            self.customer, invoice_date_due="2026-03-02", invoice_payment_term_id=False
        )
        invoice.action_post()
        collection = self.env.ref("crm_cards.mail_activity_type_collection")
        self.assertTrue(collection.card_show_balance)
        call = self._plan(activity_type_id=collection.id)
        task = self._plan()
        for model in ("mail.activity", "crm.cards.activity"):
            with self.subTest(model=model):
                records = self.env[model].browse((call | task).ids)
                records = records.with_user(self.accountant)
                self.assertEqual(records.mapped("card_overdue"), [100, 0])
                fields_of_agent = self.env[model].with_user(self.all_agent).fields_get()
                self.assertNotIn("card_overdue", fields_of_agent)
        self.task_type.card_show_balance = True
        self.assertEqual(task.with_user(self.accountant).card_overdue, 100)

    def test_overdue_balance_does_not_ask_per_row(self):
        collection = self.env.ref("crm_cards.mail_activity_type_collection")
        counts = []
        for size in (2, 12):
            for number in range(size):
                customer = self._create_partner(f"{size}.{number}", is_company=True)
                self._plan(customer, activity_type_id=collection.id)
            lines = self.env["crm.cards.activity"].with_user(self.accountant)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            lines.web_search_read(
                [("activity_type_id", "=", collection.id)], {"card_overdue": {}}
            )
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])

    def test_wizard_searches_customers_as_the_card_does(self):
        arch = self.env["mail.activity.schedule"].get_view(
            self.env.ref("mail.mail_activity_schedule_view_form").id
        )["arch"]
        node = etree.fromstring(arch).find(".//field[@name='card_customer_id']")
        view = "crm_cards.res_partner_view_search_customer"
        self.assertIn(view, node.get("context"))

    def test_new_activity_for_a_colleague_hangs_on_the_customer(self):
        with self._new_form(self.all_agent) as form:
            form.activity_type_id = self.task_type
            form.card_customer_id = self.customer
            form.summary = "Send samples"
            form.user_id = self.own_agent
        activity = form.record
        self.assertEqual(activity.card_customer_id, self.customer)
        self.assertEqual(activity.res_model, "res.partner")
        self.assertEqual(activity.res_id, self.customer.id)
        self.assertEqual(activity.card_asked_by_id, self.all_agent)
        self.assertEqual(self.customer.activity_ids, activity)

    def test_free_activity_with_customer(self):
        activities = self.env["mail.activity"].with_user(self.all_agent)
        view = "crm_cards.mail_activity_view_form_card"
        with Form(activities, view=view) as form:
            form.activity_type_id = self.task_type
            form.card_customer_id = self.customer
            form.user_id = self.all_agent
        self.assertFalse(form.record.res_model_id)
        self.assertEqual(form.record.card_customer_id, self.customer)

    def test_free_activity_without_customer(self):
        with self._new_form(self.own_agent) as form:
            form.activity_type_id = self.task_type
            form.summary = "Tidy up"
        self.assertFalse(form.record.res_model_id)
        self.assertFalse(form.record.card_customer_id)
        self.assertEqual(form.record.user_id, self.own_agent)

    def test_new_activity_on_a_document(self):
        lead = self.env["crm.lead"].create(
            {"name": "Cutting line", "partner_id": self.customer.id}
        )
        form = self._new_form(
            self.all_agent, default_res_model="crm.lead", default_res_id=lead.id
        )
        self.assertEqual(form.card_customer_id, self.customer)
        form.activity_type_id = self.task_type
        form.save()
        self.assertEqual(lead.activity_ids, form.record)
        self.assertEqual(form.record.card_opportunity_id, lead)

    def test_customer_is_fixed_after_saving(self):
        activity = self._plan()
        view = "crm_cards.mail_activity_view_form_card"
        with (
            self.assertRaisesRegex(AssertionError, "card_customer_id"),
            Form(activity, view=view) as form,
        ):
            form.card_customer_id = self._create_partner("Other")

    def test_opportunity_is_created_from_its_name(self):
        arch = self.env["mail.activity"].get_view(
            self.env.ref("crm_cards.mail_activity_view_form_card").id
        )["arch"]
        node = etree.fromstring(arch).find(".//field[@name='card_opportunity_id']")
        self.assertIn("default_partner_id", node.get("context"))
        leads = self.env["crm.lead"].with_context(
            default_partner_id=self.customer.id, default_type="opportunity"
        )
        lead_id, _name = leads.name_create("New press")
        activity = self._plan(card_opportunity_id=lead_id)
        self.assertEqual(activity.card_opportunity_id.partner_id, self.customer)

    def test_form_asks_what_the_type_asks(self):
        view = "crm_cards.mail_activity_view_form_card"
        form = Form(self._plan(activity_type_id=self.visit_type.id), view=view)
        self.assertFalse(form._get_modifier("card_hours", "invisible"))
        self.assertFalse(form._get_modifier("card_on_calendar", "invisible"))
        mailing = self.env.ref("crm_cards.mail_activity_type_mailing")
        form = Form(self._plan(activity_type_id=mailing.id), view=view)
        self.assertTrue(form._get_modifier("card_hours", "invisible"))
        self.assertTrue(form._get_modifier("card_on_calendar", "invisible"))

    # -- lists ----------------------------------------------------------------

    def test_lists_filter_and_group_for_a_narrow_right(self):
        own = self._plan(user=self.own_agent, summary="Own")
        self._plan(user=self.team_agent, summary="Foreign")
        lines = self.env["crm.cards.activity"].with_user(self.own_agent)
        found = lines.web_search_read(
            [("card_customer_id", "=", self.customer.id)],
            {"summary": {}, "card_status": {}, "start": {}, "icon": {}, "color": {}},
        )
        self.assertEqual([line["id"] for line in found["records"]], own.ids)
        for groupby in (
            "card_status",
            "activity_type_id",
            "card_outcome_id",
            "card_category_id",
            "card_customer_id",
            "user_id",
            "card_asked_by_id",
            "date_deadline:day",
            "date_deadline:week",
        ):
            with self.subTest(groupby=groupby):
                groups = lines.web_read_group(
                    [("card_customer_id", "=", self.customer.id)],
                    [groupby],
                    ["__count", "card_hours:sum", "card_distance:sum"],
                )["groups"]
                self.assertEqual([group["__count"] for group in groups], [1])

    def test_kanban_shows_statuses_in_their_order(self):
        self._plan()._action_done()
        self._plan(date_deadline="2020-01-01")
        lines = self.env["crm.cards.activity"].with_context(read_group_expand=True)
        groups = lines.web_read_group(
            [("card_customer_id", "=", self.customer.id)], ["card_status"], ["__count"]
        )["groups"]
        self.assertEqual(
            [(group["card_status"], group["__count"]) for group in groups],
            [
                ("overdue", 1),
                ("today", 0),
                ("planned", 0),
                ("done", 1),
                ("cancelled", 0),
            ],
        )

    def test_every_filter_of_the_lists_is_valid(self):
        self._plan()
        search = self.env.ref("crm_cards.crm_cards_activity_view_search")
        arch = etree.fromstring(
            self.env["crm.cards.activity"].get_view(search.id, "search")["arch"]
        )
        lines = self.env["crm.cards.activity"].with_user(self.own_agent)
        filters = arch.findall(".//filter[@domain]")
        self.assertTrue(filters)
        for node in filters:
            with self.subTest(filter=node.get("name")):
                domain = safe_eval(node.get("domain"), {"uid": self.own_agent.id})
                lines.search_count(domain)

    def test_assigned_by_me_and_parked(self):
        asked = self._plan(user=self.own_agent)
        parked = self._plan()
        parked.user_id = False
        lines = self.env["crm.cards.activity"]
        for xmlid, expected in (
            ("crm_cards_activity_action_asked_by_me", asked | parked),
            ("crm_cards_activity_action_parked", parked),
        ):
            domain = self.env.ref(f"crm_cards.{xmlid}").domain
            found = lines.search(
                safe_eval(domain, {"uid": self.env.uid})
                + [("card_customer_id", "=", self.customer.id)]
            )
            self.assertEqual(set(found.ids), set(expected.ids), xmlid)

    def test_parked_tells_from_whom_and_not_what_came_of_it(self):
        action = self.env.ref("crm_cards.crm_cards_activity_action_parked")
        arch = self.env["crm.cards.activity"].get_view(action.view_id.id)["arch"]
        columns = etree.fromstring(arch).iterfind("field")
        columns = {column.get("name"): column for column in columns}
        self.assertEqual(columns["card_parked_from_id"].get("optional"), "show")
        self.assertEqual(columns["card_outcome_id"].get("column_invisible"), "1")

    def test_statistics_count_what_has_no_hours(self):
        view = self.env.ref("crm_cards.crm_cards_activity_view_pivot")
        arch = etree.fromstring(view.arch)
        self.assertFalse(arch.findall("field[@type='measure']"))

    def test_lists_are_exported(self):
        activity = self._plan(card_hours=1.5)
        activity._action_done()
        lines = self._lines(activity)
        fields = ["card_status", "card_customer_id/name", "card_hours", "summary"]
        self.assertEqual(
            lines.export_data(fields)["datas"], [["Done", "Levi Printing", 1.5, "Do"]]
        )

    def test_first_page_does_not_ask_per_row(self):
        spec = {
            "card_status": {},
            "icon": {},
            "color": {},
            "user_id": {"fields": {"display_name": {}}},
            "card_customer_id": {"fields": {"display_name": {}}},
            "activity_type_id": {"fields": {"display_name": {}}},
            "card_contact_ids": {"fields": {"display_name": {}}},
        }
        domain = [("card_customer_id", "=", self.customer.id)]
        lines = self.env["crm.cards.activity"].with_user(self.all_agent)
        counts = []
        for _batch in range(2):
            for _activity in range(10):
                self._plan()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            lines.web_search_read(domain, spec)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])

    # -- customer -------------------------------------------------------------

    def test_quick_look_lists_open_activities_of_the_right(self):
        self._plan(user=self.own_agent, summary="Own", date_deadline="2020-01-01")
        self._plan(user=self.team_agent, summary="Foreign")
        self._plan(user=self.own_agent, summary="Done")._action_done()
        look = self.customer.with_user(self.own_agent).get_quick_look()["activities"]
        self.assertEqual(look["count"], 1)
        self.assertEqual(look["lines"][0]["name"], "Own")
        self.assertEqual(look["lines"][0]["state"], "overdue")

    def test_free_activity_in_the_quick_look_opens_itself(self):
        activity = self._plan(
            self.env["res.partner"], card_customer_id=self.customer.id
        )
        line = self.customer.get_quick_look()["activities"]["lines"][0]
        self.assertEqual(line["res_model"], "mail.activity")
        self.assertEqual(line["res_id"], activity.id)

    def test_customer_opens_the_list_of_his_activities(self):
        action = self.customer.action_customer_open_activities()
        self.assertEqual(action["res_model"], "crm.cards.activity")
        self.assertEqual(
            action["domain"], [("card_customer_id", "=", self.customer.id)]
        )
        self.assertEqual(action["context"], {"search_default_open": 1})
        closed = self.customer.action_customer_closed_activities()
        self.assertEqual(closed["domain"], action["domain"])
        self.assertEqual(closed["context"], {"search_default_done": 1})

    def test_customer_form_shows_open_and_closed(self):
        view = self.env.ref("crm_cards.res_partner_view_form_customer")
        arch = etree.fromstring(self.env["res.partner"].get_view(view.id)["arch"])
        page = arch.find(".//page[@name='customer_activities']")
        self.assertEqual(
            [widget.get("model") for widget in page.iterfind("widget")],
            ["crm.cards.activity"] * 2,
        )

    # -- start page -----------------------------------------------------------

    def _start_page(self, user, **kwargs):
        return self.env["crm.cards.activity"].with_user(user).get_start_page(**kwargs)

    def _found(self, section, user, model="crm.cards.activity"):
        found = self.env[model].with_user(user).search(section["domain"])
        self.assertEqual(len(found), section["count"])
        return found.ids

    @freeze_time("2026-05-10 10:00:00")
    def test_start_page_sections(self):
        agent = self.own_agent
        late = self._plan(user=agent, date_deadline=date(2026, 5, 9))
        today = self._plan(user=agent, date_deadline=date(2026, 5, 10))
        soon = self._plan(user=agent, date_deadline=date(2026, 5, 17))
        later = self._plan(user=agent, date_deadline=date(2026, 5, 18))
        self._plan(user=self.team_agent, date_deadline=date(2026, 5, 10))
        hidden = self.env.ref("crm_cards.mail_activity_type_mailing")
        self._plan(
            user=agent, activity_type_id=hidden.id, date_deadline=date(2026, 5, 10)
        )
        self._plan(user=agent, date_deadline=date(2026, 5, 10))._action_done()
        sections = self._start_page(agent)["sections"]
        coming = self._found(sections["coming"], agent)
        self.assertCountEqual(coming, (today | soon).ids)
        self.assertEqual(sections["coming"]["later"], 1)
        self.assertEqual(self._found(sections["overdue"], agent), late.ids)
        sections = self._start_page(agent, days=False)["sections"]
        coming = self._found(sections["coming"], agent)
        self.assertCountEqual(coming, (today | soon | later).ids)
        self.assertEqual(sections["coming"]["later"], 0)

    @freeze_time("2026-05-10 22:30:00")
    def test_start_page_after_midnight_in_the_users_zone(self):
        # Half past midnight of 11 May in Warsaw.
        activity = self._plan(user=self.own_agent, date_deadline=date(2026, 5, 10))
        sections = self._start_page(self.own_agent)["sections"]
        self.assertEqual(self._found(sections["overdue"], self.own_agent), activity.ids)
        self.assertEqual(sections["coming"]["count"], 0)

    @freeze_time("2026-05-10 10:00:00")
    def test_start_page_tells_what_was_done_for_me(self):
        boss = self.all_agent
        plans = {
            "own": self._plan(user=boss, card_asked_by_id=boss.id),
            "done": self._plan(user=self.own_agent, card_asked_by_id=boss.id),
            "old": self._plan(user=self.own_agent, card_asked_by_id=boss.id),
            "open": self._plan(user=self.own_agent, card_asked_by_id=boss.id),
        }
        for name in ("own", "done", "old"):
            plans[name]._action_done()
        plans["done"].date_done = date(2026, 5, 9)
        plans["old"].date_done = date(2026, 5, 8)
        asked = self._start_page(boss)["sections"]["asked"]
        self.assertEqual(self._found(asked, boss), plans["done"].ids)

    @freeze_time("2026-10-25 10:00:00")
    def test_start_page_meetings_on_the_day_the_clock_changes(self):
        # In Warsaw this day lasts from 22:00 UTC of the 24th to 23:00 of the 25th.
        agent = self.own_agent
        events = self.env["calendar.event"].create(
            [
                {
                    "name": start,
                    "start": start,
                    "stop": stop,
                    "partner_ids": [(6, 0, agent.partner_id.ids)],
                }
                for start, stop in (
                    ("2026-10-24 20:00:00", "2026-10-24 22:00:00"),
                    ("2026-10-24 22:00:00", "2026-10-24 23:00:00"),
                    ("2026-10-25 22:30:00", "2026-10-25 22:45:00"),
                    ("2026-10-25 23:00:00", "2026-10-25 23:30:00"),
                )
            ]
        )
        whole_day = self.env["calendar.event"].create(
            {
                "name": "Fair",
                "allday": True,
                "start_date": "2026-10-25",
                "stop_date": "2026-10-26",
                "partner_ids": [(6, 0, agent.partner_id.ids)],
            }
        )
        meetings = self._start_page(agent)["sections"]["meetings"]
        found = self._found(meetings, agent, "calendar.event")
        self.assertCountEqual(found, (events[1:3] | whole_day).ids)

    @freeze_time("2026-05-10 10:00:00")
    def test_start_page_shows_a_ticked_activity_once(self):
        agent = self.own_agent
        plans = [
            self._plan(
                user=agent,
                card_on_calendar=True,
                card_start=datetime(2026, 5, 10, 12),
                activity_type_id=shipped.id,
            )
            for shipped in (self.task_type, self.visit_type)
        ]
        self.visit_type.card_on_start_page = False
        sections = self._start_page(agent)["sections"]
        self.assertEqual(self._found(sections["coming"], agent), plans[0].ids)
        meetings = self._found(sections["meetings"], agent, "calendar.event")
        self.assertEqual(meetings, plans[1].calendar_event_id.ids)

    def test_home_page_of_ones_own(self):
        lines = self.env["crm.cards.activity"].with_user(self.own_agent)
        action = self.env.ref("crm_cards.crm_cards_start_page_action")
        self.assertFalse(lines.get_start_page()["is_home"])
        lines.set_start_page_home(True)
        self.assertEqual(self.own_agent.action_id.id, action.id)
        self.assertTrue(lines.get_start_page()["is_home"])
        lines.set_start_page_home(False)
        self.assertFalse(self.own_agent.action_id)

    # -- settings -------------------------------------------------------------

    def test_settings_of_looks_and_home(self):
        settings = self.env["crm.cards.settings"].with_user(self.administrator)
        with Form(settings.with_company(self.company)) as form:
            self.assertEqual(form.crm_cards_done_color, "white")
            form.crm_cards_done_color = "green"
            form.crm_cards_start_page_home = True
        form.record.action_save()
        self.assertEqual(self.company.crm_cards_done_color, "green")
        self.assertTrue(self.company.crm_cards_start_page_home)

    # -- dictionaries ---------------------------------------------------------

    def test_type_form_shows_our_settings(self):
        manager = self.administrator
        types = self.env["mail.activity.type"].with_user(manager)
        with Form(types, view="mail.mail_activity_type_view_form") as form:
            form.name = "Courtesy visit"
            form.card_on_start_page = False
            form.card_ask_outcome = "required"
            form.card_to_calendar = "ask"
        self.assertFalse(form.record.card_on_start_page)
        self.assertTrue(form.record.card_on_schedule)


@tagged("post_install", "-at_install")
class TestActivityScreenTours(ActivityCase, HttpCase):
    """The screens of activities in a real browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agent = cls.all_agent
        cls.agent.password = cls.agent.login
        cls.agent.tz = "UTC"
        cls.customer._make_prospect("new")
        # Not the login notice but the work is to be toured.
        cls.env["ir.config_parameter"].set_param("crm_cards.startup_done", "1")

    def _plan_in_days(self, summary, days, user=None, **values):
        deadline = fields.Date.add(fields.Date.today(), days=days)
        return self._plan(
            user=user or self.agent, summary=summary, date_deadline=deadline, **values
        )

    def test_start_page(self):
        late = self._plan_in_days("Late call", -1)
        self._plan_in_days("Call today", 0)
        self._plan_in_days("Much later", 30)
        delegated = self._plan_in_days(
            "Delegated", 0, user=self.own_agent, card_asked_by_id=self.agent.id
        )
        delegated._action_done()
        self.start_tour(
            "/odoo/cards-start", "crm_cards_start_page", login="activity_all"
        )
        self.assertFalse(late.active)
        self.assertEqual(late.feedback, "Sold two boxes")
        new = self.customer.activity_ids.filtered(
            lambda activity: activity.summary == "Planned here"
        )
        self.assertEqual(new.user_id, self.agent)

    def test_looks_of_rows(self):
        self.company.crm_cards_done_color = "green"
        self._plan_in_days("Late call", -1, card_priority="2")
        self._plan_in_days("Planned call", 1, card_priority="0")
        self._plan_in_days("Done call", 0)._action_done()
        self.start_tour(
            "/odoo/cards-activities", "crm_cards_activity_looks", login="activity_all"
        )

    def test_lists_of_the_customer_follow_each_other(self):
        self._plan_in_days("Late call", -1)
        self._plan_in_days("At ten", 1).card_start = fields.Datetime.add(
            fields.Datetime.today(), days=1, hours=10, minutes=30
        )
        self.start_tour(
            f"/odoo/cards-customers/{self.customer.id}",
            "crm_cards_customer_activities",
            login="activity_all",
        )

    def test_customer_with_the_activity_at_hand(self):
        self._plan_in_days("Late call", -1)
        self._plan_in_days("Other call", 1)
        self.start_tour(
            "/odoo/cards-activities", "crm_cards_activity_at_hand", login="activity_all"
        )

    def test_new_activity_from_every_view(self):
        self.start_tour(
            "/odoo/cards-activities",
            "crm_cards_activity_new_everywhere",
            login="activity_all",
        )

    def _session(self, user):
        self.authenticate(user.login, user.login)
        return self.make_jsonrpc_request("/web/session/get_session_info", {})

    def test_session_tells_home_page_and_colour(self):
        start = self.env.ref("crm_cards.crm_cards_start_page_action")
        self.assertFalse(self._session(self.agent)["home_action_id"])
        self.company.crm_cards_start_page_home = True
        self.company.crm_cards_done_color = "green"
        session = self._session(self.agent)
        self.assertEqual(session["home_action_id"], start.id)
        companies = session["user_companies"]["allowed_companies"]
        self.assertEqual(
            companies[str(self.company.id)]["crm_cards_done_color"], "green"
        )
        own = self.env.ref("crm_cards.crm_cards_activity_action")
        self.agent.action_id = own.id
        self.assertEqual(self._session(self.agent)["home_action_id"], own.id)

    def test_home_page_is_for_users_of_the_cards(self):
        self.company.crm_cards_start_page_home = True
        stranger = self._create_user(
            login="activity_stranger", groups="base.group_user"
        )
        self.assertFalse(self._session(stranger)["home_action_id"])

    def test_home_page_by_setting(self):
        self.company.crm_cards_start_page_home = True
        self.start_tour("/odoo", "crm_cards_home_page", login="activity_all")
