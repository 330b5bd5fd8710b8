"""Meetings that Odoo made an activity for."""

from datetime import date, datetime

from odoo import Command
from odoo.tests import tagged

from .common_activity_calendar import START, STOP, ActivityCalendarCase


@tagged("post_install", "-at_install")
class TestActivityCalendarMeetings(ActivityCalendarCase):
    def test_meeting_shows_its_hours_on_the_activity_odoo_makes(self):
        event = self._meet()
        activity = event.activity_ids
        self.assertFalse(activity.card_on_calendar)
        self.assertEqual((activity.card_start, activity.card_stop), (START, STOP))
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
            .create({"name": "Do", "start": START, "stop": STOP})
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
        event = self._meet(activity_ids=[Command.set(activity.ids)], stop=STOP)
        self.assertEqual(self._events(), event)
        self.assertEqual(activity.calendar_event_id, event)
