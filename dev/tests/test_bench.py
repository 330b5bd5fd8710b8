"""What a benchmark records can be read later."""

import contextlib
import io
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from dev import bench


class TestRecord(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        patches = (
            mock.patch.object(bench, "RESULTS", self.folder),
            mock.patch.object(bench, "Databases"),
            mock.patch.object(bench, "Templates"),
            mock.patch.object(bench.Bench, "_odoo_version", return_value="19.0"),
            contextlib.redirect_stdout(io.StringIO()),
        )
        for patch in patches:
            patch.__enter__()
            self.addCleanup(patch.__exit__, None, None, None)
        self.bench = bench.Bench(mock.MagicMock(), "install")

    def text(self):
        return (self.folder / "install.txt").read_text()

    def test_ratio_queries_memory_and_goal_are_kept(self):
        met = self.bench.record("keys", 3.0, 2.0, "s", 10, 4, peak_mb=99.6, goal=1.2)
        self.assertFalse(met)
        for words in ("ratio 1.50 (goal 1.2: NOT met)", "ours 10, other 4", "100 MB"):
            self.assertIn(words, self.text())

    def test_heading_tells_versions_and_machine(self):
        self.bench.note("200,000 partners")
        self.assertRegex(self.text(), r"^install, \d{4}-\d\d-\d\d\ncrm_cards 19\.0\.")
        self.assertIn("cores", self.text())

    def test_without_goal_every_ratio_is_fine(self):
        self.assertTrue(self.bench.record("keys", 3.0, 2.0, "s"))
