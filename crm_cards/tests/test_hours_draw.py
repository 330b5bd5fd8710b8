from odoo.tests import tagged

from .common_hours import HoursCase


@tagged("post_install", "-at_install")
class TestHoursDraw(HoursCase):
    """What is worked for a customer draws hours by itself, and goes on following."""

    def test_draws_from_the_lot_that_expires_first_and_splits(self):
        late = self._buy(10, date_to="2026-12-31")
        early = self._buy(1, date_to="2026-03-31")
        self._log_hours(1.5)
        self.assertEqual(
            self._list_entries(kind="draw"), [("draw", early, -1), ("draw", late, -0.5)]
        )
        self.assertBalances(self.bank, bought=11, used=1.5, left=9.5, beyond=0)
