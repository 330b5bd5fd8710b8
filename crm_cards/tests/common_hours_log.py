from odoo.tests import Form

from .common_hours import HoursCase


class HoursLogCase(HoursCase):
    """A ticket of the customer, which the technician works on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.department = cls.env["crm.cards.department"].create(
            {
                "name": "Support",
                "company_id": cls.company.id,
                "member_ids": cls.technician.ids,
            }
        )
        cls.ticket = cls.env["crm.cards.ticket"].create(
            {
                "name": "Printer is down",
                "partner_id": cls.customer.id,
                "department_id": cls.department.id,
            }
        )

    def _open_log(self, record, user=None):
        """Return the form of the dialog that *Log hours* opens on a record."""
        action = record.with_user(user or self.technician).action_log_hours()
        dialog = self.env[action["res_model"]].browse(action["res_id"])
        return Form(dialog.with_user(user or self.technician))
