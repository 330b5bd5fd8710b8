"""What follows from the dialog: the next step, a meeting, an opportunity."""

from datetime import date, datetime

from odoo.tests import new_test_user, tagged

from .common_activity_close import HandleCase


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
