"""Hours that are sold come into the bank, and what is not used goes out again."""

import doctest
import unittest
from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tests.common import BaseCase
from odoo.tools import mute_logger

from odoo.addons.crm_cards.exceptions import HoursRefusedError

from ..tools import hours_pack
from .common_hours_sale import HoursSaleCase


@tagged("post_install", "-at_install")
class TestHoursPackKernel(BaseCase):
    def test_examples_of_the_docstrings_hold(self):
        result = unittest.TestResult()
        doctest.DocTestSuite(hours_pack).run(result)
        self.assertGreaterEqual(result.testsRun, 3)
        self.assertFalse(result.failures + result.errors)


@tagged("post_install", "-at_install")
class TestHoursOrder(HoursSaleCase):
    """Hours that come with the order."""

    def test_confirmed_order_opens_a_lot_per_line(self):
        order = self._order((self.hours, 10), (self.pack, 1), (self.product_a, 3))
        self.assertFalse(self._lots(), "an offer sells nothing")
        with freeze_time("2026-03-04 12:00:00"):
            order.action_confirm()
        ten, pack = self._lots()
        self.assertEqual(ten.bank_id + pack.bank_id, self.bank)
        self.assertRecordValues(
            ten + pack,
            [
                {
                    "kind": "bought",
                    "minutes": 600,
                    "price_hour": 100,
                    "order_line_id": order.order_line[0].id,
                    "order_id": order.id,
                    "date_from": order.date_order.date(),
                    "date_to": False,
                    "is_rolled_over": False,
                },
                {
                    "kind": "bought",
                    "minutes": 12_000,
                    "price_hour": 100,
                    "order_line_id": order.order_line[1].id,
                    "order_id": order.id,
                    "date_from": order.date_order.date(),
                    "date_to": order.date_order.date().replace(2027, 3, 3),
                    "is_rolled_over": True,
                },
            ],
        )
        self.assertEqual(pack.name, "200-hour pack")
        self.assertEqual(order.card_hours_lot_count, 2)
        self.assertBalances(self.bank, bought=210, left=210, used=0)

    def test_units_convert_exactly(self):
        pack_unit = self.env["uom.uom"].create(
            {
                "name": "Pack of 200 h",
                "relative_uom_id": self.hour.id,
                "relative_factor": 200,
            }
        )
        minute = self.env.ref("uom.product_uom_minute")
        six = self.env.ref("uom.product_uom_pack_6")
        for product, quantity, unit, minutes in (
            (self.hours, 0.1, self.hour, 6),
            (self.hours, 0.33, self.hour, 20),
            (self.hours, 12.75, self.hour, 765),
            (self.hours, 1, self.day, 480),
            (self.hours, 0.5, self.day, 240),
            (self.hours, 2.25, self.day, 1080),
            (self.hours, 0.07, self.day, 34),
            (self.hours, 1, pack_unit, 12_000),
            (self.hours, 0.5, pack_unit, 6000),
            (self.hours, 0.01, pack_unit, 120),
            (self.hours, 45, minute, 45),
            (self.hours, 100_001, minute, 100_001),
            (self.pack, 0.5, self.unit, 6000),
            (self.pack, 1.25, self.unit, 15_000),
            (self.pack, 1, six, 72_000),
        ):
            with self.subTest(quantity=quantity, unit=unit.name):
                order = self._order((product, quantity, unit))
                order.action_confirm()
                lot = self._lots().filtered(lambda one, o=order: one.order_id == o)
                self.assertEqual(lot.minutes, minutes)

    def test_discount_and_tax_are_not_part_of_the_price(self):
        order = self._order((self.pack, 2))
        tax = self.company_data["default_tax_sale"]
        order.order_line.write({"discount": 10, "tax_ids": [(6, 0, tax.ids)]})
        order.action_confirm()
        self.assertEqual(self._lots().price_hour, 90)

    def test_confirming_again_opens_nothing(self):
        order = self._order((self.hours, 10))
        order.action_confirm()
        order.order_line._sync_hours()
        order.action_lock()
        order._action_confirm()
        self.assertBalances(self.bank, bought=10, left=10)
        self.assertEqual(len(self.bank.entry_ids), 1)

    def test_quantity_corrects_the_lot(self):
        order = self._order((self.hours, 10))
        order.action_confirm()
        order.order_line.product_uom_qty = 12.5
        self.assertBalances(self.bank, bought=12.5, left=12.5)
        order.order_line.product_uom_qty = 4
        self.assertBalances(self.bank, bought=4, left=4)
        self.assertEqual(len(self._lots()), 1)
        self.assertIn("8:30 h of the lot", self._told(order))

    def test_what_is_added_after_the_end_is_a_new_lot(self):
        with freeze_time("2026-03-04 12:00:00"):
            order = self._order((self.pack, 1))
            order.action_confirm()
        first = self._lots()
        with freeze_time("2027-03-10 12:00:00"):
            self.env["crm.cards.hours.bank"]._expire()
            heir = self._lots() - first
            order.order_line.product_uom_qty = 1.5
            added = self._lots() - first - heir
            self.assertRecordValues(
                added,
                [
                    {
                        "kind": "bought",
                        "minutes": 6000,
                        "price_hour": 100,
                        "order_id": order.id,
                        "date_from": date(2027, 3, 10),
                        "date_to": date(2028, 3, 9),
                        "origin_lot_id": False,
                    }
                ],
            )
            self.assertEqual((first.left_hours, heir.left_hours), (0, 200))
            self.assertBalances(self.bank, bought=300, left=300)
            # More on the same day is the same lot; called again, nothing.
            order.order_line.product_uom_qty = 1.75
            order.order_line._sync_hours()
            self.assertEqual(added.left_hours, 150)
            self.assertEqual(order.card_hours_lot_count, 2)
            # Fewer: what was bought last goes first, then what was rolled over.
            order.order_line.product_uom_qty = 0.5
            self.assertEqual((added.left_hours, heir.left_hours), (0, 100))
            self.assertBalances(self.bank, left=100)

    def test_more_of_an_order_pays_for_what_is_beyond(self):
        order = self._order((self.hours, 1))
        order.action_confirm()
        self._log_hours(3, date=order.date_order.date())
        self.assertBalances(self.bank, beyond=2)
        order.order_line.product_uom_qty = 5
        self.assertBalances(self.bank, bought=5, left=2, beyond=0)

    def test_more_of_an_order_waits_for_a_closed_bank(self):
        order = self._order((self.hours, 1))
        order.action_confirm()
        self.bank.action_close()
        with self.assertRaisesRegex(HoursRefusedError, "closed"):
            order.order_line.product_uom_qty = 5
        self.assertBalances(self.bank, bought=1)

    def test_line_added_to_a_confirmed_order(self):
        order = self._order((self.product_a, 1))
        order.action_confirm()
        order.order_line = [(0, 0, {"product_id": self.hours.id, "product_uom_qty": 3})]
        self.assertBalances(self.bank, bought=3, left=3)

    def test_cancelled_order_takes_back_what_is_not_used(self):
        order = self._order((self.hours, 10))
        order.action_confirm()
        self._log_hours(4, date=order.date_order.date())
        order._action_cancel()
        self.assertBalances(self.bank, bought=4, used=4, left=0)
        told = self._told(order)
        self.assertIn("6:00 h of the lot", told)
        self.assertIn("Hours of service", told)
        self.assertIn("4:00 h had been used already", told)
        order.action_draft()
        order.action_confirm()
        self.assertBalances(self.bank, bought=10, used=4, left=6)
        self.assertEqual(len(self._lots()), 1)

    def test_cancelled_order_takes_back_what_was_rolled_over(self):
        with freeze_time("2026-03-04 12:00:00"):
            order = self._order((self.pack, 1))
            order.action_confirm()
            lot = self._lots()
            banks = self.env["crm.cards.hours.bank"]
            heir = banks._add_lots(
                [
                    {
                        "bank_id": self.bank.id,
                        "kind": "rolled",
                        "minutes": 12_000,
                        "origin_lot_id": lot.id,
                        "date_from": "2027-03-04",
                    }
                ]
            )
            banks._lock(self.bank.ids)
            banks._book(
                [
                    {
                        "bank_id": self.bank.id,
                        "lot_id": lot.id,
                        "kind": "rollover",
                        "minutes": -12_000,
                        "date": "2027-03-04",
                    }
                ]
            )
            order._action_cancel()
        self.assertFalse(heir.left_minutes)
        self.assertBalances(self.bank, bought=0, left=0)

    def test_sold_hours_pay_for_what_was_drawn_beyond(self):
        order = self._order((self.hours, 10))
        self._log_hours(3)
        self.assertBalances(self.bank, beyond=3, left=-3)
        order.action_confirm()
        self.assertBalances(self.bank, beyond=0, left=7)

    def test_credit_note_takes_back_and_says_what_was_used(self):
        order = self._order((self.hours, 10))
        order.action_confirm()
        self._log_hours(4, date=order.date_order.date())
        invoice = order._create_invoices()
        invoice.action_post()
        refund = self._refund(invoice)
        self.assertBalances(self.bank, bought=4, used=4, left=0)
        self.assertIn("4:00 h had been used already", self._told(refund))
        refund.button_draft()
        self.assertBalances(self.bank, bought=10, left=6)

    def test_partial_refund_takes_back_its_part(self):
        order = self._order((self.hours, 10))
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.action_post()
        self._refund(invoice, quantity=2.5)
        self.assertBalances(self.bank, bought=7.5, left=7.5)

    def test_half_the_price_of_a_pack_is_half_a_pack(self):
        order = self._order((self.pack, 1))
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.action_post()
        self._refund(invoice, price_unit=10_000)
        self.assertBalances(self.bank, bought=100, left=100)

    def test_invoice_made_anew_gives_the_hours_again(self):
        order = self._order((self.hours, 10))
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.action_post()
        self._refund(invoice)
        self.assertBalances(self.bank, left=0)
        order._create_invoices().action_post()
        self.assertBalances(self.bank, bought=10, left=10)
        self.assertEqual(len(self._lots()), 1)

    def test_bank_of_the_project_or_chosen_by_hand(self):
        projects = self._create_bank(project_id=self.project.id)
        chosen = self._create_bank(name="Chosen")
        order = self._order((self.hours, 1))
        if "project_id" in order._fields:
            order.project_id = self.project
            order.action_confirm()
            self.assertBalances(projects, left=1)
        order = self._order((self.hours, 2), card_hours_bank_id=chosen.id)
        order.action_confirm()
        self.assertBalances(chosen, left=2)
        other = self._create_bank(self.other_customer)
        with self.assertRaisesRegex(ValidationError, "choose a bank of Levi"):
            self._order((self.hours, 2), card_hours_bank_id=other.id)

    def test_first_sale_opens_a_bank(self):
        orders = self._order((self.hours, 1), partner=self.other_customer)
        orders += self._order((self.hours, 2), partner=self.other_customer)
        orders.action_confirm()
        bank = self._lots(self.other_customer).bank_id
        self.assertEqual(len(bank), 1)
        self.assertBalances(bank, left=3)

    def test_closed_bank_takes_no_sale_but_another_is_opened(self):
        self.bank.action_close()
        self._order((self.hours, 1)).action_confirm()
        self.assertNotEqual(self._lots().bank_id, self.bank)

    def test_absurd_quantity_is_refused(self):
        order = self._order((self.pack, 1_000_000))
        with self.assertRaisesRegex(ValidationError, "1,000,000 hours"):
            order.action_confirm()

    def test_pack_without_hours_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "Hours of one unit"):
            self._create_pack("Empty", uom_id=self.unit.id)
        with self.assertRaisesRegex(ValidationError, "Valid for"):
            self.pack.card_pack_validity = -1

    def test_many_orders_cost_few_queries(self):
        def confirm(count):
            orders = self.env["sale.order"].browse()
            for _number in range(count):
                orders += self._order((self.hours, 1))
            orders.write({"state": "sale"})
            lines = orders.order_line
            self.env.flush_all()
            before = self.cr.sql_log_count
            lines._sync_hours()
            self.env.flush_all()
            return self.cr.sql_log_count - before

        confirm(2)
        few = confirm(3)
        self.assertLessEqual(confirm(30), few + 4)

    def test_database_refuses_a_second_lot_of_a_line(self):
        order = self._order((self.hours, 1))
        order.action_confirm()
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            self._buy(1, kind="bought", order_line_id=order.order_line.id)


