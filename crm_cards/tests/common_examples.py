import doctest
import unittest

from odoo.tests.common import BaseCase


class ExamplesCase(BaseCase):
    """Runs the examples in the docstrings of a kernel: they are its specification."""

    def assertExamplesHold(self, module, at_least=1):
        """Fail if an example does not hold.

        :param at_least: how many docstrings with examples the module must have
        """
        result = unittest.TestResult()
        doctest.DocTestSuite(module).run(result)
        self.assertGreaterEqual(result.testsRun, at_least)
        self.assertFalse(result.failures + result.errors)
