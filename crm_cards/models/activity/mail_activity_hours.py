from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import float_compare

from ...tools import clock


class MailActivity(models.Model):
    """The hours of an activity land once, when it is closed.

    On one timesheet line of whoever closed it if the activity hangs on a project or
    a task, otherwise they stay on the activity.
    """

    _inherit = "mail.activity"

    card_timesheet_id = fields.Many2one(
        "account.analytic.line",
        string="Timesheet line",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        help="Where the hours were put. It is corrected, never doubled, when the "
        "activity is opened and closed again.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        activities = super().create(vals_list)
        activities._filter_done()._book_hours()
        return activities

    def write(self, vals):
        if "card_hours" in vals:
            touched = self
        elif not vals.get("active", True):
            touched = self.filtered("active")
        else:
            return super().write(vals)
        result = super().write(vals)
        touched._filter_done()._book_hours()
        return result

    def _get_planned_hours(self):
        """Return the planned length in hours, once the activity has begun."""
        start, stop = self.card_start, self.card_stop
        if not start or not stop or start > fields.Datetime.now():
            return 0.0
        return round((stop - start).total_seconds() / 60) / 60

    def _filter_done(self):
        return self.filtered(
            lambda activity: not activity.active and not activity.card_cancelled
        )

    def _book_hours(self):
        """Put the hours of these done activities where they are accounted for.

        Called whenever activities have been closed, and when the hours of closed ones
        are corrected; it may come any number of times for the same activity. Those
        that have no ``card_timesheet_id`` afterwards keep their hours on themselves.
        Rooms that account for such hours extend this method.

        :raises ValidationError: nobody's timesheet can take the hours
        """
        self._correct_timesheets()
        worked = self.filtered(
            lambda activity: activity.card_hours and not activity.card_timesheet_id
        )
        worked._create_timesheets()

    # -- the timesheet line --

    def _get_timesheet_documents(self):
        """Return ``{activity id: (project, task)}`` of those that have a timesheet."""
        ids = {"project.task": set(), "project.project": set()}
        for activity in self:
            if activity.res_model in ids:
                ids[activity.res_model].add(activity.res_id)
        # Where hours belong does not depend on who may read the project.
        found = {
            (model, document.id): document
            for model, document_ids in ids.items()
            for document in self.env[model].sudo().browse(document_ids).exists()
        }
        documents = {}
        for activity in self:
            document = found.get((activity.res_model, activity.res_id))
            if document is None:
                continue
            is_task = activity.res_model == "project.task"
            project = document.project_id if is_task else document
            if project.allow_timesheets:
                task = document if is_task else self.env["project.task"]
                documents[activity.id] = (project, task)
        return documents

    def _create_timesheets(self):
        documents = self._get_timesheet_documents()
        activities = self.filtered(lambda activity: activity.id in documents)
        if not activities:
            return
        companies = {
            activity: documents[activity.id][0].company_id or self.env.company
            for activity in activities
        }
        employees = activities._get_employees_in(companies)
        vals_list = [
            {
                **activity._prepare_timesheet(),
                "employee_id": employees[activity].id,
                "company_id": companies[activity].id,
                "project_id": documents[activity.id][0].id,
                "task_id": documents[activity.id][1].id,
            }
            for activity in activities
        ]
        # One's own hours, of an activity one was allowed to close: with or without
        # Odoo's right to timesheets, and whether the project may be read or not.
        timesheets = self.env["account.analytic.line"].sudo()
        company_ids = list({company.id for company in companies.values()})
        timesheets = timesheets.with_context(allowed_company_ids=company_ids)
        lines = timesheets.create(vals_list)
        for activity, line in zip(activities.sudo(), lines, strict=True):
            activity.card_timesheet_id = line

    def _get_employees_in(self, companies):
        """Return ``{activity: employee}`` of those who closed these activities.

        :param dict companies: the company each activity is accounted for in
        """
        users = self.card_done_by_id
        found = users._find_timesheet_employees(companies.values())
        employees = {}
        for activity in self:
            user, company = activity.card_done_by_id, companies[activity]
            employee = found.get((user.id, company.id))
            if not employee:
                user._refuse_without_timesheet(company)
            employees[activity] = employee
        return employees

    def _prepare_timesheet(self):
        self.ensure_one()
        # The line is read by everybody who reads the project.
        name = False if self.card_private else self.summary
        return {
            "name": name or self.activity_type_id.display_name,
            "date": self._get_day_worked(),
            "unit_amount": self.card_hours,
        }

    def _get_day_worked(self):
        """Return the day it was planned for, if that has come, or today."""
        zone = self.card_done_by_id.sudo().tz or "UTC"
        today = clock.get_local_time(fields.Datetime.now(), zone).date()
        if not self.card_start:
            return today
        return min(today, clock.get_local_time(self.card_start, zone).date())

    def _correct_timesheets(self):
        """Bring the lines there are in step with corrected hours."""
        for activity in self:
            # Whether it may be changed is looked at below.
            line = activity.sudo().card_timesheet_id
            hours = activity.card_hours
            if not line or not float_compare(line.unit_amount, hours, 4):
                continue
            activity._check_own_timesheet(line)
            if hours:
                line.unit_amount = hours
            else:
                line.unlink()

    def _check_own_timesheet(self, line):
        if line.user_id == self.env.user or self.env.su:
            return
        if self.env.user.has_group("hr_timesheet.group_hr_timesheet_approver"):
            return
        raise ValidationError(
            self.env._(
                "Hours worked: those of %(activity)s are already on the timesheet of "
                "%(user)s, which only he or she and those who approve timesheets may "
                "change. Leave the hours as they are, and plan an activity of your own "
                "for yours.",
                activity=self.display_name,
                user=line.user_id.name,
            )
        )
