"""Two workers open tickets of the same department at the same moment."""

from odoo.tests import tagged

from .common_concurrency import ConcurrencyCase

_EACH = 3  # tickets of each worker: odd, so that equal shares need fair turns


@tagged("post_install", "-at_install")
class TestTicketAssignConcurrency(ConcurrencyCase):
    def setUp(self):
        super().setUp()
        with self._environment() as env:
            users = self._create_users(
                env, "assign_concurrent", "crm_cards.crm_cards_group_ticket_user"
            )
            department = env["crm.cards.department"].create(
                {
                    "name": "Concurrent",
                    "assign_method": "round_robin",
                    "member_ids": users.ids,
                }
            )
            self.user_ids = users.ids
            self.department_id = department.id
        self.addCleanup(self._remove)

    def _remove(self):
        with self._environment() as env:
            env["crm.cards.ticket"].search(self._get_domain()).unlink()
            env["crm.cards.department"].browse(self.department_id).unlink()
            self._remove_users(env, self.user_ids)

    def _get_domain(self):
        return [("department_id", "=", self.department_id)]

    def _open_tickets(self, env):
        values = {"name": "Concurrent", "department_id": self.department_id}
        return env["crm.cards.ticket"].create([values] * _EACH).ids

    def test_turns_are_fair_and_nobody_waits(self):
        results = self._run_at_once(self._open_tickets, self._open_tickets)
        self._assert_no_error(results)
        self.assertEqual(self.retries, 0)
        with self._environment() as env:
            groups = env["crm.cards.ticket"]._read_group(
                self._get_domain(), ["user_id"], ["__count"]
            )
        self.assertEqual([count for _user, count in groups], [_EACH, _EACH])
