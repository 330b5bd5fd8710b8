"""What the dialog, the plans and the chains hand over to the activities."""

from datetime import date, datetime

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .common_activity import ActivityCase


class PlanCase(ActivityCase):
    def setUp(self):
        super().setUp()
        self.env.user.tz = "Europe/Warsaw"
        self.category = self.env["crm.cards.activity.category"].create(
            {"name": "Upkeep"}
        )

    def _open(self, documents=None, **context):
        """Return the dialog as the web client opens it."""
        if documents:
            context.update(
                active_model=documents._name,
                active_id=documents.ids[0],
                active_ids=documents.ids,
            )
        wizard = self.env["mail.activity.schedule"]
        wizard = wizard.with_context(tz="Europe/Warsaw", crm_cards_ask=True)
        return Form(wizard.with_context(**context))

    def _count_notices(self):
        return self.env["mail.message"].search_count(
            [("message_type", "=", "user_notification")]
        )


@tagged("post_install", "-at_install")
class TestActivityDialog(PlanCase):
    def _schedule(self, form):
        return form.save()._action_schedule_activities()

    def test_values_sent_by_a_browser_are_no_values_of_the_dialog(self):
        activities = self.env["mail.activity"].with_context(
            card_schedule_values={"summary": "Forged"}
        )
        activity = activities.create({"summary": "Do", "user_id": self.env.uid})
        self.assertEqual(activity.summary, "Do")

    def test_all_fields_are_handed_over_at_once(self):
        form = self._open(self.contact)
        self.assertEqual(form.card_customer_id, self.customer)
        self.assertTrue(form._get_modifier("card_customer_id", "readonly"))
        self.assertEqual(form.card_contact_ids[:], self.contact)
        form.activity_type_id = self.visit_type
        form.activity_user_id = self.own_agent
        form.card_priority = "2"
        form.card_category_id = self.category
        form.card_start = datetime(2027, 3, 1, 9)
        form.card_on_calendar = True
        form.card_invite_contacts = True
        form.card_alarm_ids.add(self.env.ref("calendar.alarm_notif_1"))
        form.card_private = True
        form.card_colleague_ids.add(self.team_agent)
        form.card_repeat = True
        form.card_repeat_interval = 2
        self.assertEqual(form.date_deadline, date(2027, 3, 1))
        notices = self._count_notices()
        activity = self._schedule(form)
        self.assertEqual(self._count_notices(), notices + 1)
        self.assertRecordValues(
            activity,
            [
                {
                    "activity_type_id": self.visit_type.id,
                    "user_id": self.own_agent.id,
                    "res_model": "res.partner",
                    "res_id": self.contact.id,
                    "card_customer_id": self.customer.id,
                    "card_contact_ids": self.contact.ids,
                    "card_colleague_ids": self.team_agent.ids,
                    "card_priority": "2",
                    "card_category_id": self.category.id,
                    "card_start": datetime(2027, 3, 1, 9),
                    "card_stop": datetime(2027, 3, 1, 9, 30),
                    "card_timezone": "Europe/Warsaw",
                    "card_private": True,
                    "card_on_calendar": True,
                    "card_invite_contacts": True,
                    "card_alarm_ids": self.env.ref("calendar.alarm_notif_1").ids,
                    "card_repeat": True,
                    "date_deadline": date(2027, 3, 1),
                }
            ],
        )
        self.assertEqual(activity.card_series_id.card_repeat_interval, 2)

    def test_calendar_by_type(self):
        for choice, ticked in (("default", True), ("ask", False), ("no", False)):
            self.task_type.card_to_calendar = choice
            form = self._open(self.customer)
            form.activity_type_id = self.task_type
            with self.subTest(choice=choice):
                self.assertEqual(form.card_on_calendar, ticked)
                self.assertEqual(
                    form._get_modifier("card_on_calendar", "invisible"), choice == "no"
                )

    def test_meeting_in_the_calendar_is_planned_here(self):
        meeting = self.env.ref("mail.mail_activity_data_meeting")
        meeting.card_to_calendar = "default"
        form = self._open(self.customer)
        form.activity_type_id = meeting
        self.assertFalse(form._get_modifier("date_deadline", "invisible"))
        form.card_start = datetime(2027, 3, 1, 9)
        action = form.save().action_create_calendar_event()
        activity = self.customer.activity_ids
        self.assertEqual(activity.calendar_event_id.start, datetime(2027, 3, 1, 9))
        self.assertEqual(action["res_id"], activity.calendar_event_id.id)
        form = self._open(self.customer)
        form.activity_type_id = meeting
        form.card_on_calendar = False
        self.assertTrue(form._get_modifier("date_deadline", "invisible"))

    def test_code_goes_to_the_calendar_by_saying_so_only(self):
        self.task_type.card_to_calendar = "default"
        form = self._open(self.customer, crm_cards_ask=False)
        form.activity_type_id = self.task_type
        self.assertFalse(form.card_on_calendar)

    def test_personal_activity_with_a_chosen_customer(self):
        form = self._open()
        form.activity_type_id = self.task_type
        self.assertFalse(form._get_modifier("card_customer_id", "readonly"))
        form.card_customer_id = self.customer
        form.card_contact_ids.add(self.contact)
        form.card_priority = "0"
        activity = self._schedule(form)
        self.assertFalse(activity.res_model)
        self.assertEqual(activity.card_customer_id, self.customer)
        self.assertEqual(activity.card_contact_ids, self.contact)
        self.assertEqual(activity.card_priority, "0")

    def test_another_customer_drops_his_persons(self):
        form = self._open()
        form.activity_type_id = self.task_type
        form.card_customer_id = self.customer
        form.card_contact_ids.add(self.contact)
        form.card_customer_id = self._create_partner("Other")
        self.assertFalse(form.card_contact_ids[:])

    def test_category_by_type(self):
        self.visit_type.card_category_id = self.category
        form = self._open(self.customer)
        form.activity_type_id = self.visit_type
        self.assertEqual(form.card_category_id, self.category)

    def test_times_follow_the_date(self):
        form = self._open(self.customer)
        form.activity_type_id = self.visit_type
        form.card_start = datetime(2027, 3, 27, 9)  # 10 o'clock
        form.card_stop = datetime(2027, 3, 27, 11)
        form.date_deadline = date(2027, 3, 28)  # clocks change that night
        self.assertEqual(form.card_start, datetime(2027, 3, 28, 8))
        self.assertEqual(form.card_stop, datetime(2027, 3, 28, 10))

    def test_late_evening_is_the_day_of_the_clock(self):
        form = self._open(self.customer)
        form.card_start = datetime(2027, 3, 1, 23, 30)  # past midnight in Warsaw
        self.assertEqual(form.date_deadline, date(2027, 3, 2))

    def test_new_opportunity_with_the_activity(self):
        form = self._open(self.customer)
        form.activity_type_id = self.task_type
        form.card_opportunity_name = "Printer for the new office"
        activity = self._schedule(form)
        lead = activity.card_opportunity_id
        self.assertEqual(lead.name, "Printer for the new office")
        self.assertEqual(lead.type, "opportunity")
        self.assertEqual(lead.partner_id, self.customer)

    def test_opportunity_of_the_document(self):
        lead = self.env["crm.lead"].create(
            {"name": "Press", "partner_id": self.contact.id, "type": "opportunity"}
        )
        form = self._open(lead)
        form.activity_type_id = self.task_type
        self.assertEqual(form.card_customer_id, self.customer)
        activity = self._schedule(form)
        self.assertEqual(activity.card_opportunity_id, lead)

    def test_one_opportunity_not_two(self):
        lead = self.env["crm.lead"].create(
            {"name": "Press", "partner_id": self.customer.id}
        )
        wizard = self._open(self.customer).save()
        wizard.write(
            {"card_opportunity_id": lead.id, "card_opportunity_name": "Another"}
        )
        with self.assertRaisesRegex(UserError, "Opportunity"):
            wizard.action_schedule_activities()

    def test_opportunity_needs_a_customer(self):
        form = self._open()
        form.activity_type_id = self.task_type
        wizard = form.save()
        wizard.card_opportunity_name = "Of nobody"
        with self.assertRaisesRegex(UserError, "Customer"):
            wizard.action_schedule_activities()

    def test_many_documents_leave_out_what_belongs_to_one(self):
        other = self._create_partner("Other")
        lead = self.env["crm.lead"].create(
            {"name": "Press", "partner_id": self.customer.id}
        )
        form = self._open(self.customer | other)
        form.activity_type_id = self.task_type
        form.card_priority = "2"
        form.card_colleague_ids.add(self.team_agent)
        wizard = form.save()
        wizard.write(
            {
                "card_contact_ids": self.contact.ids,
                "card_opportunity_id": lead.id,
                "card_repeat": True,
            }
        )
        activities = wizard._action_schedule_activities()
        self.assertEqual(activities.card_customer_id, self.customer | other)
        self.assertEqual(activities.mapped("card_priority"), ["2", "2"])
        self.assertEqual(activities.card_colleague_ids, self.team_agent)
        self.assertFalse(activities.card_contact_ids)
        self.assertFalse(activities.card_opportunity_id)
        self.assertEqual(len(activities.card_series_id), 2)

    def test_many_documents_cost_few_queries(self):
        def count(number):
            partners = self.env["res.partner"].create(
                [{"name": f"Batch {index}"} for index in range(number)]
            )
            form = self._open(partners)
            form.activity_type_id = self.task_type
            form.card_colleague_ids.add(self.team_agent)
            wizard = form.save()
            return self._count_queries(wizard.action_schedule_activities)

        count(2)  # warms caches up
        few = count(2)
        self.assertLessEqual(count(40), few + 4)

    def test_what_an_activity_brings_about_does_not_inherit_from_it(self):
        """An automation that plans another one in reply gets none of the values."""
        activities = self.env["mail.activity"]
        form = self._open(self.customer)
        form.activity_type_id = self.task_type
        form.card_priority = "2"
        wizard = form.save()
        subscribe = type(self.customer).message_subscribe
        made = []

        def message_subscribe(partner, *args, **kwargs):
            if not made:
                made.append(
                    activities.with_context(**partner.env.context).create(
                        {"user_id": self.env.uid}
                    )
                )
            return subscribe(partner, *args, **kwargs)

        self.patch(type(self.customer), "message_subscribe", message_subscribe)
        wizard.action_schedule_activities()
        self.assertEqual(made[0].card_priority, "1")

    def test_contact_of_another_customer(self):
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        form = self._open(self.customer)
        form.activity_type_id = self.task_type
        wizard = form.save()
        wizard.card_contact_ids = stranger
        with self.assertRaisesRegex(ValidationError, "Contact persons"):
            wizard.action_schedule_activities()


