from odoo import api, fields, models
from odoo.exceptions import ValidationError

# Whose tickets and hours banks may be named: a plain employee sees neither.
GROUPS = "crm_cards.crm_cards_group_user,crm_cards.crm_cards_group_ticket_user"


class HoursWorkMixin(models.AbstractModel):
    """Says what hours are for: a ticket, an activity, a task, a project, a customer.

    Whoever names a record has to be allowed to read it, wherever the name came from.
    """

    _name = "crm.cards.hours.work.mixin"
    _description = "What Hours Are For"

    partner_id = fields.Many2one("res.partner", string="Customer", ondelete="cascade")
    ticket_id = fields.Many2one(
        "crm.cards.ticket",
        ondelete="cascade",
        index="btree_not_null",
        groups=GROUPS,
    )
    activity_id = fields.Many2one(
        "mail.activity", ondelete="set null", index="btree_not_null"
    )
    project_id = fields.Many2one(
        "project.project",
        ondelete="cascade",
        domain="[('allow_timesheets', '=', True), ('is_template', '=', False), "
        "'|', ('partner_id', '=', False), ('partner_id', 'child_of', partner_id)]",
    )
    task_id = fields.Many2one(
        "project.task",
        ondelete="cascade",
        index="btree_not_null",
        domain="[('allow_timesheets', '=', True), ('project_id', '=?', project_id)]",
    )

    @api.model
    def _prepare_work(self, record):
        """Return the values that say that hours are for this record.

        :raises AccessError: the user may not read it
        """
        record.ensure_one()
        record.check_access("read")
        vals = getattr(self, f"_prepare_work_{record._name.replace('.', '_')}")(record)
        return {name: value for name, value in vals.items() if value}

    @api.model
    def _prepare_work_res_partner(self, partner):
        return {"partner_id": partner.commercial_partner_id.id}

    @api.model
    def _prepare_work_crm_cards_ticket(self, ticket):
        return {"ticket_id": ticket.id, "partner_id": ticket.customer_id.id}

    @api.model
    def _prepare_work_project_project(self, project):
        # Whose project it is, is said to whoever works on it.
        customer = project.sudo().partner_id.commercial_partner_id
        return {"project_id": project.id, "partner_id": customer.id}

    @api.model
    def _prepare_work_project_task(self, task):
        project = task.sudo().project_id
        if not project.allow_timesheets:
            raise ValidationError(
                self.env._(
                    "Task: no hours can be logged on %s. Put it into a project that "
                    "has timesheets.",
                    task.display_name,
                )
            )
        vals = self._prepare_work_project_project(project)
        # As above.
        customer = task.sudo().partner_id.commercial_partner_id
        return {
            **vals,
            "task_id": task.id,
            "partner_id": customer.id or vals["partner_id"],
        }

    @api.model
    def _prepare_work_mail_activity(self, activity):
        vals = {"partner_id": activity.card_customer_id.commercial_partner_id.id}
        document = activity._get_work_document()
        if document:
            vals.update(self._prepare_work(document))
        return {**vals, "activity_id": activity.id}

    def _check_work(self):
        """Refuse what the user may not see.

        :raises AccessError: he may not read what the hours are said to be for
        """
        # Read past the rights of the fields, then checked as the user.
        for work in self.sudo():
            for fname in ("partner_id", "ticket_id", "activity_id", "task_id"):
                if work[fname]:
                    work[fname].sudo(False).check_access("read")
            if not work._is_project_given():
                work.project_id.sudo(False).check_access("read")

    def _is_project_given(self):
        """Return whether the project follows from what may be read, if there is one.

        Nobody need see the service project, nor that of a task of his.
        """
        project = self.project_id
        return not project or project in (
            self._get_company().crm_cards_service_project_id,
            self.task_id.project_id,
        )

    def _filter_work(self):
        """Return these without those that name what the user may not see."""
        seen = self.browse()
        for work in self.sudo():
            named = [work.partner_id, work.ticket_id, work.activity_id, work.task_id]
            if not work._is_project_given():
                named.append(work.project_id)
            if all(not one or one.sudo(False).has_access("read") for one in named):
                seen |= work
        return seen.with_env(self.env)

    def _get_company(self):
        """Return the company that the hours are accounted for in."""
        work = self.sudo()
        return (
            work.ticket_id.company_id
            or work.task_id.company_id
            or work.project_id.company_id
            or self.env.company.sudo()
        )

    def _describe_work(self):
        """Return the name of what the hours are for, most exact first."""
        self.ensure_one()
        # Whoever has this record was allowed to read what it names.
        work = self.sudo()
        activity = work.activity_id
        named = not activity.card_private and activity.summary
        return (
            named
            or work.ticket_id.display_name
            or work.task_id.display_name
            or activity.activity_type_id.display_name
            or work.project_id.display_name
            or work.partner_id.display_name
        )
