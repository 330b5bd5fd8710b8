"""Two tabs of one user start a timer at the same moment."""

from odoo.tests import new_test_user, tagged

from .common_concurrency import ConcurrencyCase

_NAME = "Concurrent timer"


@tagged("post_install", "-at_install")
class TestHoursTimerConcurrency(ConcurrencyCase):
    def setUp(self):
        super().setUp()
        with self._environment() as env:
            user = new_test_user(env, login="hours_timer", groups="base.group_user")
            self.user_ids = (user.id, user.id)
            self.company_id = user.company_id.id
            partners = env["res.partner"].create(
                [{"name": f"{_NAME} {number}"} for number in (1, 2)]
            )
            self.partner_ids = partners.ids
        self.addCleanup(self._clean_up)

    def _clean_up(self):
        with self._environment() as env:
            user = env["res.users"].browse(self.user_ids[0])
            env["crm.cards.hours.timer"].search([("user_id", "=", user.id)]).unlink()
            partner = user.partner_id
            user.unlink()
            (partner + env["res.partner"].browse(self.partner_ids)).unlink()

    def _start(self, partner_id):
        def start(env):
            partner = env["res.partner"].browse(partner_id)
            return env["crm.cards.hours.timer"]._start(partner)

        return start

    def _list_timers(self):
        with self._environment() as env:
            timers = env["crm.cards.hours.timer"].search(
                [("user_id", "=", self.user_ids[0])]
            )
            return sorted(bool(timer.date_stop) for timer in timers)

    def test_one_of_two_becomes_a_draft(self):
        self._assert_no_error(self._run_at_once(*map(self._start, self.partner_ids)))
        self.assertTrue(self.retries)
        self.assertEqual(self._list_timers(), [False, True])

    def test_two_for_the_same_are_one(self):
        first = self.partner_ids[0]
        self._assert_no_error(self._run_at_once(*map(self._start, [first, first])))
        self.assertTrue(self.retries)
        self.assertEqual(self._list_timers(), [False])
