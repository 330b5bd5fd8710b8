"""Two connections tick the same activity: committed data, a thread for each."""

from odoo import SUPERUSER_ID
from odoo.tests import tagged

from .common_concurrency import ConcurrencyCase


@tagged("post_install", "-at_install")
class TestActivityCalendarConcurrency(ConcurrencyCase):
    user_ids = (SUPERUSER_ID, SUPERUSER_ID)

    def setUp(self):
        super().setUp()
        with self._environment() as env:
            partner = env["res.partner"].create({"name": "Concurrent"})
            activity_type = env["mail.activity.type"].create(
                {"name": "Concurrent", "card_to_calendar": "ask"}
            )
            self.activity_id = (
                env["mail.activity"]
                .create(
                    {
                        "activity_type_id": activity_type.id,
                        "res_model_id": env["ir.model"]._get_id("res.partner"),
                        "res_id": partner.id,
                        "summary": "Concurrent visit",
                        "user_id": SUPERUSER_ID,
                    }
                )
                .id
            )
            self.addCleanup(self._remove, partner.id, activity_type.id)

    def _remove(self, partner_id, type_id):
        with self._environment() as env:
            env["mail.activity"].browse(self.activity_id).exists().unlink()
            env["calendar.event"].search([("name", "=", "Concurrent visit")]).unlink()
            env["mail.activity.type"].browse(type_id).unlink()
            env["res.partner"].browse(partner_id).unlink()

    def test_two_workers_tick_the_same_activity(self):
        def tick(env):
            activity = env["mail.activity"].browse(self.activity_id)
            activity.write({"card_on_calendar": True})

        self._assert_no_error(self._run_at_once(tick, tick))
        self.assertEqual(self.retries, 1, "the race did not happen")
        with self._environment() as env:
            events = env["calendar.event"].search([("name", "=", "Concurrent visit")])
            self.assertEqual(len(events), 1)
            activity = env["mail.activity"].browse(self.activity_id)
            self.assertEqual(activity.calendar_event_id, events)
