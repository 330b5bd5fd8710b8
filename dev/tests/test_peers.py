"""Only what plain Odoo does not do is held against the add-on."""

import contextlib
import io
import unittest

from dev.odoo_log import OdooLog
from dev.peers import Outcome, report, tags


def outcome(total, *failed):
    found = Outcome()
    found.add(OdooLog(failed=list(failed), result=(len(failed), 0, total)))
    return found


class TestPeers(unittest.TestCase):
    def report(self, plain, ours):
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            code = report(plain, ours)
        return code, output.getvalue()

    def test_failure_of_plain_odoo_is_forgiven(self):
        code, _text = self.report(
            outcome(5, "TestA.test_x"), outcome(5, "TestA.test_x")
        )
        self.assertEqual(code, 0)

    def test_new_failure_is_named(self):
        code, text = self.report(outcome(5), outcome(5, "TestA.test_y"))
        self.assertEqual(code, 1)
        self.assertIn("TestA.test_y", text)

    def test_lost_tests_are_a_failure(self):
        code, text = self.report(outcome(5), outcome(4))
        self.assertEqual(code, 1)
        self.assertIn("1 tests did not run", text)

    def test_account_is_narrowed_to_partners_and_invoices(self):
        found = tags(["crm", "account"]).split(",")
        self.assertIn("/crm", found)
        self.assertNotIn("/account", found)
        self.assertIn("/account/tests/test_account_partner.py", found)
