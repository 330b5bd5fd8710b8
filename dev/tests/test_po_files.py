"""Translations are kept when merged, and told when they lack something."""

import tempfile
import unittest
from pathlib import Path

try:
    import polib

    from dev import po_files
except ImportError:  # only the virtual environment has it
    polib = None


@unittest.skipUnless(polib, "needs the virtual environment")
class TestPoFiles(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.terms = self.folder / "new" / "crm_cards.pot"
        self.terms.parent.mkdir()

    def export(self, *terms):
        self.write(self.terms, dict.fromkeys(terms, ""))

    def write(self, path, texts):
        po = polib.POFile()
        po.metadata = {"Content-Type": "text/plain; charset=utf-8"}
        for term, text in texts.items():
            po.append(polib.POEntry(msgid=term, msgstr=text))
        po.save(str(path))

    def merge(self):
        po_files.merge(self.terms, self.folder, ["he"])
        entries = polib.pofile(str(self.folder / "he.po"))
        return {entry.msgid: entry.msgstr for entry in entries}

    def check(self):
        return po_files.check(self.terms, self.folder, ["he"])

    def test_merge_keeps_translations_and_adds_terms(self):
        self.export("Customer", "Card")
        self.write(self.folder / "he.po", {"Customer": "לקוח", "Gone": "הלך"})
        self.assertEqual(self.merge(), {"Customer": "לקוח", "Card": ""})

    def test_complete_file_has_no_problem(self):
        self.export("Customer")
        self.write(self.folder / "he.po", {"Customer": "לקוח"})
        self.merge()
        self.assertEqual(set(self.check().values()), {""})

    def test_untranslated_term_is_told(self):
        self.export("Customer")
        self.merge()
        self.assertIn("1 not translated: 'Customer'", self.check()["he.po"])

    def test_new_term_of_the_code_is_told(self):
        self.export("Customer")
        self.merge()
        self.export("Customer", "Card")
        self.assertIn("missing terms", self.check()["crm_cards.pot"])

    def test_placeholder_must_survive(self):
        self.export("Card %(key)s")
        self.write(self.folder / "he.po", {"Card %(key)s": "כרטיס"})
        self.merge()
        self.assertIn("placeholders differ", self.check()["he.po"])
