from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tools import mute_logger

from odoo.addons.crm_cards.models.card import crm_cards_conversion_gate

from .common import REFUSAL_LOGS, CardsCase

ROLES = {
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
_REFUSALS = (AccessError, UserError, ValueError)


class AccessCase(CardsCase):
    """One user for each role, and calls in their name from outside."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            role: cls._create_user(login=f"cards_access_{role}", groups=groups)
            for role, groups in ROLES.items()
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
            mute_logger(*REFUSAL_LOGS),
        ):
            try:
                with self.env.cr.savepoint():
                    result = self._call(role, model, method, *args, **kwargs)
            except refusals as refusal:
                return refusal
            return self.fail(f"{role} called {model}.{method} and got {result!r}")
