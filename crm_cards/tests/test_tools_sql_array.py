import doctest
import unittest
from datetime import datetime

from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

from ..tools import sql_array
from ..tools.sql_array import array_literal


@tagged("post_install", "-at_install")
class TestSqlArray(TransactionCase):
    """What goes to PostgreSQL as the text of an array comes back as it was."""

    def round_trip(self, values, kind):
        self.env.cr.execute(
            SQL("SELECT %s::%s[]", array_literal(values), SQL.identifier(kind))
        )
        return self.env.cr.fetchone()[0]

    def test_examples_hold(self):
        result = unittest.TestResult()
        doctest.DocTestSuite(sql_array).run(result)
        self.assertFalse(result.errors + result.failures)

    def test_values_come_back(self):
        moment = datetime(2027, 3, 1, 9, 30, 15)
        for kind, values in {
            "int4": [1, -2, None],
            "float8": [0.1, 1e-9, 12345678.5, None],
            "bool": [True, False, None],
            "timestamp": [moment, None],
            "varchar": ["resolution", None],
        }.items():
            self.assertEqual(self.round_trip(values, kind), values, kind)

    def test_hostile_texts_come_back(self):
        texts = ["", "NULL", "a,b", "{x}", '"', "\\", '\\"', "'); --", "ש, ż", "\n %s"]
        self.assertEqual(self.round_trip(texts, "text"), texts)

    def test_empty_array(self):
        self.assertEqual(self.round_trip([], "int4"), [])

    def test_other_values_are_refused(self):
        with self.assertRaisesRegex(TypeError, "list"):
            array_literal([[1]])
