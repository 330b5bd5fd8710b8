from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.crm_cards.exceptions import (
    CardBlockedError,
    CardHasPostingsError,
    ConversionRefusedError,
)

from .common import CardsCase


@tagged("post_install", "-at_install")
class TestCardConversion(CardsCase):
    def setUp(self):
        super().setUp()
        self.partner = self._create_prospect()

    def _at_screen(self, documents, user):
        """Return the documents as a person at a screen sees them."""
        return documents.with_user(user).with_context(crm_cards_ask=True)

    def _get_dialog(self, action):
        self.assertEqual(action["res_model"], "crm.cards.conversion.stop")
        return (
            self.env[action["res_model"]]
            .with_context(**action["context"])
            .browse(action["res_id"])
        )

    # -- the button --

    def test_button_opens_card_and_writes_the_event(self):
        source = self.env["utm.source"].create({"name": "Friends"})
        self.partner.source_id = source
        self.partner.user_id = self.salesperson
        self.partner.with_user(self.accountant).action_convert_to_customer()
        card = self.partner.account_card_id
        self.assertRecordValues(
            self._conversions_of(self.partner),
            [
                {
                    "cause": "button",
                    "user_id": self.accountant.id,
                    "company_id": self.company.id,
                    "card_id": card.id,
                    "account_key": card.account_key,
                    "source_id": source.id,
                    "agent_id": self.salesperson.id,
                    "first_touch": "new",
                    "days_since_creation": 0,
                    "is_reversed": False,
                }
            ],
        )

    def test_button_twice_converts_once(self):
        self.partner.action_convert_to_customer()
        self.partner.action_convert_to_customer()
        self.assertEqual(len(self._conversions_of(self.partner)), 1)

    def test_salesperson_may_not_convert_and_reads_who_may(self):
        with self.assertRaises(ConversionRefusedError) as refusal:
            self.partner.with_user(self.salesperson).action_convert_to_customer()
        self.assertIn(self.accountant.name, str(refusal.exception))

    def test_request_leaves_one_activity(self):
        for user in (self.salesperson, self.salesperson, self.invoicer):
            self.partner.with_user(user).action_request_conversion()
        activity = self.partner._get_conversion_requests(self.company)
        self.assertEqual(len(activity), 1)
        self.assertTrue(activity.user_id)

    def test_request_goes_to_the_chosen_accountant_and_ends_with_the_conversion(self):
        self.company.crm_cards_accountant_id = self.administrator
        self.partner.with_user(self.salesperson).action_request_conversion()
        activity = self.partner._get_conversion_requests(self.company)
        self.assertEqual(activity.user_id, self.administrator)
        self.partner.action_convert_to_customer()
        self.assertFalse(activity.active)

    def test_event_knows_the_lead_and_the_first_documents(self):
        lead = self.env["crm.lead"].create(
            {"name": "Pump", "partner_id": self.partner.id, "type": "opportunity"}
        )
        order = self._create_order(self.partner, opportunity_id=lead.id)
        order.action_confirm()
        invoice = self._create_invoice_of(self.partner)
        invoice.action_post()
        event = self._conversions_of(self.partner)
        self.assertRecordValues(
            event,
            [
                {
                    "cause": "order",
                    "order_id": order.id,
                    "lead_id": lead.id,
                    "date_first_order": order.date_order.date(),
                    "date_first_invoice": invoice.invoice_date,
                    "date_first_payment": False,
                }
            ],
        )
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"payment_date": "2026-04-05"})._create_payments()
        event.invalidate_recordset()
        self.assertEqual(str(event.date_first_payment), "2026-04-05")

    # -- the stop before an order --

    def test_person_is_asked_and_nothing_is_confirmed(self):
        order = self._create_order(self.partner)
        action = self._at_screen(order, self.accountant).action_confirm()
        dialog = self._get_dialog(action)
        self.assertEqual(dialog.line_ids.partner_id, self.partner)
        self.assertTrue(dialog.with_user(self.accountant).can_convert)
        self.assertEqual(order.state, "draft")
        self.assertEqual(self.partner.customer_kind, "prospect")

    def test_convert_and_continue_does_both(self):
        order = self._create_order(self.partner)
        action = self._at_screen(order, self.accountant).action_confirm()
        self._get_dialog(action).with_user(
            self.accountant
        ).action_convert_and_continue()
        self.assertEqual(order.state, "sale")
        self.assertEqual(self.partner.customer_kind, "customer")
        self.assertEqual(self._conversions_of(self.partner).order_id, order)

    def test_one_dialog_lists_the_whole_batch(self):
        other = self._create_prospect("Second")
        customer = self._create_partner("Third")
        customer._open_account_card("button")
        orders = self._create_order(self.partner) | self._create_order(other)
        orders |= self._create_order(customer)
        dialog = self._get_dialog(
            self._at_screen(orders, self.accountant).action_confirm()
        )
        self.assertEqual(dialog.line_ids.partner_id, self.partner | other)
        dialog.with_user(self.accountant).action_convert_and_continue()
        self.assertEqual(set(orders.mapped("state")), {"sale"})
        self.assertEqual(self._conversions_of(other).order_id, orders[1])

    def test_salesperson_gets_a_refusal_with_a_request_button(self):
        order = self._create_order(self.partner, user_id=self.salesperson.id)
        dialog = self._get_dialog(
            self._at_screen(order, self.salesperson).action_confirm()
        ).with_user(self.salesperson)
        self.assertFalse(dialog.can_convert)
        self.assertIn(self.accountant.name, dialog.who_can)
        with self.assertRaises(ConversionRefusedError):
            dialog.action_convert_and_continue()
        dialog.action_request_conversion()
        dialog.action_request_conversion()
        self.assertEqual(order.state, "draft")
        self.assertEqual(len(self.partner._get_conversion_requests(self.company)), 1)

    def test_salesperson_cannot_pass_the_dialog_by_writing_the_state(self):
        order = self._create_order(self.partner, user_id=self.salesperson.id)
        with self.assertRaises(ConversionRefusedError):
            self._at_screen(order, self.salesperson).write({"state": "sale"})

    def test_nobody_is_asked_in_convert_policy(self):
        self.company.crm_cards_prospect_policy = "convert"
        order = self._create_order(self.partner, user_id=self.salesperson.id)
        self._at_screen(order, self.salesperson).action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertEqual(self.partner.customer_kind, "customer")

    def test_portal_signature_converts_by_itself(self):
        order = self._create_order(self.partner)
        order.sudo()._validate_order()
        self.assertEqual(order.state, "sale")
        self.assertEqual(self._conversions_of(self.partner).cause, "order")

    def test_order_created_as_confirmed_converts(self):
        order = self._create_order(self.partner, state="sale")
        self.assertEqual(self._conversions_of(self.partner).order_id, order)

    def test_error_after_the_conversion_leaves_nothing_behind(self):
        order = self._create_order(self.partner)
        order.order_line.product_id = False
        order.order_line.name = "nothing"
        with self.assertRaises(UserError), self.env.cr.savepoint():
            order.with_context(crm_cards_converting=True).action_confirm()
        self.env.invalidate_all()
        self.assertEqual(self.partner.customer_kind, "prospect")
        self.assertFalse(self._conversions_of(self.partner))

    # -- the stop before an invoice --

    def test_posting_the_invoice_of_a_prospect_asks(self):
        invoices = self._create_invoice_of(self.partner)
        invoices |= self._create_invoice_of(self.partner, "in_invoice")
        dialog = self._get_dialog(
            self._at_screen(invoices, self.accountant).action_post()
        )
        self.assertEqual(set(invoices.mapped("state")), {"draft"})
        dialog.with_user(self.accountant).action_convert_and_continue()
        self.assertEqual(set(invoices.mapped("state")), {"posted"})
        self.assertEqual(self._conversions_of(self.partner).cause, "invoice")
        self.assertEqual(
            self.partner.account_card_id.main_account, "customers_suppliers"
        )

    def test_batch_wizard_asks_and_continues(self):
        invoices = self._create_invoice_of(self.partner)
        wizard = self.env["validate.account.move"].create({"move_ids": invoices.ids})
        action = self._at_screen(wizard, self.accountant).validate_move()
        dialog = self._get_dialog(action)
        dialog.with_user(self.accountant).action_convert_and_continue()
        self.assertEqual(invoices.state, "posted")

    def test_list_button_of_entries_asks(self):
        invoices = self._create_invoice_of(self.partner)
        action = self._at_screen(
            invoices, self.accountant
        ).action_validate_moves_with_confirmation()
        self._get_dialog(action).with_user(
            self.accountant
        ).action_convert_and_continue()
        self.assertEqual(invoices.state, "posted")

    def test_invoicer_without_the_right_is_refused(self):
        invoice = self._create_invoice_of(self.partner)
        dialog = self._get_dialog(self._at_screen(invoice, self.invoicer).action_post())
        self.assertFalse(dialog.with_user(self.invoicer).can_convert)
        with self.assertRaises(ConversionRefusedError):
            self._at_screen(invoice, self.invoicer)._post()

    def test_credit_note_of_a_prospect_is_not_stopped(self):
        refund = self._create_invoice_of(self.partner, "out_refund")
        self._at_screen(refund, self.accountant).action_post()
        self.assertEqual(refund.state, "posted")
        self.assertEqual(self.partner.customer_kind, "customer")

    # -- blocked and closed cards --

    def _block(self, state="blocked"):
        card = self.partner._open_account_card("button")
        card.write({"state": state, "state_reason": "three invoices overdue"})
        return card

    def test_blocked_card_stops_confirming_with_its_reason(self):
        order = self._create_order(self.partner)
        self._block()
        with self.assertRaisesRegex(CardBlockedError, "three invoices overdue"):
            order.action_confirm()
        self.assertEqual(order.state, "draft")

    def test_closed_card_stops_posting(self):
        self._block("closed")
        invoice = self._create_invoice_of(self.partner)
        with self.assertRaisesRegex(CardBlockedError, "three invoices overdue"):
            invoice.action_post()

    def test_blocked_card_lets_quotations_payments_and_refunds_pass(self):
        invoice = self._create_invoice_of(self.partner)
        invoice.action_post()
        self._block()
        self.assertTrue(self._create_order(self.partner))
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({})._create_payments()
        self._create_invoice_of(self.partner, "out_refund").action_post()

    def test_portal_does_not_take_money_for_a_blocked_card(self):
        order = self._create_order(self.partner, require_payment=True)
        order.require_signature = True
        self.assertTrue(order._has_to_be_paid())
        self._block()
        self.assertFalse(order._has_to_be_paid())
        self.assertFalse(order._has_to_be_signed())

    def test_closing_is_refused_with_an_open_balance(self):
        self._create_invoice_of(self.partner).action_post()
        card = self.partner.account_card_id
        self.assertEqual(card.balance, 100.0)
        with self.assertRaisesRegex(CardHasPostingsError, "100.00"):
            card.with_user(self.accountant).action_close()
        with self.assertRaises(CardHasPostingsError):
            card._set_state("closed", "no more business")

    def test_dialog_blocks_with_a_reason_and_reopening_clears_it(self):
        card = self.partner._open_account_card("button").with_user(self.accountant)
        context = card.action_block()["context"]
        self.env["crm.cards.account.card.state"].with_user(
            self.accountant
        ).with_context(**context).create({"reason": "overdue"}).action_apply()
        self.assertEqual((card.state, card.state_reason), ("blocked", "overdue"))
        card.action_reopen()
        self.assertEqual((card.state, card.state_reason), ("open", False))

    # -- reversal --

    def _reverse(self, reason="converted by mistake", user=None):
        event = self._conversions_of(self.partner).filtered(
            lambda event: not event.is_reversed
        )
        self.env["crm.cards.conversion.reversal"].with_user(
            user or self.administrator
        ).create({"conversion_id": event.id, "reason": reason}).action_reverse()
        return event

    def test_reversal_keeps_event_and_key(self):
        card = self.partner._open_account_card("button")
        event = self._reverse()
        self.assertRecordValues(
            event,
            [
                {
                    "is_reversed": True,
                    "reversed_by_id": self.administrator.id,
                    "reversal_reason": "converted by mistake",
                    "account_key": card.account_key,
                }
            ],
        )
        self.assertEqual(self.partner.customer_kind, "prospect")
        self.assertIn(
            card.account_key, self.company._get_taken_account_keys([card.account_key])
        )

    def test_converting_again_gives_the_same_key_and_a_second_event(self):
        key = self.partner._open_account_card("button").account_key
        self._reverse()
        self.partner._open_account_card("order")
        self.assertEqual(self.partner.account_key, key)
        self.assertEqual(
            self._conversions_of(self.partner).mapped("is_reversed"), [False, True]
        )

    def test_reversal_is_refused_with_postings(self):
        self._create_invoice_of(self.partner).action_post()
        with self.assertRaises(CardHasPostingsError):
            self._reverse()

    def test_accountant_may_not_reverse(self):
        self.partner._open_account_card("button")
        event = self._conversions_of(self.partner)
        with self.assertRaises(UserError):
            event.with_user(self.accountant)._reverse("because")
