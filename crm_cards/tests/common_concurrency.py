"""People at once: committed data, a connection and a thread for each of them."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import DummyRLock, Registry
from odoo.service.model import retrying
from odoo.tests.common import BaseCase, get_db_name
from odoo.tools import mute_logger

TIMEOUT = 60  # seconds, on a busy machine


class ConcurrencyCase(BaseCase):
    """Requests run through ``retrying``, as those of the web client do.

    Everybody reads before anybody writes: the snapshots are taken, then a barrier
    lets all of them go on. Heirs set ``user_ids`` and ``company_id``, and remove
    what they committed.
    """

    user_ids = ()
    company_id = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())

    def setUp(self):
        super().setUp()
        # The pause between two tries is random, up to many seconds.
        self.startPatcher(patch("odoo.service.model.random.uniform", return_value=0.05))
        # The thread that runs the tests holds this lock, and each new try takes it.
        self.startPatcher(patch.object(Registry, "_lock", DummyRLock()))
        self.retries = 0  # proves that people really met

    @classmethod
    @contextmanager
    def _environment(cls, user_id=SUPERUSER_ID, **context):
        """Give an environment of its own, committed at the end."""
        with cls.registry.cursor() as cr:
            yield api.Environment(cr, user_id, context)

    def _run_at_once(self, *actions):
        """Run each action as another user, all from the same state of the data.

        :return: what each action returned, or the error it ended with
        """
        barrier = threading.Barrier(len(actions))

        def run(user_id, action):
            companies = [self.company_id]
            with self._environment(user_id, allowed_company_ids=companies) as env:
                first_try = True

                def call():
                    nonlocal first_try
                    if first_try:
                        first_try = False
                        env.cr.execute("SELECT id FROM res_users LIMIT 1")
                        barrier.wait(TIMEOUT)
                    else:
                        self.retries += 1
                    return action(env)

                try:
                    return retrying(call, env)
                except Exception as error:  # noqa: BLE001 handed to the test
                    barrier.abort()
                    return error

        with (
            mute_logger("odoo.sql_db"),
            ThreadPoolExecutor(max_workers=len(actions)) as pool,
        ):
            futures = [
                pool.submit(run, user_id, action)
                for user_id, action in zip(self.user_ids, actions, strict=False)
            ]
            return [future.result(TIMEOUT) for future in futures]

    def _assert_no_error(self, results):
        for result in results:
            if isinstance(result, Exception):
                raise result
