"""Expected trouble is one sentence and exit code 2."""

import os
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

from dev import odoo_source, paths, venv
from dev.errors import DevError


def call(*arguments, **variables):
    """Run ``python3 -m dev`` in a fresh state; return the completed process."""
    with tempfile.TemporaryDirectory() as home:
        env = {**os.environ, "ODOO_DEV_HOME": home, **variables}
        return subprocess.run(
            [sys.executable, "-m", "dev", *arguments],
            cwd=paths.ROOT,
            env=env,
            capture_output=True,
            text=True,
        )


class TestErrors(unittest.TestCase):
    def assertOneSentence(self, result, words):
        self.assertEqual(result.returncode, 2, result.stderr)
        last = result.stderr.strip().splitlines()[-1]
        self.assertIn(words, last)
        self.assertNotIn("Traceback", result.stderr)

    def test_wrong_odoo_home_is_named(self):
        result = call("run", ODOO_HOME="/nonexistent")
        self.assertOneSentence(result, "ODOO_HOME=/nonexistent does not contain")

    def test_unreachable_mirror_says_what_to_do(self):
        result = call("test", ODOO_HOME="", ODOO_DEBIAN_MIRROR="file:/nonexistent")
        self.assertOneSentence(result, "set ODOO_HOME")

    def test_other_odoo_version_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            release = os.path.join(folder, "odoo", "release.py")
            os.mkdir(os.path.dirname(release))
            with open(release, "w") as handle:
                handle.write("version_info = (18, 0, 0)\n")
            variables = {"ODOO_HOME": folder}
            refusal = self.assertRaisesRegex(DevError, "holds Odoo 18.0")
            with mock.patch.dict(os.environ, variables), refusal:
                odoo_source.ensure()

    def test_other_python_version_is_refused(self):
        venv.check_version((3, 10))
        venv.check_version((3, 13))
        with self.assertRaisesRegex(DevError, "this is 3.14"):
            venv.check_version((3, 14))