@tagged("post_install", "-at_install")
class TestHoursInvoice(HoursSaleCase):
    """Hours that come when the invoice is paid."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.crm_cards_hours_trigger = "invoice"

    def test_hours_come_when_all_is_paid(self):
        order = self._order((self.hours, 10))
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.action_post()
        self.assertFalse(self._lots())
        self._pay(invoice, 400)
        self.assertFalse(self._lots(), "a part is not all")
        self._pay(invoice)
        lot = self._lots()
        self.assertRecordValues(
            lot,
            [
                {
                    "minutes": 600,
                    "price_hour": 100,
                    "invoice_id": invoice.id,
                    "order_line_id": False,
                }
            ],
        )
        self.assertEqual(order.card_hours_lot_count, 1)

    def test_credit_note_of_a_lowered_order(self):
        order = self._order((self.hours, 10))
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.action_post()
        self._pay(invoice)
        self._log_hours(1, date=invoice.invoice_date)
        order.order_line.product_uom_qty = 6
        self.assertBalances(self.bank, left=9)
        refund = self._credit_order(order)
        self.assertBalances(self.bank, bought=6, used=1, left=5)
        self.assertIn("4:00 h of the lot", self._told(refund))
        refund.button_draft()
        self.assertBalances(self.bank, bought=10, left=9)
        refund.action_post()
        # Paying again, or another invoice, gives nothing back.
        invoice._invoice_paid_hook()
        self.assertBalances(self.bank, bought=6, left=5)

    def test_lowered_order_credits_what_was_invoiced_last(self):
        order = self._order((self.hours, 10))
        order.action_confirm()
        for quantity in (10, 15):
            order.order_line.product_uom_qty = quantity
            invoice = order._create_invoices()
            invoice.action_post()
            self._pay(invoice)
        first, second = self._lots()
        self.assertEqual((first.left_hours, second.left_hours), (10, 5))
        order.order_line.product_uom_qty = 8
        self._credit_order(order)
        self.assertEqual((first.left_hours, second.left_hours), (8, 0))
        # What names its invoice is taken from that one.
        self._refund(first.invoice_id, quantity=3)
        self.assertEqual((first.left_hours, second.left_hours), (5, 0))

    def test_lowered_order_credits_what_is_not_paid_yet(self):
        order = self._order((self.hours, 10))
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.action_post()
        order.order_line.product_uom_qty = 6
        self._credit_order(order)
        self._pay(invoice)
        self.assertBalances(self.bank, bought=6, left=6)

    def _credit_order(self, order):
        """Return the posted credit note that is made of an order invoiced too much."""
        refund = order._create_invoices(final=True)
        self.assertEqual(refund.move_type, "out_refund")
        self.assertFalse(refund.reversed_entry_id)
        refund.action_post()
        return refund

    def test_unreconciled_and_paid_again_is_one_lot(self):
        invoice = self._invoice(self.hours, 10)
        self._pay(invoice)
        invoice.line_ids.remove_move_reconcile()
        self.assertNotIn(invoice.payment_state, ("paid", "in_payment"))
        self._pay(invoice)
        self.assertEqual(len(self._lots()), 1)
        self.assertBalances(self.bank, bought=10, left=10)

    def test_credit_note_of_a_paid_invoice(self):
        invoice = self._invoice(self.hours, 10)
        self._pay(invoice)
        self._log_hours(4, date=invoice.invoice_date)
        refund = self._refund(invoice, quantity=7)
        self.assertBalances(self.bank, bought=4, used=4, left=0)
        self.assertIn("6:00 h of the lot", self._told(refund))
        self.assertIn("1:00 h had been used already", self._told(refund))

    def test_credited_before_it_is_paid(self):
        invoice = self._invoice(self.hours, 10)
        self._refund(invoice, quantity=4)
        self._pay(invoice)
        self.assertBalances(self.bank, bought=6, left=6)

    def test_draft_again_takes_back_until_it_is_paid_again(self):
        invoice = self._invoice(self.hours, 10)
        self._pay(invoice)
        invoice.button_draft()
        self.assertBalances(self.bank, bought=0, left=0)
        invoice.action_post()
        if invoice.payment_state == "not_paid":  # or the payment has stayed with it
            self._pay(invoice)
        self.assertBalances(self.bank, bought=10, left=10)
        self.assertEqual(len(self._lots()), 1)

    def test_credit_that_is_taken_back_gives_hours_once_they_are_paid(self):
        invoice = self._invoice(self.hours, 10)
        self._pay(invoice)
        invoice.line_ids.remove_move_reconcile()
        refund = self._refund(invoice, quantity=4)
        self.assertBalances(self.bank, bought=6)
        refund.button_draft()
        self.assertEqual(invoice.payment_state, "partial")
        self.assertBalances(self.bank, bought=6)
        self._pay(invoice)
        self.assertBalances(self.bank, bought=10)

    def test_setting_changed_in_between_gives_the_hours_once(self):
        self.company.crm_cards_hours_trigger = "order"
        order = self._order((self.hours, 10))
        order.action_confirm()
        self.company.crm_cards_hours_trigger = "invoice"
        invoice = order._create_invoices()
        invoice.action_post()
        self._pay(invoice)
        self.assertEqual(len(self._lots()), 1)
        order = self._order((self.hours, 5))
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.action_post()
        self._pay(invoice)
        self.company.crm_cards_hours_trigger = "order"
        order.order_line.product_uom_qty = 6
        self.assertEqual(sum(self._lots().mapped("hours")), 15)

    def test_invoice_without_order_gives_hours_in_any_case(self):
        self.company.crm_cards_hours_trigger = "order"
        self._pay(self._invoice(self.pack, 0.5))
        self.assertBalances(self.bank, bought=100, left=100)

    def test_price_of_nothing_is_paid_when_posted(self):
        self._invoice(self.hours, 10, price=0)
        self.assertBalances(self.bank, bought=10, left=10)


@tagged("post_install", "-at_install")
class TestHoursSaleRights(HoursSaleCase):
    """The system keeps the books; who sells or invoices only causes it."""

    def test_salesperson_confirms_and_cancels(self):
        order = self._order((self.hours, 10), partner=self.other_customer)
        order.user_id = self.salesperson
        order.with_user(self.salesperson).action_confirm()
        self.assertEqual(self._lots(self.other_customer).hours, 10)
        order.with_user(self.salesperson)._action_cancel()
        self.assertFalse(self._lots(self.other_customer).left_hours)
        self.assertEqual(order.message_ids[:1].author_id, self.salesperson.partner_id)
        with self.assertRaises(AccessError):
            self.env["crm.cards.hours.lot"].with_user(self.salesperson).create(
                {"bank_id": self.bank.id, "hours": 1}
            )

    def test_accountant_and_invoicer_are_paid_and_credit(self):
        self.company.crm_cards_hours_trigger = "invoice"
        for user in (self.accountant, self.invoicer):
            with self.subTest(user.login):
                before = self.bank.left_hours
                invoice = self._invoice(self.hours, 10)
                self._pay(invoice.with_user(user), user=user)
                self.assertEqual(self.bank.left_hours, before + 10)
                refund = invoice.with_user(user)._reverse_moves(
                    [{"invoice_date": invoice.invoice_date}]
                )
                refund.action_post()
                self.assertEqual(self.bank.left_hours, before)

    def test_screens_open(self):
        with Form(self.env["product.template"]) as form:
            form.name = "Pack"
            form.card_is_hours_pack = True
            form.card_pack_hours = 20
        order = self._order((self.hours, 1))
        order.action_confirm()
        action = order.with_user(self.salesperson).action_open_card_hours_lots()
        lots = self.env["crm.cards.hours.lot"].search(action["domain"])
        self.assertEqual(lots.order_id, order)
        Form(lots.with_user(self.hours_manager))
