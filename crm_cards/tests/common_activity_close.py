from odoo.exceptions import ValidationError
from odoo.tests import Form, new_test_user

from .common_activity import ActivityCase


class CloseCase(ActivityCase):
    """Visits to close, with the outcomes of them and the hours on a task."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.solved = cls.env.ref("crm_cards.crm_cards_activity_outcome_solved")
        cls.promise = cls.env.ref("crm_cards.crm_cards_activity_outcome_promise")

    def _plan_visit(self, document=None, **values):
        return self._plan(document, activity_type_id=self.visit_type.id, **values)

    def _create_task(self, **values):
        project = self._create_project("Press", partner_id=self.customer.id, **values)
        return self.env["project.task"].create(
            {"name": "Install", "project_id": project.id}
        )

    def _create_employee(self, user):
        return (
            self.env["hr.employee"]
            .sudo()
            .create(
                {"name": user.name, "user_id": user.id, "company_id": self.company.id}
            )
        )

    def _create_worker(self, login="worker", **values):
        worker = new_test_user(
            self.env,
            login=login,
            groups="sales_team.group_sale_salesman_all_leads,project.group_project_user,"
            "crm_cards.crm_cards_group_activity_all",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
            **values,
        )
        self._create_employee(worker)
        return worker

    def _assert_invalid(self, message, call, *args, **kwargs):
        """Fail unless the call is refused; what it did before is rolled back."""
        with self.assertRaises(ValidationError) as caught:
            call(*args, **kwargs)
        self.assertRegex(str(caught.exception), message)

    def _lines_of(self, task):
        return self.env["account.analytic.line"].search([("task_id", "=", task.id)])


class HandleCase(CloseCase):
    """The one dialog in which activities are handled."""

    def _open(self, activities, user=None):
        """Open the dialog as its button does."""
        activities = activities.with_user(user or self.env.user)
        action = activities.action_card_handle()
        wizard = self.env[action["res_model"]].with_user(user or self.env.user)
        return Form(wizard.with_context(**action["context"]))

    def _followers_up(self, activity):
        """Return the other open activities of the customer."""
        return self.env["mail.activity"].search(
            [
                ("card_customer_id", "=", activity.card_customer_id.id),
                ("id", "!=", activity.id),
            ]
        )
