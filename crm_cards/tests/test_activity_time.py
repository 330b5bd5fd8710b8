"""Hours of activities and their due date, around midnight and changes of clocks."""

from datetime import date, datetime

from odoo.exceptions import ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import SQL

from odoo.addons.crm_cards.tools import clock

from .common_activity import ActivityCase


@tagged("post_install", "-at_install")
class TestActivityTime(ActivityCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own_agent.tz = "Asia/Jerusalem"
        cls.team_agent.tz = "Europe/Warsaw"

    def _assert_times(self, activity, start, stop, deadline):
        self.assertEqual(
            (
                str(activity.card_start or ""),
                str(activity.card_stop or ""),
                str(activity.date_deadline),
            ),
            (start, stop, deadline),
        )

    # -- planning --

    def test_due_date_is_the_day_of_the_start_where_the_assignee_is(self):
        moments = {
            "2026-07-09 20:59:00": "2026-07-09",
            "2026-07-09 21:00:00": "2026-07-10",  # midnight in Jerusalem, UTC+3
            "2026-12-09 21:59:00": "2026-12-09",
            "2026-12-09 22:00:00": "2026-12-10",  # midnight in winter, UTC+2
        }
        for start, deadline in moments.items():
            activity = self._plan(user=self.own_agent, card_start=start)
            self.assertEqual(activity.card_timezone, "Asia/Jerusalem")
            self.assertEqual(str(activity.date_deadline), deadline, start)

    def test_without_an_assignee_the_clock_of_the_planner_counts(self):
        planner = self.env["mail.activity"].with_context(tz="Asia/Tokyo")
        activity = planner.create(
            {
                "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                "res_id": self.customer.id,
                "card_start": "2026-07-09 15:00:00",
            }
        )
        self.assertEqual(activity.card_timezone, "Asia/Tokyo")
        self.assertEqual(activity.date_deadline, date(2026, 7, 10))

    def test_start_alone_lasts_half_an_hour(self):
        activity = self._plan(user=self.team_agent, card_start="2026-07-09 08:00:00")
        self._assert_times(
            activity, "2026-07-09 08:00:00", "2026-07-09 08:30:00", "2026-07-09"
        )

    def test_period_of_the_context_is_taken_like_one_of_the_form(self):
        activities = self.env["mail.activity"].with_context(
            default_card_start="2026-07-09 22:30:00"
        )
        activity = activities.create(
            {
                "user_id": self.team_agent.id,
                "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                "res_id": self.customer.id,
            }
        )
        self._assert_times(
            activity, "2026-07-09 22:30:00", "2026-07-09 23:00:00", "2026-07-10"
        )

    def test_activity_without_hours_is_left_alone(self):
        activity = self._plan(user=self.own_agent, date_deadline="2026-07-09")
        activity.date_deadline = "2026-07-10"
        self._assert_times(activity, "", "", "2026-07-10")
        self.assertFalse(activity.card_timezone)

    # -- moving --

    def test_start_that_moves_keeps_the_length(self):
        activity = self._plan(
            user=self.own_agent,
            card_start="2026-07-09 08:00:00",
            card_stop="2026-07-09 10:00:00",
        )
        activity.card_start = "2026-07-09 21:30:00"
        self._assert_times(
            activity, "2026-07-09 21:30:00", "2026-07-09 23:30:00", "2026-07-10"
        )

    def test_end_that_moves_keeps_start_and_due_date(self):
        activity = self._plan(user=self.own_agent, card_start="2026-07-09 08:00:00")
        activity.card_stop = "2026-07-09 09:15:00"
        self._assert_times(
            activity, "2026-07-09 08:00:00", "2026-07-09 09:15:00", "2026-07-09"
        )
        activity.card_stop = False
        self._assert_times(
            activity, "2026-07-09 08:00:00", "2026-07-09 08:30:00", "2026-07-09"
        )

    def test_start_that_is_cleared_takes_the_end_along(self):
        activity = self._plan(user=self.own_agent, card_start="2026-07-09 08:00:00")
        activity.card_start = False
        self._assert_times(activity, "", "", "2026-07-09")
        self.assertFalse(activity.card_timezone)

    def test_due_date_moves_the_hours_across_the_change_of_clocks(self):
        # Clocks go back on 25 October 2026, in Jerusalem and in Warsaw.
        for user, before, after in (
            (self.own_agent, "06:00:00", "07:00:00"),  # 9 o'clock
            (self.team_agent, "07:00:00", "08:00:00"),  # 9 o'clock
        ):
            activity = self._plan(
                user=user,
                card_start=f"2026-10-23 {before}",
                card_stop=f"2026-10-23 {before[:2]}:45:00",
            )
            activity.date_deadline = "2026-10-26"
            self._assert_times(
                activity,
                f"2026-10-26 {after}",
                f"2026-10-26 {after[:2]}:45:00",
                "2026-10-26",
            )
            activity.date_deadline = "2026-10-23"
            self._assert_times(
                activity,
                f"2026-10-23 {before}",
                f"2026-10-23 {before[:2]}:45:00",
                "2026-10-23",
            )

    def test_hour_left_out_by_the_clocks(self):
        # In Warsaw 02:30 does not exist on 29 March 2026.
        activity = self._plan(
            user=self.team_agent,
            card_start="2026-03-28 01:30:00",
            card_stop="2026-03-28 02:00:00",
        )
        activity.date_deadline = "2026-03-29"
        self._assert_times(
            activity, "2026-03-29 01:30:00", "2026-03-29 02:00:00", "2026-03-29"
        )

    def test_reschedule_buttons_move_the_hours(self):
        activity = self._plan(user=self.own_agent, card_start="2026-07-06 08:00:00")
        with freeze_time("2026-07-08 10:00:00"):
            activity.action_reschedule_tomorrow()
        self._assert_times(
            activity, "2026-07-09 08:00:00", "2026-07-09 08:30:00", "2026-07-09"
        )

    def test_start_counts_when_both_are_written(self):
        activity = self._plan(user=self.own_agent, card_start="2026-07-06 08:00:00")
        activity.write(
            {"card_start": "2026-07-09 08:00:00", "date_deadline": "2026-07-20"}
        )
        self._assert_times(
            activity, "2026-07-09 08:00:00", "2026-07-09 08:30:00", "2026-07-09"
        )

    def test_passing_on_keeps_the_moment_on_another_clock(self):
        activity = self._plan(user=self.own_agent, card_start="2026-07-09 21:30:00")
        self.assertEqual(activity.date_deadline, date(2026, 7, 10))
        activity.user_id = self.team_agent
        self.assertEqual(activity.card_timezone, "Europe/Warsaw")
        self._assert_times(
            activity, "2026-07-09 21:30:00", "2026-07-09 22:00:00", "2026-07-09"
        )

    def test_later_change_of_the_zone_moves_nothing(self):
        activity = self._plan(user=self.own_agent, card_start="2026-07-09 21:30:00")
        self.own_agent.tz = "Europe/Warsaw"
        activity.summary = "Bring the key"
        activity.date_deadline = "2026-07-11"
        self.assertEqual(activity.card_timezone, "Asia/Jerusalem")
        self._assert_times(
            activity, "2026-07-10 21:30:00", "2026-07-10 22:00:00", "2026-07-11"
        )

    def test_schedule_moves_the_activity(self):
        activity = self._plan(user=self.own_agent, card_start="2026-07-09 08:00:00")
        line = self.env["crm.cards.activity"].browse(activity.id)
        line.write({"start": "2026-07-10 21:30:00", "stop": "2026-07-10 22:30:00"})
        self._assert_times(
            activity, "2026-07-10 21:30:00", "2026-07-10 22:30:00", "2026-07-11"
        )
        self.assertEqual(line.start, datetime(2026, 7, 10, 21, 30))

    # -- bad input --

    def _assert_refused(self, message, action, *args):
        with self.assertRaisesRegex(ValidationError, message), self.env.cr.savepoint():
            action(*args)

    def test_end_before_start(self):
        times = {
            "card_start": "2026-07-09 08:00:00",
            "card_stop": "2026-07-09 07:59:00",
        }
        self._assert_refused("^Ends:", lambda: self._plan(**times))
        activity = self._plan(card_start="2026-07-09 08:00:00")
        self._assert_refused("^Ends:", activity.write, times)
        self._assert_refused(
            "^Ends:", activity.write, {"card_stop": times["card_stop"]}
        )
        self._assert_times(
            activity, "2026-07-09 08:00:00", "2026-07-09 08:30:00", "2026-07-09"
        )

    def test_longer_than_a_month(self):
        start = "2026-07-01 08:00:00"
        activity = self._plan(card_start=start, card_stop="2026-08-01 08:00:00")
        stop = "2026-08-01 08:00:01"
        self._assert_refused(
            "^Ends:", lambda: self._plan(card_start=start, card_stop=stop)
        )
        self._assert_refused("^Ends:", activity.write, {"card_stop": stop})

    def test_end_without_start(self):
        stop = "2026-07-09 08:00:00"
        self._assert_refused("^Starts:", lambda: self._plan(card_stop=stop))
        activity = self._plan()
        self._assert_refused("^Starts:", activity.write, {"card_stop": stop})

    # -- forms --

    def test_form_shows_what_will_be_saved(self):
        view = self.env["ir.ui.view"].create(
            {
                "name": "Times",
                "model": "mail.activity",
                "arch": """<form>
                    <field name="activity_type_id"/><field name="user_id"/>
                    <field name="date_deadline"/>
                    <field name="card_start"/><field name="card_stop"/>
                </form>""",
            }
        )
        activities = self.env["mail.activity"].with_context(
            default_card_start="2026-07-09 08:00:00",
            default_res_model="res.partner",
            default_res_model_id=self.env["ir.model"]._get_id("res.partner"),
            default_res_id=self.customer.id,
        )
        with Form(activities, view) as form:
            form.activity_type_id = self.call_type  # due in some days by itself
            self.assertEqual(form.date_deadline, date(2026, 7, 9))
            form.user_id = self.own_agent
            form.card_start = datetime(2026, 7, 9, 21, 30)
            self.assertEqual(form.card_stop, datetime(2026, 7, 9, 22, 0))
            self.assertEqual(form.date_deadline, date(2026, 7, 10))
            form.date_deadline = date(2026, 7, 12)
            self.assertEqual(form.card_start, datetime(2026, 7, 11, 21, 30))
        self._assert_times(
            form.record, "2026-07-11 21:30:00", "2026-07-11 22:00:00", "2026-07-12"
        )

    # -- volume --

    def test_many_activities_cost_no_more_than_few(self):
        def plan(count):
            return self.env["mail.activity"].create(
                [
                    {
                        "user_id": self.env.uid,
                        "res_model_id": False,
                        "card_start": datetime(2026, 7, 1, 8, index % 60),
                    }
                    for index in range(count)
                ]
            )

        def count_queries(activities):
            return self._count_queries(
                lambda: activities.write({"date_deadline": "2026-07-05"})
            )

        few, many = plan(3), plan(60)
        count_queries(plan(1))
        self.assertLessEqual(count_queries(many), count_queries(few))
        self.assertEqual(set(many.mapped("date_deadline")), {date(2026, 7, 5)})
        self.assertEqual(many[7].card_start, datetime(2026, 7, 5, 8, 7))

    def _fill_schedule(self):
        """Let the planner choose, whatever other tests left: ten a day for a year."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO mail_activity (
                    card_priority, user_id, active, date_deadline, card_start)
                SELECT '1', CASE number %% 10 WHEN 0 THEN %(own)s ELSE %(other)s END,
                       TRUE, day, day + INTERVAL '8 hours'
                  FROM (SELECT number, DATE '2026-01-01' + number / 10 AS day
                          FROM GENERATE_SERIES(0, 3649) number) numbers
                """,
                own=self.env.uid,
                other=self.own_agent.id,
            )
        )
        self.env.cr.execute("ANALYZE mail_activity")

    def test_ranges_of_the_schedule_use_the_indexes(self):
        self._fill_schedule()
        lines = self.env["crm.cards.activity"].sudo()
        period = [("start", ">=", "2026-07-01"), ("start", "<", "2026-07-08")]
        self.env.cr.execute(
            "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off"
        )

        def check_plan(domain, index):
            query = lines._search(domain)
            plan = self.env.execute_query(SQL("EXPLAIN %s", query.select()))
            self.assertRegex(
                "\n".join(line for (line,) in plan),
                rf"Scan using {index} .*\n *Index Cond: .*COALESCE\(",
            )

        check_plan(period, "mail_activity_card_schedule")
        # Of few activities either index would do.
        self.env.cr.execute("DROP INDEX mail_activity_card_schedule")
        check_plan(
            [("user_id", "=", self.env.uid), *period],
            "mail_activity_card_schedule_person",
        )


@tagged("post_install", "-at_install")
class TestClock(ActivityCase):
    def test_hours_that_come_twice_or_never(self):
        twice = clock.get_moment(datetime(2026, 10, 25, 2, 30), "Europe/Warsaw")
        self.assertEqual(twice, datetime(2026, 10, 25, 0, 30))
        never = clock.get_moment(datetime(2026, 3, 27, 2, 30), "Asia/Jerusalem")
        self.assertEqual(never, datetime(2026, 3, 27, 0, 30))
