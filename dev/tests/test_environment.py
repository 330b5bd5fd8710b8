"""Ports, processes and Odoo's configuration."""

import os
import signal
import socket
import subprocess
import sys
import time
import unittest
import unittest.mock
from pathlib import Path
from types import SimpleNamespace

from dev import paths
from dev.environment import Environment, free_port


class TestFreePort(unittest.TestCase):
    def test_taken_port_gives_another(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            self.assertNotEqual(free_port(port), port)


class TestVariables(unittest.TestCase):
    def environment(self):
        """Return an environment that nothing was fetched for."""
        bare = Environment.__new__(Environment)
        bare.odoo, bare.path = Path("/odoo"), [Path("/tools")]
        bare.server = SimpleNamespace(environ=lambda: {"PGHOST": "/socket"})
        return bare

    def test_variables_that_odoo_would_read_as_options_are_removed(self):
        with unittest.mock.patch.dict(os.environ, ODOO_WORKERS="4", PGPORT="1"):
            found = self.environment().environ()
        self.assertNotIn("ODOO_WORKERS", found)
        self.assertNotIn("PGPORT", found)
        self.assertEqual(found["PGHOST"], "/socket")
        self.assertTrue(found["PATH"].startswith("/tools:"))


class TestChildren(unittest.TestCase):
    SCRIPT = (
        "from dev import process; child = process.spawn(['sleep', '60']);"
        "print(child.pid, flush=True); child.wait()"
    )

    def test_child_dies_with_a_killed_parent(self):
        command = [sys.executable, "-c", self.SCRIPT]
        with subprocess.Popen(
            command, cwd=paths.ROOT, stdout=subprocess.PIPE, text=True
        ) as parent:
            child = int(parent.stdout.readline())
            parent.send_signal(signal.SIGKILL)
        self.assertTrue(self.gone(child))

    def gone(self, pid):
        """Wait up to ten seconds for ``pid`` to end (or be a zombie)."""
        for _attempt in range(100):
            try:
                state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2]
            except OSError:
                return True
            if state.split()[0] == "Z":
                return True
            time.sleep(0.1)
        return False