@tagged("post_install", "-at_install")
class TestActivityPlanTemplates(PlanCase):
    def _create_plan(self, *templates):
        return self.env["mail.activity.plan"].create(
            {
                "name": "Upkeep",
                "res_model": "res.partner",
                "template_ids": [
                    (0, 0, {"activity_type_id": self.task_type.id, **values})
                    for values in templates
                ],
            }
        )

    def _launch(self, plan, documents, user=None, day="2027-03-01"):
        wizard = (
            self.env["mail.activity.schedule"]
            .with_context(active_model=documents._name, active_ids=documents.ids)
            .create(
                {
                    "plan_id": plan.id,
                    "plan_date": day,
                    "plan_on_demand_user_id": (user or self.env.user).id,
                }
            )
        )
        wizard.action_schedule_plan()
        return documents.activity_ids.sorted("id")

    def test_templates_carry_their_values(self):
        plan = self._create_plan(
            {
                "summary": "Visit",
                "card_priority": "2",
                "card_category_id": self.category.id,
                "card_timed": True,
                "card_hour": 8.5,
                "card_length": 1.5,
            },
            {"summary": "Report", "card_priority": "0"},
        )
        self.own_agent.tz = "Asia/Jerusalem"
        visit, report = self._launch(plan, self.customer, self.own_agent)
        self.assertRecordValues(
            visit,
            [
                {
                    "summary": "Visit",
                    "date_deadline": date(2027, 3, 1),
                    "card_priority": "2",
                    "card_category_id": self.category.id,
                    "card_start": datetime(2027, 3, 1, 6, 30),
                    "card_stop": datetime(2027, 3, 1, 8),
                    "card_timezone": "Asia/Jerusalem",
                    "card_customer_id": self.customer.id,
                }
            ],
        )
        self.assertEqual(report.card_priority, "0")
        self.assertFalse(report.card_category_id)
        self.assertFalse(report.card_start)

    def test_lines_alike_are_told_apart(self):
        plan = self._create_plan(
            {"summary": "Same", "card_priority": "2"},
            {"summary": "Same", "card_priority": "0"},
        )
        other = self._create_partner("Other")
        activities = self._launch(plan, self.customer | other)
        self.assertEqual(
            activities.mapped("card_priority"), ["2", "0", "2", "0"], activities
        )

    def test_clocks_that_change(self):
        plan = self._create_plan({"card_timed": True, "card_hour": 9})
        for day, start in (("2027-03-27", 8), ("2027-03-28", 7)):
            (activity,) = self._launch(plan, self._create_partner(day), day=day)
            self.assertEqual(activity.card_start.hour, start)

    def test_category_by_type(self):
        self.task_type.card_category_id = self.category
        plan = self._create_plan({})
        self.assertEqual(plan.template_ids.card_category_id, self.category)

    def test_bad_input(self):
        for values, field in (
            ({"card_hour": 24}, "Time of day"),
            ({"card_hour": -1}, "Time of day"),
            ({"card_length": -0.5}, "Length"),
            ({"card_length": 25}, "Length"),
        ):
            with (
                self.subTest(values=values),
                self.assertRaisesRegex(ValidationError, field),
            ):
                self._create_plan({"card_timed": True, **values})

    def test_copied_plan(self):
        plan = self._create_plan({"card_priority": "2", "card_timed": True})
        copy = plan.copy().template_ids
        self.assertEqual(copy.card_priority, "2")
        self.assertTrue(copy.card_timed)


