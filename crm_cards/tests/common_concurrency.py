"""People at once: committed data and a connection for each of them."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import DummyRLock, Registry
from odoo.service.model import retrying
from odoo.tests import new_test_user
from odoo.tests.common import BaseCase, get_db_name
from odoo.tools import mute_logger

TIMEOUT = 60  # seconds, on a busy machine


class ConnectionsCase(BaseCase):
    """Several connections, each with a transaction of its own.

    What is committed stays in the database: heirs remove it.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())

    @classmethod
    @contextmanager
    def _environment(cls, user_id=SUPERUSER_ID, **context):
        """Give an environment of its own, committed at the end."""
        with cls.registry.cursor() as cr:
            yield api.Environment(cr, user_id, context)

    @classmethod
    @contextmanager
    def _environments(cls, count, **context):
        """Give environments that have all seen the same state; the test commits."""
        with ExitStack() as stack:
            cursors = [
                stack.enter_context(closing(cls.registry.cursor()))
                for _index in range(count)
            ]
            for cr in cursors:
                cls._take_snapshot(cr)
            yield [api.Environment(cr, SUPERUSER_ID, context) for cr in cursors]

    @staticmethod
    def _take_snapshot(cr):
        """Let the transaction see what is, and nothing that others write later."""
        cr.execute("SELECT id FROM res_users LIMIT 1")

    @staticmethod
    def _create_users(env, login, groups, count=2):
        """Return the people who are to meet, named after ``login``."""
        return env["res.users"].union(
            *(
                new_test_user(env, login=f"{login}_{index}", groups=groups)
                for index in range(count)
            )
        )

    @staticmethod
    def _remove_users(env, user_ids):
        """Remove people and their partners, once nothing of theirs is left."""
        users = env["res.users"].browse(user_ids)
        partners = users.partner_id
        users.unlink()
        partners.unlink()


class ConcurrencyCase(ConnectionsCase):
    """Requests run through ``retrying``, as those of the web client do.

    Everybody reads before anybody writes: the snapshots are taken, then a barrier
    lets all of them go on, each in a thread. Heirs set ``user_ids``.
    """

    user_ids = ()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with cls._environment() as env:
            cls.company_id = env.company.id

    def setUp(self):
        super().setUp()
        # The pause between two tries is random, up to many seconds.
        self.startPatcher(patch("odoo.service.model.random.uniform", return_value=0.05))
        # The thread that runs the tests holds this lock, and each new try takes it.
        self.startPatcher(patch.object(Registry, "_lock", DummyRLock()))
        self.retries = 0  # proves that people really met

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
                        self._take_snapshot(env.cr)
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
