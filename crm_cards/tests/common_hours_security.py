from odoo.service.model import call_kw
from odoo.tools import mute_logger

from .common import REFUSAL_LOGS
from .common_hours_log import HoursLogCase


class HoursSecurityCase(HoursLogCase):
    """A ticket, a project and an activity that few may see, and another company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.enterClassContext(mute_logger(*REFUSAL_LOGS))
        cls.secret_department = cls.env["crm.cards.department"].create(
            {"name": "Secret", "company_id": cls.company.id}
        )
        cls.secret_ticket = cls.env["crm.cards.ticket"].create(
            {
                "name": "Hidden leak",
                "partner_id": cls.other_customer.id,
                "department_id": cls.secret_department.id,
            }
        )
        cls.secret_project = cls._create_project(
            "Hidden mill", cls.other_customer, privacy_visibility="followers"
        )
        cls.secret_bank = cls._create_bank(cls.other_customer, name="Mill hours")
        cls._buy(7, cls.secret_bank)
        cls.support = cls._create_project("Support")
        cls.abroad = cls.env["res.company"].create({"name": "Cards Abroad"})
        cls._buy(10)

    def _create_bank_abroad(self, **values):
        banks = self.env["crm.cards.hours.bank"].sudo()
        return banks.create(
            {
                "name": "Hours abroad",
                "partner_id": self.customer.id,
                "company_id": self.abroad.id,
                **values,
            }
        )

    def _create_private_activity(self):
        return self.env["mail.activity"].create(
            {
                "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id,
                "summary": "Divorce of Levi",
                "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                "res_id": self.customer.id,
                "user_id": self.administrator.id,
                "card_private": True,
            }
        )

    def _call(self, user, model, method, *args, **context):
        """Call a method as a browser does, with a context of its own."""
        env = self.env(user=user, context={})
        return call_kw(env[model], method, list(args), {"context": context})
