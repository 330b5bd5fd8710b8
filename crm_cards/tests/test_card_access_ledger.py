"""On which routes no figure of the ledger leaks."""

from odoo.tests import tagged

from .common_access import AccessCase

_LEDGER_FIELDS = [
    "balance",
    "overdue",
    "date_last_invoice",
    "date_last_payment",
    "credit_limit",
    "trust",
    "property_account_receivable_id",
    "property_account_payable_id",
    "property_payment_term_id",
    "property_supplier_payment_term_id",
    "property_account_position_id",
    "property_product_pricelist",
]
# Core's own figures, which the card has through its partner.
_CORE_LEDGER_FIELDS = ["credit", "debit", "total_invoiced"]
_ROLES_WITHOUT_LEDGER = (
    "internal",
    "salesperson",
    "user",
    "technician",
    "portal",
    "public",
)


@tagged("post_install", "-at_install")
class TestCardAccessLedger(AccessCase):
    """Nobody without accounting or card rights sees balances, on any route."""

    def setUp(self):
        super().setUp()
        self.partner = self._create_prospect("Levi Printing")
        self._create_invoice_of(self.partner).action_post()
        self.card = self.partner.account_card_id

    def test_who_may_sees_the_balance(self):
        for role in ("invoicer", "accountant", "administrator"):
            values = self._call(
                role, "crm.cards.account.card", "read", self.card.ids, ["balance"]
            )
            self.assertEqual(values[0]["balance"], 100.0)

    def test_reading_writing_and_exporting(self):
        specification = {"balance": {}}
        for role in _ROLES_WITHOUT_LEDGER:
            for fname in _LEDGER_FIELDS + _CORE_LEDGER_FIELDS:
                for method, *args in (
                    ("read", self.card.ids, [fname]),
                    ("web_read", self.card.ids, {fname: {}}),
                    ("search_read", [], [fname]),
                    ("web_search_read", [], {fname: {}}),
                    ("export_data", self.card.ids, [fname]),
                    ("write", self.card.ids, {fname: False}),
                ):
                    self._assert_denied(role, self.card._name, method, *args)
            # from the partner, along the links to its cards
            for link in ("account_card_id", "account_card_ids"):
                self._assert_denied(
                    role,
                    "res.partner",
                    "web_read",
                    self.partner.ids,
                    {link: {"fields": specification}},
                )
                self._assert_denied(
                    role,
                    "res.partner",
                    "export_data",
                    self.partner.ids,
                    [f"{link}/balance"],
                )

    def test_searching_sorting_grouping_and_adding_up(self):
        for role in _ROLES_WITHOUT_LEDGER:
            for fname in ("balance", "overdue", "date_last_invoice", "credit_limit"):
                domain = [(fname, ">", 0)]
                for method, *args in (
                    ("search", domain),
                    ("search_count", domain),
                    ("name_search", "", domain),
                    ("formatted_read_group", [], [fname], ["__count"]),
                    ("formatted_read_group", [], [], [f"{fname}:sum"]),
                    ("web_read_group", [], [fname]),
                ):
                    self._assert_denied(role, self.card._name, method, *args)
                self._assert_denied(
                    role, self.card._name, "search", [], order=f"{fname} desc"
                )
                for link in ("account_card_id", "account_card_ids"):
                    self._assert_denied(
                        role, "res.partner", "search", [(f"{link}.{fname}", ">", 0)]
                    )
                self._assert_denied(
                    role,
                    "crm.cards.conversion",
                    "search",
                    [(f"card_id.{fname}", ">", 0)],
                )

    def test_fields_and_views_do_not_name_the_figures(self):
        fnames = [*_LEDGER_FIELDS, *_CORE_LEDGER_FIELDS]
        view = self.env["ir.ui.view"].create(
            {
                "name": "cards with figures",
                "model": self.card._name,
                "type": "list",
                "arch": "<list><field name='account_key'/>"
                + "".join(f"<field name='{fname}'/>" for fname in fnames)
                + "</list>",
            }
        )
        for role in ("salesperson", "user"):
            known = self._call(role, self.card._name, "fields_get")
            self.assertFalse(known.keys() & set(fnames), role)
            views = self._call(
                role,
                self.card._name,
                "get_views",
                [(view.id, "list"), (False, "search")],
            )
            for fname in fnames:
                with self.subTest(role=role, field=fname):
                    self.assertNotIn(fname, views["models"][self.card._name]["fields"])
                    for arch in views["views"].values():
                        self.assertNotIn(f'name="{fname}"', arch["arch"])

    def test_quick_look_shows_the_balance_to_who_may_see_it(self):
        for role, is_shown in {
            "internal": False,
            "salesperson": False,
            "user": False,
            "invoicer": True,
            "accountant": True,
        }.items():
            look = self._call(role, "res.partner", "get_quick_look", self.partner.ids)
            with self.subTest(role=role):
                self.assertEqual(bool(look["balance"]), is_shown)
                if role != "invoicer":
                    self.assertFalse(look["last_invoice"])

    def test_refusals_do_not_tell_the_balance(self):
        """Closing is refused with the balance, but only to those who may close."""
        for role in ("salesperson", "user", "invoicer"):
            refusal = self._assert_denied(
                role, self.card._name, "action_close", self.card.ids
            )
            self.assertNotIn("100", str(refusal))
