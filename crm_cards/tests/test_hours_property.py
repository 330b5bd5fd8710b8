"""Whatever is bought, drawn, edited and expired: no hour appears or vanishes."""

import random
from datetime import date, datetime, timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ..models.hours.crm_cards_hours_bank_choose import Request
from ..tools.hours_draw import Account, Lot
from .common_hours import HoursCase

_FIRST = date(2026, 1, 1)
_RUNS = 12
_STEPS = 25


def _random_day(dice):
    return _FIRST + timedelta(days=dice.randrange(120))


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 12:00:00")
class TestHoursProperty(HoursCase):
    """Random histories of banks, beside the simplest model of what is to be."""

    def test_account_keeps_every_minute(self):
        for seed in range(200):
            dice = random.Random(seed)
            lots = [
                Lot(
                    number,
                    _random_day(dice),
                    dice.choice([None, _random_day(dice) + timedelta(days=120)]),
                    dice.randrange(0, 600),
                    dice.choice([0, 0, 30]),
                )
                for number in range(1, 5)
            ]
            account = Account(lots, dice.choice([0, 0, 60]))
            drawn = []
            for _step in range(_STEPS):
                before, minutes = account.left, dice.randrange(1, 300)
                day = _random_day(dice)
                if drawn and dice.random() < 0.4:
                    old = drawn.pop(dice.randrange(len(drawn)))
                    moves = [
                        account.reverse(move.lot_id, -move.minutes)[0] for move in old
                    ]
                    self.assertEqual(account.left - before, -_sum(old), seed)
                else:
                    available = account.available(day)
                    moves = account.draw(minutes, day)
                    draws = [move for move in moves if move.kind == "draw"]
                    drawn.append(draws)
                    self.assertEqual(_sum(draws), -minutes, seed)
                    beyond = -_sum([move for move in draws if move.lot_id is None])
                    self.assertLessEqual(max(minutes - available, 0), beyond, seed)
                    for move in draws:
                        lot = account.lots.get(move.lot_id)
                        self.assertTrue(lot is None or lot.is_valid(day), seed)
                self.assertEqual(account.left - before, _sum(moves), seed)
                self.assertTrue(all(lot.left >= 0 for lot in account.lots.values()))
                self.assertTrue(all(lot.expired >= 0 for lot in account.lots.values()))

    def test_bank_keeps_every_minute(self):
        for seed in range(_RUNS):
            with self.subTest(seed=seed):
                self._live(random.Random(seed))

    def _live(self, dice):
        """Let a random history happen to a bank; compare it after each step."""
        banks = self.env["crm.cards.hours.bank"]
        bank = self._create_bank(overdraft=dice.choice(["warn", "bill"]))
        bought, wanted = 0, {}
        for step in range(_STEPS):
            action = dice.choice(["buy", "draw", "draw", "edit", "delete", "expire"])
            sources = list(wanted)
            if action == "buy":
                start, minutes = _random_day(dice), dice.randrange(1, 600)
                end = dice.choice([None, start + timedelta(days=dice.randrange(60))])
                vals = {
                    "bank_id": bank.id,
                    "minutes": minutes,
                    "date_from": start,
                    "date_to": end,
                    "is_rolled_over": dice.random() < 0.5,
                    "rollover_days": dice.choice([0, 30]),
                }
                banks._add_lots([vals])
                bought += minutes
            elif action == "expire":
                moment = datetime(2026, 3, 10) + timedelta(days=dice.randrange(120))
                banks._expire(moment, bank.ids)
            elif action == "delete" and sources:
                source = dice.choice(sources)
                del wanted[source]
                banks._follow([source], [])
            else:
                source = f"test/{bank.id}/{step}"
                if action == "edit" and sources:
                    source = dice.choice(sources)
                wanted[source] = minutes = dice.randrange(1, 300)
                day = _random_day(dice)
                banks._follow([source], [Request(source, bank.id, minutes, day, {})])
            self._compare(bank, bought, wanted)

    def _compare(self, bank, bought, wanted):
        self.assertBalances(bank)
        self.assertFalse(bank._check() and bank.id in bank._check())
        self.assertEqual(bank.bought_minutes, bought)
        self.assertEqual(bank.used_minutes, sum(wanted.values()))
        self.assertEqual(
            bank.left_minutes, bought - sum(wanted.values()) - bank.expired_minutes
        )
        self.assertGreaterEqual(bank.beyond_minutes, 0)
        drawn = bank._read_draws(list(wanted))
        found = {
            source: -sum(draw["minutes"] for draw in draws)
            for source, draws in drawn.items()
        }
        self.assertEqual(found, wanted)


def _sum(moves):
    return sum(move.minutes for move in moves)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 12:00:00")
