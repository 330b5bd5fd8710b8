"""The one dialog: closing, passing on, keeping open, and what follows."""

from datetime import date, datetime

from freezegun import freeze_time
from lxml import etree

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from .test_activity_close import CloseCase


class HandleCase(CloseCase):
    def _open(self, activities, user=None):
        """Open the dialog as its button does."""
        activities = activities.with_user(user or self.env.user)
        action = activities.action_card_handle()
        wizard = self.env[action["res_model"]].with_user(user or self.env.user)
        return Form(wizard.with_context(**action["context"]))

    def _followers_up(self, activity):
        """Return the other open activities of the customer."""
        return self.env["mail.activity"].search(
            [
                ("card_customer_id", "=", activity.card_customer_id.id),
                ("id", "!=", activity.id),
            ]
        )


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

    # -- who may, and when --

    def test_closed_meanwhile(self):
        activity = self._plan()
        form = self._open(activity)
        form.feedback = "Called"
        wizard = form.save()
        activity.with_user(self.all_agent).action_feedback(feedback="Called first")
        with self.assertRaisesRegex(UserError, "closed already, by activity_all"):
            wizard.action_apply()
        self.assertEqual(activity.feedback, "Called first")
        with self.assertRaisesRegex(UserError, "closed already"):
            activity.action_card_handle()

    def test_who_may_not_write_is_told_whom_to_ask(self):
        stranger = new_test_user(
            self.env,
            login="stranger",
            groups="base.group_user,crm_cards.crm_cards_group_activity_all",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        activity = self._plan(
            user=self.all_agent, card_colleague_ids=[(4, stranger.id)]
        )
        with self.assertRaisesRegex(AccessError, "may not handle Do. Ask activity_all"):
            activity.with_user(stranger).action_card_handle()

    def test_several_are_closed_at_once(self):
        activities = self._plan() | self._plan(self.contact)
        activities[0].feedback = "Wrote"
        form = self._open(activities)
        self.assertEqual(form.activity_count, 2)
        self.assertFalse(form.activity_id)
        form.feedback = "Done"
        form.save().action_apply()
        self.assertEqual(activities.mapped("active"), [False, False])
        self.assertEqual(activities.mapped("feedback"), ["Wrote\nDone", "Done"])

    def test_several_that_require_answers_are_refused(self):
        activities = self._plan() | self._plan_visit()
        with self.assertRaisesRegex(UserError, "one by one.*Service visit"):
            activities.action_card_handle()

    def test_rows_of_the_lists_open_the_same_dialog(self):
        activity = self._plan()
        row = self.env["crm.cards.activity"].browse(activity.id)
        self.assertEqual(row.action_card_handle(), activity.action_card_handle())

    def test_overdue_balance_beside_a_collection_call(self):
        invoice = self._create_invoice_of(
            self.customer, invoice_date_due="2026-03-02", invoice_payment_term_id=False
        )
        invoice.action_post()
        kind = self.env.ref("crm_cards.mail_activity_type_collection")
        call = self._plan(activity_type_id=kind.id, user=self.accountant)
        form = self._open(call, self.accountant)
        self.assertTrue(form.is_overdue_shown)
        self.assertEqual(form.overdue, 100)
        self.assertFalse(self._open(self._plan(), self.accountant).is_overdue_shown)
        call.user_id = self.all_agent
        self.assertFalse(self._open(call, self.all_agent).is_overdue_shown)


@tagged("post_install", "-at_install")
class TestActivityHandleNext(HandleCase):
    def _open_filled(self, activity, user=None):
        form = self._open(activity, user)
        form.feedback = "Called"
        return form

    def test_next_step_on_the_same_document(self):
        activity = self._plan(self.contact)
        form = self._open_filled(activity)
        form.has_next_step = True
        form.next_type_id = self.call_type
        form.next_date = "2026-12-24"
        form.next_user_id = self.all_agent
        form.next_summary = "Ask again"
        form.save().action_apply()
        self.assertFalse(activity.active)
        step = self._followers_up(activity)
        self.assertEqual(step.activity_type_id, self.call_type)
        self.assertEqual(
            (step.res_model, step.res_id), ("res.partner", self.contact.id)
        )
        self.assertEqual(step.card_customer_id, self.customer)
        self.assertEqual(step.user_id, self.all_agent)
        self.assertEqual(step.summary, "Ask again")
        self.assertEqual(step.date_deadline, date(2026, 12, 24))
        self.assertEqual(step.card_asked_by_id, self.env.user)

    def test_next_step_of_a_free_activity(self):
        activity = self._plan(False, card_customer_id=self.customer.id)
        form = self._open_filled(activity)
        form.has_next_step = True
        form.next_start = "2026-12-24 08:00:00"
        form.save().action_apply()
        step = self._followers_up(activity)
        self.assertFalse(step.res_model)
        self.assertEqual(step.card_start, datetime(2026, 12, 24, 8, 0))
        self.assertEqual(step.date_deadline, date(2026, 12, 24))

    def test_next_step_of_a_free_activity_for_a_colleague(self):
        activity = self._plan(False, card_customer_id=self.customer.id)
        form = self._open_filled(activity)
        form.has_next_step = True
        form.next_user_id = self.all_agent
        form.save().action_apply()
        step = self._followers_up(activity)
        self.assertEqual(step.user_id, self.all_agent)
        self.assertEqual(step.res_id, self.customer.id)

    def test_next_step_of_a_colleague_needs_a_place(self):
        form = self._open_filled(self._plan(False))
        form.has_next_step = True
        form.next_user_id = self.all_agent
        self._assert_invalid(
            "^Next step assigned to: without a document", form.save().action_apply
        )

    def test_next_step_for_somebody_without_access(self):
        lead = self.env["crm.lead"].create(
            {"name": "Paper", "partner_id": self.customer.id, "user_id": self.env.uid}
        )
        form = self._open_filled(self._plan(lead))
        form.has_next_step = True
        form.next_user_id = self.salesperson
        self._assert_invalid(
            "^Next step assigned to: .*Paper", form.save().action_apply
        )

    def test_meeting_with_invitees(self):
        activity = self._plan()
        form = self._open_filled(activity)
        form.has_meeting = True
        form.meeting_start = "2026-12-24 08:00:00"
        self.assertEqual(form.meeting_stop, datetime(2026, 12, 24, 9, 0))
        form.meeting_contact_ids.add(self.contact)
        form.meeting_colleague_ids.add(self.all_agent)
        form.save().action_apply()
        step = self._followers_up(activity)
        event = step.calendar_event_id
        self.assertEqual(step.activity_type_id.category, "meeting")
        self.assertEqual(event.activity_ids, step)
        self.assertEqual(
            (event.res_model, event.res_id), ("res.partner", self.customer.id)
        )
        self.assertEqual(
            event.partner_ids,
            self.env.user.partner_id | self.contact | self.all_agent.partner_id,
        )
        self.assertEqual(step.card_start, event.start)
        self.assertEqual(step.card_stop, event.stop)
        self.assertEqual(step.card_contact_ids, self.contact)
        self.assertEqual(step.card_colleague_ids, self.all_agent)
        self.assertFalse(activity.calendar_event_id)
        self.assertEqual(
            self.env["calendar.event"].search_count(
                [("res_id", "=", self.customer.id)]
            ),
            1,
        )

    def test_meeting_that_is_the_next_step(self):
        activity = self._plan()
        form = self._open_filled(activity)
        form.has_next_step = True
        form.next_type_id = self.visit_type
        form.next_user_id = self.all_agent
        form.has_meeting = True
        form.meeting_start = "2026-12-24 08:00:00"
        form.save().action_apply()
        step = self._followers_up(activity)
        self.assertEqual(step.activity_type_id, self.visit_type)
        self.assertEqual(step.calendar_event_id.user_id, self.all_agent)
        self.assertEqual(step.user_id, self.all_agent)
        self.assertNotIn(self.customer, step.calendar_event_id.partner_ids)

    def test_meeting_of_a_type_that_never_goes_to_the_calendar(self):
        activity = self._plan()
        form = self._open_filled(activity)
        form.has_next_step = True
        form.next_type_id = self.call_type
        form.has_meeting = True
        form.meeting_start = "2026-12-24 08:00:00"
        form.save().action_apply()
        step = self._followers_up(activity)
        self.assertEqual(step.calendar_event_id.start, datetime(2026, 12, 24, 8, 0))
        self.assertEqual(
            self.env["calendar.event"].search_count(
                [("res_id", "=", self.customer.id)]
            ),
            1,
        )

    def test_reminders_of_a_next_step_put_it_in_the_calendar(self):
        alarm = self.env.ref("calendar.alarm_notif_1")
        for choice, is_ticked in (("ask", True), ("no", False)):
            with self.subTest(choice):
                self.task_type.card_to_calendar = "ask"
                activity = self._plan(self._create_partner(choice))
                form = self._open_filled(activity)
                form.has_next_step = True
                form.next_type_id = self.task_type
                form.next_date = "2026-12-24"
                form.next_alarm_ids.add(alarm)
                wizard = form.save()
                self.task_type.card_to_calendar = choice
                wizard.action_apply()
                step = self._followers_up(activity)
                self.assertEqual(step.card_on_calendar, is_ticked)
                self.assertEqual(bool(step.card_alarm_ids), is_ticked)
                self.assertEqual(step.calendar_event_id.alarm_ids, step.card_alarm_ids)

    def test_reminders_are_offered_where_they_work(self):
        form = self._open_filled(self._plan())
        self.assertTrue(form._get_modifier("next_alarm_ids", "invisible"))
        form.has_next_step = True
        form.next_type_id = self.visit_type
        self.assertFalse(form._get_modifier("next_alarm_ids", "invisible"))
        form.next_type_id = self.env.ref("crm_cards.mail_activity_type_mailing")
        self.assertTrue(form._get_modifier("next_alarm_ids", "invisible"))
        form.has_meeting = True
        self.assertFalse(form._get_modifier("next_alarm_ids", "invisible"))

    def test_reminders_of_a_meeting(self):
        alarm = self.env.ref("calendar.alarm_notif_1")
        for kind in (self.visit_type, self.call_type):
            with self.subTest(kind.name):
                activity = self._plan(self._create_partner(kind.name))
                form = self._open_filled(activity)
                form.has_next_step = True
                form.next_type_id = kind
                form.has_meeting = True
                form.meeting_start = "2026-12-24 08:00:00"
                form.next_alarm_ids.add(alarm)
                form.save().action_apply()
                step = self._followers_up(activity)
                self.assertEqual(step.calendar_event_id.alarm_ids, alarm)
                step.write(
                    {
                        "active": False,
                        "feedback": "Met",
                        "card_hours": 1,
                        "card_outcome_id": step._get_outcomes()[:1].id,
                    }
                )
                self.assertFalse(step.calendar_event_id.alarm_ids)

    def test_meeting_cannot_end_before_it_starts(self):
        activity = self._plan()
        form = self._open_filled(activity)
        form.has_meeting = True
        form.meeting_start = "2026-12-24 08:00:00"
        form.meeting_stop = "2026-12-24 07:00:00"
        self._assert_invalid("^Meeting ends: ", form.save().action_apply)
        self.assertTrue(activity.active)

    def test_customer_is_brought_up_to_date(self):
        temperature = self.env["crm.cards.temperature"].search([], limit=1)
        form = self._open_filled(self._plan())
        form.date_next_contact = "2026-12-24"
        form.temperature_id = temperature
        form.save().action_apply()
        self.assertEqual(self.customer.date_next_contact, date(2026, 12, 24))
        self.assertEqual(self.customer.temperature_id, temperature)

    def test_customer_of_somebody_else_is_left_alone(self):
        worker = new_test_user(
            self.env,
            login="inner",
            groups="base.group_user",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        form = self._open_filled(self._plan(user=worker), worker)
        self.assertFalse(form.can_write_customer)
        form.save().action_apply()

    def test_opportunity_is_linked(self):
        lead = self.env["crm.lead"].create(
            {"name": "Paper", "partner_id": self.contact.id, "type": "opportunity"}
        )
        activity = self._plan()
        form = self._open_filled(activity)
        form.opportunity_id = lead
        form.save().action_apply()
        self.assertEqual(activity.card_opportunity_id, lead)

    def test_opportunity_is_created(self):
        activity = self._plan()
        form = self._open_filled(activity)
        form.opportunity_name = "Second machine"
        form.has_next_step = True
        form.save().action_apply()
        lead = activity.card_opportunity_id
        self.assertEqual(lead.name, "Second machine")
        self.assertEqual(lead.type, "opportunity")
        self.assertEqual(lead.partner_id, self.customer)
        self.assertEqual(self._followers_up(activity).card_opportunity_id, lead)

    def test_opportunity_of_another_customer_is_refused(self):
        other = self._create_partner("Other")
        lead = self.env["crm.lead"].create({"name": "Ink", "partner_id": other.id})
        form = self._open_filled(self._plan())
        form.opportunity_id = lead
        self._assert_invalid("^Opportunity: Ink", form.save().action_apply)

    def test_nothing_is_half_written(self):
        """The next step, the meeting and the news go when closing is refused."""
        activity = self._plan_visit()
        form = self._open_filled(activity)
        form.outcome_id = self.solved
        form.hours = 1
        form.date_next_contact = "2026-12-24"
        form.has_next_step = True
        wizard = form.save()
        wizard.outcome_id = self.promise
        self._assert_invalid("^Outcome: .* is not an outcome", wizard.action_apply)
        self.assertTrue(activity.active)
        self.assertFalse(activity.feedback)
        self.assertFalse(self.customer.date_next_contact)
        self.assertFalse(self._followers_up(activity))


@tagged("post_install", "-at_install")
class TestActivityHandleDocuments(HandleCase):
    """Planned in the dialog of a document, handled there."""

    def _plan_on(self, document):
        wizard = self.env["mail.activity.schedule"].with_context(
            active_model=document._name,
            active_id=document.id,
            active_ids=document.ids,
            crm_cards_ask=True,
        )
        form = Form(wizard)
        self.assertEqual(form.card_customer_id, self.customer)
        form.activity_type_id = self.visit_type
        form.summary = "Look at the press"
        form.save()._action_schedule_activities()
        return document.activity_ids

    def _handle(self, activity, **answers):
        form = self._open(activity)
        form.feedback = "Measured"
        form.outcome_id = self.solved
        form.hours = 1
        form.distance = 12
        for fname, value in answers.items():
            form[fname] = value
        form.save().action_apply()
        self.assertFalse(activity.active)
        document = self.env[activity.res_model].browse(activity.res_id)
        self.assertIn("Measured", document.message_ids[0].body)
        return document.activity_ids

    def test_quotation(self):
        order = self._create_order(self.customer)
        activity = self._plan_on(order)
        self.assertEqual(activity.card_customer_id, self.customer)
        self.assertEqual(self._open(activity).document_name, order.display_name)
        step = self._handle(activity, has_next_step=True)
        self.assertEqual(step.card_customer_id, self.customer)
        self.assertEqual((step.res_model, step.res_id), ("sale.order", order.id))
        row = self.env["crm.cards.activity"].browse(activity.id)
        self.assertEqual((row.card_customer_id, row.card_hours), (self.customer, 1))

    def test_opportunity(self):
        lead = self.env["crm.lead"].create(
            {
                "name": "Second machine",
                "partner_id": self.contact.id,
                "type": "opportunity",
            }
        )
        activity = self._plan_on(lead)
        self.assertEqual(activity.card_opportunity_id, lead)
        form = self._open(activity)
        self.assertTrue(form.is_opportunity_fixed)
        step = self._handle(activity, has_next_step=True)
        self.assertEqual(step.card_opportunity_id, lead)
        self.assertEqual((step.res_model, step.res_id), ("crm.lead", lead.id))


@tagged("post_install", "-at_install")
class TestActivityHandleScreens(HandleCase):
    def test_odoo_screens_open_our_dialogs(self):
        """Nothing closes or cancels past the dialogs."""
        screens = {
            "mail_activity_view_tree": (2, 2),
            "mail_activity_view_tree_open_target": (2, 2),
            "mail_activity_view_tree_without_record_access": (2, 2),
            "mail_activity_view_kanban_open_target": (1, 1),
            "mail_activity_view_form_popup": (1, 0),
            "mail_activity_view_form": (0, 0),
            "mail_activity_view_form_without_record_access": (1, 0),
        }
        past = ("action_done", "action_feedback", "action_cancel", "unlink")
        for name, (handling, cancelling) in screens.items():
            with self.subTest(name):
                view = self.env.ref(f"mail.{name}")
                arch = self.env["mail.activity"].get_view(view.id, view.type)["arch"]
                buttons = [
                    button.get("name")
                    for button in etree.fromstring(arch).iter("button")
                ]
                self.assertEqual(buttons.count("action_card_handle"), handling)
                self.assertEqual(buttons.count("action_ask_cancel"), cancelling)
                self.assertFalse(
                    [button for button in buttons if button and button.startswith(past)]
                )
