"""The status of an activity around midnight and the change of clocks."""

from odoo.tests import freeze_time, tagged

from .common_activity import ActivityCase


@tagged("post_install", "-at_install")
class TestActivityStatus(ActivityCase):
    def _assert_status(self, activity, moment, status):
        with freeze_time(moment):
            self.env.invalidate_all()
            self.assertEqual(activity.card_status, status)
            line = self.env["crm.cards.activity"].browse(activity.id)
            self.assertEqual(line.card_status, status)
            for model in ("mail.activity", "crm.cards.activity"):
                rows = self.env[model].with_context(active_test=False)
                domain = [("id", "=", activity.id)]
                found = rows.search([*domain, ("card_status", "=", status)])
                self.assertEqual(found.ids, activity.ids)
                other = rows.search([*domain, ("card_status", "!=", status)])
                self.assertFalse(other)
                groups = rows._read_group(domain, ["card_status"], ["__count"])
                self.assertEqual(groups, [(status, 1)])

    def test_midnight_in_the_zone_of_the_assignee(self):
        self.own_agent.tz = "Asia/Jerusalem"  # UTC+3 in summer
        activity = self._plan(user=self.own_agent, date_deadline="2026-07-10")
        self._assert_status(activity, "2026-07-09 20:59:59", "planned")
        self._assert_status(activity, "2026-07-09 21:00:00", "today")
        self._assert_status(activity, "2026-07-10 20:59:59", "today")
        self._assert_status(activity, "2026-07-10 21:00:00", "overdue")

    def test_midnight_on_the_night_clocks_change(self):
        self.own_agent.tz = "Europe/Warsaw"  # back to UTC+1 on 25 October 2026
        activity = self._plan(user=self.own_agent, date_deadline="2026-10-25")
        self._assert_status(activity, "2026-10-24 21:59:59", "planned")
        self._assert_status(activity, "2026-10-24 22:00:00", "today")
        self._assert_status(activity, "2026-10-25 22:59:59", "today")
        self._assert_status(activity, "2026-10-25 23:00:00", "overdue")

    def test_closed(self):
        activity = self._plan(date_deadline="2026-07-10")
        activity.action_feedback(feedback="Done")
        self._assert_status(activity, "2026-07-11 12:00:00", "done")
