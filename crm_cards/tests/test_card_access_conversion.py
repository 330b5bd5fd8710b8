"""Who converts, by whatever road."""

from odoo.tests import tagged

from odoo.addons.crm_cards.exceptions import ConversionRefusedError

from .common_access import ROLES, AccessCase


@tagged("post_install", "-at_install")
class TestCardAccessConversion(AccessCase):
    """Only accountants convert, whatever road or context is tried."""

    def setUp(self):
        super().setUp()
        self.prospect = self._create_prospect(user_id=self.users["salesperson"].id)

    def _assert_still_prospect(self):
        self.env.invalidate_all()
        self.assertEqual(self.prospect.customer_kind, "prospect")
        self.assertFalse(self._conversions_of(self.prospect))

    def test_accountant_converts(self):
        self._call(
            "accountant", "res.partner", "action_convert_to_customer", self.prospect.ids
        )
        self.assertEqual(self.prospect.customer_kind, "customer")
        self.assertEqual(
            self._conversions_of(self.prospect).user_id, self.users["accountant"]
        )

    def test_salesperson_cannot_convert_by_the_button(self):
        for role in ("internal", "salesperson", "user", "invoicer"):
            self._assert_denied(
                role,
                "res.partner",
                "action_convert_to_customer",
                self.prospect.ids,
                context={"crm_cards_converting": True, "crm_cards_ask": False},
            )
            self._assert_still_prospect()

    def test_salesperson_cannot_convert_by_the_main_account(self):
        values = {"main_account": "customers"}
        for role in ("salesperson", "user", "invoicer"):
            self._assert_denied(role, "res.partner", "write", self.prospect.ids, values)
            self._assert_denied(
                role, "res.partner", "create", {"name": "New one", **values}
            )
            self._assert_still_prospect()
        self._call(
            "accountant",
            "res.partner",
            "write",
            self.prospect.ids,
            {"main_account": "suppliers"},
        )
        self.assertEqual(self.prospect.main_account, "suppliers")

    def test_salesperson_cannot_create_a_card(self):
        for role in ("internal", "salesperson", "user", "invoicer"):
            self._assert_denied(
                role,
                "crm.cards.account.card",
                "create",
                {"partner_id": self.prospect.id},
            )
            self._assert_denied(
                role,
                "res.partner",
                "write",
                self.prospect.ids,
                {"account_card_ids": [(0, 0, {"main_account": "customers"})]},
            )
            self._assert_denied(
                role,
                "res.partner",
                "create",
                {"name": "New", "prospect_ids": [(0, 0, {"cause": "new"})]},
            )

    def test_context_does_not_open_the_way_for_orders(self):
        order = self._create_order(self.prospect, user_id=self.users["salesperson"].id)
        forged = {
            "crm_cards_ask": False,
            "crm_cards_converting": True,
            "crm_cards_documents": {self.prospect.id: {"order_id": order.id}},
            "crm_cards_validate_id": 1,
        }
        for name, value in forged.items():
            for method, *args in (
                ("action_confirm",),
                ("write", {"state": "sale"}),
            ):
                context = {name: value}
                with (
                    self.subTest(context=context, method=method),
                    self._person_at_screen(),
                    self.env.cr.savepoint(),
                ):
                    try:
                        action = self._call(
                            "salesperson",
                            "sale.order",
                            method,
                            order.ids,
                            *args,
                            context=context,
                        )
                    except ConversionRefusedError:
                        continue
                    # else nothing but the question may come back
                    self.assertEqual(action["res_model"], "crm.cards.conversion.stop")
            self._assert_still_prospect()

    def test_context_does_not_open_the_way_for_invoices(self):
        invoice = self._create_invoice_of(self.prospect)
        for name, value in {
            "crm_cards_ask": False,
            "crm_cards_converting": True,
        }.items():
            with self._person_at_screen():
                self._assert_denied(
                    "invoicer",
                    "account.move",
                    "action_post",
                    invoice.ids,
                    context={name: value},
                )
            self._assert_still_prospect()

    def test_integration_with_the_right_may_say_that_nobody_is_there(self):
        order = self._create_order(self.prospect)
        self.users["accountant"].group_ids += self.env.ref(
            "sales_team.group_sale_salesman_all_leads"
        )
        with self._person_at_screen():
            self._call(
                "accountant",
                "sale.order",
                "action_confirm",
                order.ids,
                context={"crm_cards_ask": False},
            )
        self.assertEqual(order.state, "sale")
        self.assertEqual(self.prospect.customer_kind, "customer")

    def test_dialog_made_by_hand_gives_no_rights(self):
        order = self._create_order(self.prospect, user_id=self.users["salesperson"].id)
        for method in ("action_confirm", "validate_move"):
            stop = self._call(
                "salesperson",
                "crm.cards.conversion.stop",
                "create",
                {"order_ids": [(6, 0, order.ids)], "method": method},
            )
            with self._person_at_screen():
                self._assert_denied(
                    "salesperson",
                    "crm.cards.conversion.stop",
                    "action_convert_and_continue",
                    [stop],
                )
        self._assert_denied(
            "salesperson",
            "crm.cards.conversion.stop",
            "create",
            {"order_ids": [(6, 0, order.ids)], "method": "unlink"},
        )
        self._assert_still_prospect()

    def test_event_cannot_be_forged(self):
        """Who, when and why of a conversion come from the system."""
        forger = self.users["accountant"]
        order = self._create_order(self.prospect)
        card_id = self._call(
            "accountant",
            "crm.cards.account.card",
            "create",
            {
                "partner_id": self.prospect.id,
                "opened_by_id": self.administrator.id,
                "date_opened": "2001-01-01 00:00:00",
                "cause": "install",
            },
            context={
                "crm_cards_documents": {self.prospect.id: {"order_id": order.id}},
                "default_opened_by_id": self.administrator.id,
            },
        )
        event = self._conversions_of(self.prospect)
        self.assertRecordValues(
            event,
            [{"user_id": forger.id, "order_id": False, "cause": "main_account"}],
        )
        self.assertGreater(event.date.year, 2001)
        for values in (
            {"partner_id": self._create_prospect("Other").id},
            {"company_id": self.company_data["company"].id, "cause": "import"},
            {"opened_by_id": self.administrator.id},
            {"date_opened": "2001-01-01 00:00:00"},
            {"active": False},
            {"superseded_by_id": card_id},
        ):
            self._assert_denied(
                "accountant", "crm.cards.account.card", "write", [card_id], values
            )

    def test_forged_documents_do_not_reach_the_event_of_a_reopened_card(self):
        self.prospect._open_account_card("button")
        self._conversions_of(self.prospect).with_user(self.administrator)._reverse("x")
        order = self._create_order(self._create_prospect("Other"))
        self._call(
            "accountant",
            "res.partner",
            "action_convert_to_customer",
            self.prospect.ids,
            context={"crm_cards_documents": {self.prospect.id: {"order_id": order.id}}},
        )
        self.assertFalse(self._conversions_of(self.prospect).order_id)

    def test_events_and_facts_are_never_edited(self):
        self.prospect._open_account_card("button")
        for record in (self._conversions_of(self.prospect), self.prospect.prospect_ids):
            for role in ROLES:
                for method, *args in (("write", {"cause": "order"}), ("unlink",)):
                    self._assert_denied(role, record._name, method, record.ids, *args)

    def test_only_an_administrator_takes_a_conversion_back(self):
        """Not by the dialog, and not by deleting the card or its partner."""
        card = self.prospect._open_account_card("button")
        dialog = {
            "conversion_id": self._conversions_of(self.prospect).id,
            "reason": "x",
        }
        for role in ("salesperson", "user", "invoicer", "accountant"):
            for model, method, *args in (
                ("crm.cards.conversion.reversal", "create", dialog),
                (card._name, "unlink", card.ids),
                ("res.partner", "unlink", self.prospect.ids),
                (card._name, "action_archive", card.ids),
            ):
                self._assert_denied(role, model, method, *args)
        self.assertEqual(self.prospect.customer_kind, "customer")

    def test_keys_and_state_are_for_accountants(self):
        card = self.prospect._open_account_card("button")
        for role in ("internal", "salesperson", "user", "invoicer"):
            for values in (
                {"account_key": "77777"},
                {"state": "blocked"},
                {"main_account": "suppliers"},
            ):
                self._assert_denied(role, card._name, "write", card.ids, values)
            self._assert_denied(role, card._name, "action_reopen", card.ids)
        self._call(
            "accountant", card._name, "write", card.ids, {"account_key": "77777"}
        )
        self.assertEqual(card.account_key, "77777")

    def test_settings_are_for_administrators(self):
        for role in ("accountant", "salesperson", "invoicer"):
            self._assert_denied(
                role, "crm.cards.settings", "default_get", ["company_id"]
            )
        values = self._call(
            "administrator", "crm.cards.settings", "default_get", ["company_id"]
        )
        self.assertEqual(values["crm_cards_prospect_policy"], "ask")
