"""Two workers, a person and one ticket that is late, each with a connection."""

from datetime import datetime, timedelta

from psycopg2.errors import SerializationFailure

from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .common_concurrency import ConnectionsCase

_NAME = "Concurrent escalation"
_OPENED = datetime(2027, 3, 1, 8)
_LATE = _OPENED + timedelta(hours=1, seconds=1)


@tagged("post_install", "-at_install")
class TestTicketEscalationConcurrency(ConnectionsCase):
    def setUp(self):
        super().setUp()
        with self._environment() as env, freeze_time(_OPENED):
            user = new_test_user(
                env,
                login="escalation_concurrent",
                groups="crm_cards.crm_cards_group_ticket_manager",
                notification_type="inbox",
            )
            self.user_id = user.id
            policy = env["crm.cards.sla.policy"].create(
                {
                    "name": _NAME,
                    "target_ids": [
                        (0, 0, {"kind": "resolution", "hours": 1, "time": "calendar"})
                    ],
                    "escalation_ids": [
                        (0, 0, {"percent": 100, "notify_user_ids": user.ids})
                    ],
                }
            )
            self.policy_id = policy.id
            self.ticket_id = env["crm.cards.ticket"].create({"name": _NAME}).id
        self.addCleanup(self._remove)
        self.enterContext(freeze_time(_LATE))

    def _remove(self):
        with self._environment() as env:
            env["crm.cards.ticket"].search([("name", "=", _NAME)]).unlink()
            policy = env["crm.cards.sla.policy"].browse(self.policy_id)
            # Versions are proof and never deleted, but here nothing was promised.
            env.cr.execute(
                "DELETE FROM crm_cards_sla_policy_version WHERE policy_id = %s",
                [policy.id],
            )
            env.invalidate_all()
            policy.unlink()
            self._find_messages(env).unlink()
            self._remove_users(env, [self.user_id])
            cron = env.ref("crm_cards.ir_cron_crm_cards_ticket_steps")
            env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]).unlink()

    def _find_messages(self, env):
        partner = env["res.users"].browse(self.user_id).partner_id
        return env["mail.message"].search([("partner_ids", "in", partner.ids)])

    def _take_due(self, env):
        """Take the ticket, if it is to be had: others may be late as well."""
        tickets = env["crm.cards.ticket"]._take_due()
        return tickets & tickets.browse(self.ticket_id)

    def _count(self):
        with self._environment() as env:
            ticket = env["crm.cards.ticket"].browse(self.ticket_id)
            events = ticket.notice_ids.mapped("event")
            return events.count("escalation"), len(self._find_messages(env))

    def test_two_workers_at_once_escalate_once(self):
        with self._environments(2) as (first, second):
            ticket = self._take_due(first)
            self.assertTrue(ticket)
            self.assertFalse(self._take_due(second), "held by the first")
            ticket._take_steps()
            second["crm.cards.ticket"]._cron_take_steps()
            second.cr.commit()
            first.cr.commit()
            first["crm.cards.ticket"]._cron_take_steps()
            first.cr.commit()
        self.assertEqual(self._count(), (1, 1))

    @mute_logger("odoo.sql_db")
    def test_worker_that_saw_what_was_before_looks_again(self):
        with self._environments(2) as (first, late):
            for env in (first, late, late):
                env["crm.cards.ticket"]._cron_take_steps()
                env.cr.commit()
        self.assertEqual(self._count(), (1, 1))

    @mute_logger("odoo.sql_db")
    def test_unique_key_alone_holds_back_the_second(self):
        """Even if two had the same ticket in hand."""
        with self._environments(2) as (first, second):
            for env in (first, second):
                env["crm.cards.ticket"].browse(self.ticket_id).read(["name"])
            first["crm.cards.ticket"].browse(self.ticket_id)._take_steps()
            first.cr.commit()
            with self.assertRaises(SerializationFailure):
                second["crm.cards.ticket"].browse(self.ticket_id)._take_steps()
            second.cr.rollback()
            second["crm.cards.ticket"].browse(self.ticket_id)._take_steps()
            second.cr.commit()
        self.assertEqual(self._count()[0], 1)

    @mute_logger("odoo.sql_db")
    def test_two_workers_write_one_message_to_a_person(self):
        with self._environments(3) as (first, second, late):
            self._take_due(first)._take_steps()
            first.cr.commit()
            for env in (second, late):
                env.cr.rollback()  # sees what waits for the person now
            users = [
                env["res.users"].browse(self.user_id) for env in (first, second, late)
            ]
            for user in users[1:]:
                user.env["crm.cards.ticket.alert"]._get_moments()
            users[0].env["crm.cards.ticket.alert"]._send_to(users[0])
            users[1].env["crm.cards.ticket.alert"]._send_to(users[1])
            second.cr.commit()
            first.cr.commit()
            with self.assertRaises(SerializationFailure):
                users[2].env["crm.cards.ticket.alert"]._send_to(users[2])
        self.assertEqual(self._count(), (1, 1))

    @mute_logger("odoo.sql_db")
    def test_ticket_that_is_being_closed_is_left_alone(self):
        with self._environments(2) as (person, worker):
            stage = person.ref("crm_cards.crm_cards_ticket_stage_solved")
            person["crm.cards.ticket"].browse(self.ticket_id).stage_id = stage
            person.flush_all()
            self.assertFalse(self._take_due(worker), "held by the person")
            person.cr.commit()
            worker.cr.rollback()
            worker["crm.cards.ticket"]._cron_take_steps()
            worker.cr.commit()
        self.assertEqual(self._count(), (0, 0))

    @mute_logger("odoo.sql_db")
    def test_person_who_closes_while_it_escalates_begins_anew(self):
        with self._environments(2) as (person, worker):
            self._take_due(worker)._take_steps()
            worker.cr.commit()
            stage = person.ref("crm_cards.crm_cards_ticket_stage_solved")
            with self.assertRaises(SerializationFailure):
                person["crm.cards.ticket"].browse(self.ticket_id).stage_id = stage
                person.flush_all()
        self.assertEqual(self._count()[0], 1)
