"""Activity and event in step, whichever of the two is changed."""

from datetime import date, datetime
from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged

from .common_activity_calendar import START, ActivityCalendarCase


@tagged("post_install", "-at_install")
class TestActivityCalendarMoves(ActivityCalendarCase):
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
        activity.card_start = START
        self.assertFalse(event.allday)
        self.assertEqual((event.start, event.show_as), (START, "busy"))
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
