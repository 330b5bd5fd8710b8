from .common import CardsCase


class ProjectCase(CardsCase):
    """A customer with a project, people who keep timesheets, builders."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for group in (
            "hr.group_hr_manager",
            "hr_timesheet.group_timesheet_manager",
            "project.group_project_manager",
        ):
            cls.env.user.group_ids += cls.env.ref(group)
        cls.customer = cls.env["res.partner"].create(
            {"name": "Levi Printing", "is_company": True}
        )
        people = {
            "manager": "project.group_project_manager,"
            "hr_timesheet.group_timesheet_manager",
            "worker": "project.group_project_user,hr_timesheet.group_hr_timesheet_user",
        }
        for name, groups in people.items():
            user = cls._create_user(
                login=f"project_{name}", groups=f"base.group_user,{groups}"
            )
            setattr(cls, name, user)
            employee = cls._create_employee(user)
            setattr(cls, f"{name}_employee", employee)
        cls.project = cls._create_project("Printing line", partner_id=cls.customer.id)

    @classmethod
    def _create_employee(cls, user):
        return cls.env["hr.employee"].create(
            {"name": user.login, "user_id": user.id, "company_id": cls.company.id}
        )

    @classmethod
    def _create_project(cls, name, parent=None, **values):
        return cls.env["project.project"].create(
            {"name": name, "card_parent_id": parent and parent.id, **values}
        )

    @classmethod
    def _log(cls, project, hours, employee=None, **values):
        """Return a line of somebody's timesheet."""
        return cls.env["account.analytic.line"].create(
            {
                "name": "Work",
                "project_id": project.id,
                "employee_id": (employee or cls.worker_employee).id,
                "unit_amount": hours,
                **values,
            }
        )

    @classmethod
    def _create_task(cls, project, hours=0.0, state="01_in_progress", **values):
        return cls.env["project.task"].create(
            {
                "name": "Task",
                "project_id": project.id,
                "allocated_hours": hours,
                "state": state,
                **values,
            }
        )
