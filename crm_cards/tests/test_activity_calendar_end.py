"""Closing, cancelling and deleting the activity, its event or both."""

from odoo import Command
from odoo.tests import tagged

from .common_activity_calendar import START, ActivityCalendarCase


@tagged("post_install", "-at_install")
class TestActivityCalendarEnd(ActivityCalendarCase):
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
        self.assertEqual(activity.card_start, START, "history")
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
        self.assertEqual(self._events().start, START)

    def test_copy_has_an_event_of_its_own(self):
        activity = self._tick()
        copy = activity.copy()
        self.assertEqual(len(self._events()), 2)
        self.assertNotEqual(copy.calendar_event_id, activity.calendar_event_id)
