"""Processes that are killed in the middle of their work."""

import gc
import os
import select
import signal
import time
import warnings

from odoo import sql_db

from .common_concurrency import TIMEOUT, ConcurrencyCase


class KillCase(ConcurrencyCase):
    """Runs work in a real process, and kills it with SIGKILL at a chosen point."""

    def _kill_in_the_middle(self, work):
        """Run ``work(env, reached)`` in a process of its own, killed at ``reached()``.

        The process is a copy of this one with a connection of its own; what it patches
        is gone with it.
        """
        reading, writing = os.pipe()
        with warnings.catch_warnings():
            # The copy has this thread alone, and needs no other.
            warnings.simplefilter("ignore", DeprecationWarning)
            pid = os.fork()
        if not pid:
            self._work_until_killed(work, writing)
        os.close(writing)
        try:
            ready, *_rest = select.select([reading], [], [], TIMEOUT)
            told = os.read(reading, 1) if ready else b""
        finally:
            os.close(reading)
            os.kill(pid, signal.SIGKILL)
            _pid, status = os.waitpid(pid, 0)
        self.assertEqual(told, b"x", "it never came to the middle")
        self.assertEqual(os.WTERMSIG(status), signal.SIGKILL)

    def _work_until_killed(self, work, writing):
        # Connections of the parent are neither used nor closed.
        gc.disable()
        kept = sql_db._Pool, sql_db._Pool_readonly, self.registry._db
        sql_db._Pool = sql_db._Pool_readonly = None
        self.registry._db = sql_db.db_connect(self.registry.db_name)

        def reached():
            os.write(writing, b"x")
            time.sleep(2 * TIMEOUT)

        try:
            with self._environment() as env:
                work(env, reached)
        finally:
            del kept
            os._exit(1)
