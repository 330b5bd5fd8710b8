"""Messages that go by themselves, and what follows when nobody answers."""

from datetime import timedelta

from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, tagged

from ..tools.trusted import TRUSTED
from .test_ticket_escalation import _DAY, RESPONSE, EscalationCase
from .test_ticket_sla import MONDAY


class MessageRuleCase(EscalationCase):
    def _get_rule(self, event, side="customer"):
        return self.env.ref(f"crm_cards.crm_cards_ticket_message_rule_{event}_{side}")

    def _switch_on(self, event, side="customer", **values):
        with freeze_time(MONDAY - _DAY):
            rule = self._get_rule(event, side)
            rule.write({"is_on": True, **values})
        return rule

    def _get_written(self, ticket):
        """Return what the customer was written, oldest first."""
        return ticket.message_ids.filtered(
            lambda message: message.message_type == "auto_comment"
        ).sorted("id")


@tagged("post_install", "-at_install")
class TestTicketMessageRule(MessageRuleCase):
    def test_customers_are_written_nothing_unless_somebody_says_so(self):
        self.env.invalidate_all()
        data = self.env["ir.model.data"].search(
            [("model", "=", "crm.cards.ticket.message.rule")]
        )
        self.assertEqual(len(data), 10)
        ticket = self._open_on_monday()
        with freeze_time(MONDAY + _DAY):
            ticket.stage_id = self.stage_solved
        self.assertFalse(self._get_written(ticket))

    def test_customer_hears_once_that_the_ticket_is_open(self):
        self._switch_on("opened")
        ticket = self._open_on_monday()
        [message] = self._get_written(ticket)
        self.assertIn(ticket.number, message.body)
        self.assertEqual(message.partner_ids, self.contact)
        self.assertFalse(message.is_internal)
        with freeze_time(MONDAY):
            ticket._tell("opened", ticket)
        self.assertEqual(len(self._get_written(ticket)), 1)

    def test_rule_switched_on_later_tells_nothing_old(self):
        ticket = self._open_on_monday()
        rule = self._get_rule("opened")
        rule.write({"is_on": True, "date_from": MONDAY - _DAY})
        with freeze_time(MONDAY + _DAY):
            ticket.write({"priority": "2"})
        self.assertFalse(self._get_written(ticket))
        self.assertNotIn("opened", ticket.sudo().notice_ids.mapped("event"))

    def test_closing_is_told_again_when_the_ticket_was_open_in_between(self):
        self._switch_on("closed")
        ticket = self._open_on_monday()
        for day, stage, count in (
            (1, self.stage_solved, 1),
            (2, self.stage_cancelled, 1),
            (3, self.stage_work, 1),
            (4, self.stage_solved, 2),
        ):
            with freeze_time(MONDAY + day * _DAY):
                ticket.stage_id = stage
            self.assertEqual(len(self._get_written(ticket)), count, stage.name)

    def test_message_is_no_answer(self):
        self._switch_on("opened")
        ticket = self._open_on_monday()
        self.assertTrue(self._get_written(ticket))
        self.assertEqual(self._get_events(ticket), ["opened"])
        self.assertFalse(self._get_row(ticket, "first_response").date_reached)

    def test_other_machines_are_asked_not_to_answer(self):
        self._switch_on("opened")
        with self.mock_mail_gateway():
            ticket = self._open_on_monday()
        [mail] = self._new_mails
        self.assertIn("auto-generated", mail.headers)
        self.assertIn("X-Auto-Response-Suppress", mail.headers)
        self.assertEqual(mail.recipient_ids, ticket.partner_id)

    def test_machines_are_not_written_to(self):
        self._switch_on("opened")
        tickets = self.env["crm.cards.ticket"]
        for by_machine, count in ((TRUSTED, 0), (True, 1), (False, 1)):
            silent = tickets.with_context(crm_cards_mail_by_machine=by_machine)
            ticket = silent.create(
                {
                    "name": "Out of office",
                    "partner_id": self.contact.id,
                    "department_id": self.support.id,
                }
            )
            self.assertEqual(len(self._get_written(ticket)), count)

    def test_messages_are_not_silenced_from_outside(self):
        self._switch_on("opened")
        ticket = (
            self.env["crm.cards.ticket"]
            .with_context(crm_cards_ticket_silent=True)
            .create(
                {
                    "name": "Printer is down",
                    "partner_id": self.contact.id,
                    "department_id": self.support.id,
                }
            )
        )
        self.assertTrue(self._get_written(ticket))

    def test_message_is_in_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("pl_PL")
        self.contact.lang = "pl_PL"
        template = self._switch_on("opened").template_id
        template.with_context(lang="pl_PL").subject = "Przyjęte {{ object.number }}"
        ticket = self._open_on_monday()
        self.assertEqual(self._get_written(ticket).subject, f"Przyjęte {ticket.number}")

    def test_whoever_is_no_contact_is_written_to_his_address(self):
        self._switch_on("opened")
        with self.mock_mail_gateway():
            ticket = self._open_on_monday(
                partner_id=False, email_from="Jan <jan@example.com>"
            )
        self.assertTrue(self._get_written(ticket))
        self.assertIn("jan@example.com", self._new_mails.mapped("email_to")[0])

    def test_rule_of_a_department_takes_the_place_of_the_general_one(self):
        general = self._switch_on("opened")
        self.rules.create(
            {
                "event": "opened",
                "side": "customer",
                "department_id": self.field.id,
                "template_id": general.template_id.id,
            }
        )
        self.assertFalse(
            self._get_written(self._open_on_monday(department_id=self.field.id))
        )
        self.assertTrue(self._get_written(self._open_on_monday()))

    def test_merged_tickets_and_changed_stages_tell_nobody(self):
        self._switch_on("closed")
        ticket, merged = self._open_on_monday(), self._open_on_monday()
        other = self._open_on_monday(stage_id=self.stage_work.id)
        with freeze_time(MONDAY + timedelta(hours=2)):
            ticket._merge(merged)
            self.stage_work.write({"clock": "stopped"})
        self.assertTrue(other.is_closed)
        for one in (ticket, merged, other):
            self.assertFalse(self._get_written(one))

    def test_broken_text_does_not_keep_a_ticket_from_being_opened(self):
        rule = self._switch_on("opened")
        rule.template_id.body_html = '<p t-out="object.no_such_field"/>'
        with self.assertLogs(
            "odoo.addons.crm_cards.models.ticket.crm_cards_ticket_escalate", "ERROR"
        ):
            ticket = self._open_on_monday()
        self.assertTrue(ticket.exists())
        self.assertFalse(self._get_written(ticket))

    def test_late_is_told_to_colleagues_from_the_start(self):
        self._switch_on("breach", "inside")
        ticket = self._open_on_monday()
        self._run(RESPONSE + timedelta(seconds=1))
        for user in (self.technician, self.service_manager):
            [message] = self._get_told(user)
            self.assertIn(ticket.display_name, message.body)
        self.assertFalse(self._get_written(ticket))

    def test_members_hear_of_what_nobody_is_there_for(self):
        self._switch_on("breach", "inside")
        self.support.manager_id = False
        self._open_on_monday(user_id=False)
        self._run(RESPONSE + timedelta(seconds=1))
        self.assertEqual(len(self._get_told(self.technician)), 1)

    def test_customer_is_told_that_it_gets_late_and_is_late(self):
        self._switch_on("at_risk")
        self._switch_on("breach")
        ticket = self._open_on_monday()
        for _time in range(2):
            self._run(RESPONSE + timedelta(seconds=1))
        self.assertEqual(len(self._get_written(ticket)), 2)

    def test_colleagues_are_told_in_the_words_of_the_text_if_there_is_one(self):
        rule = self._switch_on("opened", "inside")
        rule.template_id = self._get_rule("opened").template_id
        ticket = self._open_on_monday()
        messages = (
            self.env["mail.message"]
            .sudo()
            .search(
                [
                    ("model", "=", "crm.cards.ticket"),
                    ("res_id", "=", ticket.id),
                    ("message_type", "=", "user_notification"),
                ]
            )
        )
        self.assertEqual(
            messages.notified_partner_ids,
            (self.technician | self.service_manager).partner_id,
        )
        self.assertFalse(self._get_written(ticket))

    def test_bad_rules_are_refused(self):
        template = self.env.ref("mail.email_template_partner", raise_if_not_found=False)
        template = template or self.env["mail.template"].create(
            {"name": "Other", "model_id": self.env.ref("base.model_res_partner").id}
        )
        for values in (
            {"is_on": True, "template_id": False},
            {"template_id": template.id},
            {"close_days": 3},
            {"side": "inside", "is_on": True},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self.rules.create({"event": "opened", "side": "customer", **values})


@tagged("post_install", "-at_install")
class TestTicketFollowUp(MessageRuleCase):
    def _wait(self, **values):
        """Wait for the customer from Monday, noon in Warsaw."""
        ticket = self._open_on_monday(**values)
        with freeze_time(MONDAY.replace(hour=11)):
            ticket.stage_id = self.stage_customer
        return ticket

    def test_customer_is_reminded_after_working_days(self):
        self._switch_on("waiting", delay=5)
        ticket = self._wait()
        moment = MONDAY.replace(hour=11) + timedelta(days=7)
        self.assertEqual(ticket.date_next_follow_up, moment)
        self._run(moment - timedelta(minutes=1))
        self.assertFalse(self._get_written(ticket))
        for _time in range(2):
            self._run(moment)
            self.assertEqual(len(self._get_written(ticket)), 1)
        self.assertFalse(ticket.date_next_follow_up)
        self.assertFalse(ticket.is_closed)

    def test_customer_is_reminded_after_working_hours(self):
        self._switch_on("waiting", delay=6, delay_unit="hours")
        ticket = self._wait()
        # Half an hour until lunch, four after it, an hour and a half the next day.
        self.assertEqual(
            ticket.date_next_follow_up, MONDAY.replace(hour=9, minute=30) + _DAY
        )

    def test_ticket_without_service_level_is_followed_up_by_its_department(self):
        self.policy.active = False
        self._switch_on("waiting", delay=1)
        ticket = self._wait()
        self.assertFalse(ticket.sla_version_id)
        self.assertEqual(ticket.date_next_follow_up, MONDAY.replace(hour=11) + _DAY)

    def test_answer_calls_the_reminder_off_and_waiting_again_begins_anew(self):
        self._switch_on("waiting", delay=1)
        ticket = self._wait()
        moment = MONDAY.replace(hour=11) + _DAY
        self._run(moment)
        with freeze_time(moment + timedelta(hours=1)):
            ticket.message_post(
                body="Here it is",
                message_type="comment",
                author_id=self.contact.id,
                subtype_xmlid="mail.mt_comment",
            )
        self.assertEqual(ticket.waiting_for, "us")
        self.assertFalse(ticket.date_next_follow_up)
        with freeze_time(moment + timedelta(hours=2)):
            ticket.stage_id = self.stage_customer
        self._run(moment + timedelta(days=1, hours=2))
        self.assertEqual(len(self._get_written(ticket)), 2)

    def test_ticket_is_closed_when_the_reminder_was_in_vain(self):
        self._switch_on("waiting", delay=1, close_days=2)
        ticket = self._wait()
        moment = MONDAY.replace(hour=11) + _DAY
        self._run(moment)
        self.assertEqual(ticket.date_next_follow_up, moment + 2 * _DAY)
        self._run(moment + 2 * _DAY)
        self.assertTrue(ticket.is_closed)
        self.assertEqual(ticket.stage_id, self.stage_solved)
        self.assertFalse(ticket.date_next_follow_up)

    def test_ticket_stays_open_if_nobody_could_be_reminded(self):
        self._switch_on("waiting", delay=1, close_days=2)
        ticket = self._wait(partner_id=False)
        self.assertFalse(ticket.date_next_follow_up)
        self._run(MONDAY + 20 * _DAY)
        self.assertFalse(ticket.is_closed)

    def test_those_that_wait_already_get_the_whole_time(self):
        ticket = self._wait()
        with freeze_time(MONDAY.replace(hour=11) + 28 * _DAY):
            self._get_rule("waiting").write({"is_on": True, "delay": 2})
            expected = MONDAY.replace(hour=11) + 30 * _DAY
            self.assertEqual(ticket.date_next_follow_up, expected)
            self._get_rule("waiting").is_on = False
        self.assertFalse(ticket.date_next_follow_up)

    def test_colleagues_are_told_of_tickets_that_wait_too_long(self):
        self._switch_on("waiting", "inside", delay=1)
        ticket = self._wait()
        self._run(MONDAY.replace(hour=11) + _DAY)
        self.assertFalse(self._get_written(ticket))
        [message] = self._get_told(self.technician)
        self.assertIn(ticket.display_name, message.body)
