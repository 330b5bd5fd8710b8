from odoo.addons.mail.tests.common import MailCase

from .common_activity import ActivityCase


class BulkCase(ActivityCase, MailCase):
    """Many activities at once, and the mails they cause."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Accounting's common test base switches mails off.
        cls.env = cls.env(context={"lang": "en_US"})
        (cls.own_agent + cls.team_agent + cls.all_agent).notification_type = "email"

    def _prepare_vals(self, partners, users):
        model_id = self.env["ir.model"]._get_id("res.partner")
        return [
            {
                "activity_type_id": self.task_type.id,
                "summary": f"Do {index}",
                "res_model_id": model_id,
                "res_id": partner.id,
                "user_id": users[index % len(users)].id,
            }
            for index, partner in enumerate(partners)
        ]

    def _mails_to(self, user):
        return self._new_mails.filtered(
            lambda mail: user.partner_id in mail.recipient_ids
        )
