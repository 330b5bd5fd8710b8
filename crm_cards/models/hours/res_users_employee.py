from odoo import models
from odoo.exceptions import ValidationError


class ResUsers(models.Model):
    _inherit = "res.users"

    def _get_timesheet_employee(self, company):
        """Return the employee whose timesheet takes the user's hours in a company.

        :raises ValidationError: the user is not an employee there
        """
        self.ensure_one()
        # Every internal user has hours, few may read employees.
        employee = (
            self.env["hr.employee"]
            .sudo()
            .search(
                [("user_id", "=", self.id), ("company_id", "=", company.id)], limit=1
            )
        )
        if not employee:
            raise ValidationError(
                self.env._(
                    "Hours worked: %(user)s has no timesheet because he or she is not "
                    "an employee of %(company)s. Have an employee created for this "
                    "user, under Employees.",
                    user=self.sudo().name,
                    company=company.sudo().name,
                )
            )
        return employee
