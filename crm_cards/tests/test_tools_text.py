from ..tools import text
from .common_examples import ExamplesCase


class TestTextExamples(ExamplesCase):
    def test_examples_hold(self):
        self.assertExamplesHold(text, at_least=3)
