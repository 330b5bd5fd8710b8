"""Who may do what, and on which routes nothing leaks (role × model × operation)."""

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw, get_public_method
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.crm_cards.exceptions import ConversionRefusedError
from odoo.addons.crm_cards.models.card import crm_cards_conversion_gate

from .access_hours import HOURS_MATRIX
from .access_hours_statement import HOURS_STATEMENT_MATRIX
from .access_ticket import TICKET_MATRIX
from .common import CardsCase

_OPERATIONS = ("read", "write", "create", "unlink")
_ROLES = {
    "internal": "base.group_user",
    "salesperson": "sales_team.group_sale_salesman",
    "user": "crm_cards.crm_cards_group_user",
    "invoicer": "account.group_account_invoice",
    "accountant": "crm_cards.crm_cards_group_accountant",
    "administrator": "crm_cards.crm_cards_group_manager",
    "technician": "crm_cards.crm_cards_group_ticket_user",
    "service_manager": "crm_cards.crm_cards_group_ticket_manager",
    "hours_manager": "crm_cards.crm_cards_group_hours_manager",
    "portal": "base.group_portal",
    "public": "base.group_public",
}
# First letters of the operations; a role that is not named may do nothing.
_MATRIX = {
    **TICKET_MATRIX,
    **HOURS_MATRIX,
    **HOURS_STATEMENT_MATRIX,
    "crm.cards.account.card": {
        "salesperson": "r",
        "user": "r",
        "invoicer": "r",
        "accountant": "rwc",
        "administrator": "rwcu",
    },
    "crm.cards.conversion": {
        "salesperson": "r",
        "user": "r",
        "invoicer": "r",
        "accountant": "r",
        "administrator": "r",
    },
    "crm.cards.prospect": {
        "salesperson": "r",
        "user": "r",
        "accountant": "r",
        "administrator": "r",
    },
    **dict.fromkeys(
        (
            "crm.cards.customer.status",
            "crm.cards.customer.type",
            "crm.cards.temperature",
            "crm.cards.activity.category",
            "crm.cards.activity.outcome",
        ),
        {
            "internal": "r",
            "salesperson": "r",
            "user": "r",
            "invoicer": "r",
            "accountant": "r",
            "technician": "r",
            "service_manager": "r",
            "administrator": "rwcu",
        },
    ),
    **dict.fromkeys(
        ("crm.cards.conversion.stop", "crm.cards.conversion.stop.line"),
        {role: "rwcu" for role in _ROLES if role not in ("portal", "public")},
    ),
    "crm.cards.partner.note": dict.fromkeys(
        ("salesperson", "user", "accountant", "administrator"), "rwcu"
    ),
    "crm.cards.process": {
        "salesperson": "r",
        "user": "r",
        "accountant": "r",
        "administrator": "rwcu",
    },
    **dict.fromkeys(
        ("crm.cards.startup", "crm.cards.startup.user"), {"administrator": "rwcu"}
    ),
    **dict.fromkeys(
        ("crm.cards.accounts.import", "crm.cards.accounts.import.column"),
        {"accountant": "rwcu", "administrator": "rwcu", "service_manager": "rwcu"},
    ),
    "crm.cards.accounts.import.row": {
        "accountant": "rw",
        "administrator": "rw",
        "service_manager": "rw",
    },
    "crm.cards.accounts.import.progress": {
        "accountant": "r",
        "administrator": "r",
        "service_manager": "r",
    },
    "crm.cards.conversion.reversal": {"administrator": "rwc"},
    "crm.cards.account.card.state": {"accountant": "rwc", "administrator": "rwc"},
    "crm.cards.settings": {"administrator": "rwc"},
    "crm.cards.schedule.person": {
        role: "rwcu" for role in _ROLES if role not in ("portal", "public")
    },
    **{
        model: {role: rights for role in _ROLES if role not in ("portal", "public")}
        for model, rights in {
            "crm.cards.activity": "rw",
            "crm.cards.activity.hand": "r",
            "crm.cards.activity.cancel": "rwc",
            "crm.cards.activity.reassign": "rwc",
            "crm.cards.activity.reassign.load": "rwc",
        }.items()
    },
    "crm.cards.activity.handle": {
        role: "rwc" for role in _ROLES if role not in ("portal", "public")
    },
    "crm.cards.handover": {"administrator": "rwc"},
    "crm.cards.handover.line": {"administrator": "r"},
    "crm.cards.license.type": {
        **dict.fromkeys(
            ("internal", "salesperson", "user", "invoicer", "accountant", "technician"),
            "r",
        ),
        "service_manager": "rwcu",
        "administrator": "rwcu",
    },
    **dict.fromkeys(
        (
            "crm.cards.ticket.assign",
            "crm.cards.ticket.assign.load",
            "crm.cards.ticket.contact",
            "crm.cards.ticket.merge",
        ),
        dict.fromkeys(("technician", "service_manager", "administrator"), "rwc"),
    ),
    "crm.cards.owned.product": {
        **dict.fromkeys(("salesperson", "user", "accountant", "technician"), "rwc"),
        "service_manager": "rwcu",
        "administrator": "rwcu",
    },
    "crm.cards.service.contract": {
        **dict.fromkeys(("salesperson", "user", "technician"), "r"),
        "accountant": "rwc",
        "service_manager": "rwcu",
        "administrator": "rwcu",
    },
    "crm.cards.service.contract.item": {
        **dict.fromkeys(("salesperson", "user", "technician"), "r"),
        **dict.fromkeys(("accountant", "service_manager", "administrator"), "rwcu"),
    },
    # Made by ticking Repeat on an activity, by nobody's own right.
    "crm.cards.activity.series": {
        **dict.fromkeys(
            (
                "internal",
                "salesperson",
                "user",
                "invoicer",
                "accountant",
                "technician",
                "service_manager",
            ),
            "rw",
        ),
        "administrator": "rwu",
    },
}
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
_REFUSALS = (AccessError, UserError, ValueError)
_REFUSAL_LOGS = (
    "odoo.orm.models",
    "odoo.addons.base.models.ir_model",
    "odoo.addons.base.models.ir_rule",
)
_ROLES_WITHOUT_LEDGER = (
    "internal",
    "salesperson",
    "user",
    "technician",
    "portal",
    "public",
)


