"""Escalations: exactly at their moment, once, and in one message per person."""

from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import CheckViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MailCase

from .test_ticket_sla import MONDAY, SlaCase

_DAY = timedelta(days=1)
# Counted from 9 in Warsaw with half an hour for lunch: first response (4 h) and
# resolution (8 h).
HALF_RESPONSE = MONDAY.replace(hour=10)
RESPONSE = MONDAY.replace(hour=12, minute=30)
HALF_RESOLUTION = RESPONSE
RESOLUTION = MONDAY.replace(hour=8, minute=30) + _DAY


class EscalationCase(SlaCase, MailCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cron = cls.env.ref("crm_cards.ir_cron_crm_cards_ticket_steps")
        cls.rules = cls.env["crm.cards.ticket.message.rule"]
        cls.rules.search([]).is_on = False
        for user in cls.technician | cls.field_technician | cls.service_manager:
            user.notification_type = "inbox"

    def _escalate(self, policy=None, **values):
        with freeze_time(MONDAY - _DAY):
            return self.env["crm.cards.sla.escalation"].create(
                {
                    "policy_id": (policy or self.policy).id,
                    "kind": "first_response",
                    "is_to_manager": True,
                    **values,
                }
            )

    def _open_on_monday(self, **values):
        with freeze_time(MONDAY):
            return self._open_ticket(**{"user_id": self.technician.id, **values})

    def _run(self, moment):
        """Run the scheduled action as the server does, at a moment."""
        tickets = self.env["crm.cards.ticket"].sudo()
        with (
            freeze_time(moment),
            self.mock_mail_gateway(),
            patch.object(type(self.env["ir.cron"]), "_commit_progress", _go_on),
        ):
            tickets._cron_take_steps()
            self.env.flush_all()
        self.env.invalidate_all()

    def _get_told(self, user):
        """Return the messages a user found in his inbox."""
        return (
            self.env["mail.message"]
            .sudo()
            .search(
                [
                    ("message_type", "=", "user_notification"),
                    ("notified_partner_ids", "in", user.partner_id.ids),
                    ("subject", "like", "Tickets that need you"),
                ]
            )
        )

    def _get_notices(self, ticket, event="escalation"):
        return ticket.notice_ids.filtered(lambda notice: notice.event == event)

    def _get_triggers(self):
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", self.cron.id)])
        return sorted(triggers.mapped("call_at"))


def _go_on(*_args, **_kwargs):
    return 60


@tagged("post_install", "-at_install")
class TestTicketEscalation(EscalationCase):
    def test_fires_at_its_moment_of_working_time_and_never_again(self):
        self._escalate(percent=50)
        ticket = self._open_on_monday()
        self._run(HALF_RESPONSE - timedelta(seconds=1))
        self.assertFalse(self._get_notices(ticket))
        for _time in range(2):
            self._run(HALF_RESPONSE)
            [notice] = self._get_notices(ticket)
            self.assertEqual(notice.date, HALF_RESPONSE)
            self.assertEqual(notice.percent, 50)
            [message] = self._get_told(self.service_manager)
            self.assertIn(ticket.name, message.body)

    def test_next_step_is_stored_target_by_target(self):
        self._escalate(percent=50)
        ticket = self._open_on_monday()
        first = self._get_row(ticket, "first_response")
        last = self._get_row(ticket, "resolution")
        self.assertEqual(first.date_next_step, HALF_RESPONSE)
        self.assertEqual(last.date_next_step, last.date_at_risk)
        self._run(HALF_RESPONSE)
        self.assertEqual(first.date_next_step, first.date_at_risk)
        self._run(RESPONSE + timedelta(minutes=1))
        self.assertFalse(first.date_next_step)

    def test_more_than_the_whole_time_comes_when_the_target_is_long_late(self):
        self._escalate(percent=150)
        ticket = self._open_on_monday()
        moment = RESPONSE + timedelta(hours=2)
        row = self._get_row(ticket, "first_response")
        self._run(RESPONSE + timedelta(seconds=1))
        self.assertEqual(row.date_next_step, moment)
        self._run(moment)
        self.assertTrue(self._get_notices(ticket))

    def test_nothing_happens_at_night(self):
        # 90 % of four hours from half past three in the afternoon: the next morning.
        self._escalate(percent=90)
        with freeze_time(MONDAY.replace(hour=14, minute=30)):
            ticket = self._open_ticket()
        row = self._get_row(ticket, "first_response")
        # Half past three until five, then 2 h 6 min from nine on the next day.
        at_risk = MONDAY.replace(hour=9, minute=30) + _DAY
        self.assertEqual(row.date_next_step, at_risk)
        self._run(at_risk)
        self.assertEqual(row.date_next_step, MONDAY.replace(hour=10, minute=6) + _DAY)

    def test_late_and_at_risk_are_written_down_as_facts(self):
        ticket = self._open_on_monday()
        self._run(RESPONSE)
        self.assertFalse(self._get_notices(ticket, "breach"))
        self._run(RESPONSE + timedelta(seconds=1))
        [breach] = self._get_notices(ticket, "breach")
        self.assertEqual((breach.kind, breach.cycle), ("first_response", 1))
        [at_risk] = self._get_notices(ticket, "at_risk")
        row = self._get_row(ticket, "first_response")
        self.assertEqual(at_risk.date, row.date_at_risk)
        with freeze_time(RESPONSE + timedelta(seconds=1)):
            self.assertEqual(row.status, "missed")

    def test_closed_paused_archived_and_answered_tickets_are_left_alone(self):
        self._escalate(percent=50)
        tickets = [self._open_on_monday() for _number in range(4)]
        closed, paused, archived, answered = tickets
        with freeze_time(MONDAY.replace(hour=9)):
            closed.stage_id = self.stage_solved
            paused.stage_id = self.stage_customer
            archived.active = False
            self._answer(answered)
        for ticket in tickets:
            with self.subTest(ticket=ticket):
                row = self._get_row(ticket, "first_response")
                self.assertFalse(row.date_next_step)
        self._run(RESPONSE + timedelta(hours=1))
        for ticket in tickets:
            with self.subTest(ticket=ticket):
                self.assertFalse(self._get_notices(ticket))

    def test_paused_ticket_escalates_after_as_much_working_time_once_it_goes_on(self):
        self._escalate(percent=50)
        ticket = self._open_on_monday()
        with freeze_time(MONDAY.replace(hour=9)):
            ticket.stage_id = self.stage_customer
        with freeze_time(MONDAY.replace(hour=10)):
            ticket.stage_id = self.stage_work
        row = self._get_row(ticket, "first_response")
        self.assertEqual(row.date_next_step, HALF_RESPONSE + timedelta(hours=1))

    def test_archived_ticket_goes_on_when_it_comes_back(self):
        self._escalate(percent=50)
        ticket = self._open_on_monday()
        row = self._get_row(ticket, "first_response")
        with freeze_time(MONDAY.replace(hour=8)):
            ticket.active = False
            self.assertFalse(row.date_next_step)
            ticket.active = True
        self.assertEqual(row.date_next_step, HALF_RESPONSE)

    def test_nothing_happens_once_the_service_level_is_gone(self):
        escalation = self._escalate(percent=50)
        ticket = self._open_on_monday()
        with freeze_time(MONDAY.replace(hour=8)):
            self.policy.active = False
            ticket._follow_policies(rebase=True)
            ticket._log({ticket: ["terms"]})
        self.assertFalse(ticket.sla_policy_id)
        self._run(RESPONSE)
        self.assertFalse(self._get_notices(ticket))
        self.assertTrue(escalation.exists())

    def test_stale_moment_fires_nothing(self):
        """The log decides, not what was stored."""
        self._escalate(percent=50)
        ticket = self._open_on_monday()
        with freeze_time(MONDAY.replace(hour=9)):
            ticket.stage_id = self.stage_solved
        self.env.cr.execute(
            "UPDATE crm_cards_ticket_sla SET date_next_step = %s WHERE ticket_id = %s",
            [MONDAY.replace(hour=9), ticket.id],
        )
        self._run(HALF_RESPONSE)
        self.assertFalse(ticket.notice_ids)
        self.assertFalse(self._get_row(ticket, "first_response").date_next_step)

    def test_rows_make_no_version_and_hold_for_running_tickets(self):
        ticket = self._open_on_monday()
        with freeze_time(MONDAY.replace(hour=8)):
            self.policy.with_user(self.service_manager).escalation_ids = [
                Command.create({"percent": 50, "is_to_manager": True})
            ]
        self.assertEqual(len(self.policy.version_ids), 1)
        row = self._get_row(ticket, "first_response")
        self.assertEqual(row.date_next_step, HALF_RESPONSE)
        with freeze_time(MONDAY.replace(hour=9)):
            self.policy.escalation_ids.percent = 60
            self.assertEqual(row.date_next_step, HALF_RESPONSE + timedelta(minutes=24))
            self.policy.escalation_ids.unlink()
        self.assertEqual(row.date_next_step, row.date_at_risk)

    def test_row_that_is_made_later_alarms_nobody_of_what_has_passed(self):
        ticket = self._open_on_monday()
        with freeze_time(HALF_RESPONSE + timedelta(minutes=1)):
            self.policy.escalation_ids = [
                Command.create({"percent": 50, "is_to_manager": True})
            ]
        self._run(RESPONSE)
        self.assertEqual(self._get_notices(ticket).mapped("kind"), ["resolution"])

    def test_changed_ticket_escalates_by_its_new_policy(self):
        urgent = self._create_policy("Urgent", resolution=2, values={"priority": "3"})
        self._escalate(urgent, kind="resolution", percent=50)
        ticket = self._open_on_monday()
        with freeze_time(MONDAY.replace(hour=9, minute=30)):
            ticket.priority = "3"
        # An hour and a half is used, so the half of two hours has passed.
        self._run(MONDAY.replace(hour=9, minute=31))
        [notice] = self._get_notices(ticket)
        self.assertEqual(notice.date, MONDAY.replace(hour=9))

    def test_it_does_what_the_row_says(self):
        call = self.env.ref("mail.mail_activity_data_call")
        self._escalate(
            percent=50,
            is_to_user=True,
            notify_user_ids=[Command.set(self.service_manager.ids)],
            reassign_user_id=self.field_technician.id,
            priority="2",
            activity_type_id=call.id,
            activity_for="technician",
            activity_summary="Call at once",
            note="Half of the time is over",
        )
        ticket = self._open_on_monday()
        self._run(HALF_RESPONSE)
        self.assertEqual(ticket.user_id, self.field_technician)
        self.assertEqual(ticket.priority, "2")
        self.assertEqual(ticket.activity_ids.summary, "Call at once")
        self.assertEqual(ticket.activity_ids.user_id, self.field_technician)
        self.assertIn("Half of the time", "".join(ticket.message_ids.mapped("body")))
        self.assertIn("assigned", self._get_events(ticket))
        for user in self.technician | self.field_technician | self.service_manager:
            with self.subTest(user=user.name):
                self.assertEqual(len(self._get_told(user)), 1)

    def test_priority_is_never_lowered(self):
        self._escalate(percent=50, priority="2")
        ticket = self._open_on_monday(priority="3")
        self._run(HALF_RESPONSE)
        self.assertEqual(ticket.priority, "3")

    def test_failing_action_is_told_and_holds_up_nothing(self):
        self._escalate(percent=50, priority="3")
        bad, good = self._open_on_monday(), self._open_on_monday()
        tickets = type(self.env["crm.cards.ticket"])
        write = tickets.write

        def fail(records, vals):
            if records == bad and "priority" in vals:
                # The database refuses, and nothing more in this transaction.
                records.env.cr.execute("SELECT 'Not today'::int")
            return write(records, vals)

        logger = "odoo.addons.crm_cards.models.ticket.crm_cards_ticket_escalate"
        with (
            patch.object(tickets, "write", fail),
            mute_logger(logger, "odoo.sql_db"),
        ):
            self._run(HALF_RESPONSE)
        self.assertEqual(good.priority, "3")
        self.assertEqual(bad.priority, "1")
        told = "".join(bad.message_ids.mapped("body"))
        self.assertIn("has failed", told)
        self.assertNotIn("Not today", told)
        self.assertEqual(len(self._get_notices(bad)), 1)

    def test_one_message_per_person_and_window(self):
        self._escalate(percent=50)
        tickets = [self._open_on_monday() for _number in range(3)]
        with freeze_time(MONDAY + timedelta(hours=1, minutes=5)):
            late = self._open_ticket()
        with freeze_time(MONDAY + timedelta(hours=1, minutes=10)):
            later = self._open_ticket()
        self._run(HALF_RESPONSE)
        [message] = self._get_told(self.service_manager)
        for ticket in tickets:
            self.assertIn(ticket.display_name, message.body)
        for minutes, count in ((5, 1), (10, 1), (14, 1), (15, 2), (30, 2)):
            self._run(HALF_RESPONSE + timedelta(minutes=minutes))
            with self.subTest(minutes=minutes):
                told = self._get_told(self.service_manager)
                self.assertEqual(len(told), count)
        for ticket in (late, later):
            self.assertIn(ticket.display_name, told[0].body)

    def test_next_message_is_triggered_at_the_end_of_the_window(self):
        self._escalate(percent=50)
        self._open_on_monday()
        with freeze_time(MONDAY + timedelta(hours=1, minutes=5)):
            self._open_ticket()
        self._run(HALF_RESPONSE)
        self._run(HALF_RESPONSE + timedelta(minutes=5))
        self.assertIn(HALF_RESPONSE + timedelta(minutes=15), self._get_triggers())

    def test_message_comes_by_mail_in_the_language_of_who_wants_it_so(self):
        self.env["res.lang"]._activate_lang("pl_PL")
        self.service_manager.write({"notification_type": "email", "lang": "pl_PL"})
        self._escalate(percent=50)
        ticket = self._open_on_monday()
        tickets = self.env["crm.cards.ticket"].sudo()
        with (
            freeze_time(HALF_RESPONSE),
            self.mock_mail_gateway(),
            patch.object(type(self.env["ir.cron"]), "_commit_progress", _go_on),
        ):
            tickets._cron_take_steps()
        [mail] = self._new_mails.filtered(
            lambda mail: self.service_manager.partner_id in mail.recipient_ids
        )
        self.assertIn(ticket.name, mail.body_html)
        self.assertIn('lang="pl', mail.body_html)

    def test_nobody_hears_of_tickets_he_may_not_see(self):
        self._escalate(
            percent=50,
            is_to_manager=False,
            notify_user_ids=[Command.set(self.field_technician.ids)],
        )
        self._open_on_monday()
        self._run(HALF_RESPONSE)
        self.assertFalse(self._get_told(self.field_technician))

    def test_action_runs_at_the_next_step_and_is_triggered_once(self):
        self._escalate(percent=50)
        for _number in range(3):
            self._open_on_monday()
        self.assertEqual(self._get_triggers(), [HALF_RESPONSE])
        with freeze_time(MONDAY + timedelta(minutes=10)):
            # Comes later, and the action asks again when it has run.
            self._open_ticket()
        self.assertEqual(self._get_triggers(), [HALF_RESPONSE])
        self._run(HALF_RESPONSE)
        self.assertEqual(self._get_triggers()[-1], HALF_RESPONSE + timedelta(hours=1))

    def test_moments_inside_a_minute_are_triggered_after_them(self):
        with freeze_time(MONDAY.replace(hour=8, minute=0, second=20)):
            self._open_ticket()
        self.assertEqual(self._get_triggers(), [MONDAY.replace(hour=11, minute=1)])

    @mute_logger("odoo.sql_db")
    def test_share_of_time_has_bounds(self):
        for percent in (0, 1001):
            with self.subTest(percent=percent), self.assertRaises(CheckViolation):
                self._escalate(percent=percent)

    def test_row_that_does_nothing_or_plans_for_nobody_is_refused(self):
        call = self.env.ref("mail.mail_activity_data_call")
        for values in (
            {"is_to_manager": False},
            {"activity_type_id": call.id, "activity_for": "user"},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self._escalate(**values)

    def test_notices_are_never_changed(self):
        self._escalate(percent=50)
        ticket = self._open_on_monday()
        self._run(HALF_RESPONSE)
        with self.assertRaises(UserError):
            ticket.notice_ids.sudo().write({"percent": 1})
        with self.assertRaises(UserError):
            ticket.notice_ids.sudo().unlink()

    def test_window_is_set_for_the_company(self):
        self.company.crm_cards_alert_minutes = 60
        self._escalate(percent=50)
        self._open_on_monday()
        with freeze_time(MONDAY + timedelta(hours=1, minutes=5)):
            self._open_ticket()
        self._run(HALF_RESPONSE)
        for minutes, count in ((59, 1), (60, 2)):
            self._run(HALF_RESPONSE + timedelta(minutes=minutes))
            self.assertEqual(len(self._get_told(self.service_manager)), count)

    def test_users_of_the_portal_are_refused(self):
        customer = new_test_user(
            self.env, "escalation_portal", groups="base.group_portal", name="Dana"
        )
        visit = self.env.ref("mail.mail_activity_data_todo")
        row = self._escalate()
        for label, values in (
            ("Give the ticket to", {"reassign_user_id": customer.id}),
            ("Also tell", {"notify_user_ids": customer.ids}),
            (
                "Planned for (user)",
                {
                    "activity_type_id": visit.id,
                    "activity_for": "user",
                    "activity_user_id": customer.id,
                },
            ),
        ):
            with self.assertRaises(ValidationError) as refused:
                row.write(values)
            self.assertIn(f"{label}: Dana", str(refused.exception))
            with self.assertRaises(ValidationError):
                self._escalate(**values)
        row.reassign_user_id = self.field_technician

    def test_technician_sets_up_nothing_and_reads_what_was_told(self):
        escalation = self._escalate(percent=50)
        ticket = self._open_on_monday()
        self._run(HALF_RESPONSE)
        as_technician = escalation.with_user(self.technician)
        with self.assertRaises(AccessError):
            as_technician.percent = 60
        notices = ticket.with_user(self.technician).notice_ids
        self.assertIn("escalation", notices.mapped("event"))
        hidden = self.env["crm.cards.ticket.notice"].with_user(self.field_technician)
        self.assertFalse(hidden.search([("ticket_id", "=", ticket.id)]))

    def test_opening_many_tickets_asks_for_steps_once(self):
        self._escalate(percent=50)
        self._open_ticket()
        values = {"name": "Printer", "department_id": self.support.id}

        def count(number):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["crm.cards.ticket"].create([values] * number)._measure_sla()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(2)
        few, many = count(10), count(20)
        self.assertLess(many - few, 30)