@tagged("post_install", "-at_install")
class TestActivityChain(PlanCase):
    def setUp(self):
        super().setUp()
        self.call_type.write(
            {
                "chaining_type": "trigger",
                "triggered_next_type_id": self.visit_type.id,
            }
        )
        self.visit_type.write(
            {"delay_count": 3, "delay_unit": "days", "delay_from": "previous_activity"}
        )
        self.lead = self.env["crm.lead"].create(
            {"name": "Press", "partner_id": self.customer.id}
        )
        self.values = {
            "activity_type_id": self.call_type.id,
            "date_deadline": "2027-03-01",
            "card_priority": "2",
            "card_private": True,
            "card_category_id": self.category.id,
            "card_colleague_ids": self.team_agent.ids,
            "card_contact_ids": self.contact.ids,
            "card_opportunity_id": self.lead.id,
            "card_asked_by_id": self.all_agent.id,
        }

    def _assert_taken_along(self, following):
        self.assertRecordValues(
            following,
            [
                {
                    "activity_type_id": self.visit_type.id,
                    "date_deadline": date(2027, 3, 4),
                    "card_customer_id": self.customer.id,
                    "card_priority": "2",
                    "card_private": True,
                    "card_category_id": self.category.id,
                    "card_colleague_ids": self.team_agent.ids,
                    "card_contact_ids": self.contact.ids,
                    "card_opportunity_id": self.lead.id,
                    "card_asked_by_id": self.all_agent.id,
                    "card_start": False,
                }
            ],
        )

    def test_on_a_document(self):
        activity = self._plan(**self.values)
        _messages, following = activity._action_done()
        self._assert_taken_along(following)
        self.assertEqual(following.res_id, self.customer.id)

    def test_free(self):
        activity = self._plan(False, card_customer_id=self.customer.id, **self.values)
        _messages, following = activity._action_done()
        self._assert_taken_along(following)
        self.assertFalse(following.res_model)

    def test_free_one_that_is_closed_already(self):
        activity = self._plan(False)
        activity.activity_type_id = self.call_type
        activity.action_archive()
        self.assertFalse(activity._action_done()[1])

    def test_category_of_the_next_type(self):
        other = self.env["crm.cards.activity.category"].create({"name": "On site"})
        self.visit_type.card_category_id = other
        _messages, following = self._plan(**self.values)._action_done()
        self.assertEqual(following.card_category_id, other)

    def test_document_that_got_another_customer(self):
        activity = self._plan(self.lead, **self.values)
        other = self._create_partner("Other")
        self.lead.partner_id = other
        _messages, following = activity._action_done()
        self.assertEqual(following.card_customer_id, other)
        self.assertFalse(following.card_contact_ids)

    def test_done_and_schedule_next(self):
        self.call_type.chaining_type = "suggest"
        for document in (self.customer, False):
            values = dict(self.values)
            if not document:
                values["card_customer_id"] = self.customer.id
            action = self._plan(document, **values).action_feedback_schedule_next()
            following = (
                self.env["mail.activity"]
                .with_context(**action["context"])
                .create(
                    {
                        "activity_type_id": self.visit_type.id,
                        "date_deadline": "2027-03-04",
                        "card_category_id": self.category.id,
                        "user_id": self.env.uid,
                    }
                )
            )
            with self.subTest(document=document):
                self._assert_taken_along(following)
