"""Facts about one ticket, and terms of one policy, that meet at the same moment."""

from odoo.tests import tagged

from .common_concurrency import ConcurrencyCase


@tagged("post_install", "-at_install")
class TestTicketSlaConcurrency(ConcurrencyCase):
    def setUp(self):
        super().setUp()
        with self._environment() as env:
            users = self._create_users(
                env, "sla_concurrent", "crm_cards.crm_cards_group_ticket_manager"
            )
            policy = env["crm.cards.sla.policy"].create(
                {
                    "name": "Concurrent",
                    "target_ids": [
                        (0, 0, {"kind": kind, "hours": 1, "time": "calendar"})
                        for kind in ("first_response", "resolution")
                    ],
                }
            )
            ticket = env["crm.cards.ticket"].create({"name": "Concurrent"})
            self.user_ids = users.ids
            self.policy_id, self.ticket_id = policy.id, ticket.id
        self.addCleanup(self._remove)

    def _remove(self):
        with self._environment() as env:
            tickets = env["crm.cards.ticket"].search([("name", "=", "Concurrent")])
            tickets.unlink()
            policy = env["crm.cards.sla.policy"].browse(self.policy_id)
            # Versions are proof and never deleted, but here nothing was promised.
            env.cr.execute(
                "DELETE FROM crm_cards_sla_policy_version WHERE policy_id = %s",
                [policy.id],
            )
            env.invalidate_all()
            policy.unlink()
            self._remove_users(env, self.user_ids)

    def test_two_facts_at_once_are_both_measured(self):
        def answer(env):
            ticket = env["crm.cards.ticket"].browse(self.ticket_id)
            ticket.message_post(
                body="We look into it",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
            return True

        def wait(env):
            stage = env.ref("crm_cards.crm_cards_ticket_stage_customer")
            env["crm.cards.ticket"].browse(self.ticket_id).stage_id = stage
            return True

        self._assert_no_error(self._run_at_once(answer, wait))
        self.assertEqual(self.retries, 1, "the race did not happen")
        with self._environment() as env:
            ticket = env["crm.cards.ticket"].browse(self.ticket_id)
            self.assertEqual(
                set(ticket.log_ids.mapped("event")), {"opened", "answer", "stage"}
            )
            rows = {row.kind: row.status for row in ticket.sla_ids}
            self.assertEqual(
                rows, {"first_response": "reached", "resolution": "paused"}
            )
            checks = env["crm.cards.sla.check"]
            self.assertFalse(checks._find_different(ticket.ids))

    def test_two_changes_of_a_policy_make_versions_one_after_the_other(self):
        def change(hours):
            def act(env):
                policy = env["crm.cards.sla.policy"].browse(self.policy_id)
                target = policy.target_ids.filtered(
                    lambda target: target.kind == "resolution"
                )
                policy.write({"target_ids": [(1, target.id, {"hours": hours})]})
                return True

            return act

        self._assert_no_error(self._run_at_once(change(2), change(3)))
        self.assertEqual(self.retries, 1, "the race did not happen")
        with self._environment() as env:
            policy = env["crm.cards.sla.policy"].browse(self.policy_id)
            self.assertEqual(policy.version_ids.mapped("number"), [3, 2, 1])

    def test_two_tickets_at_once_have_two_numbers(self):
        def open_ticket(env):
            return env["crm.cards.ticket"].create({"name": "Concurrent"}).number

        numbers = self._run_at_once(open_ticket, open_ticket)
        self._assert_no_error(numbers)
        self.assertEqual(len(set(numbers)), 2)
