"""What closing an activity asks for, on every route, and where its hours land."""

from datetime import datetime

from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common_activity_close import CloseCase


@tagged("post_install", "-at_install")
class TestActivityClose(CloseCase):
    def _assert_refused(self, activity, close, message):
        messages = self.customer.message_ids
        before = activity.feedback
        self._assert_invalid(message, close)
        self.assertTrue(activity.active)
        self.assertEqual(activity.feedback, before)
        self.assertFalse(activity.card_done_by_id)
        self.assertEqual(self.customer.message_ids, messages, "nothing is posted")
        self.assertEqual(
            self.env["mail.activity"].search_count(
                [("card_customer_id", "=", self.customer.id)]
            ),
            1,
            "no next activity is made",
        )

    def test_every_route_asks_what_the_type_requires(self):
        self.visit_type.write(
            {"chaining_type": "trigger", "triggered_next_type_id": self.task_type.id}
        )
        activity = self._plan_visit(card_hours=1.5)
        closings = {
            "action_done": activity.action_done,
            "action_feedback": lambda: activity.action_feedback(feedback="Fixed"),
            "action_feedback_schedule_next": lambda: (
                activity.action_feedback_schedule_next(feedback="Fixed")
            ),
            "action_archive": activity.action_archive,
            "write": lambda: activity.write({"active": False, "feedback": "Fixed"}),
        }
        for name, close in closings.items():
            with self.subTest(name):
                self._assert_refused(activity, close, "^(Outcome|What was done): Do ")
        activity.card_outcome_id = self.solved
        activity.action_feedback(feedback="Fixed")
        self.assertFalse(activity.active)
        self.assertEqual(activity.feedback, "Fixed")

    def test_each_answer_is_named_when_it_is_missing(self):
        self.visit_type.card_ask_distance = "required"
        answers = {
            "card_hours": (1.0, "Hours worked"),
            "card_distance": (10.0, "Distance"),
            "card_outcome_id": (self.solved.id, "Outcome"),
            "feedback": ("Fixed", "What was done"),
        }
        activity = self._plan_visit()
        for fname, (_value, label) in answers.items():
            with self.subTest(fname):
                vals = {
                    key: value for key, (value, _l) in answers.items() if key != fname
                }
                self._assert_refused(
                    activity,
                    lambda vals=vals: activity.write({"active": False, **vals}),
                    f"^{label}.*: Do ",
                )
        activity.write(
            {key: value for key, (value, _label) in list(answers.items())[:3]}
        )
        self._assert_refused(
            activity, lambda: activity.action_feedback(feedback="  "), "What was done: "
        )

    def test_answers_of_a_closed_activity_cannot_be_taken_back(self):
        activity = self._plan_visit(card_hours=1, card_outcome_id=self.solved.id)
        activity.action_feedback(feedback="Fixed")
        with self.assertRaisesRegex(ValidationError, "Outcome: "):
            activity.card_outcome_id = False

    def test_cancelled_activities_owe_no_answer(self):
        activity = self._plan_visit()
        activity._cancel()
        self.assertEqual(activity.card_status, "cancelled")

    def test_nothing_is_asked_of_other_types(self):
        activity = self._plan()
        activity.action_done()
        self.assertFalse(activity.active)

    def test_outcomes_of_the_type(self):
        with self.assertRaisesRegex(ValidationError, "Outcome: Payment promised"):
            self._plan_visit(card_outcome_id=self.promise.id)
        general = self.env["crm.cards.activity.outcome"].create({"name": "Rain"})
        self.assertTrue(self._plan_visit(card_outcome_id=general.id))
        self.assertTrue(self._plan(card_outcome_id=self.promise.id))
        visit = self._plan_visit()
        self.assertIn(general, visit._get_outcomes())
        self.assertNotIn(self.promise, visit._get_outcomes())
        self.assertIn(self.promise, self._plan()._get_outcomes())

    def test_who_closed_it_is_kept_until_it_is_opened_again(self):
        activity = self._plan(user=self.all_agent)
        activity.with_user(self.all_agent).action_feedback(feedback="Called")
        self.assertEqual(activity.card_done_by_id, self.all_agent)
        activity.action_unarchive()
        self.assertTrue(activity.active)
        self.assertFalse(activity.card_done_by_id)
        self.assertFalse(activity.date_done)
        activity.action_feedback(feedback="Called again")
        self.assertEqual(activity.card_done_by_id, self.env.user)

    def test_closing_twice_posts_once(self):
        activity = self._plan()
        activity.action_feedback(feedback="Called")
        messages = self.customer.message_ids
        activity.action_feedback(feedback="Called too")
        self.assertEqual(self.customer.message_ids, messages)
        self.assertEqual(activity.feedback, "Called")

    def test_many_are_closed_in_a_constant_number_of_queries(self):
        def close(count):
            activities = self.env["mail.activity"].union(
                *(
                    self._plan_visit(card_hours=1, card_outcome_id=self.solved.id)
                    for _index in range(count)
                )
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            activities.write({"active": False, "feedback": "Fixed"})
            self.env.flush_all()
            return self.cr.sql_log_count - before

        for _turn in range(2):  # the first fills the caches
            few, many = close(3), close(30)
        self.assertLessEqual(many, few)


@tagged("post_install", "-at_install")
class TestActivityHours(CloseCase):
    def setUp(self):
        super().setUp()
        self.task = self._create_task()
        self.worker = self._create_worker()

    def _close(self, activity, user=None, **values):
        activity = activity.with_user(user or self.worker)
        activity.write({"card_outcome_id": self.solved.id, **values})
        activity.action_feedback(feedback="Fixed")
        return activity

    def test_hours_of_a_task_land_on_the_timesheet_of_who_closed_it(self):
        activity = self._plan_visit(self.task, user=self.worker)
        with freeze_time("2026-05-05 10:00:00"):
            self._close(activity, card_hours=1.5)
        line = self._lines_of(self.task)
        self.assertEqual(line, activity.card_timesheet_id)
        self.assertEqual(line.unit_amount, 1.5)
        self.assertEqual(line.employee_id.user_id, self.worker)
        self.assertEqual(line.project_id, self.task.project_id)
        self.assertEqual(line.date.isoformat(), "2026-05-05")
        self.assertEqual(activity.card_hours, 1.5)

    def test_hours_of_a_visit_belong_to_the_day_of_the_visit(self):
        self.worker.tz = "Asia/Jerusalem"
        activity = self._plan_visit(
            self.task, user=self.worker, card_start=datetime(2026, 5, 4, 22, 30)
        )
        with freeze_time("2026-05-07 10:00:00"):
            self._close(activity, card_hours=1.0)
        self.assertEqual(activity.card_timesheet_id.date.isoformat(), "2026-05-05")

    def test_hours_of_a_project(self):
        activity = self._plan_visit(self.task.project_id, user=self.worker)
        self._close(activity, card_hours=2.0)
        line = activity.card_timesheet_id
        self.assertEqual(line.project_id, self.task.project_id)
        self.assertFalse(line.task_id)

    def test_hours_without_a_project_stay_on_the_activity(self):
        activity = self._close(self._plan_visit(user=self.worker), card_hours=2.0)
        self.assertFalse(activity.card_timesheet_id)
        self.assertEqual(activity.card_hours, 2.0)

    def test_opening_and_closing_again_corrects_the_one_line(self):
        activity = self._plan_visit(self.task, user=self.worker)
        self._close(activity, card_hours=1.5)
        line = activity.card_timesheet_id
        activity.action_unarchive()
        self.assertEqual(self._lines_of(self.task), line)
        self._close(activity, card_hours=2.5)
        self.assertEqual(self._lines_of(self.task), line)
        self.assertEqual(line.unit_amount, 2.5)

    def test_hours_corrected_after_closing(self):
        activity = self._plan(self.task, user=self.worker, card_hours=1.0)
        activity.with_user(self.worker).action_done()
        line = activity.card_timesheet_id
        activity.with_user(self.worker).card_hours = 3.0
        self.assertEqual(line.unit_amount, 3.0)
        activity.with_user(self.worker).card_hours = 0.0
        self.assertFalse(line.exists())
        self.assertFalse(activity.card_timesheet_id)

    def test_somebody_elses_timesheet_is_left_alone(self):
        activity = self._plan_visit(self.task, user=self.worker)
        self._close(activity, card_hours=1.5)
        line = activity.card_timesheet_id
        activity.action_unarchive()
        other = self._create_worker("other_worker")
        self._assert_invalid(
            "Hours worked: .*worker", self._close, activity, other, card_hours=4.0
        )
        self._close(activity, other)
        self.assertEqual(line.unit_amount, 1.5)
        self.assertEqual(line.user_id, self.worker)
        self.assertEqual(self._lines_of(self.task), line)

    def test_who_is_no_employee_gets_a_way_out(self):
        activity = self._plan_visit(self.task, user=self.all_agent)
        self._assert_invalid(
            "Hours worked: .*employee of",
            self._close,
            activity,
            self.all_agent,
            card_hours=1.0,
        )
        self.assertTrue(activity.active)
        self.assertFalse(self._lines_of(self.task))

    def test_cancelled_work_is_not_booked(self):
        activity = self._plan_visit(self.task, user=self.worker, card_hours=1.0)
        activity._cancel()
        self.assertFalse(self._lines_of(self.task))

    def test_a_private_summary_does_not_show_on_the_timesheet(self):
        activity = self._plan_visit(
            self.task, user=self.worker, summary="Secret", card_private=True
        )
        self._close(activity, card_hours=1.0)
        self.assertEqual(activity.card_timesheet_id.name, "Service visit")

    def test_a_copy_has_no_hours(self):
        activity = self._plan(self.task, user=self.worker, card_hours=1.0)
        activity.with_user(self.worker).action_done()
        activity.copy()
        self.assertEqual(len(self._lines_of(self.task)), 1)

    def test_hours_may_be_taken_elsewhere(self):
        """What the hours bank does: it extends the hook."""
        booked = self.env["mail.activity"]

        def book(activities):
            nonlocal booked
            booked |= activities

        self.patch(self.registry["mail.activity"], "_book_hours", book)
        activity = self._plan(card_hours=1.0)
        activity.action_done()
        self.assertEqual(booked, activity)


@tagged("post_install", "-at_install")
class TestActivityAssignee(CloseCase):
    def _create_hidden_lead(self):
        lead = self.env["crm.lead"].create(
            {"name": "Paper", "partner_id": self.customer.id, "user_id": self.env.uid}
        )
        self.assertFalse(lead.with_user(self.salesperson).has_access("read"))
        return lead

    def test_assignee_must_have_access_to_the_document(self):
        lead = self._create_hidden_lead()
        message = "Assigned to: .*Paper"
        self._assert_invalid(message, self._plan, lead, user=self.salesperson)
        activity = self._plan(lead)
        self._assert_invalid(message, activity.write, {"user_id": self.salesperson.id})
        self.assertEqual(activity.user_id, self.env.user)
        self.assertFalse(activity.card_hand_ids)

    def test_code_plans_as_it_likes(self):
        lead = self._create_hidden_lead()
        self.assertTrue(self._plan(lead, user=self.salesperson, automated=True))
        activity = self._plan(lead)
        activity.sudo().user_id = self.salesperson

    def test_the_companies_of_the_assignee_count(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.env.user.company_ids += company
        activity = self._plan()
        activity.with_context(
            allowed_company_ids=(company | self.company).ids
        ).user_id = self.all_agent
        self.assertEqual(activity.user_id, self.all_agent)

    def test_many_are_checked_at_once(self):
        activities = self.env["mail.activity"].union(
            *(self._plan(self._create_partner(f"C{index}")) for index in range(20))
        )
        label = "Assigned to"
        activities._check_assignee_access(label, self.all_agent)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        activities[:2]._check_assignee_access(label, self.all_agent)
        few = self.cr.sql_log_count - before
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        activities._check_assignee_access(label, self.all_agent)
        self.assertLessEqual(self.cr.sql_log_count - before, few)
