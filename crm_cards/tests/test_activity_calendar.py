"""Activities in the personal calendar: one event each."""

from datetime import date

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common_activity_calendar import START, STOP, ActivityCalendarCase


@tagged("post_install", "-at_install")
class TestActivityCalendar(ActivityCalendarCase):
    # -- ticking --

    def test_ticked_activity_is_one_event(self):
        activities = self.env["mail.activity"].with_context(active_test=False)
        before = activities.search_count([])
        lead = self.env["crm.lead"].create(
            {"name": "Printer", "partner_id": self.customer.id, "type": "opportunity"}
        )
        activity = self._tick(document=lead, note="<p>Bring paper</p>")
        event = activity.calendar_event_id
        self.assertEqual(event, self._events())
        self.assertRecordValues(
            event,
            [
                {
                    "name": "Do",
                    "start": START,
                    "stop": STOP,
                    "allday": False,
                    "user_id": self.own_agent.id,
                    "partner_ids": self.own_agent.partner_id.ids,
                    "res_model": "crm.lead",
                    "res_id": lead.id,
                    "opportunity_id": lead.id,
                    "description": "<p>Bring paper</p>",
                    "activity_ids": activity.ids,
                }
            ],
        )
        self.assertEqual(event.attendee_ids.state, "accepted")
        self.assertEqual(activities.search_count([]), before + 1)
        self.assertEqual((activity.summary, activity.user_id), ("Do", self.own_agent))

    def test_activity_without_hours_is_an_event_of_the_day(self):
        activity = self._tick(
            card_start=False, card_stop=False, date_deadline="2030-07-09"
        )
        event = activity.calendar_event_id
        self.assertTrue(event.allday)
        self.assertEqual(event.start_date, date(2030, 7, 9))
        self.assertEqual(event.stop_date, date(2030, 7, 9))
        self.assertEqual(event.show_as, "free")
        self.assertEqual(activity.date_deadline, date(2030, 7, 9))

    def test_unticked_activity_is_no_event(self):
        activity = self._tick(card_on_calendar=False)
        self.assertFalse(activity.calendar_event_id)
        self.assertFalse(self._events())

    def test_ticking_twice_is_one_event(self):
        activity = self._tick(card_on_calendar=False)
        activity.card_on_calendar = True
        event = activity.calendar_event_id
        activity.card_on_calendar = True
        activity.write({"card_on_calendar": True, "summary": "Do"})
        self.assertEqual(self._events(), event)
        self.assertEqual(activity.calendar_event_id, event)

    def test_type_that_never_goes_to_the_calendar(self):
        self.task_type.card_to_calendar = "no"
        with self.assertRaisesRegex(ValidationError, "^In my calendar:"):
            self._tick()

    def test_default_of_the_type_is_for_people(self):
        self.task_type.card_to_calendar = "default"
        model_id = self.env["ir.model"]._get_id("res.partner")
        vals = {
            "activity_type_id": self.task_type.id,
            "res_model_id": model_id,
            "res_id": self.customer.id,
            "user_id": self.env.uid,
        }
        activities = self.env["mail.activity"]
        self.assertFalse(activities.create(vals).card_on_calendar)
        by_person = activities.with_context(crm_cards_ask=True)
        self.assertTrue(by_person.create(vals).calendar_event_id)
        self.assertFalse(by_person.create({**vals, "automated": True}).card_on_calendar)
        unticked = by_person.create({**vals, "card_on_calendar": False})
        self.assertFalse(unticked.calendar_event_id)
        self.task_type.card_to_calendar = "ask"
        self.assertFalse(by_person.create(vals).card_on_calendar)

    def test_other_type_decides_anew(self):
        activity = self._tick()
        event = activity.calendar_event_id
        activity.activity_type_id = self.visit_type  # by default
        self.assertTrue(activity.card_on_calendar)
        self.assertEqual(activity.calendar_event_id, event)
        never = self.env.ref("crm_cards.mail_activity_type_mailing")
        activity.activity_type_id = never
        self.assertFalse(activity.card_on_calendar)
        self.assertFalse(activity.calendar_event_id)
        self.assertFalse(self._events())

    def test_context_of_another_document_does_not_leak(self):
        activity = self._tick(
            document=self.env["res.partner"].browse(), user=self.env.user
        )
        activity.card_on_calendar = False
        other = self._create_partner("Other")
        activity.with_context(
            default_res_model="res.partner",
            default_res_id=other.id,
            default_name="Other",
            active_model="res.partner",
            active_id=other.id,
            orig_activity_ids=activity.ids,
        ).card_on_calendar = True
        event = activity.calendar_event_id
        self.assertEqual((event.name, event.res_id), ("Do", 0))

    # -- who takes part --

    def test_customers_are_invited_only_if_ticked(self):
        activity = self._tick(
            card_contact_ids=[Command.set(self.contact.ids)],
            card_colleague_ids=[Command.set(self.team_agent.ids)],
        )
        event = activity.calendar_event_id
        ours = self.own_agent.partner_id | self.team_agent.partner_id
        self.assertEqual(event.partner_ids, ours)
        activity.card_invite_contacts = True
        self.assertEqual(event.partner_ids, ours | self.contact)
        stranger = self._create_partner("Invited in the calendar")
        event.partner_ids += stranger
        activity.card_colleague_ids = False
        self.assertEqual(
            event.partner_ids, self.own_agent.partner_id | self.contact | stranger
        )
        activity.card_invite_contacts = False
        self.assertEqual(event.partner_ids, self.own_agent.partner_id | stranger)
        self.assertEqual(event.attendee_ids.partner_id, event.partner_ids)

    def test_assignee_is_not_invited_to_his_own_activity(self):
        self.own_agent.email = "own@example.com"
        self.team_agent.email = "team@example.com"
        messages = self.env["mail.message"].sudo()
        last = messages.search([], order="id desc", limit=1).id
        self._tick(card_colleague_ids=[Command.set(self.team_agent.ids)])
        sent = messages.search(
            [("id", ">", last), ("message_type", "=", "user_notification")], order="id"
        )
        self.assertEqual(
            [message.partner_ids for message in sent],
            [self.own_agent.partner_id, self.team_agent.partner_id],
        )
        self.assertIn("assigned to you", sent[0].subject)
        self.assertIn("Invitation", sent[1].subject)

    def test_reminders(self):
        alarms = self.env["calendar.alarm"].create(
            [
                {"name": "Hour", "alarm_type": "email", "interval": "hours"},
                {"name": "Day", "alarm_type": "email", "interval": "days"},
            ]
        )
        activity = self._tick(card_alarm_ids=[Command.set(alarms[0].ids)])
        event = activity.calendar_event_id
        self.assertEqual(event.alarm_ids, alarms[0])
        activity.card_alarm_ids = alarms[1]
        self.assertEqual(event.alarm_ids, alarms[1])
        event.alarm_ids = alarms
        self.assertEqual(activity.card_alarm_ids, alarms)

    # -- volume --

    def test_ticking_many_costs_what_creating_their_events_costs(self):
        def count_queries(action):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            action()
            self.env.flush_all()
            return self.env.cr.sql_log_count - start

        def create_events(count):
            calendar = self.env["mail.activity"]._get_calendar_of(self.own_agent)
            calendar.create(
                [
                    {
                        "name": "Do",
                        "start": START,
                        "stop": STOP,
                        "user_id": self.own_agent.id,
                        "partner_ids": [Command.set(self.own_agent.partner_id.ids)],
                    }
                    for _index in range(count)
                ]
            )

        def tick(count):
            activities = self.env["mail.activity"].union(
                *(self._tick(card_on_calendar=False) for _index in range(count))
            )
            return lambda: activities.write({"card_on_calendar": True})

        count_queries(tick(1))
        create_events(1)
        few = count_queries(tick(5))
        many = count_queries(tick(25))
        events_few = count_queries(lambda: create_events(5))
        events_many = count_queries(lambda: create_events(25))
        self.assertLessEqual(many - few, max(events_many - events_few, 0))
