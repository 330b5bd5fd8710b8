"""The quotation for the next hours of a bank."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common_hours_sale import HoursSaleCase


@tagged("post_install", "-at_install")
@freeze_time("2026-04-10 12:00:00")
class TestHoursRenewal(HoursSaleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.user_id = cls.salesperson

    def _renew(self, bank=None, user=None):
        bank = bank or self.bank
        action = bank.with_user(user or self.salesperson).action_renew()
        self.assertEqual(action["res_model"], "sale.order")
        return self.env["sale.order"].browse(action["res_id"])

    def _sell(self, *line, **values):
        order = self._order(line, card_hours_bank_id=self.bank.id, **values)
        order.action_confirm()
        return order

    def test_pack_that_was_sold_last_is_offered_once(self):
        self._sell(self.hours, 10)
        self._sell(self.pack, 3)
        order = self._renew()
        self.assertEqual((order.state, order.partner_id), ("draft", self.customer))
        self.assertEqual(order.order_line.product_id, self.pack)
        self.assertEqual(order.order_line.product_uom_qty, 1)
        self.assertEqual(order.user_id, self.salesperson)
        self.assertEqual(order.company_id, self.company)
        self.assertIn(self.bank.display_name, order.origin)
        self.assertEqual(self._renew(), order)
        order.action_quotation_sent()
        self.assertEqual(self._renew(), order)

    def test_confirmed_it_brings_its_lot_into_this_bank(self):
        self._sell(self.pack, 1)
        self._create_bank(sequence=1)
        order = self._renew()
        order.action_confirm()
        lot = self.env["crm.cards.hours.lot"].search(
            [("order_line_id", "in", order.order_line.ids)]
        )
        self.assertEqual((lot.bank_id, lot.hours), (self.bank, 200))
        again = self._renew()
        self.assertNotEqual(again, order)
        again._action_cancel()
        self.assertNotEqual(self._renew(), again)

    def test_hours_sold_by_the_hour_are_offered_as_many_as_last_time(self):
        self._sell(self.hours, 5, self.day)
        line = self._renew().order_line
        self.assertEqual(
            (line.product_id, line.product_uom_qty, line.product_uom_id),
            (self.hours, 5, self.day),
        )

    def test_what_was_invoiced_without_an_order_counts_too(self):
        invoice = self._invoice(self.hours, 12)
        self._pay(invoice)
        self.assertEqual(self._lots().bank_id, self.bank)
        line = self._renew().order_line
        self.assertEqual((line.product_id, line.product_uom_qty), (self.hours, 12))

    def test_pack_that_is_chosen_goes_first_and_that_of_the_company_last(self):
        small = self._create_pack("Small", uom_id=self.unit.id, card_pack_hours=5)
        self.company.crm_cards_hours_pack_id = small
        self.assertEqual(self._renew().order_line.product_id, small)
        other = self._create_bank(self.other_customer)
        other.renewal_product_id = self.pack
        self.other_customer.user_id = self.salesperson
        self.assertEqual(self._renew(other).order_line.product_id, self.pack)

    def test_pack_that_is_not_sold_any_more_is_not_offered(self):
        self._sell(self.pack, 1)
        for values in (
            {"active": False},
            {"sale_ok": False},
            {"card_is_hours_pack": False},
        ):
            with self.subTest(values), self.env.cr.savepoint() as savepoint:
                self.pack.write(values)
                with self.assertRaisesRegex(UserError, "no hours pack to offer"):
                    self._renew()
                savepoint.rollback()
                self.env.invalidate_all()

    def test_closed_bank_is_not_renewed(self):
        self._sell(self.pack, 1)
        self.bank.action_close()
        with self.assertRaisesRegex(UserError, "is closed"):
            self._renew()

    def test_currency_is_that_of_the_bank(self):
        currency = self.env.ref("base.CHF")
        currency.active = True
        bank = self._create_bank(currency_id=currency.id)
        bank.renewal_product_id = self.pack
        self.env["product.pricelist"].search([]).action_archive()
        with self.assertRaisesRegex(UserError, "no pricelist"):
            self._renew(bank)
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Francs",
                "currency_id": currency.id,
                "company_id": self.company.id,
            }
        )
        order = self._renew(bank)
        self.assertEqual((order.currency_id, order.pricelist_id), (currency, pricelist))

    def test_customer_of_a_colleague(self):
        self._sell(self.pack, 1)
        colleague = self._create_user(
            "hours_colleague", "sales_team.group_sale_salesman"
        )
        order = self._renew(user=colleague)
        self.assertEqual(order.user_id, colleague)
        # Neither a second one, nor one that he may not see.
        with self.assertRaisesRegex(UserError, order.name):
            self._renew()
        self.assertEqual(self._renew(user=self.env.user), order)

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_only_who_sells_may_renew(self):
        self._sell(self.pack, 1)
        for user in (self.technician, self.employee, self.invoicer):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self._renew(user=user)

    def test_bank_of_another_company_is_not_renewed(self):
        company = self.env["res.company"].create({"name": "Away"})
        bank = self._create_bank(company_id=company.id)
        with (
            mute_logger("odoo.addons.base.models.ir_rule"),
            self.assertRaises(AccessError),
        ):
            self._renew(bank)

    def test_notice_leads_to_it(self):
        self._sell(self.pack, 1)
        self._log_hours(190, date="2026-04-10")
        self.env.cr.flush()
        notice = self.bank.notice_ids.with_user(self.salesperson)
        self.assertEqual(notice.action_renew()["res_id"], self._renew().id)
