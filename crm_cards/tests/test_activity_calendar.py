"""Activities in the personal calendar: one event each, in step both ways."""

from datetime import date, datetime
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common_activity import ActivityCase

_START = datetime(2030, 7, 9, 8)
_STOP = datetime(2030, 7, 9, 10)


@tagged("post_install", "-at_install")
class ActivityCalendarCase(ActivityCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.task_type.card_to_calendar = "ask"

    def _tick(self, user=None, **values):
        return self._plan(
            user=user or self.own_agent,
            **{
                "card_on_calendar": True,
                "card_start": _START,
                "card_stop": _STOP,
                **values,
            },
        )

    def _events(self, **domain):
        return (
            self.env["calendar.event"]
            .with_context(active_test=False)
            .search(
                [
                    ("name", "=", "Do"),
                    *((name, "=", value) for name, value in domain.items()),
                ]
            )
        )


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
                    "start": _START,
                    "stop": _STOP,
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

    # -- the activity moves the event --

    def test_moving_the_activity_moves_the_event(self):
        activity = self._tick()
        event = activity.calendar_event_id
        activity.card_start = "2030-07-10 21:30:00"
        self.assertEqual(event.start, datetime(2030, 7, 10, 21, 30))
        self.assertEqual(event.stop, datetime(2030, 7, 10, 23, 30))
        activity.card_stop = "2030-07-10 22:00:00"
        self.assertEqual(event.stop, datetime(2030, 7, 10, 22, 0))
        self.assertEqual(event.start, datetime(2030, 7, 10, 21, 30))
        activity.card_start = False
        self.assertTrue(event.allday)
        self.assertEqual(event.start_date, activity.date_deadline)
        activity.date_deadline = "2030-07-20"
        self.assertEqual(event.start_date, date(2030, 7, 20))
        self.assertEqual(event.stop_date, date(2030, 7, 20))
        activity.card_start = _START
        self.assertFalse(event.allday)
        self.assertEqual((event.start, event.show_as), (_START, "busy"))
        self.assertEqual(self._events(), event)

    def test_due_date_moves_the_event_across_the_change_of_clocks(self):
        for zone in ("Asia/Jerusalem", "Europe/Warsaw"):
            self.own_agent.tz = zone
            activity = self._tick(
                card_start="2026-10-23 21:30:00", card_stop="2026-10-23 22:30:00"
            )
            day = activity.date_deadline
            # Odoo would reckon with the clock of whoever moves it.
            activity.with_context(tz="Pacific/Honolulu").date_deadline = day.replace(
                day=day.day + 3
            )
            event = activity.calendar_event_id
            self.assertEqual(event.start, datetime(2026, 10, 26, 22, 30), zone)
            self.assertEqual(event.stop, datetime(2026, 10, 26, 23, 30), zone)
            self.assertEqual(activity.card_start, event.start)

    def test_schedule_moves_activity_and_event(self):
        activity = self._tick()
        self.env["crm.cards.activity"].browse(activity.id).write(
            {"start": "2030-07-11 08:00:00", "stop": "2030-07-11 09:00:00"}
        )
        self.assertEqual(activity.calendar_event_id.start, datetime(2030, 7, 11, 8))
        self.assertEqual(activity.calendar_event_id.stop, datetime(2030, 7, 11, 9))

    def test_texts_of_the_activity_are_those_of_the_event(self):
        activity = self._tick()
        event = activity.calendar_event_id
        activity.write(
            {"summary": "Repair", "note": "<p>Key</p>", "card_private": True}
        )
        self.assertEqual(event.name, "Repair")
        self.assertEqual(event.description, "<p>Key</p>")
        self.assertEqual(event.privacy, "private")
        activity.summary = False
        self.assertEqual(event.name, "Task: Levi Printing")

    def test_passing_on_moves_the_event_to_the_other_calendar(self):
        activity = self._tick()
        event = activity.calendar_event_id
        activity.user_id = self.team_agent
        self.assertEqual(self._events(), event)
        self.assertEqual(event.user_id, self.team_agent)
        self.assertEqual(event.partner_ids, self.team_agent.partner_id)
        activity.user_id = False
        self.assertFalse(self._events(), "nobody's calendar")
        activity.user_id = self.own_agent
        self.assertEqual(self._events().user_id, self.own_agent)
        self.assertEqual(activity.calendar_event_id, self._events())

    def test_colleague_without_rights_on_the_event_moves_it(self):
        activity = self._tick(card_colleague_ids=[Command.set(self.all_agent.ids)])
        event = activity.calendar_event_id.with_user(self.own_agent)
        event.privacy = "private"
        event.partner_ids -= self.all_agent.partner_id
        activity.with_user(self.all_agent).card_start = "2030-07-11 08:00:00"
        self.assertEqual(activity.calendar_event_id.start, datetime(2030, 7, 11, 8))

    def test_event_known_to_outlook_is_replaced_when_it_changes_hands(self):
        activity = self._tick()
        event = activity.calendar_event_id
        synced = patch.object(type(event), "_is_synced", lambda event: True)
        with synced:
            activity.summary = "Do"
            self.assertEqual(activity.calendar_event_id, event)
            activity.user_id = self.team_agent
        self.assertFalse(event.exists())
        self.assertEqual(activity.calendar_event_id, self._events())
        self.assertEqual(self._events().user_id, self.team_agent)

    # -- the event moves the activity --

    def test_dragging_the_event_moves_the_activity(self):
        self.own_agent.tz = "Asia/Jerusalem"
        activity = self._tick()
        event = activity.calendar_event_id
        # As the calendar does it, by somebody on another clock.
        event.with_user(self.team_agent).with_context(tz="Europe/Warsaw").write(
            {"start": "2030-07-10 21:30:00", "stop": "2030-07-10 22:30:00"}
        )
        self.assertEqual(activity.card_start, datetime(2030, 7, 10, 21, 30))
        self.assertEqual(activity.card_stop, datetime(2030, 7, 10, 22, 30))
        self.assertEqual(activity.date_deadline, date(2030, 7, 11))
        self.assertEqual(event.start, datetime(2030, 7, 10, 21, 30))
        event.start = "2030-07-10 20:30:00"
        self.assertEqual(activity.card_start, datetime(2030, 7, 10, 20, 30))
        self.assertEqual(activity.card_stop, event.stop)
        self.assertEqual(activity.date_deadline, date(2030, 7, 10))

    def test_event_of_the_day_moves_the_due_date(self):
        activity = self._tick()
        event = activity.calendar_event_id
        event.write(
            {"allday": True, "start_date": "2030-07-12", "stop_date": "2030-07-13"}
        )
        self.assertFalse(activity.card_start)
        self.assertFalse(activity.card_stop)
        self.assertEqual(activity.date_deadline, date(2030, 7, 12))
        activity.date_deadline = "2030-07-20"
        self.assertEqual(event.stop_date, date(2030, 7, 21), "keeps its length")

    def test_event_that_lasts_longer_than_activities_may(self):
        activity = self._tick()
        activity.calendar_event_id.stop = "2031-07-10 08:00:00"
        self.assertEqual(activity.card_stop, datetime(2030, 8, 9, 8))

    def test_texts_and_organiser_of_the_event(self):
        activity = self._tick()
        activity.calendar_event_id.write(
            {
                "name": "Repair",
                "description": "<p>Key</p>",
                "user_id": self.team_agent.id,
            }
        )
        self.assertEqual(activity.summary, "Repair")
        self.assertEqual(activity.note, "<p>Key</p>")
        self.assertEqual(activity.user_id, self.team_agent)
        activity.calendar_event_id.user_id = False  # an organiser from outside
        self.assertEqual(activity.user_id, self.team_agent)

    # -- the end of either --

    def test_unticking_removes_the_event_only(self):
        activity = self._tick()
        event = activity.calendar_event_id
        activity.card_on_calendar = False
        self.assertFalse(event.exists())
        self.assertTrue(activity.exists().active)
        self.assertFalse(activity.calendar_event_id)

    def test_cancelling_removes_the_event_only(self):
        activity = self._tick()
        event = activity.calendar_event_id
        activity._cancel()
        self.assertFalse(event.exists())
        self.assertTrue(activity.exists())

    def test_closing_keeps_the_event_where_it_was(self):
        activity = self._tick()
        event = activity.calendar_event_id
        activity.action_feedback(feedback="Done")
        self.assertEqual(self._events(), event)
        self.assertEqual(activity.calendar_event_id, event)
        event.start = "2030-07-20 08:00:00"
        self.assertEqual(activity.card_start, _START, "history")
        activity.active = True
        self.assertEqual(self._events(), event)

    def test_nobody_is_reminded_of_what_is_closed(self):
        alarm = self.env.ref("calendar.alarm_notif_1")
        activities = self._tick() | self._tick(user=self.all_agent)
        activities.card_alarm_ids = alarm
        events = activities.calendar_event_id
        self.assertEqual(events.alarm_ids, alarm)
        activities.action_feedback(feedback="Done")
        self.assertFalse(events.alarm_ids)
        self.assertEqual(activities.card_alarm_ids, alarm)
        activities.action_unarchive()
        self.assertEqual(activities.calendar_event_id, events)
        for event in events:
            self.assertEqual(event.alarm_ids, alarm)

    def test_meeting_odoo_made_keeps_its_reminders_when_it_is_over(self):
        alarm = self.env.ref("calendar.alarm_notif_1")
        event = self._meet(alarm_ids=[Command.set(alarm.ids)])
        event.activity_ids.action_feedback(feedback="Met")
        self.assertEqual(event.alarm_ids, alarm)

    def test_deleting_the_event_keeps_the_activity(self):
        open_activity, done = self._tick(), self._tick()
        done.action_feedback(feedback="Done")
        (open_activity | done).calendar_event_id.unlink()
        self.assertFalse(self._events())
        self.assertTrue(open_activity.exists().active)
        self.assertFalse(open_activity.card_on_calendar)
        self.assertEqual(done.exists().feedback, "Done")

    def test_deleting_the_event_behind_the_orm_keeps_the_activity(self):
        activity = self._tick()
        self.env.flush_all()
        self.env.cr.execute(
            "DELETE FROM calendar_event WHERE id = %s", [activity.calendar_event_id.id]
        )
        self.env.invalidate_all()
        self.assertTrue(activity.exists())
        self.assertFalse(activity.calendar_event_id)

    def test_archiving_the_event_unticks_the_activity(self):
        activity = self._tick()
        event = activity.calendar_event_id
        event.active = False  # what Outlook and Google do with what is deleted there
        self.assertFalse(activity.card_on_calendar)
        self.assertFalse(activity.calendar_event_id)
        activity.card_on_calendar = True
        self.assertNotEqual(activity.calendar_event_id, event)

    def test_series_made_of_the_event_keeps_the_activity(self):
        activity = self._tick()
        event = activity.calendar_event_id
        event.write(
            {
                "recurrency": True,
                "rrule_type": "weekly",
                "interval": 1,
                "end_type": "count",
                "count": 3,
                "tue": True,
            }
        )
        series = event.recurrence_id.calendar_event_ids
        self.assertEqual(len(series), 3)
        self.assertIn(activity.calendar_event_id, series)
        self.assertTrue(activity.card_on_calendar)
        event.write({"recurrence_update": "all_events", "name": "Do it"})
        self.assertEqual(activity.calendar_event_id.name, "Do it")
        activity.calendar_event_id.recurrence_id.calendar_event_ids.unlink()
        self.assertTrue(activity.exists().active)
        self.assertFalse(activity.card_on_calendar)

    def test_series_that_skips_the_event_unticks_the_activity(self):
        activity = self._tick()
        activity.calendar_event_id.write(
            {
                "recurrency": True,
                "rrule_type": "weekly",
                "interval": 1,
                "end_type": "count",
                "count": 3,
                "fri": True,
            }
        )
        self.assertFalse(activity.card_on_calendar)

    def test_deleting_the_activity_removes_its_event(self):
        activity = self._tick()
        event = activity.calendar_event_id
        activity.unlink()
        self.assertFalse(event.exists())
        activity = self._tick()
        event = activity.calendar_event_id
        activity.unlink_w_meeting()
        self.assertFalse(event.exists())

    def test_person_who_deletes_an_activity_with_its_meeting_cancels_it(self):
        activity = self._tick()
        event = activity.calendar_event_id
        activity.with_context(crm_cards_ask=True).unlink_w_meeting()
        self.assertFalse(event.exists())
        self.assertEqual(activity.card_status, "cancelled")

    def test_cancelling_with_the_meeting_in_the_dialog(self):
        activity = self._tick()
        event = activity.calendar_event_id
        dialog = self.env["crm.cards.activity.cancel"].create(
            {"activity_ids": activity.ids, "with_meeting": True}
        )
        dialog.action_cancel_activities()
        self.assertFalse(event.exists())
        self.assertEqual(activity.card_status, "cancelled")

    def test_reopened_activity_is_back_in_the_calendar(self):
        activity = self._tick()
        activity.action_cancel()
        self.assertFalse(self._events())
        activity.active = True
        self.assertEqual(activity.calendar_event_id, self._events())
        self.assertEqual(self._events().start, _START)

    def test_copy_has_an_event_of_its_own(self):
        activity = self._tick()
        copy = activity.copy()
        self.assertEqual(len(self._events()), 2)
        self.assertNotEqual(copy.calendar_event_id, activity.calendar_event_id)

    # -- meetings made by Odoo --

    def _meet(self, **values):
        return self.env["calendar.event"].create(
            {
                "name": "Do",
                "start": _START,
                "stop": _STOP,
                "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                "res_id": self.customer.id,
                **values,
            }
        )

    def test_meeting_shows_its_hours_on_the_activity_odoo_makes(self):
        event = self._meet()
        activity = event.activity_ids
        self.assertFalse(activity.card_on_calendar)
        self.assertEqual((activity.card_start, activity.card_stop), (_START, _STOP))
        event.write({"start": "2030-07-10 08:00:00", "stop": "2030-07-10 09:00:00"})
        self.assertEqual(activity.card_start, datetime(2030, 7, 10, 8))
        self.assertEqual(activity.card_stop, datetime(2030, 7, 10, 9))
        activity.date_deadline = "2030-07-12"
        self.assertEqual(event.start, datetime(2030, 7, 12, 8))
        self.assertEqual(event.stop, datetime(2030, 7, 12, 9))
        activity.card_start = "2030-07-13 08:00:00"
        self.assertEqual(event.start, datetime(2030, 7, 13, 8))
        event.unlink()
        self.assertFalse(activity.exists(), "as Odoo does")

    def test_due_date_keeps_the_hour_of_a_meeting_odoo_made(self):
        self.env.user.tz = "Europe/Warsaw"
        event = self._meet(start="2026-10-23 08:00:00", stop="2026-10-23 09:00:00")
        event.activity_ids.date_deadline = "2026-10-26"
        self.assertEqual(event.start, datetime(2026, 10, 26, 9))
        self.assertEqual(event.stop, datetime(2026, 10, 26, 10))

    def test_day_of_a_meeting_is_the_one_odoo_takes(self):
        self.env.user.tz = "Asia/Tokyo"
        event = self._meet(start="2026-10-23 18:00:00", stop="2026-10-23 19:00:00")
        activity = event.activity_ids
        self.assertEqual(activity.date_deadline, date(2026, 10, 23), "in UTC")
        event.with_context(tz="Asia/Tokyo").start = "2026-10-24 18:00:00"
        self.assertEqual(activity.date_deadline, date(2026, 10, 25))
        self.assertEqual(activity.card_start, datetime(2026, 10, 24, 18))

    def test_person_who_deletes_a_meeting_cancels_the_activity_odoo_made(self):
        event = self._meet()
        activity = event.activity_ids
        event.with_context(crm_cards_ask=True).unlink()
        self.assertTrue(activity.exists().card_cancelled)
        self.assertEqual(activity.card_cancel_reason, "Meeting deleted")

    def test_done_activity_outlives_the_meeting_odoo_made_it_for(self):
        event = self._meet()
        activity = event.activity_ids
        activity.action_feedback(feedback="Met")
        event.unlink()
        self.assertEqual(activity.exists().feedback, "Met")

    def test_activity_planned_before_outlives_the_meeting_booked_for_it(self):
        activity = self._plan(user=self.env.user)
        context = activity.action_create_calendar_event()["context"]
        event = (
            self.env["calendar.event"]
            .with_context(**context)
            .create({"name": "Do", "start": _START, "stop": _STOP})
        )
        self.assertEqual(event.activity_ids, activity)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mail_activity SET create_date = '2020-01-01' WHERE id = %s",
            [activity.id],
        )
        self.env.invalidate_all()
        event.unlink()
        self.assertTrue(activity.exists().active)

    def test_ticking_adopts_the_meeting_there_is(self):
        event = self._meet()
        activity = event.activity_ids
        activity.activity_type_id = self.task_type
        activity.card_on_calendar = True
        self.assertEqual(activity.calendar_event_id, event)
        self.assertEqual(self._events(), event)

    def test_booking_opens_the_event_there_is(self):
        activity = self._tick()
        action = activity.action_create_calendar_event()
        self.assertEqual(action["res_id"], activity.calendar_event_id.id)

    def test_other_meeting_takes_the_place_of_the_event(self):
        activity = self._tick()
        event = self._meet(activity_ids=[Command.set(activity.ids)], stop=_STOP)
        self.assertEqual(self._events(), event)
        self.assertEqual(activity.calendar_event_id, event)

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
                        "start": _START,
                        "stop": _STOP,
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
