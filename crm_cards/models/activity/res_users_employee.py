from odoo import models
from odoo.exceptions import ValidationError


class ResUsers(models.Model):
    """Whose timesheet takes the hours of a user."""

    _inherit = "res.users"

    def _get_timesheet_employee(self, company):
        """Return the employee whose timesheet takes the user's hours in a company.

        :raises ValidationError: the user is not an employee there
        """
        self.ensure_one()
        employee = self._find_timesheet_employees([company]).get((self.id, company.id))
        if not employee:
            self._refuse_without_timesheet(company)
        return employee

    def _find_timesheet_employees(self, companies):
        """Return ``{(user id, company id): employee}`` of those who are one."""
        # Every internal user has hours, few may read employees.
        employees = self.env["hr.employee"].sudo()
        found = employees.search(
            [
                ("user_id", "in", self.ids),
                ("company_id", "in", [company.id for company in companies]),
            ]
        )
        return {(one.user_id.id, one.company_id.id): one for one in found}

    def _refuse_without_timesheet(self, company):
        raise ValidationError(
            self.env._(
                "Hours worked: %(user)s has no timesheet because he or she is not an "
                "employee of %(company)s. Have an employee created for this user, "
                "under Employees.",
                user=self.sudo().name,
                company=company.sudo().name,
            )
        )
