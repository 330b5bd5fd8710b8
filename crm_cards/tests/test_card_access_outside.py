"""What the portal and employees without rights of the add-on see."""

from odoo.exceptions import AccessError
from odoo.service.model import get_public_method
from odoo.tests import tagged

from .common_access import AccessCase


@tagged("post_install", "-at_install")
class TestCardAccessOutside(AccessCase):
    """Portal users and visitors know nothing of kinds, keys and cards."""

    def setUp(self):
        super().setUp()
        self.customer = self._create_prospect("Levi Printing")
        self.customer.customer_status_id = self.env["crm.cards.customer.status"].search(
            [], limit=1
        )
        self.customer._open_account_card("button")
        self.users["portal"].partner_id.parent_id = self.customer

    def test_own_company_s_inner_data_is_hidden_from_the_portal(self):
        internal = (
            "customer_kind",
            "account_key",
            "account_card_id",
            "account_card_ids",
            "main_account",
            "card_state",
            "prospect_ids",
            "customer_note_ids",
            "is_customer_closed",
            "customer_status_color",
            "customer_type_color",
            "temperature_color",
            "duration_tracking",
            "customer_status_id",
            "customer_type_id",
            "temperature_id",
            "source_id",
            "date_next_contact",
        )
        self.assertTrue(
            self._call("portal", "res.partner", "read", self.customer.ids, ["name"])
        )
        known = self._call("portal", "res.partner", "fields_get")
        for role in ("portal", "public"):
            for fname in internal:
                for method, *args in (
                    ("read", self.customer.ids, [fname]),
                    ("search", [(fname, "!=", False)]),
                    ("search", [(fname, "=", "3%")]),
                    ("web_read", self.customer.ids, {fname: {}}),
                    ("formatted_read_group", [], [fname]),
                ):
                    self._assert_denied(role, "res.partner", method, *args)
                if fname != "is_customer_closed":  # views need to know of it
                    self.assertNotIn(fname, known)

    def test_portal_does_not_find_customers_by_their_key(self):
        key = self.customer.account_card_id.account_key
        self.assertFalse(self._call("portal", "res.partner", "name_search", key))
        self.assertTrue(self._call("internal", "res.partner", "name_search", key))

    def test_portal_cannot_ask_for_anything(self):
        own = self.customer.ids
        for method in (
            "action_convert_to_customer",
            "action_request_conversion",
            "action_temperature_up",
            "get_quick_look",
            "get_processes",
        ):
            refusal = self._assert_denied("portal", "res.partner", method, own)
            self.assertNotIn(self.accountant.name, str(refusal))

    def test_doors_are_not_callable_from_outside(self):
        for model, names in {
            "res.partner": (
                "_open_account_card",
                "_make_prospect",
                "_find_partner_ids_by_key",
                "_get_cards_by_partner",
                "_request_conversion",
            ),
            "crm.cards.account.card": (
                "_set_state",
                "_record_conversions",
                "_get_ledger_figures",
            ),
            "crm.cards.conversion": ("_reverse", "_mark_reversed"),
            "sale.order": ("_convert_prospects", "_bind_customers"),
            "account.move": ("_convert_prospects",),
            "mail.activity": ("_create_conversion_request",),
        }.items():
            for name in names:
                with (
                    self.subTest(model=model, method=name),
                    self.assertRaises(AccessError),
                ):
                    get_public_method(self.env[model], name)


@tagged("post_install", "-at_install")
class TestCardAccessInternal(AccessCase):
    """Users without any right of the add-on go on working as before."""

    def test_kind_and_key_are_for_every_employee(self):
        partner = self._create_prospect()
        card = partner._open_account_card("button")
        fnames = ["customer_kind", "account_key", "card_state", "main_account"]
        for role in ("internal", "invoicer", "salesperson"):
            with self.subTest(role=role):
                values = self._call(role, "res.partner", "read", partner.ids, fnames)
                self.assertEqual(
                    [values[0][fname] for fname in fnames],
                    ["customer", card.account_key, "open", "customers"],
                )
                found = self._call(
                    role,
                    "res.partner",
                    "search",
                    [("account_key", "=", card.account_key)],
                )
                self.assertEqual(found, partner.ids)

    def test_card_is_named_to_who_may_not_open_it(self):
        partner = self._create_prospect()
        card = partner._open_account_card("button")
        values = self._call(
            "internal",
            "res.partner",
            "web_read",
            partner.ids,
            {"account_card_id": {"fields": {"display_name": {}}}},
        )
        self.assertIn(card.account_key, values[0]["account_card_id"]["display_name"])