class TestHoursChoose(HoursCase):
    """Work draws from the bank that fits best, and says why."""

    def _reason_of(self, line):
        draw = self.env["crm.cards.hours.entry"].search(
            [("line_id", "=", line.id), ("kind", "=", "draw")], order="id desc", limit=1
        )
        return draw.bank_id, draw.chosen_by

    def test_bank_of_the_project_comes_before_the_general_one(self):
        self._buy(1)
        bank = self._create_bank(project_id=self.project.id)
        self.assertEqual(self._reason_of(self._log_hours(1)), (bank, "project"))
        other = self._create_project("Another", self.customer)
        line = self._log_hours(1, project_id=other.id)
        self.assertEqual(self._reason_of(line), (self.bank, "general"))

    def test_the_valid_lot_that_expires_first_decides_then_the_sequence(self):
        first = self._create_bank(sequence=1)
        second = self._create_bank(sequence=2)
        self.assertEqual(self._reason_of(self._log_hours(1))[0], first)
        self._buy(1)
        self.assertEqual(self._reason_of(self._log_hours(0.5))[0], self.bank)
        self._buy(1, second, date_to="2026-06-30")
        self.assertEqual(self._reason_of(self._log_hours(0.5))[0], second)

    def test_a_line_stays_with_its_bank_while_it_fits(self):
        self._buy(1)
        line = self._log_hours(0.5)
        other = self._create_bank()
        self._buy(5, other, date_to="2026-06-30")
        line.unit_amount = 0.75
        self.assertEqual(self._reason_of(line)[0], self.bank)

    def test_chosen_by_hand_must_be_the_customers(self):
        other = self._create_bank()
        line = self._log_hours(1, card_bank_id=other.id)
        self.assertEqual(self._reason_of(line), (other, "hand"))
        foreign = self._create_bank(self.other_customer)
        with self.assertRaises(UserError):
            line.card_bank_id = foreign

    def test_archived_bank_is_not_chosen(self):
        self.bank.active = False
        line = self._log_hours(1)
        self.assertFalse(self._reason_of(line)[0])

    def test_bank_of_another_company_is_not_chosen(self):
        company = self.env["res.company"].create({"name": "Other"})
        self.bank.active = False
        self._create_bank(company_id=company.id)
        self.assertFalse(self._reason_of(self._log_hours(1))[0])

    def test_preview_says_what_would_happen_and_books_nothing(self):
        self._buy(2)
        banks = self.env["crm.cards.hours.bank"]
        line = self._log_hours(0.5)
        [case] = line._get_hours_cases()
        before = self.bank.entry_ids
        preview = banks._preview(case, 60)
        self.assertEqual(
            (preview["bank_id"], preview["reason"], preview["left_before"]),
            (self.bank.id, "general", 90),
        )
        self.assertEqual((preview["left_after"], preview["drawn_minutes"]), (60, 60))
        self.assertFalse(preview["warning"] or preview["refusal"])
        self.assertTrue(banks._preview(case, 150)["warning"])
        self.bank.overdraft = "stop"
        self.assertIn("sell", banks._preview(case, 150)["refusal"])
        new = case._replace(source=None, date=fields.Date.to_date("2026-03-03"))
        self.assertEqual(banks._preview(new, 30)["left_after"], 60)
        self.assertEqual(self.bank.entry_ids, before)

    # -- lists and rights --

    def test_hours_sort_search_and_sum_in_sql(self):
        other = self._create_bank(self.other_customer)
        self._buy(2.5)
        self._buy(1, other)
        banks = self.env["crm.cards.hours.bank"]
        domain = [("id", "in", (self.bank + other).ids)]
        self.assertEqual(
            banks.search(domain, order="left_hours desc"), self.bank + other
        )
        self.assertEqual(banks.search([*domain, ("left_hours", ">", 2)]), self.bank)
        self.assertEqual(banks.search([*domain, ("left_hours", "=", 2.5)]), self.bank)
        [[total]] = banks._read_group(domain, [], ["left_hours:sum"])
        self.assertEqual(total, 3.5)
        groups = self.env["crm.cards.hours.entry"]._read_group(
            [("bank_id", "in", (self.bank + other).ids)], ["partner_id"], ["hours:sum"]
        )
        self.assertEqual(dict(groups), {self.customer: 2.5, self.other_customer: 1.0})
        lots = self.env["crm.cards.hours.lot"]
        self.assertEqual(
            lots.search([("bank_id", "=", other.id), ("state", "=", "valid")]),
            other.lot_ids,
        )

    def test_employee_logs_hours_without_seeing_the_bank(self):
        self._buy(2)
        line = self._log_hours(1, user=self.employee)
        self.assertBalances(self.bank, used=1)
        for model in ("bank", "lot", "entry"):
            records = self.env[f"crm.cards.hours.{model}"].with_user(self.employee)
            with self.subTest(model), self.assertRaises(AccessError):
                records.search([])
        with self.assertRaises(AccessError):
            line.read(["card_bank_id"])
        with self.assertRaises(AccessError):
            line.write({"card_bank_id": self.bank.id})

    def test_nobody_writes_entries_by_hand(self):
        vals = {"bank_id": self.bank.id, "kind": "purchase", "minutes": 60}
        vals.update(date="2026-03-01", company_id=self.company.id)
        for user in (self.hours_manager, self.administrator, self.technician):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.env["crm.cards.hours.entry"].with_user(user).create(vals)

    def test_manager_of_hours_opens_banks_and_puts_hours_into_them(self):
        banks = self.env["crm.cards.hours.bank"].with_user(self.hours_manager)
        bank = banks.create({"partner_id": self.customer.id, "overdraft_hours": 2})
        lot = bank.lot_ids.create({"bank_id": bank.id, "hours": 3})
        self.assertEqual((lot.left_hours, bank.overdraft_minutes), (3, 120))
        lots = self.env["crm.cards.hours.lot"].with_user(self.technician)
        with self.assertRaises(AccessError):
            lots.create({"bank_id": bank.id, "hours": 3})

    def test_ticket_that_is_hidden_lends_nobody_its_customers_hours(self):
        self._buy(2)
        department = self.env["crm.cards.department"].create(
            {"name": "Secret", "company_id": self.company.id}
        )
        ticket = self.env["crm.cards.ticket"].create(
            {
                "name": "Hidden",
                "partner_id": self.customer.id,
                "department_id": department.id,
            }
        )
        support = self._create_project("Support")
        with self.assertRaises(AccessError):
            self._log_hours(
                1, self.technician, project_id=support.id, card_ticket_id=ticket.id
            )
