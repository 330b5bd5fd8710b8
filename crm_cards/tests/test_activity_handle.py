"""The one dialog: closing, passing on and keeping open."""

from datetime import date, datetime

from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from .common_activity_close import HandleCase


@tagged("post_install", "-at_install")
class TestActivityHandle(HandleCase):
    def test_close_with_all_answers(self):
        activity = self._plan_visit()
        form = self._open(activity)
        self.assertEqual(form.customer_id, self.customer)
        self.assertFalse(form.document_name)
        form.feedback = "Changed the roller"
        form.outcome_id = self.solved
        form.hours = 1.5
        form.distance = 40
        form.save().action_apply()
        self.assertFalse(activity.active)
        self.assertEqual(activity.feedback, "Changed the roller")
        self.assertEqual(activity.card_outcome_id, self.solved)
        self.assertEqual(activity.card_hours, 1.5)
        self.assertEqual(activity.card_distance, 40)
        self.assertEqual(activity.card_done_by_id, self.env.user)
        self.assertIn("Changed the roller", self.customer.message_ids[0].body)

    def test_only_what_the_type_asks_is_asked(self):
        form = self._open(self._plan_visit())
        for fname in ("outcome_id", "hours"):
            self.assertTrue(form._get_modifier(fname, "required"), fname)
        self.assertFalse(form._get_modifier("distance", "invisible"))
        self.assertFalse(form._get_modifier("distance", "required"))
        form.next_move = "pass"
        for fname in ("outcome_id", "hours"):
            self.assertFalse(form._get_modifier(fname, "required"), fname)
        form = self._open(self._plan())
        for fname in ("outcome_id", "distance"):
            self.assertTrue(form._get_modifier(fname, "invisible"), fname)
        self.assertFalse(form._get_modifier("hours", "invisible"))

    def test_outcomes_offered_are_those_of_the_type(self):
        form = self._open(self._plan_visit())
        self.assertIn(self.solved.id, form.outcome_ids.ids)
        self.assertNotIn(self.promise.id, form.outcome_ids.ids)

    def test_hours_of_a_task_land_on_its_timesheet(self):
        task = self._create_task()
        worker = self._create_worker()
        activity = self._plan_visit(task, user=worker)
        form = self._open(activity, worker)
        self.assertEqual(form.document_name, "Install")
        form.feedback = "Installed"
        form.outcome_id = self.solved
        form.hours = 2
        form.save().action_apply()
        self.assertEqual(self._lines_of(task).unit_amount, 2)

    def test_negative_hours_and_distance_name_their_field(self):
        for fname, label in (("hours", "Hours worked"), ("distance", "Distance")):
            activity = self._plan_visit()
            form = self._open(activity)
            form.feedback = "Installed"
            form.outcome_id = self.solved
            form.hours = 1
            form[fname] = -1
            self._assert_invalid(f"^{label}.*: ", form.save().action_apply)
            self.assertTrue(activity.active)

    def test_missing_answers_name_their_field_in_the_dialog(self):
        self.visit_type.card_ask_distance = "required"
        answers = {
            "feedback": ("Installed", "What was done: please fill it in."),
            "outcome_id": (self.solved, "Outcome: please fill it in."),
            "hours": (1, "Hours worked: please fill it in."),
            "distance": (
                40,
                r"Distance \(km\): please fill it in, or tick “No travel” for 0 km.",
            ),
        }
        activity = self._plan_visit()
        for fname, (_value, message) in answers.items():
            with self.subTest(fname):
                wizard = self.env["crm.cards.activity.handle"].create(
                    {
                        "activity_ids": activity.ids,
                        **{
                            key: getattr(value, "id", value)
                            for key, (value, _message) in answers.items()
                            if key != fname
                        },
                    }
                )
                self._assert_invalid(f"^{message}$", wizard.action_apply)
                wizard.next_move = "keep"
                wizard.new_date = "2026-12-24"
                wizard.action_apply()
                self.assertTrue(activity.active, "open ones owe no answer")

    def test_no_travel_answers_a_required_distance(self):
        self.visit_type.card_ask_distance = "required"
        activity = self._plan_visit()
        form = self._open(activity)
        form.feedback = "Installed"
        form.outcome_id = self.solved
        form.hours = 1
        form.no_travel = True
        self.assertFalse(form._get_modifier("distance", "required"))
        form.save().action_apply()
        self.assertFalse(activity.active)
        self.assertEqual(activity.card_distance, 0)
        with self.assertRaisesRegex(ValidationError, r"Distance \(km\): Do"):
            activity.card_no_travel = False

    def test_no_travel_beside_a_distance_is_nothing(self):
        self.visit_type.card_ask_distance = "required"
        activity = self._plan_visit(card_distance=40, card_no_travel=True)
        form = self._open(activity)
        form.feedback = "Installed"
        form.outcome_id = self.solved
        form.hours = 1
        form.save().action_apply()
        self.assertFalse(activity.card_no_travel)

    def test_planned_length_is_proposed_as_hours(self):
        planned = {
            "card_start": datetime(2026, 12, 1, 9),
            "card_stop": datetime(2026, 12, 1, 10, 20),
        }
        activity = self._plan_visit(**planned)
        with freeze_time("2026-12-01 08:59:00"):
            self.assertEqual(self._open(activity).hours, 0, "not begun yet")
        with freeze_time("2026-12-01 09:10:00"):
            form = self._open(activity)
            self.assertAlmostEqual(form.hours, 80 / 60)
            form.hours = 1.5
            form.feedback = "Installed"
            form.outcome_id = self.solved
            self.assertEqual(form.save().hours, 1.5)
            activity.card_hours = 0.5
            self.assertEqual(self._open(activity).hours, 0.5, "answered before")
            self.task_type.card_ask_hours = "no"
            form = self._open(self._plan(**planned))
            self.assertEqual(form.hours, 0, "not asked")

    def test_pass_on_with_a_note(self):
        activity = self._plan_visit()
        form = self._open(activity)
        form.feedback = "Was not at home"
        form.next_move = "pass"
        form.pass_user_id = self.all_agent
        form.pass_note = "Ring twice"
        form.save().action_apply()
        self.assertTrue(activity.active)
        self.assertEqual(activity.user_id, self.all_agent)
        self.assertEqual(activity.card_from_id, self.env.user)
        hand = activity.card_hand_ids
        self.assertEqual(hand.note, "Ring twice")
        self.assertEqual(hand.to_user_id, self.all_agent)
        form = self._open(activity, self.all_agent)
        self.assertEqual(form.done_so_far, "Was not at home")
        form.feedback = "Fixed"
        form.outcome_id = self.solved
        form.hours = 1
        form.save().action_apply()
        self.assertEqual(activity.feedback, "Was not at home\nFixed")

    def test_pass_on_a_free_activity(self):
        activity = (
            self.env["mail.activity"]
            .with_user(self.own_agent)
            .create(
                {
                    "activity_type_id": self.task_type.id,
                    "user_id": self.own_agent.id,
                    "card_customer_id": self.customer.id,
                }
            )
        )
        activity = activity.sudo()
        form = self._open(activity, self.own_agent)
        form.next_move = "pass"
        form.pass_user_id = self.all_agent
        form.save().action_apply()
        self.assertEqual(activity.user_id, self.all_agent)
        self.assertEqual(activity.card_hand_ids[-1].to_user_id, self.all_agent)

    def test_pass_on_to_somebody_without_access(self):
        lead = self.env["crm.lead"].create(
            {"name": "Paper", "partner_id": self.customer.id, "user_id": self.env.uid}
        )
        activity = self._plan(lead)
        form = self._open(activity)
        form.feedback = "Called"
        form.next_move = "pass"
        form.pass_user_id = self.salesperson
        self._assert_invalid("^Pass on to: .*Paper", form.save().action_apply)
        self.assertFalse(activity.feedback)
        self.assertEqual(activity.user_id, self.env.user)

    def test_keep_open_with_a_new_date(self):
        activity = self._plan()
        form = self._open(activity)
        form.next_move = "keep"
        form.new_date = "2026-12-24"
        form.save().action_apply()
        self.assertTrue(activity.active)
        self.assertEqual(activity.date_deadline, date(2026, 12, 24))

    def test_keep_open_with_a_new_start(self):
        """Half past eleven at night in UTC is the next day for a Pole."""
        activity = self._plan(
            user=self.all_agent,
            card_start=datetime(2026, 12, 1, 9, 0),
            card_stop=datetime(2026, 12, 1, 11, 0),
        )
        form = self._open(activity)
        form.next_move = "keep"
        form.new_start = "2026-12-23 23:30:00"
        form.save().action_apply()
        self.assertEqual(activity.card_start, datetime(2026, 12, 23, 23, 30))
        self.assertEqual(activity.card_stop, datetime(2026, 12, 24, 1, 30))
        self.assertEqual(activity.date_deadline, date(2026, 12, 24))

    def test_attachments_hang_on_the_document(self):
        activity = self._plan()
        file = self.env["ir.attachment"].create(
            {
                "name": "photo.txt",
                "raw": b"x",
                "res_model": "crm.cards.activity.handle",
                "res_id": 0,
            }
        )
        form = self._open(activity)
        form.attachment_ids.add(file)
        form.save().action_apply()
        self.assertEqual(file.res_model, "res.partner")
        self.assertEqual(file.res_id, self.customer.id)
        self.assertIn(file, self.customer.message_ids[0].attachment_ids)

    def test_attachments_of_others_are_not_taken(self):
        other = self._create_partner("Other")
        file = self.env["ir.attachment"].create(
            {"name": "x", "raw": b"x", "res_model": "res.partner", "res_id": other.id}
        )
        form = self._open(self._plan())
        form.attachment_ids.add(file)
        form.save().action_apply()
        self.assertEqual(file.res_id, other.id)

    def _upload(self, activity):
        file = self.env["ir.attachment"].create(
            {
                "name": "photo.txt",
                "raw": b"x",
                "res_model": activity.res_model,
                "res_id": activity.res_id,
            }
        )
        return file, activity.action_card_upload(file.ids)

    def test_upload_closes_what_asks_nothing_else(self):
        activity = self._plan()
        file, action = self._upload(activity)
        self.assertFalse(action)
        self.assertFalse(activity.active)
        self.assertIn(file, self.customer.message_ids[0].attachment_ids)

    def test_upload_asks_what_else_the_type_requires(self):
        activity = self._plan_visit()
        file, action = self._upload(activity)
        self.assertTrue(activity.active)
        wizard = self.env[action["res_model"]].with_context(**action["context"])
        form = Form(wizard)
        self.assertEqual(form.attachment_ids[:], file)
        form.feedback = "Installed"
        form.outcome_id = self.solved
        form.hours = 1
        form.save().action_apply()
        self.assertFalse(activity.active)
        self.assertIn(file, self.customer.message_ids[0].attachment_ids)
