from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .crm_cards_hours_mixin import MINUTES
from .crm_cards_hours_work_mixin import GROUPS


class HoursLog(models.TransientModel):
    """Logs hours once: on one timesheet line, which draws from the customer's bank.

    What is left before and after stands beside the hours while they are typed, and
    what the bank would refuse is refused here first.
    """

    _name = "crm.cards.hours.log"
    _inherit = "crm.cards.hours.work.mixin"
    _description = "Log Hours"

    hours = fields.Float("Hours worked")
    date = fields.Date("Day", required=True, default=fields.Date.context_today)
    kind_id = fields.Many2one(
        "crm.cards.hours.kind",
        string="Kind of work",
        domain="[('company_id', 'in', [company_id, False])]",
    )
    name = fields.Char("What was done")
    bank_id = fields.Many2one(
        "crm.cards.hours.bank",
        string="Hours bank",
        groups=GROUPS,
        domain="[('partner_id', '=', partner_id), ('company_id', '=', company_id), "
        "('state', '=', 'open')]",
        help="Empty: the bank that fits best.",
    )
    timer_id = fields.Many2one("crm.cards.hours.timer", readonly=True)
    company_id = fields.Many2one("res.company", compute="_compute_company_id")

    # -- the balance --
    bank_name = fields.Char("Draws from", compute="_compute_balance")
    bank_reason = fields.Char("Why this bank", compute="_compute_balance")
    left_before = fields.Float("Left before", compute="_compute_balance")
    drawn_hours = fields.Float("Drawn", compute="_compute_balance")
    left_after = fields.Float("Left after", compute="_compute_balance")
    reserved_hours = fields.Float(
        "Reserved by planned visits",
        related="partner_id.card_hours_reserved",
        related_sudo=False,
        groups=GROUPS,
    )
    warning = fields.Char(compute="_compute_balance")
    refusal = fields.Char(compute="_compute_balance")

    @api.model
    def _open(self, record, **vals):
        """Return the dialog for work on a ticket, activity, task, project or customer.

        :raises AccessError: the user may not read it
        :raises ValidationError: the user has no timesheet
        """
        return self._open_for({**self._prepare_work(record), **vals})

    @api.model
    def _open_for(self, vals):
        dialog = self.create(vals)
        company = dialog._get_company()
        # Nobody is to type for nothing.
        self.env.user._get_timesheet_employee(company)
        if not dialog.kind_id:
            dialog.kind_id = dialog.activity_id.card_hours_kind_id
        if not dialog.project_id:
            dialog.project_id = company._get_service_project()
        return dialog._get_action()

    def _get_action(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Log hours"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    @api.model_create_multi
    def create(self, vals_list):
        dialogs = super().create(vals_list)
        dialogs._check_work()
        return dialogs

    def write(self, vals):
        result = super().write(vals)
        self._check_work()
        return result

    def _check_work(self):
        result = super()._check_work()
        # Whose it is, is asked past the rule that hides the timers of others.
        for timer in self.sudo().timer_id:
            timer.sudo(False)._check_own()
        return result

    @api.depends("project_id", "task_id")
    def _compute_company_id(self):
        for dialog in self:
            dialog.company_id = dialog._get_company()

    @api.onchange("task_id")
    def _onchange_task_id(self):
        if self.task_id:
            self.project_id = self.task_id.project_id

    @api.onchange("project_id")
    def _onchange_project_id(self):
        if self.task_id.project_id != self.project_id:
            self.task_id = False

    # -- the balance, beside what is typed --

    @api.depends(
        "hours",
        "date",
        "kind_id",
        "partner_id",
        "ticket_id",
        "project_id",
        "task_id",
        "bank_id",
    )
    def _compute_balance(self):
        shown = self._filter_work()
        for dialog in self:
            preview = dialog._get_preview() if dialog in shown else {}
            dialog.update(dialog._prepare_balance(preview))

    @api.model
    def _prepare_balance(self, preview):
        """Return the values of the balance that :meth:`_get_preview` tells."""
        return {
            "bank_name": preview.get("name"),
            "bank_reason": self._get_reason(preview.get("reason")),
            "left_before": preview.get("left_before", 0) / MINUTES,
            "drawn_hours": preview.get("drawn_minutes", 0) / MINUTES,
            "left_after": preview.get("left_after", 0) / MINUTES,
            "warning": preview.get("warning") or False,
            "refusal": preview.get("refusal") or False,
        }

    @api.model
    def _get_reason(self, reason):
        # What an entry is called is no secret, though few may read entries.
        entries = self.env["crm.cards.hours.entry"].sudo()
        field = entries._fields["chosen_by"]
        return dict(field._description_selection(self.env)).get(reason)

    def _get_preview(self):
        """Return what would be drawn, as the engine's ``_preview``; {} if nothing."""
        if not self.date:
            return {}
        # As the engine itself: whose hours are drawn does not depend on who asks.
        line = self.env["account.analytic.line"].sudo()
        line = line.new({**self._prepare_line(), "unit_amount": 1})
        cases = line._get_hours_cases()
        if not cases:
            return {}
        case = cases[0]._replace(source="", minutes=self._get_minutes())
        return self.env["crm.cards.hours.bank"]._tell(case)

    def _get_minutes(self):
        return self.env["account.analytic.line"]._get_worked_minutes(self.hours)

    def _prepare_line(self):
        """Return the values of the timesheet line, but for the employee."""
        self.ensure_one()
        # Checked when it was typed; the fields of tickets are not for all employees.
        work = self.sudo()
        project = work.project_id
        vals = {
            "name": self.name or self._describe_work() or "/",
            "date": self.date,
            "unit_amount": self.hours,
            "product_uom_id": self.env.ref("uom.product_uom_hour").id,
            "project_id": project.id,
            "task_id": work.task_id.id,
            "company_id": self._get_company().id,
            "user_id": self.env.uid,
            "card_ticket_id": work.ticket_id.id,
            "card_activity_id": work.activity_id.id,
            "card_hours_kind_id": work.kind_id.id,
            "card_bank_id": work.bank_id.id,
        }
        if work.partner_id and not (work.task_id.partner_id or project.partner_id):
            vals["partner_id"] = work.partner_id.id
        return vals

    # -- saving --

    def action_log(self):
        """Write the timesheet line.

        :raises HoursRefusedError: the bank does not allow it
        :raises ValidationError: an entry is missing or wrong; it names the field
        """
        self.ensure_one()
        self._check_work()
        self._check_hours()
        self._check_project()
        self._create_line()
        timer = self.timer_id
        if timer:
            return timer.action_discard()
        return {"type": "ir.actions.act_window_close"}

    def action_discard_timer(self):
        self.ensure_one()
        return self.timer_id.action_discard()

    def _check_hours(self):
        if not self._get_minutes():
            raise ValidationError(
                self.env._(
                    "Hours worked: type how long it took, more than 0 and no more "
                    "than 744 h."
                )
            )

    def _check_project(self):
        # Whose project it is does not depend on who asks.
        work = self.sudo()
        project = work.project_id
        owner = (work.task_id.partner_id or project.partner_id).commercial_partner_id
        if work.partner_id and owner and owner != work.partner_id.commercial_partner_id:
            raise ValidationError(
                self.env._(
                    "Project: %(project)s is %(owner)s's, and the hours are for "
                    "%(customer)s. Choose a project of the customer, or "
                    "one that belongs to nobody.",
                    project=project.display_name,
                    owner=owner.display_name,
                    customer=work.partner_id.display_name,
                )
            )
        if not project.allow_timesheets:
            raise ValidationError(
                self.env._(
                    "Project: choose one that has timesheets; %s has none.",
                    project.display_name or self.env._("no project"),
                )
            )

    def _create_line(self):
        company = self._get_company()
        employee = self.env.user._get_timesheet_employee(company)
        # One's own hours on what one may read: with or without Odoo's right to
        # timesheets, which not every technician has.
        lines = self.env["account.analytic.line"].sudo()
        lines = lines.with_context(allowed_company_ids=company.ids)
        return lines.create({**self._prepare_line(), "employee_id": employee.id})