class AccessCase(CardsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            role: new_test_user(
                cls.env,
                login=f"cards_access_{role}",
                groups=groups,
                company_id=cls.company.id,
                company_ids=[(6, 0, cls.company.ids)],
            )
            for role, groups in _ROLES.items()
        }

    def _as(self, records, role, **context):
        return records.with_user(self.users[role]).with_context(**context)

    def _person_at_screen(self):
        """Pretend that the calls come in through HTTP."""
        return patch.object(crm_cards_conversion_gate, "request", True)

    def _call(self, role, model, method, *args, **kwargs):
        """Call a method as the web client and XML-RPC do, in a new environment."""
        self.env.flush_all()
        self.env.invalidate_all()
        context = {
            "allowed_company_ids": self.users[role].company_ids.ids,
            **kwargs.pop("context", {}),
        }
        records = self.env(user=self.users[role], context={})[model]
        return call_kw(records, method, list(args), {**kwargs, "context": context})

    def _assert_denied(self, role, model, method, *args, refusals=_REFUSALS, **kwargs):
        """Fail unless the call is refused and has changed nothing."""
        with (
            self.subTest(role=role, model=model, method=method, args=args),
            mute_logger(*_REFUSAL_LOGS),
        ):
            try:
                with self.env.cr.savepoint():
                    result = self._call(role, model, method, *args, **kwargs)
            except refusals as refusal:
                return refusal
            return self.fail(f"{role} called {model}.{method} and got {result!r}")


@tagged("post_install", "-at_install")
class TestCardAccessMatrix(AccessCase):
    def test_every_model_is_in_the_matrix(self):
        """A new model states here who may do what with it."""
        models = {
            name
            for name, model in self.env.registry.items()
            if name.startswith("crm.cards.") and not model._abstract
        }
        self.assertEqual(models, set(_MATRIX))

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_rights_of_each_role(self):
        for model, rights in _MATRIX.items():
            # Managers of hours are users, who do more with hours alone.
            rights = {"hours_manager": rights.get("user", ""), **rights}
            for role in _ROLES:
                granted = "".join(
                    operation[0]
                    for operation in _OPERATIONS
                    if self._as(self.env[model], role).has_access(operation)
                )
                with self.subTest(model=model, role=role):
                    self.assertEqual(granted, rights.get(role, ""))

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_salesperson_edits_own_and_team_customers_and_reads_all(self):
        seller = self.users["salesperson"]
        mate, other = (
            new_test_user(
                self.env,
                login=f"cards_access_{name}",
                groups=_ROLES["salesperson"],
                company_id=self.company.id,
                company_ids=[(6, 0, self.company.ids)],
            )
            for name in ("mate", "other")
        )
        self.env["crm.team"].create(
            {"name": "Ours", "member_ids": [(6, 0, (seller | mate).ids)]}
        )
        self.env["crm.team"].create({"name": "Theirs", "member_ids": other.ids})
        expected = {  # salesperson of the customer: may edit
            seller: True,
            mate: True,
            other: False,
            self.env["res.users"]: True,
        }
        for owner, may_edit in expected.items():
            for convert in (False, True):
                partner = self._create_prospect("Customer", user_id=owner.id)
                if convert:
                    partner._open_account_card("button")
                as_seller = self._as(partner, "salesperson")
                with self.subTest(owner=owner.login, customer=convert):
                    self.assertTrue(as_seller.has_access("read"))
                    self.assertEqual(as_seller.has_access("write"), may_edit)
                    for role in ("accountant", "administrator"):
                        self.assertTrue(self._as(partner, role).has_access("write"))
        nobodys = self._create_partner("No customer", user_id=other.id)
        self.assertTrue(self._as(nobodys, "salesperson").has_access("write"))

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_card_gives_no_more_rights_on_the_partner_than_the_partner(self):
        """Writing shared data through a card needs card rights and the rule."""
        partner = self._create_prospect(user_id=self.accountant.id)
        card = partner._open_account_card("button")
        for role in ("salesperson", "user", "invoicer"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self._as(card, role).write({"phone": "03-1234567"})
        self._as(card, "accountant").write({"phone": "03-1234567"})
        self.assertEqual(partner.phone, "03-1234567")


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
            for role in _ROLES:
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
