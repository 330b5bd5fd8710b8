from odoo import api, fields, models

from ..activity.mail_activity_type import ASKED

_DOCUMENTS = ("crm.cards.ticket", "project.task", "project.project")


class MailActivity(models.Model):
    """Hours that are logged during an activity are not asked again when it closes."""

    _inherit = "mail.activity"

    card_logged_hours = fields.Float(
        "Hours logged", compute="_compute_card_logged_hours"
    )
    card_ask_hours = fields.Selection(
        ASKED, related=None, compute="_compute_card_ask_hours"
    )

    def _compute_card_logged_hours(self):
        # What an activity took is known to whoever reads it.
        groups = (
            self.env["account.analytic.line"]
            .sudo()
            ._read_group(
                [("card_activity_id", "in", self.ids)],
                ["card_activity_id"],
                ["unit_amount:sum"],
            )
        )
        hours = {activity.id: amount for activity, amount in groups}
        for activity in self:
            activity.card_logged_hours = hours.get(activity._origin.id, 0.0)

    @api.depends("activity_type_id.card_ask_hours", "card_logged_hours")
    def _compute_card_ask_hours(self):
        for activity in self:
            asked = activity.activity_type_id.card_ask_hours
            is_answered = asked == "required" and activity.card_logged_hours
            activity.card_ask_hours = "optional" if is_answered else asked

    def _check_answers(self, **answers):
        logged = self.filtered("card_logged_hours")
        super(MailActivity, logged)._check_answers(**{**answers, "card_hours": True})
        return super(MailActivity, self - logged)._check_answers(**answers)

    def _get_planned_hours(self):
        if self.card_logged_hours:
            return 0.0
        return super()._get_planned_hours()

    def _get_work_document(self):
        """Return the ticket, task or project that hours of the activity are for."""
        self.ensure_one()
        if self.res_model not in _DOCUMENTS:
            return None
        document = self.env[self.res_model].browse(self.res_id).exists()
        is_seen = document and document.has_access("read")
        return document if is_seen else None

    def action_log_hours(self):
        return self.env["crm.cards.hours.log"]._open(self)

    def action_start_timer(self):
        self.ensure_one()
        return self.env["crm.cards.hours.timer"]._start(self)

    # -- what closing would draw --

    def _preview_hours(self, hours, kind):
        """Return what closing with these hours would draw, see ``_tell``.

        :param kind: of work that is chosen while closing, or empty
        """
        self.ensure_one()
        case = self._get_closing_case()
        if not case:
            return {}
        minutes = self._get_worked_minutes(hours)
        # What has been drawn already is of the line there is, if there is one.
        line = self.sudo().card_timesheet_id
        source = line._name_hours_source(line.id) if line else ""
        case = case._replace(source=source, minutes=minutes, kind_id=kind.id)
        return self.env["crm.cards.hours.bank"]._tell(case)

    def _get_closing_case(self):
        """Return the Case of the line that closing writes, or of the activity."""
        # Whose hours are drawn does not depend on what the person may read.
        activity = self.sudo()
        project, task = self._get_timesheet_documents().get(self.id, (None, None))
        if project is None:
            if not activity.card_customer_id:
                return None
            document = (activity.res_model, activity.res_id)
            documents = activity._get_hours_documents()
            return activity._prepare_hours_case(documents.get(document))
        line = activity.env["account.analytic.line"].new(
            {
                "project_id": project.id,
                "task_id": task.id,
                "date": activity._get_day_worked(),
                "company_id": (project.company_id or self.env.company).id,
                "unit_amount": 1,
            }
        )
        cases = line._get_hours_cases()
        return cases and cases[0]
