"""Activities that repeat: on closing or by the calendar, with an end, never doubled."""

from datetime import date, datetime

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .common_activity import ActivityCase


@tagged("post_install", "-at_install")
class TestActivitySeries(ActivityCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.tz = "Europe/Warsaw"

    def _repeat(self, unit="weeks", interval=1, document=None, user=None, **values):
        return self._plan(
            document,
            user,
            card_repeat=True,
            card_repeat_unit=unit,
            card_repeat_interval=interval,
            **values,
        )

    def _by_date(self, unit="months", day="2027-01-31", **values):
        return self._repeat(unit, card_repeat_next="date", date_deadline=day, **values)

    def _all(self, activity):
        """Return the activities of the same series, the oldest first."""
        return (
            self.env["mail.activity"]
            .with_context(active_test=False)
            .search(
                [("card_series_id", "=", activity.card_series_id.id)],
                order="card_series_number",
            )
        )

    def _days(self, activity):
        return [str(other.date_deadline) for other in self._all(activity)]

    def _run_cron(self):
        cron = self.env.ref("crm_cards.ir_cron_crm_cards_activity_series")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()

    # -- on closing -----------------------------------------------------------

    def test_next_one_is_counted_from_the_day_of_closing(self):
        activity = self._repeat("weeks", 2, date_deadline="2027-03-01")
        self.assertTrue(activity.card_repeat)
        self.assertEqual(activity.card_series_number, 1)
        with freeze_time("2027-03-04 12:00:00"):
            activity.action_feedback(feedback="Done")
        self.assertEqual(self._days(activity), ["2027-03-01", "2027-03-18"])
        second = self._all(activity)[1]
        self.assertTrue(second.active)
        self.assertEqual(second.card_series_number, 2)
        self.assertEqual(activity.card_series_id.last_activity_id, second)

    def test_name_tells_how_often(self):
        for unit, interval, name in (
            ("days", 1, "Do: every day"),
            ("weeks", 1, "Do: every week"),
            ("months", 1, "Do: every month"),
            ("years", 1, "Do: every year"),
            ("months", 3, "Do: every 3 months"),
        ):
            series = self._repeat(unit, interval).card_series_id
            self.assertEqual(series.display_name, name)

    def test_day_of_closing_is_that_of_the_assignee(self):
        self.own_agent.tz = "Asia/Jerusalem"
        activity = self._repeat("days", user=self.own_agent, date_deadline="2027-03-01")
        with freeze_time("2027-03-01 22:30:00"):  # past midnight there
            activity.action_done()
        self.assertEqual(self._days(activity)[1], "2027-03-03")

    def test_every_route_of_closing(self):
        for route in (
            lambda activity: activity.action_done(),
            lambda activity: activity.action_archive(),
            lambda activity: activity.write({"active": False}),
            # cancelling skips one; the series goes on
            lambda activity: activity.action_cancel(),
        ):
            activity = self._repeat()
            route(activity)
            self.assertEqual(self._all(activity).mapped("active"), [False, True])

    def test_one_that_was_done_when_it_was_entered(self):
        activity = self._repeat(active=False)
        self.assertEqual(self._all(activity).mapped("active"), [False, True])

    def test_free_activity_repeats(self):
        activity = self._repeat(document=False, card_customer_id=self.customer.id)
        activity.action_done()
        second = self._all(activity)[1]
        self.assertEqual(second.card_customer_id, self.customer)
        self.assertFalse(second.res_model)

    def test_reopened_and_closed_again_brings_no_second_one(self):
        activity = self._repeat()
        activity.action_done()
        activity.action_unarchive()
        activity.action_done()
        self.assertEqual(len(self._all(activity)), 2)

    def test_everything_but_the_result_is_taken_along(self):
        lead = self.env["crm.lead"].create(
            {"name": "Press", "partner_id": self.customer.id}
        )
        category = self.env["crm.cards.activity.category"].create({"name": "Upkeep"})
        outcome = self.env["crm.cards.activity.outcome"].create({"name": "Fixed"})
        activity = self._repeat(
            activity_type_id=self.visit_type.id,
            note="<p>Bring toner</p>",
            card_priority="2",
            card_category_id=category.id,
            card_private=True,
            card_contact_ids=self.contact.ids,
            card_colleague_ids=self.team_agent.ids,
            card_opportunity_id=lead.id,
            card_asked_by_id=self.all_agent.id,
        )
        activity.write(
            {"card_outcome_id": outcome.id, "card_hours": 2, "card_distance": 12}
        )
        activity.action_feedback(feedback="Changed the drum")
        second = self._all(activity)[1]
        for fname in (
            "activity_type_id",
            "summary",
            "note",
            "user_id",
            "res_model",
            "res_id",
            "card_customer_id",
            "card_priority",
            "card_category_id",
            "card_private",
            "card_contact_ids",
            "card_colleague_ids",
            "card_opportunity_id",
            "card_asked_by_id",
        ):
            with self.subTest(field=fname):
                self.assertTrue(second[fname])
                self.assertEqual(second[fname], activity[fname])
        for fname in (
            "card_outcome_id",
            "card_hours",
            "card_distance",
            "feedback",
            "card_done_by_id",
            "card_cancelled",
        ):
            with self.subTest(field=fname):
                self.assertFalse(second[fname])

    def test_person_who_left_the_customer_is_left_out(self):
        activity = self._repeat(card_contact_ids=self.contact.ids)
        other = self._create_partner("Other")
        activity.action_archive()  # closed ones keep their persons
        second = self._all(activity)[1]
        self.contact.parent_id = other
        self.env.invalidate_all()
        second.action_done()
        self.assertFalse(self._all(activity)[2].card_contact_ids)

    def test_time_of_the_clock_stays(self):
        # 10 to 11 o'clock in Warsaw; clocks change on 28 March 2027
        activity = self._repeat(
            "weeks",
            date_deadline="2027-03-23",
            card_start="2027-03-23 09:00:00",
            card_stop="2027-03-23 10:00:00",
        )
        with freeze_time("2027-03-23 12:00:00"):
            activity.action_done()
        second = self._all(activity)[1]
        self.assertEqual(second.date_deadline, date(2027, 3, 30))
        self.assertEqual(second.card_start, datetime(2027, 3, 30, 8))
        self.assertEqual(second.card_stop, datetime(2027, 3, 30, 9))

    def test_each_has_an_event_of_its_own(self):
        self.task_type.card_to_calendar = "ask"
        activity = self._repeat(
            card_on_calendar=True,
            card_start="2027-03-23 09:00:00",
        )
        event = activity.calendar_event_id
        activity.action_feedback(feedback="Done")
        second = self._all(activity)[1]
        self.assertTrue(second.calendar_event_id)
        self.assertNotEqual(second.calendar_event_id, event)
        self.task_type.card_to_calendar = "no"
        second.action_feedback(feedback="Done")
        self.assertFalse(self._all(activity)[2].card_on_calendar)

    def test_planner_stays_the_one_who_hands_over(self):
        activity = self._repeat(user=self.own_agent)
        planner = activity.create_uid
        activity.with_user(self.own_agent).action_done()
        second = self._all(activity)[1]
        self.assertEqual(second.create_uid, planner)
        self.assertEqual(second.card_from_id, planner)
        self.assertEqual(second.card_hand_ids.to_user_id, self.own_agent)

    def test_assignee_is_not_notified_of_each(self):
        activity = self._repeat(user=self.own_agent)
        domain = [("message_type", "=", "user_notification")]
        before = self.env["mail.message"].search_count(domain)
        activity.action_done()
        self.assertEqual(self.env["mail.message"].search_count(domain), before)

    def test_assignee_who_left(self):
        activity = self._repeat(user=self.own_agent)
        free = self.env["mail.activity"].with_user(self.own_agent)
        free = free.create({"user_id": self.own_agent.id, "card_repeat": True}).sudo()
        # past the hand-over, as code does it
        self.env.cr.execute(
            "UPDATE res_users SET active = FALSE WHERE id = %s", [self.own_agent.id]
        )
        self.env.invalidate_all()
        activity.action_archive()
        free.action_archive()
        second = self._all(activity)[1]
        self.assertFalse(second.user_id)
        self.assertEqual(second.card_parked_from_id, self.own_agent)
        self.assertEqual(free.card_series_id.state, "stopped")

    def test_many_are_closed_with_few_queries(self):
        def count(number):
            activities = self.env["mail.activity"].union(
                *(
                    self._repeat(card_contact_ids=self.contact.ids)
                    for _index in range(number)
                )
            )
            queries = self._count_queries(activities.action_archive)
            self.assertEqual(
                len(self.env["mail.activity"].search([("card_series_number", "=", 2)])),
                number,
            )
            return queries

        self._repeat().action_archive()  # warms caches up
        self.env["mail.activity"].search([("card_series_number", "=", 2)]).unlink()
        few = count(2)
        self.env["mail.activity"].search([("card_series_number", "=", 2)]).unlink()
        self.assertLessEqual(count(20), few + 4)

    # -- by the calendar ------------------------------------------------------

    def test_by_date_whether_or_not_the_former_is_closed(self):
        activity = self._by_date()
        self.assertEqual(activity.card_series_id.next_date, date(2027, 2, 28))
        with freeze_time("2027-02-28 10:00:00"):
            self._run_cron()
            self._run_cron()  # nothing twice
        self.assertEqual(self._days(activity), ["2027-01-31", "2027-02-28"])
        with freeze_time("2027-03-31 10:00:00"):
            self._all(activity).action_archive()
            self.assertEqual(len(self._all(activity)), 2, "closing brings none")
            self._run_cron()
        self.assertEqual(self._days(activity)[2:], ["2027-03-31"], "no drift")

    def test_date_begins_where_the_assignee_is(self):
        self.own_agent.tz = "Asia/Jerusalem"
        activity = self._by_date("days", "2027-07-01", user=self.own_agent)
        with freeze_time("2027-07-01 20:30:00"):
            self._run_cron()
            self.assertEqual(len(self._all(activity)), 1)
        with freeze_time("2027-07-01 21:30:00"):
            self._run_cron()
            self.assertEqual(self._days(activity)[1:], ["2027-07-02"])

    def test_after_a_rest_only_the_newest_are_made(self):
        activity = self._by_date("days", "2027-01-01")
        with freeze_time("2027-02-20 10:00:00"):
            self._run_cron()
        self.assertEqual(
            self._days(activity),
            ["2027-01-01", "2027-02-18", "2027-02-19", "2027-02-20"],
        )
        self.assertEqual(self._all(activity)[-1].card_series_number, 51)
        self.assertEqual(activity.card_series_id.next_date, date(2027, 2, 21))

    def test_moving_one_does_not_move_the_others(self):
        activity = self._by_date(
            "weeks", "2027-03-01", card_start="2027-03-01 09:00:00"
        )
        activity.write(
            {"date_deadline": "2027-03-03", "card_start": "2027-03-03 11:00:00"}
        )
        with freeze_time("2027-03-08 10:00:00"):
            self._run_cron()
        second = self._all(activity)[1]
        self.assertEqual(second.date_deadline, date(2027, 3, 8))
        self.assertEqual(second.card_start, datetime(2027, 3, 8, 11))

    @mute_logger("odoo.addons.crm_cards.models.activity.crm_cards_activity_series")
    def test_one_that_fails_does_not_keep_back_the_others(self):
        bad, good = self._by_date(), self._by_date()
        bad.card_series_id.sudo().flush_recordset()
        self.env.cr.execute(
            "UPDATE crm_cards_activity_series SET card_repeat_interval = 0 "
            "WHERE id = %s",
            [bad.card_series_id.id],
        )
        self.env.invalidate_all()
        with freeze_time("2027-02-28 10:00:00"):
            self._run_cron()
        self.assertEqual(len(self._all(good)), 2)
        self.assertEqual(len(self._all(bad)), 1)

    def test_document_that_is_gone(self):
        lead = self.env["crm.lead"].create({"name": "Gone"})
        activity = self._by_date(document=lead)
        series = activity.card_series_id
        lead.unlink()
        self.assertEqual(series.state, "stopped")
        with freeze_time("2027-02-28 10:00:00"):
            self._run_cron()
        self.assertFalse(series.activity_ids.filtered("active"))

    def test_document_of_a_customer_that_is_gone(self):
        """Its activities hang on the customer now, where nothing goes on."""
        for next_one in ("closed", "date"):
            lead = self.env["crm.lead"].create(
                {"name": "Gone", "partner_id": self.customer.id}
            )
            activity = self._repeat(
                "months",
                document=lead,
                card_repeat_next=next_one,
                date_deadline="2027-01-31",
            )
            series = activity.card_series_id
            lead.unlink()
            with freeze_time("2027-02-28 10:00:00"):
                self._run_cron()
            with self.subTest(next_one=next_one):
                self.assertEqual(series.state, "stopped")
                self.assertEqual(series.activity_ids.mapped("active"), [False])

    # -- the end --------------------------------------------------------------

    def test_ends_after_a_number_of_times(self):
        for next_one in ("closed", "date"):
            activity = self._repeat(
                "days",
                card_repeat_next=next_one,
                card_repeat_end="times",
                card_repeat_times=2,
                date_deadline="2027-01-01",
            )
            for day in ("2027-01-02", "2027-01-03", "2027-01-04"):
                with freeze_time(f"{day} 10:00:00"):
                    self._all(activity).action_archive()
                    self._run_cron()
            with self.subTest(next_one=next_one):
                self.assertEqual(len(self._all(activity)), 2)
                self.assertEqual(activity.card_series_id.state, "ended")
                self.assertFalse(activity.card_repeat)

    def test_ends_on_a_date(self):
        for next_one in ("closed", "date"):
            activity = self._repeat(
                "days",
                card_repeat_next=next_one,
                card_repeat_end="until",
                card_repeat_until="2027-01-02",
                date_deadline="2027-01-01",
            )
            for day in ("2027-01-01", "2027-01-02", "2027-01-03"):
                with freeze_time(f"{day} 10:00:00"):
                    self._all(activity).action_archive()
                    self._run_cron()
            with self.subTest(next_one=next_one):
                self.assertEqual(self._days(activity), ["2027-01-01", "2027-01-02"])
                self.assertEqual(activity.card_series_id.state, "ended")

    def test_end_put_off(self):
        activity = self._by_date(card_repeat_end="times", card_repeat_times=1)
        series = activity.card_series_id
        self.assertEqual(series.state, "ended", "there is no second one")
        series.card_repeat_times = 2
        self.assertEqual(series.state, "running")
        self.assertEqual(series.next_date, date(2027, 2, 28))

    def test_stopping(self):
        for stop in (
            lambda activity: activity.action_stop_series(),
            lambda activity: activity.card_series_id.action_stop(),
            lambda activity: activity.write({"card_repeat": False}),
        ):
            activity = self._repeat(user=self.own_agent).with_user(self.own_agent)
            stop(activity)
            self.assertFalse(activity.card_repeat)
            activity.action_done()
            self.assertEqual(len(self._all(activity)), 1)

    def test_deleting_the_open_one_ends_it(self):
        activity = self._repeat()
        series = activity.card_series_id
        activity.unlink()
        self.assertEqual(series.state, "stopped")

    # -- the rule -------------------------------------------------------------

    def test_ticked_later(self):
        activity = self._plan(date_deadline="2027-01-01")
        self.assertFalse(activity.card_repeat)
        activity.write({"card_repeat": True, "card_repeat_unit": "months"})
        self.assertTrue(activity.card_repeat)
        self.assertEqual(activity.card_series_id.card_repeat_unit, "months")
        self.assertEqual(activity.card_series_id.anchor_date, date(2027, 1, 1))

    def test_on_the_form(self):
        with Form(
            self.env["mail.activity"].with_context(
                default_res_model="res.partner", default_res_id=self.customer.id
            ),
            "mail.mail_activity_view_form_popup",
        ) as form:
            form.summary = "Ask for meter readings"
            form.card_repeat = True
            form.card_repeat_interval = 3
            form.card_repeat_unit = "months"
        activity = form.record
        self.assertEqual(activity.card_series_id.card_repeat_interval, 3)
        with Form(activity, "mail.mail_activity_view_form_popup") as form:
            form.card_repeat_interval = 2
        self.assertEqual(activity.card_series_id.card_repeat_interval, 2)
        self.assertEqual(activity.card_series_id.card_repeat_unit, "months")

    def test_new_rule_counts_from_the_newest(self):
        activity = self._by_date("months", "2027-01-31")
        with freeze_time("2027-02-28 10:00:00"):
            self._run_cron()
        activity.card_series_id.write(
            {"card_repeat_unit": "weeks", "card_repeat_interval": 1}
        )
        self.assertEqual(activity.card_series_id.next_date, date(2027, 3, 7))
        with freeze_time("2027-03-07 10:00:00"):
            self._run_cron()
        self.assertEqual(self._all(activity)[-1].card_series_number, 3)

    def test_bad_input(self):
        for values, field in (
            ({"card_repeat_interval": 0}, "Every"),
            ({"card_repeat_interval": -2}, "Every"),
            ({"card_repeat_end": "until"}, "Last date"),
            ({"card_repeat_end": "times", "card_repeat_times": 0}, "Number of times"),
        ):
            with (
                self.subTest(values=values),
                self.assertRaisesRegex(ValidationError, field),
            ):
                self._plan(card_repeat=True, **values)

    def test_nobody_puts_an_activity_into_a_series(self):
        series = self._repeat().card_series_id
        activity = self._plan(user=self.own_agent)
        with self.assertRaisesRegex(UserError, "Series"):
            activity.with_user(self.own_agent).card_series_id = series
        with self.assertRaisesRegex(UserError, "Series"):
            self.env["mail.activity"].with_user(self.own_agent).create(
                {"card_series_id": series.id, "user_id": self.own_agent.id}
            )

    @mute_logger("odoo.sql_db")
    def test_index_refuses_a_second_one(self):
        activity = self._repeat()
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.env.cr.execute(
                "INSERT INTO mail_activity (res_model, res_id, date_deadline, "
                "card_priority, card_series_id, card_series_number) "
                "VALUES ('res.partner', 1, %s, '1', %s, 1)",
                [fields.Date.today(), activity.card_series_id.id],
            )

    # -- rights ---------------------------------------------------------------

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_own_series_only(self):
        series = self._repeat(user=self.own_agent).card_series_id
        private = self._repeat(user=self.team_agent, card_private=True).card_series_id
        model = self.env["crm.cards.activity.series"]
        both = [("id", "in", (series | private).ids)]
        self.assertEqual(model.with_user(self.own_agent).search(both), series)
        self.assertEqual(model.with_user(self.team_agent).search(both), private)
        self.assertFalse(model.with_user(self.all_agent).search(both))
        with self.assertRaises(AccessError):
            series.with_user(self.all_agent).card_repeat_interval = 5
        series.with_user(self.own_agent).card_repeat_interval = 5
        with self.assertRaisesRegex(AccessError, "rule"):
            series.with_user(self.own_agent).last_activity_id = False
        self.all_agent.group_ids += self.env.ref("crm_cards.crm_cards_group_manager")
        self.assertEqual(model.with_user(self.all_agent).search(both), series)

    def test_series_follows_the_assignee(self):
        activity = self._repeat(user=self.own_agent)
        activity.user_id = self.team_agent
        series = activity.card_series_id
        self.assertTrue(series.with_user(self.team_agent).has_access("write"))
        self.assertFalse(series.with_user(self.own_agent).has_access("read"))

    def test_reader_of_the_activity_sees_that_it_repeats(self):
        activity = self._repeat(user=self.own_agent)
        self.env.invalidate_all()
        self.assertTrue(activity.with_user(self.all_agent).card_repeat)
