"""Two connections tick the same activity: committed data, a thread for each."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import DummyRLock, Registry
from odoo.service.model import retrying
from odoo.tests import tagged
from odoo.tests.common import BaseCase, get_db_name
from odoo.tools import mute_logger

_TIMEOUT = 60  # seconds, on a busy machine


@tagged("post_install", "-at_install")
class TestActivityCalendarConcurrency(BaseCase):
    """Requests run through ``retrying``, as those of the web client do."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        # The pause between two tries is random, up to many seconds.
        self.startPatcher(patch("odoo.service.model.random.uniform", return_value=0.05))
        # The thread that runs the tests holds this lock, and each new try takes it.
        self.startPatcher(patch.object(Registry, "_lock", DummyRLock()))
        self.retries = 0  # proves that both really met
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

    @contextmanager
    def _environment(self):
        with self.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})

    def _remove(self, partner_id, type_id):
        with self._environment() as env:
            env["mail.activity"].browse(self.activity_id).exists().unlink()
            env["calendar.event"].search([("name", "=", "Concurrent visit")]).unlink()
            env["mail.activity.type"].browse(type_id).unlink()
            env["res.partner"].browse(partner_id).unlink()

    def _run_at_once(self, action):
        barrier = threading.Barrier(2)

        def run():
            with self.registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                first_try = True

                def call():
                    nonlocal first_try
                    activity = env["mail.activity"].browse(self.activity_id)
                    if first_try:
                        first_try = False
                        activity.fetch(["card_on_calendar", "calendar_event_id"])
                        barrier.wait(_TIMEOUT)
                    else:
                        self.retries += 1
                    action(activity)

                retrying(call, env)

        with mute_logger("odoo.sql_db"), ThreadPoolExecutor(max_workers=2) as pool:
            for future in [pool.submit(run), pool.submit(run)]:
                future.result(_TIMEOUT)

    def test_two_workers_tick_the_same_activity(self):
        self._run_at_once(lambda activity: activity.write({"card_on_calendar": True}))
        self.assertEqual(self.retries, 1, "the race did not happen")
        with self._environment() as env:
            events = env["calendar.event"].search([("name", "=", "Concurrent visit")])
            self.assertEqual(len(events), 1)
            activity = env["mail.activity"].browse(self.activity_id)
            self.assertEqual(activity.calendar_event_id, events)
