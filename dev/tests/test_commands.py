"""The command line does what its help says."""

import os
import subprocess
import sys
import unittest
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

from dev import commands, manifest, paths


class TestCommands(unittest.TestCase):
    def test_help_works_on_a_bare_machine(self):
        result = subprocess.run(
            [sys.executable, "-S", "-m", "dev", "--help"],
            cwd=paths.ROOT,
            capture_output=True,
            text=True,
        )
        self.assertEqual(result.returncode, 0, result.stderr)
        for verb in commands.VERBS:
            self.assertIn(f"  {verb}", result.stdout)

    def test_database_option_gets_the_prefix_of_a_shared_server(self):
        environment = SimpleNamespace(database=lambda name: f"ours_{name}")
        found = commands._own_names(["shell", "-d", "demo", "--no-http"], environment)
        self.assertEqual(found, ["shell", "-d", "ours_demo", "--no-http"])

    def test_ci_calls_the_test_command_and_nothing_else(self):
        lines = (paths.ROOT / ".ci/run").read_text().splitlines()
        self.assertEqual(lines[-1], "exec python3 -m dev test")
        self.assertEqual(len(lines), 4)


class TestPaths(unittest.TestCase):
    def test_two_clones_share_downloads_but_not_data(self):
        first = paths.state()
        with mock.patch.object(paths, "ROOT", Path("/elsewhere") / paths.ROOT.name):
            second = paths.state()
        self.assertNotEqual(first, second)
        self.assertEqual(first.parent, second.parent)

    def test_state_folder_can_be_chosen(self):
        with mock.patch.dict(os.environ, ODOO_DEV_HOME="/srv/x"):
            self.assertEqual(paths.cache(), Path("/srv/x"))


class TestManifest(unittest.TestCase):
    def test_depends_are_read_from_the_addon(self):
        self.assertIn("account", manifest.depends())

    def test_fingerprint_ignores_compiled_files(self):
        self.assertFalse([p for p in manifest.files() if p.suffix == ".pyc"])
        self.assertEqual(manifest.fingerprint(), manifest.fingerprint())
