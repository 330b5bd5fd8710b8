import doctest
import math
import unittest

from psycopg2.errors import RestrictViolation

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.crm_cards.exceptions import HoursRefusedError

from ..models.hours import crm_cards_hours_bank_choose, crm_cards_hours_bank_lots
from ..tools import hours_draw
from .common_hours import HoursCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 12:00:00")
class TestHoursDraw(HoursCase):
    """What is worked for a customer draws hours by itself, and goes on following."""

    def test_examples_hold(self):
        for module in (hours_draw, crm_cards_hours_bank_lots):
            result = unittest.TestResult()
            doctest.DocTestSuite(module).run(result)
            self.assertTrue(result.testsRun)
            self.assertFalse(result.failures + result.errors)

    # -- which lot --

    def test_draws_from_the_lot_that_expires_first_and_splits(self):
        late = self._buy(10, date_to="2026-12-31")
        early = self._buy(1, date_to="2026-03-31")
        self._log_hours(1.5)
        self.assertEqual(
            self._list_entries(kind="draw"), [("draw", early, -1), ("draw", late, -0.5)]
        )
        self.assertBalances(self.bank, bought=11, used=1.5, left=9.5, beyond=0)

    def test_lot_that_never_expires_comes_last_and_the_oldest_before_others(self):
        never = self._buy(1)
        new = self._buy(1, date_from="2026-02-01", date_to="2026-06-30")
        old = self._buy(1, date_to="2026-06-30")
        self._log_hours(3)
        lots = [lot for _kind, lot, _hours in self._list_entries(kind="draw")]
        self.assertEqual(lots, [old, new, never])

    def test_backdated_work_draws_what_was_valid_then(self):
        january = self._buy(5, date_to="2026-01-31")
        march = self._buy(5, date_from="2026-03-01")
        self._log_hours(2, date="2026-01-15")
        self.assertEqual(self._list_entries(kind="draw"), [("draw", january, -2)])
        self.assertEqual(march.left_hours, 5)

    def test_work_outside_all_lots_is_beyond(self):
        self._buy(5, date_to="2026-03-31")
        self._log_hours(2, date="2026-04-01")
        none = self.env["crm.cards.hours.lot"]
        self.assertEqual(self._list_entries(kind="draw"), [("draw", none, -2)])
        self.assertBalances(self.bank, bought=5, used=2, left=3, beyond=2)

    # -- following --

    def test_changed_hours_are_reversed_and_drawn_anew(self):
        lot = self._buy(10)
        line = self._log_hours(2)
        line.unit_amount = 3
        self.assertEqual(
            self._list_entries()[1:],
            [("draw", lot, -2), ("reversal", lot, 2), ("draw", lot, -3)],
        )
        draw, reversal = self.bank.entry_ids.sorted("id")[1:3]
        self.assertEqual(reversal.reversed_id, draw)
        self.assertBalances(self.bank, used=3, left=7)

    def test_what_changes_nothing_moves_nothing(self):
        self._buy(10)
        line = self._log_hours(2)
        before = self.bank.entry_ids
        line.write({"name": "Otherwise", "unit_amount": 2.0, "date": line.date})
        self.assertEqual(self.bank.entry_ids, before)

    def test_changed_day_draws_what_was_valid_then(self):
        january = self._buy(5, date_to="2026-01-31")
        march = self._buy(5, date_from="2026-03-01")
        line = self._log_hours(2)
        self.assertEqual((january.left_hours, march.left_hours), (5, 3))
        line.date = "2026-01-15"
        self.assertEqual((january.left_hours, march.left_hours), (3, 5))

    def test_deleted_line_gives_its_hours_back_and_is_remembered(self):
        self._buy(10)
        line = self._log_hours(2)
        source = f"line/{line.id}"
        line.unlink()
        draw, reversal = self.bank.entry_ids.sorted("id")[1:]
        self.assertFalse(draw.line_id)
        self.assertEqual((draw.source, reversal.source), (source, source))
        self.assertEqual(draw.name, "Work")
        self.assertBalances(self.bank, used=0, left=10)

    def test_another_project_moves_the_hours(self):
        self._buy(10)
        other_bank = self._create_bank(self.other_customer)
        self._buy(10, other_bank)
        line = self._log_hours(2)
        line.project_id = self.other_project
        self.assertBalances(self.bank, used=0, left=10)
        self.assertBalances(other_bank, used=2, left=8)

    def test_another_customer_of_the_project_moves_the_hours(self):
        self._buy(10)
        other_bank = self._create_bank(self.other_customer)
        self._buy(10, other_bank)
        self._log_hours(2)
        self.project.partner_id = self.other_customer
        self.assertBalances(self.bank, used=0, left=10)
        self.assertBalances(other_bank, used=2, left=8)

    def test_another_customer_of_the_task_moves_the_hours(self):
        self._buy(10)
        other_bank = self._create_bank(self.other_customer)
        self._buy(10, other_bank)
        task = self.env["project.task"].create(
            {"name": "Press", "project_id": self.project.id}
        )
        self._log_hours(2, task_id=task.id)
        self.assertBalances(self.bank, left=8)
        task.partner_id = self.other_customer
        self.assertBalances(self.bank, left=10)
        self.assertBalances(other_bank, left=8)

    def test_line_without_customer_or_bank_draws_nothing(self):
        self._buy(10)
        self._log_hours(2, project_id=self._create_project("Own").id)
        self._log_hours(-2, project_id=self.other_project.id)
        self.assertBalances(self.bank, used=0)

    def test_many_lines_at_once(self):
        lot = self._buy(10)
        lines = self.env["account.analytic.line"].create(
            [
                {
                    "name": "Work",
                    "project_id": self.project.id,
                    "unit_amount": 0.5,
                    "date": "2026-03-02",
                }
                for _index in range(20)
            ]
        )
        self.assertEqual(lot.left_hours, 0)
        lines[:10].unlink()
        self.assertEqual(lot.left_hours, 5)
        lines[10:].unit_amount = 0.25
        self.assertBalances(self.bank, used=2.5, left=7.5)

    # -- weight --

    def _create_kind(self, **values):
        return self.env["crm.cards.hours.kind"].create({"name": "Kind", **values})

    def test_factor_minimum_and_free_work(self):
        self._buy(10)
        night = self._create_kind(factor=1.5)
        visit = self._create_kind(minimum_minutes=60)
        free = self._create_kind(is_drawn=False)
        line = self._log_hours(1, card_hours_kind_id=night.id)
        self.assertBalances(self.bank, used=1.5)
        draw = self.bank.entry_ids.filtered(lambda entry: entry.kind == "draw")
        self.assertEqual((draw.worked_hours, draw.factor), (1, 1.5))
        self.assertEqual(draw.work_kind_id, night)
        line.card_hours_kind_id = visit
        self.assertBalances(self.bank, used=1)
        line.unit_amount = 0.25
        self.assertBalances(self.bank, used=1)
        line.card_hours_kind_id = free
        self.assertBalances(self.bank, used=0)

    def test_rounded_up_once_at_the_entry(self):
        self._buy(10)
        self.company.crm_cards_hours_rounding = "15"
        night = self._create_kind(factor=1.5)
        self._log_hours(0.35, card_hours_kind_id=night.id)  # 21 min, 31.5 weighed
        self.assertBalances(self.bank, used=0.75)
        draws = self.bank.entry_ids.filtered(lambda entry: entry.kind == "draw")
        self.assertEqual(draws.worked_minutes, 21)

    def test_thirds_of_an_hour_add_up(self):
        self._buy(1)
        for _index in range(3):
            self._log_hours(1 / 3)
        self.assertBalances(self.bank, used=1, left=0)

    def test_days_are_hours(self):
        self._buy(10)
        day = self.env.ref("uom.product_uom_day")
        self._log_hours(1, product_uom_id=day.id)
        self.assertBalances(self.bank, used=8)

    # -- overdraft --

    def test_stop_refuses_and_names_the_way_out(self):
        self.bank.overdraft = "stop"
        self._buy(2)
        self._log_hours(1.5)
        with self.assertRaisesRegex(HoursRefusedError, "0:30.*sell the customer more"):
            self._log_hours(1)
        self.assertBalances(self.bank, left=0.5)

    def test_stop_lets_correct_what_was_beyond_before(self):
        self._buy(1)
        line = self._log_hours(3)
        self.bank.overdraft = "stop"
        with self.assertRaises(HoursRefusedError):
            line.unit_amount = 4
        line.unit_amount = 2
        self.assertBalances(self.bank, used=2, left=-1, beyond=1)

    def test_warn_draws_and_says_so(self):
        self._buy(1)
        warnings = self.env["crm.cards.hours.bank"]._follow(
            ["test/1"], [self._request("test/1", 150)]
        )
        self.assertIn("1:30", warnings[0])
        self.assertBalances(self.bank, used=2.5, left=-1.5, beyond=1.5)

    def test_allow_goes_down_to_its_limit(self):
        self.bank.write({"overdraft": "allow", "overdraft_hours": 2})
        self._buy(1)
        self._log_hours(3)
        self.assertBalances(self.bank, beyond=2)
        with self.assertRaisesRegex(HoursRefusedError, "2:00 h are allowed"):
            self._log_hours(0.25)

    def _request(self, source, minutes, bank=None, date="2026-03-02"):
        return crm_cards_hours_bank_choose.Request(
            source, (bank or self.bank).id, minutes, fields.Date.to_date(date), {}
        )

    def test_new_lot_settles_what_was_beyond(self):
        self._log_hours(3)
        lot = self._buy(10)
        self.assertEqual(lot.left_hours, 7)
        self.assertBalances(self.bank, bought=10, used=3, left=7, beyond=0)
        none = self.env["crm.cards.hours.lot"]
        self.assertEqual(
            self._list_entries(kind="settlement"),
            [("settlement", lot, -3), ("settlement", none, 3)],
        )

    def test_what_is_billed_is_not_settled(self):
        self.bank.overdraft = "bill"
        self._log_hours(3)
        lot = self._buy(10)
        self.assertEqual(lot.left_hours, 10)
        self.assertBalances(self.bank, left=7, beyond=3)

    def test_lot_that_is_over_settles_nothing(self):
        self._log_hours(3)
        self._buy(10, date_to="2026-02-28")
        self.assertBalances(self.bank, left=7, beyond=3)

    def test_settled_hours_come_back_to_their_lot(self):
        line = self._log_hours(3)
        lot = self._buy(10)
        line.unit_amount = 1
        self.assertEqual(lot.left_hours, 9)
        self.assertBalances(self.bank, used=1, left=9, beyond=0)
        line.unlink()
        self.assertEqual(lot.left_hours, 10)
        self.assertBalances(self.bank, used=0, left=10, beyond=0)

    def test_hours_that_come_back_pay_for_what_is_beyond(self):
        lot = self._buy(10)
        first = self._log_hours(8)
        self._log_hours(5)
        self.assertBalances(self.bank, left=-3, beyond=3)
        first.unlink()
        self.assertEqual(lot.left_hours, 5)
        self.assertBalances(self.bank, left=5, beyond=0)

    # -- nothing is changed afterwards --

    @mute_logger("odoo.sql_db")
    def test_database_refuses_to_change_or_delete_entries(self):
        self._buy(1)
        self.env.flush_all()
        for query in (
            "UPDATE crm_cards_hours_entry SET minutes = 1",
            "UPDATE crm_cards_hours_entry SET user_id = 1 WHERE user_id <> 1",
            "UPDATE crm_cards_hours_entry SET bank_id = bank_id + 1",
            "DELETE FROM crm_cards_hours_entry",
            "TRUNCATE crm_cards_hours_entry CASCADE",
        ):
            with self.subTest(query), self.assertRaises(RestrictViolation):
                self.cr.execute(query)

    def test_orm_refuses_to_change_what_follows_from_entries(self):
        lot = self._buy(1)
        entry = self.bank.entry_ids
        for record, vals in (
            (entry, {"minutes": 600}),
            (lot, {"left_minutes": 600}),
            (lot, {"minutes": 600}),
            (lot, {"hours": 600}),
            (lot, {"bank_id": self._create_bank(self.other_customer).id}),
            (self.bank, {"left_minutes": 600}),
            (self.bank, {"bought_minutes": 600}),
        ):
            with self.subTest(vals), self.assertRaises(UserError):
                record.write(vals)
        for record in (entry, lot, self.bank):
            with self.subTest(record), self.assertRaises(UserError):
                record.unlink()

    def test_defaults_from_outside_forge_nothing(self):
        forged = {"default_left_minutes": 600, "default_bought_minutes": 600}
        banks = self.env["crm.cards.hours.bank"].with_context(**forged)
        bank = banks.create({"partner_id": self.customer.id})
        lot = bank.lot_ids.create({"bank_id": bank.id, "hours": 1})
        self.assertEqual(lot.left_hours, 1)
        self.assertBalances(bank, bought=1, left=1)

    # -- bad input --

    def test_negative_and_absurd_hours_are_refused(self):
        self._buy(10)
        for hours in (-1, 1000):
            with self.subTest(hours), self.assertRaises(ValidationError):
                self._log_hours(hours)
        for hours in (0, -1, 2_000_000, math.nan):
            with self.subTest(hours), self.assertRaises(ValidationError):
                self._buy(hours)
        self.assertBalances(self.bank, bought=10, used=0)

    def test_absurd_hours_of_an_activity_are_refused(self):
        for hours in (-1, 1000):
            activity = self.env["mail.activity"].create(
                {
                    "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id,
                    "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                    "res_id": self.customer.id,
                    "user_id": self.env.uid,
                }
            )
            with self.subTest(hours), self.assertRaises(UserError):
                activity.card_hours = hours
                activity.action_done()
        self.assertBalances(self.bank, used=0)

    def test_absurd_limits_and_prices_are_refused(self):
        for fname, value in (
            ("overdraft_hours", -1),
            ("overdraft_hours", 1e10),
            ("overdraft_price", -1),
        ):
            with self.subTest(fname), self.assertRaises(ValidationError):
                self.bank[fname] = value
        for values in ({"price_hour": -1}, {"rollover_days": -1}):
            with self.subTest(values), self.assertRaises(ValidationError):
                self._buy(1, **values)

    def test_lot_does_not_end_before_it_begins(self):
        with self.assertRaisesRegex(ValidationError, "before it begins"):
            self._buy(1, date_from="2026-02-01", date_to="2026-01-01")
        lot = self._buy(1, date_from="2026-02-01")
        with self.assertRaisesRegex(ValidationError, "before it begins"):
            lot.date_to = "2026-01-31"
        lot.date_to = "2026-02-01"

    def test_closed_bank_takes_and_gives_nothing(self):
        self._buy(10)
        line = self._log_hours(1)
        self.bank.action_close()
        for act in (
            lambda: line.write({"unit_amount": 2}),
            line.unlink,
            lambda: self._buy(1),
            lambda: self._log_hours(1, card_bank_id=self.bank.id),
        ):
            with self.assertRaises(HoursRefusedError):
                act()
        line.write({"name": "Text alone"})
        self._log_hours(1)  # draws nowhere
        self.assertBalances(self.bank, used=1, left=9)

    def test_correction_needs_a_reason_and_what_is_left(self):
        lot = self._buy(10)
        banks = self.env["crm.cards.hours.bank"]
        for minutes, reason in ((-60, " "), (-601, "Typo"), (0, "Typo")):
            with self.subTest(minutes), self.assertRaises(UserError):
                banks._correct(lot, minutes, reason)
        banks._correct(lot, -60, "Typo")
        self.assertBalances(self.bank, bought=9, left=9)
        self.assertEqual(self.bank.entry_ids.sorted("id")[-1].reason, "Typo")

    def test_customer_with_hours_is_not_deleted(self):
        self._buy(10)
        with self.assertRaisesRegex(UserError, "hours bank"):
            self.customer.unlink()

    def test_sold_in_another_currency_is_refused(self):
        order = self._create_order(self.customer)
        other = self.env.ref("base.EUR") | self.env.ref("base.USD")
        other = (other - order.currency_id)[:1]
        bank = self._create_bank(currency_id=other.id)
        with self.assertRaisesRegex(ValidationError, "Currency"):
            self._buy(1, bank, order_line_id=order.order_line.id)

    def test_currency_stays_once_hours_have_moved(self):
        other = self.env.ref("base.EUR") | self.env.ref("base.USD")
        other = (other - self.bank.currency_id)[:1]
        self._buy(1)
        with self.assertRaisesRegex(UserError, "another bank"):
            self.bank.currency_id = other

    def test_customer_stays_once_hours_have_moved(self):
        self.bank.partner_id = self.other_customer
        self.bank.partner_id = self.customer
        self._buy(1)
        with self.assertRaisesRegex(UserError, "another bank"):
            self.bank.partner_id = self.other_customer

    def test_why_this_bank_is_read_at_once_for_many_lines(self):
        self._buy(10)
        lines = self._log_hours(1) + self._log_hours(1) + self._log_hours(1)
        self.env.flush_all()
        with self.assertQueryCount(2):
            reasons = lines.mapped("card_bank_reason")
        self.assertEqual(reasons, ["Hours (General bank), 7:00 h left"] * 3)

    # -- merging and moving customers --

    def test_merging_customers_moves_their_banks(self):
        self._buy(10)
        self._log_hours(1)
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard._merge((self.customer + self.other_customer).ids, self.other_customer)
        self.env.invalidate_all()
        self.assertEqual(self.bank.partner_id, self.other_customer)
        self.assertEqual(self.bank.entry_ids.partner_id, self.other_customer)
        self.assertBalances(self.bank, used=1, left=9)

    def test_person_who_joins_a_company_brings_hours(self):
        person = self.env["res.partner"].create({"name": "Dana"})
        bank = self._create_bank(person)
        person.parent_id = self.customer
        self.assertEqual(bank.partner_id, self.customer)
