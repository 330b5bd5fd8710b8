import io
import json

from lxml import etree
from openpyxl import load_workbook

from odoo import http
from odoo.exceptions import ValidationError
from odoo.tests import Form, HttpCase, freeze_time, tagged

from .common_hours import HoursCase
from .common_hours_log import HoursLogCase


class KindCase(HoursCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot = cls._buy(10)
        cls.night, cls.free = cls.env["crm.cards.hours.kind"].create(
            [{"name": "Night", "factor": 1.5}, {"name": "Favour", "is_drawn": False}]
        )
        cls.type = cls.env["mail.activity.type"].create(
            {"name": "Visit", "card_ask_hours": "optional"}
        )


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 12:00:00")
class TestHoursKindActivity(KindCase, HoursLogCase):
    """The kind of work is chosen on activities, and decides what they draw."""

    def _plan(self, document):
        return document.activity_schedule(
            activity_type_id=self.type.id, user_id=self.technician.id
        )

    def _handle(self, activity):
        handle = self.env["crm.cards.activity.handle"].with_user(self.technician)
        return Form(handle.with_context(default_activity_ids=activity.ids))

    def test_closed_activity_draws_by_its_kind(self):
        activity = self._plan(self.customer)
        activity.write({"card_hours": 2, "card_hours_kind_id": self.night.id})
        activity.action_done()
        self.assertBalances(self.bank, used=3)
        self.assertEqual(self.bank.entry_ids.work_kind_id, self.night)
        activity.card_hours_kind_id = self.free
        self.assertBalances(self.bank, used=0)
        activity.card_hours_kind_id = False
        self.assertBalances(self.bank, used=2)

    def test_kind_is_chosen_while_closing(self):
        activity = self._plan(self.ticket)
        dialog = self._handle(activity)
        dialog.hours = 2
        self.assertIn("8:00 h after", dialog.hours_balance)
        dialog.hours_kind_id = self.night
        self.assertIn("7:00 h after", dialog.hours_balance)
        dialog.save().action_apply()
        self.assertEqual(activity.card_hours_kind_id, self.night)
        self.assertBalances(self.bank, used=3)

    def test_kind_that_was_planned_is_proposed(self):
        activity = self._plan(self.ticket)
        with Form(
            activity.with_user(self.technician),
            view="crm_cards.mail_activity_view_form_card",
        ) as form:
            form.card_hours_kind_id = self.night
        self.assertEqual(self._handle(activity).hours_kind_id, self.night)
        self.assertEqual(self._open_log(activity).kind_id, self.night)

    def test_kind_chosen_on_the_timesheet_stays(self):
        activity = self._plan(self.project)
        activity.card_hours = 2
        activity.action_done()
        line = activity.card_timesheet_id
        line.card_hours_kind_id = self.night
        activity.card_hours = 4
        activity.action_unarchive()
        dialog = self._handle(activity)
        dialog.save().action_apply()
        self.assertEqual(line.card_hours_kind_id, self.night)
        self.assertBalances(self.bank, used=6)

    def test_timesheet_line_has_the_kind_of_its_activity(self):
        activity = self._plan(self.project)
        dialog = self._handle(activity)
        dialog.hours = 2
        dialog.hours_kind_id = self.night
        self.assertIn("7:00 h after", dialog.hours_balance)
        dialog.save().action_apply()
        line = activity.card_timesheet_id
        self.assertEqual(line.card_hours_kind_id, self.night)
        self.assertBalances(self.bank, used=3)
        activity.with_user(self.technician).card_hours_kind_id = self.free
        self.assertEqual(line.card_hours_kind_id, self.free)
        self.assertBalances(self.bank, used=0)
        colleague = self._create_user(
            login="hours_colleague", groups="crm_cards.crm_cards_group_ticket_user"
        )
        activity.sudo().user_id = colleague
        with self.assertRaisesRegex(ValidationError, "already on the timesheet"):
            activity.with_user(colleague).card_hours_kind_id = self.night


@tagged("post_install", "-at_install")
class TestHoursKindTimesheet(KindCase):
    """Kind and bank stand on timesheets, and changing them there draws anew."""

    def setUp(self):
        super().setUp()
        self.task = self.env["project.task"].create(
            {"name": "Setup", "project_id": self.project.id}
        )
        self.line = self._log_hours(2, self.technician, task_id=self.task.id)

    def test_kind_is_changed_in_the_form(self):
        line = self.line.with_user(self.technician)
        with Form(line, view="hr_timesheet.hr_timesheet_line_form") as form:
            self.assertIn("Hours", form.card_bank_reason)
            form.card_hours_kind_id = self.night
        self.assertBalances(self.bank, used=3)

    def test_bank_is_changed_in_the_form(self):
        second = self._create_bank(name="Second")
        self._buy(5, second)
        elsewhere = self._create_bank(self.other_customer)
        field = self.line._fields["card_bank_id"]
        domain = field._description_domain(self.env)
        self.assertEqual(self._offer(domain, self.line), self.bank + second)
        self.assertNotIn(elsewhere, self._offer(domain, self.line))
        line = self.line.with_user(self.technician)
        with Form(line, view="hr_timesheet.timesheet_view_form_user") as form:
            form.card_bank_id = second
        self.assertBalances(self.bank, used=0)
        self.assertBalances(second, used=2)

    def _offer(self, domain, line):
        """Return what the field offers on a line, as the client does."""
        names = {
            "partner_id": line.partner_id.id,
            "company_id": line.company_id.id,
        }
        domain = eval(domain, names)  # noqa: S307 our own field's
        return self.env["crm.cards.hours.bank"].search(domain)

    def test_kind_is_changed_on_the_task(self):
        # Who may change the task: an approver of timesheets here.
        with Form(self.task) as form, form.timesheet_ids.edit(0) as line:
            line.card_hours_kind_id = self.free
        self.assertBalances(self.bank, used=0)

    def test_lists_offer_kind_and_bank(self):
        lines = self.env["account.analytic.line"]
        for user, expected in (
            (self.technician, {"card_hours_kind_id", "card_bank_id"}),
            (self.employee, {"card_hours_kind_id"}),
        ):
            for view in ("hr_timesheet_line_tree", "timesheet_view_tree_user"):
                view_id = self.env.ref(f"hr_timesheet.{view}").id
                arch = lines.with_user(user).get_view(view_id, "list")["arch"]
                names = {node.get("name") for node in etree.fromstring(arch)}
                with self.subTest(user=user.login, view=view):
                    self.assertEqual(
                        names & {"card_hours_kind_id", "card_bank_id"}, expected
                    )


@tagged("post_install", "-at_install")
class TestHoursKindReport(KindCase, HttpCase):
    """Hours by customer, project, person and kind."""

    def setUp(self):
        super().setUp()
        self._log_hours(2, self.technician, card_hours_kind_id=self.night.id)
        self._log_hours(1, self.employee)
        self.env.flush_all()
        self.domain = [("card_customer_id", "=", self.customer.id)]

    def test_hours_by_kind(self):
        report = self.env["timesheets.analysis.report"]
        by = ["card_customer_id", "project_id", "user_id", "card_hours_kind_id"]
        self.assertCountEqual(
            report._read_group(self.domain, by, ["unit_amount:sum"]),
            [
                (self.customer, self.project, self.technician, self.night, 2),
                (
                    self.customer,
                    self.project,
                    self.employee,
                    self.night.browse(),
                    1,
                ),
            ],
        )
        # A new kind shows at once.
        line = self.project.timesheet_ids.filtered("card_hours_kind_id")
        line.card_hours_kind_id = self.free
        kinds = report.search(self.domain).card_hours_kind_id
        self.assertEqual(kinds, self.free)

    def test_search_finds_and_groups(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_cards.timesheets_analysis_report_action"
        )
        report = self.env["timesheets.analysis.report"].with_user(self.employee)
        view = report.get_view(action["search_view_id"][0], "search")
        arch = etree.fromstring(view["arch"])
        self.assertTrue(arch.xpath("//field[@name='card_hours_kind_id']"))
        groups = "".join(arch.xpath("//filter/@context"))
        for name in (
            "card_customer_id",
            "project_id",
            "employee_id",
            "card_hours_kind_id",
        ):
            self.assertIn(f"'{name}'", groups)

    def test_list_goes_to_excel(self):
        user = self.hours_manager
        for group in (
            "hr_timesheet.group_timesheet_manager",
            "base.group_allow_export",
        ):
            user.group_ids += self.env.ref(group)
        user.password = user.login
        self.authenticate(user.login, user.login)
        response = self.url_open(
            "/web/export/xlsx",
            data={
                "csrf_token": http.Request.csrf_token(self),
                "data": json.dumps(
                    {
                        "model": "timesheets.analysis.report",
                        "fields": [
                            {"name": name, "label": name, "type": kind}
                            for name, kind in (
                                ("card_hours_kind_id", "many2one"),
                                ("unit_amount", "float"),
                            )
                        ],
                        "ids": False,
                        "domain": [*self.domain, ("card_hours_kind_id", "!=", False)],
                        "groupby": [],
                        "import_compat": False,
                        "context": {"allowed_company_ids": self.company.ids},
                    }
                ),
            },
        )
        sheet = load_workbook(io.BytesIO(response.content)).active
        rows = [list(row) for row in sheet.iter_rows(values_only=True)]
        self.assertIn(["Night", 2], rows)
