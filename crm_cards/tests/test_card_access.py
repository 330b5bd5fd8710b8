"""Who may do what (role × model × operation)."""

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .access_hours import HOURS_MATRIX
from .access_hours_billing import HOURS_BILLING_MATRIX
from .access_hours_log import HOURS_LOG_MATRIX
from .access_hours_notice import HOURS_NOTICE_MATRIX
from .access_hours_statement import HOURS_STATEMENT_MATRIX
from .access_project import PROJECT_MATRIX
from .access_ticket import TICKET_MATRIX
from .common_access import ROLES, AccessCase

_OPERATIONS = ("read", "write", "create", "unlink")
# First letters of the operations; a role that is not named may do nothing.
_MATRIX = {
    **TICKET_MATRIX,
    **HOURS_MATRIX,
    **PROJECT_MATRIX,
    **HOURS_LOG_MATRIX,
    **HOURS_STATEMENT_MATRIX,
    **HOURS_NOTICE_MATRIX,
    **HOURS_BILLING_MATRIX,
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
        {role: "rwcu" for role in ROLES if role not in ("portal", "public")},
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
        {
            "accountant": "rwcu",
            "administrator": "rwcu",
            "service_manager": "rwcu",
            "hours_manager": "rwcu",
        },
    ),
    "crm.cards.accounts.import.row": {
        "accountant": "rw",
        "administrator": "rw",
        "service_manager": "rw",
        "hours_manager": "rw",
    },
    "crm.cards.accounts.import.progress": {
        "accountant": "r",
        "administrator": "r",
        "service_manager": "r",
        "hours_manager": "r",
    },
    "crm.cards.conversion.reversal": {"administrator": "rwc"},
    "crm.cards.account.card.state": {"accountant": "rwc", "administrator": "rwc"},
    "crm.cards.settings": {"administrator": "rwc"},
    "crm.cards.schedule.person": {
        role: "rwcu" for role in ROLES if role not in ("portal", "public")
    },
    **{
        model: {role: rights for role in ROLES if role not in ("portal", "public")}
        for model, rights in {
            "crm.cards.activity": "rw",
            "crm.cards.activity.hand": "r",
            "crm.cards.activity.cancel": "rwc",
            "crm.cards.activity.reassign": "rwc",
            "crm.cards.activity.reassign.load": "rwc",
        }.items()
    },
    "crm.cards.activity.handle": {
        role: "rwc" for role in ROLES if role not in ("portal", "public")
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

    def test_dialogs_of_others_are_shut(self):
        """Odoo lets everybody with the right read and write those of others."""
        for name, model in self.env.registry.items():
            if not name.startswith("crm.cards.") or not model._transient:
                continue
            rules = self.env["ir.rule"].search([("model_id.model", "=", name)])
            domains = rules.filtered("global").mapped("domain_force")
            with self.subTest(name):
                self.assertIn("create_uid", "".join(domains))

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_rights_of_each_role(self):
        for model, rights in _MATRIX.items():
            # Managers of hours are users, who do more with hours alone.
            rights = {"hours_manager": rights.get("user", ""), **rights}
            for role in ROLES:
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
            self._create_user(login=f"cards_access_{name}", groups=ROLES["salesperson"])
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
