from datetime import datetime, timedelta

from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common_hours import HoursCase


@tagged("post_install", "-at_install")
@freeze_time("2026-04-10 12:00:00")
class TestHoursExpiry(HoursCase):
    """Hours expire, or are rolled over, exactly when their last day is over."""

    def _expire(self, now="2026-04-10 12:00:00"):
        self.env["crm.cards.hours.bank"]._expire(datetime.fromisoformat(now))

    def test_left_hours_expire_once(self):
        lot = self._buy(10, date_to="2026-03-31")
        self._log_hours(4, date="2026-03-20")
        for _run in range(2):
            self._expire()
        self.assertBalances(self.bank, bought=10, used=4, expired=6, left=0)
        [expiry] = self.bank.entry_ids.filtered(lambda entry: entry.kind == "expiry")
        self.assertEqual(str(expiry.date), "2026-04-01")
        self.assertEqual((lot.state, lot.expired_hours), ("expired", 6))

    def test_last_day_ends_at_midnight_of_the_customer(self):
        self._buy(1, date_to="2026-03-31")
        for zone, moment in (
            ("Asia/Jerusalem", "2026-03-31 21:00:00"),
            ("America/New_York", "2026-04-01 04:00:00"),
            ("Pacific/Kiritimati", "2026-03-31 10:00:00"),
        ):
            with self.subTest(zone), self.env.cr.savepoint():
                self.customer.tz = zone
                midnight = datetime.fromisoformat(moment)
                self._expire(str(midnight - timedelta(seconds=1)))
                self.assertBalances(self.bank, left=1)
                self._expire(moment)
                self.assertBalances(self.bank, left=0)
                self.bank.lot_ids.date_to = "2026-12-31"
                self.assertBalances(self.bank, left=1, expired=0)
                self.bank.lot_ids.date_to = "2026-03-31"

    def test_without_a_zone_that_of_the_company_counts(self):
        self.customer.tz = False
        self.company.partner_id.tz = "Asia/Jerusalem"
        self._buy(1, date_to="2026-03-31")
        self._expire("2026-03-31 20:59:59")
        self.assertBalances(self.bank, left=1)
        self._expire("2026-03-31 21:00:00")
        self.assertBalances(self.bank, left=0)

    def test_rolled_over_once_and_then_expires(self):
        lot = self._buy(
            10,
            date_to="2026-03-31",
            is_rolled_over=True,
            rollover_days=30,
            price_hour=9,
        )
        self._log_hours(4, date="2026-03-20")
        for _run in range(2):
            self._expire()
        rolled = self.bank.lot_ids - lot
        self.assertEqual((rolled.kind, rolled.origin_lot_id), ("rolled", lot))
        self.assertEqual(
            (str(rolled.date_from), str(rolled.date_to)), ("2026-04-01", "2026-04-30")
        )
        self.assertEqual((lot.left_hours, rolled.left_hours), (0, 6))
        self.assertEqual(rolled.price_hour, 9)
        self.assertBalances(self.bank, bought=10, used=4, expired=0, left=6)
        self._expire("2026-05-02 12:00:00")
        self.assertBalances(self.bank, bought=10, used=4, expired=6, left=0)

    def test_work_before_the_end_written_down_later_draws_what_has_expired(self):
        lot = self._buy(10, date_to="2026-03-31")
        self._expire()
        line = self._log_hours(3, date="2026-03-20")
        self.assertBalances(self.bank, used=3, expired=7, left=0, beyond=0)
        self.assertEqual(lot.left_hours, 0)
        line.unlink()
        self._expire()
        self.assertBalances(self.bank, used=0, expired=10, left=0)

    def test_work_before_the_end_written_down_later_draws_what_was_rolled_over(self):
        lot = self._buy(10, date_to="2026-03-31", is_rolled_over=True)
        self._expire()
        rolled = self.bank.lot_ids - lot
        self._log_hours(8, date="2026-04-05")
        self._log_hours(3, date="2026-03-20")
        self.assertEqual(
            self._list_entries(kind="draw"),
            [
                ("draw", rolled, -8),
                ("draw", lot, -2),
                ("draw", self.env["crm.cards.hours.lot"], -1),
            ],
        )
        self.assertBalances(self.bank, bought=10, used=11, left=-1, beyond=1)

    def test_rolled_hours_settle_what_is_beyond_first(self):
        self._buy(5, date_from="2026-02-01", date_to="2026-03-31", is_rolled_over=True)
        self._log_hours(2, date="2026-01-15")
        self._expire()
        self.assertBalances(self.bank, bought=5, used=2, left=3, beyond=0)

    def test_closed_bank_is_left_alone_until_it_is_open(self):
        self._buy(1, date_to="2026-03-31", is_rolled_over=True)
        self.bank.action_close()
        self._expire()
        self.assertBalances(self.bank, left=1)
        self.bank.action_open()
        self._expire()
        self.assertEqual(len(self.bank.lot_ids), 2)

    # -- the nightly check --

    def test_check_finds_nothing_where_all_is_well(self):
        self._buy(10, date_to="2026-03-31", is_rolled_over=True)
        self._log_hours(12, date="2026-03-20")
        self._buy(1)
        self._create_bank(self.other_customer)
        self._expire()
        self.assertFalse(self.env["crm.cards.hours.bank"]._check())

    def test_check_is_one_statement(self):
        self._buy(10)
        self.env.flush_all()
        with self.assertQueryCount(1):
            self.env["crm.cards.hours.bank"]._check()

    @mute_logger("odoo.addons.crm_cards.models.hours.crm_cards_hours_bank_check")
    def test_gap_is_reported_once_to_the_managers_of_hours(self):
        banks = self.env["crm.cards.hours.bank"]
        for query in (
            "UPDATE crm_cards_hours_bank"
            " SET left_minutes = left_minutes + 1, bought_minutes = bought_minutes + 1"
            " WHERE id = %s",
            "UPDATE crm_cards_hours_lot SET left_minutes = left_minutes + 1"
            " WHERE bank_id = %s",
        ):
            with self.subTest(query):
                bank = self._create_bank(self.other_customer)
                self._buy(10, bank)
                self.env.flush_all()
                self.env.cr.execute(query, [bank.id])
                self.assertEqual(banks._check()[-1], bank.id)
                for _night in range(2):
                    banks._cron_check()
                activities = bank.activity_ids
                self.assertIn(self.hours_manager, activities.user_id)
                self.assertEqual(len(activities), len(activities.user_id))
