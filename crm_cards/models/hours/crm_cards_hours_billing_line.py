from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ...tools.hours_draw import MINUTES_AT_MOST
from .crm_cards_hours_mixin import hours_of

LINE_STATES = [
    ("open", "Not billed yet"),
    ("billed", "Billed"),
    ("freed", "Given back"),
    ("changed", "Changed since"),
    ("left", "Left out"),
]
# What managers of hours may say of a line; all the rest was collected.
_EDITED = frozenset(
    {"is_included", "bill_minutes", "bill_hours", "reason", "price_hour", "name"}
)


class HoursBillingLine(models.Model):
    """A piece of work in a run: what was drawn beyond a bank, or no bank pays for.

    ==============  ======================================================
    *Not billed*    collected; no other run collects it
    *Billed*        on an invoice that stands
    *Given back*    the invoice was cancelled, deleted or credited
    *Changed*       the work was changed after it had been approved
    *Left out*      not included when the run was invoiced, or cancelled
    ==============  ======================================================

    Work in one of the last three may be collected again. Lines are made by the run
    alone, and their state follows from it and its invoices.
    """

    _name = "crm.cards.hours.billing.line"
    _inherit = "crm.cards.hours.mixin"
    _description = "Work to Bill"
    _order = "billing_id desc, partner_id, bank_id, date, id"
    _hours_of = {
        "hours": "minutes",
        "worked_hours": "worked_minutes",
        "bill_hours": "bill_minutes",
    }

    billing_id = fields.Many2one(
        "crm.cards.hours.billing",
        string="Run",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    state = fields.Selection(
        LINE_STATES, string="Status", required=True, readonly=True, default="open"
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    bank_id = fields.Many2one(
        "crm.cards.hours.bank",
        string="Hours bank",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="Empty: work that no bank pays for.",
    )
    source = fields.Char(
        required=True,
        readonly=True,
        help="What was worked; line/12 is the timesheet line with the number 12.",
    )
    entry_id = fields.Many2one(
        "crm.cards.hours.entry",
        string="Draw",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    line_id = fields.Many2one(
        "account.analytic.line",
        string="Timesheet line",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    date = fields.Date(required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users", string="Done by", readonly=True, ondelete="set null"
    )
    project_id = fields.Many2one(
        "project.project", readonly=True, ondelete="set null", index="btree_not_null"
    )
    task_id = fields.Many2one(
        "project.task", readonly=True, ondelete="set null", index="btree_not_null"
    )
    ticket_id = fields.Many2one(
        "crm.cards.ticket", readonly=True, ondelete="set null", index="btree_not_null"
    )
    name = fields.Char("Text")
    worked_minutes = fields.Integer("Worked (minutes)", readonly=True)
    worked_hours = hours_of(
        "worked_minutes", "Worked", help="The whole piece of work, as it was logged."
    )
    minutes = fields.Integer("Not paid for (minutes)", readonly=True)
    hours = hours_of(
        "minutes",
        "Not paid for",
        help="What of it was drawn beyond the bank; without a bank all of it, weighed "
        "by its kind of work.",
    )
    bill_minutes = fields.Integer("To bill (minutes)")
    bill_hours = hours_of("bill_minutes", "To bill", inverse="_inverse_hours")
    reason = fields.Char(help="Why the hours to bill were changed.")
    price_hour = fields.Monetary("Price per hour")
    currency_id = fields.Many2one(
        "res.currency", required=True, readonly=True, ondelete="restrict"
    )
    amount = fields.Monetary(compute="_compute_amount", store=True)
    is_included = fields.Boolean("Bill", default=True)
    is_late = fields.Boolean(
        "Written down late",
        compute="_compute_is_late",
        help="Worked before the period of the run began.",
    )
    note = fields.Char(
        readonly=True, help="Why the customer's invoice could not be made."
    )
    invoice_line_id = fields.Many2one(
        "account.move.line",
        string="Invoice line",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    invoice_id = fields.Many2one(related="invoice_line_id.move_id", string="Invoice")

    # The same work is billed once, whoever tries.
    _source_unique = models.UniqueIndex("(source) WHERE state IN ('open', 'billed')")
    _source_index = models.Index("(source)")

    @api.depends("bill_minutes", "price_hour", "currency_id")
    def _compute_amount(self):
        for line in self:
            line.amount = line.currency_id.round(
                line.bill_minutes / 60 * line.price_hour
            )

    @api.depends("date", "billing_id.date_from")
    def _compute_is_late(self):
        for line in self:
            line.is_late = line.date < line.billing_id.date_from

    # -- constraints --

    @api.constrains("bill_minutes", "reason", "price_hour")
    def _check_edited(self):
        for line in self:
            work = line.name or fields.Date.to_string(line.date)
            if not 0 <= line.bill_minutes <= MINUTES_AT_MOST:
                raise ValidationError(
                    self.env._(
                        "To bill: “%(work)s” of %(customer)s. Type at least 0 and at "
                        "most %(most)s hours.",
                        work=work,
                        customer=line.partner_id.display_name,
                        most=MINUTES_AT_MOST // 60,
                    )
                )
            if (
                line.bill_minutes != line.minutes
                and line.is_included
                and not (line.reason or "").strip()
            ):
                raise ValidationError(
                    self.env._(
                        "Reason: the hours to bill of “%(work)s” (%(customer)s) were "
                        "changed. Say why; it is kept.",
                        work=work,
                        customer=line.partner_id.display_name,
                    )
                )
            if line.price_hour < 0:
                raise ValidationError(
                    self.env._("Price per hour: type zero or more, not a negative one.")
                )

    # -- write --

    def write(self, vals):
        fixed = sorted(vals.keys() - _EDITED)
        if fixed:
            raise AccessError(
                self.env._(
                    "%(field)s of work to bill follows from the work and the invoice, "
                    "and is not written by itself.",
                    field=self._fields[fixed[0]]._description_string(self.env)
                    if fixed[0] in self._fields
                    else fixed[0],
                )
            )
        self.billing_id._check_draft()
        self._check_open()
        return super().write(vals)

    def _check_open(self):
        closed = self.filtered(lambda line: line.state != "open")
        if closed:
            raise UserError(
                self.env._(
                    "“%(work)s” of %(customer)s is not waiting to be billed any more. "
                    "Collect the hours again.",
                    work=closed[0].name or fields.Date.to_string(closed[0].date),
                    customer=closed[0].partner_id.display_name,
                )
            )

    def action_open_invoice(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.invoice_id.id,
            "views": [(False, "form")],
        }
