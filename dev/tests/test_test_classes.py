"""Browser tests are told apart without importing Odoo."""

import tempfile
import unittest
from pathlib import Path

from dev.test_classes import browser_classes

SOURCE = """
class Common(HttpCase): pass
class TestTour(common.HttpCaseWithUserDemo): pass
class TestPage(Common): pass
class TestModel(TransactionCase): pass
class Loop(Loop): pass
"""


class TestBrowserClasses(unittest.TestCase):
    def test_heirs_of_http_case_are_found_through_other_classes(self):
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "test_x.py").write_text(SOURCE)
            found = browser_classes(Path(folder))
        self.assertEqual(found, ["Common", "TestPage", "TestTour"])
