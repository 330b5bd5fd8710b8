import io
import json

from openpyxl import load_workbook

from odoo import http
from odoo.tests import HttpCase, tagged

from .common_project import ProjectCase


@tagged("post_install", "-at_install")
class TestProjectReport(ProjectCase, HttpCase):
    """Hours by customer, project and person (row 143)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kind = cls.env["crm.cards.project.class"].create({"name": "Installation"})
        cls.contact = cls.env["res.partner"].create(
            {"name": "Dana", "parent_id": cls.customer.id}
        )
        cls.part = cls._create_project(
            "Machines",
            cls.project,
            partner_id=cls.contact.id,
            card_class_id=cls.kind.id,
        )
        cls._log(cls.project, 1.0)
        cls._log(cls.part, 2.5)
        cls._log(cls.part, 4.0, cls.manager_employee)
        cls.env.flush_all()

    def _group(self, *by):
        report = self.env["timesheets.analysis.report"]
        return report._read_group(
            [("card_main_project_id", "=", self.project.id)],
            by,
            ["unit_amount:sum"],
        )

    def test_cuts(self):
        self.assertEqual(self._group("card_customer_id"), [(self.customer, 7.5)])
        self.assertEqual(
            self._group("card_main_project_id", "project_id"),
            [(self.project, self.project, 1.0), (self.project, self.part, 6.5)],
        )
        self.assertIn((self.kind, 6.5), self._group("card_class_id"))
        self.assertCountEqual(
            [hours for _employee, hours in self._group("employee_id")], [3.5, 4.0]
        )

    def test_one_sees_what_odoo_lets_one_see(self):
        report = self.env["timesheets.analysis.report"].with_user(self.worker)
        lines = report.search([("card_customer_id", "=", self.customer.id)])
        self.assertEqual(sum(lines.mapped("unit_amount")), 3.5)

    def test_xlsx(self):
        self.manager.password = self.manager.login
        self.manager.group_ids += self.env.ref("base.group_allow_export")
        self.authenticate(self.manager.login, self.manager.login)
        report = self.env["timesheets.analysis.report"]
        names = (
            "card_customer_id",
            "card_main_project_id",
            "project_id",
            "unit_amount",
        )
        response = self.url_open(
            "/web/export/xlsx",
            data={
                "csrf_token": http.Request.csrf_token(self),
                "data": json.dumps(
                    {
                        "model": "timesheets.analysis.report",
                        "fields": [
                            {
                                "name": name,
                                "label": name,
                                "type": report._fields[name].type,
                            }
                            for name in names
                        ],
                        "ids": False,
                        "domain": [("card_main_project_id", "=", self.project.id)],
                        "groupby": [],
                        "import_compat": False,
                        "context": {"allowed_company_ids": self.company.ids},
                    }
                ),
            },
        )
        sheet = load_workbook(io.BytesIO(response.content)).active
        rows = [list(row) for row in sheet.iter_rows(values_only=True)]
        self.assertIn(
            ["Levi Printing", "Printing line", "Printing line / Machines", 2.5], rows
        )


@tagged("post_install", "-at_install")
class TestProjectCustomer(ProjectCase):
    """Projects and hours on the card of the customer (row 143)."""

    def test_counts_and_hours(self):
        contact = self.env["res.partner"].create(
            {"name": "Dana", "parent_id": self.customer.id}
        )
        part = self._create_project("Part", self.project, partner_id=contact.id)
        self._log(self.project, 1.0)
        self._log(part, 2.5)
        self._log(
            self._create_project("Other", partner_id=self.company.partner_id.id), 8
        )
        self.env.invalidate_all()
        partners = (self.customer | contact).with_user(self.worker)
        self.assertEqual(partners.mapped("card_project_count"), [2, 1])
        self.assertEqual(partners.mapped("card_project_hours"), [3.5, 2.5])
        part.active = False
        self.env.invalidate_all()
        self.assertEqual(self.customer.card_project_count, 1)
        self.assertEqual(self.customer.card_project_hours, 3.5)

    def test_hidden_projects_are_left_out(self):
        self._log(self.project, 1.0)
        self.project.privacy_visibility = "followers"
        self.project.message_unsubscribe(self.project.message_partner_ids.ids)
        self.env.invalidate_all()
        customer = self.customer.with_user(self.worker)
        self.assertEqual(customer.card_project_count, 0)
        self.assertEqual(customer.card_project_hours, 0.0)

    def test_buttons_open_what_they_count(self):
        part = self._create_project("Part", self.project)
        self._log(part, 2.0)
        self.env.flush_all()
        action = self.customer.action_customer_open_projects()
        projects = self.env["project.project"].search(action["domain"])
        self.assertEqual(projects, self.project | part)
        action = self.customer.action_customer_open_project_hours()
        lines = self.env["timesheets.analysis.report"].search(action["domain"])
        self.assertEqual(lines.mapped("unit_amount"), [2.0])

    def test_screens_render_for_everybody_inside(self):
        plain = self._create_user(login="project_plain")
        for user in (plain, self.worker, self.manager, self.salesperson):
            views = (
                ("res.partner", "crm_cards.res_partner_view_form_customer"),
                ("project.project", "project.edit_project"),
                ("project.project", "crm_cards.project_project_view_list_customer"),
            )
            for model, view in views:
                with self.subTest(user=user.login, view=view):
                    self.env[model].with_user(user).get_view(self.env.ref(view).id)
