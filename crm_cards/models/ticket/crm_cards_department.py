import ast

from odoo import api, fields, models
from odoo.exceptions import ValidationError

ASSIGN_METHODS = [
    ("manual", "By hand"),
    ("round_robin", "In turn"),
    ("least_loaded", "To whoever has least to do"),
]

REOPEN_DAYS = 14  # where no department says otherwise


class Department(models.Model):
    """Those who handle one kind of ticket together, with an address of their own."""

    _name = "crm.cards.department"
    _description = "Service Department"
    _inherit = ["mail.alias.mixin", "mail.thread"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    manager_id = fields.Many2one(
        "res.users",
        domain=[("share", "=", False)],
        check_company=True,
        tracking=True,
    )
    member_ids = fields.Many2many(
        "res.users",
        "crm_cards_department_member_rel",
        string="Members of the department",
        domain=[("share", "=", False)],
        check_company=True,
    )
    stage_ids = fields.Many2many(
        "crm.cards.ticket.stage", string="Stages of this department"
    )
    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working schedule",
        check_company=True,
        ondelete="restrict",
        help="When this department works. None chosen: the schedule of the company.",
    )
    assign_method = fields.Selection(
        ASSIGN_METHODS,
        string="How new tickets are assigned",
        required=True,
        default="manual",
    )
    is_type_required = fields.Boolean(
        "Closing needs a type",
        help="A ticket is closed only when it says what it was about.",
    )
    reopen_days = fields.Integer(
        "Reopen if answered within (days)",
        default=REOPEN_DAYS,
        help="When the customer answers a closed ticket within so many days it is "
        "open again; later on, the answer opens a new ticket linked to it.",
    )

    _reopen_days_positive = models.Constraint(
        "CHECK(reopen_days >= 0)", "The days to reopen cannot be negative."
    )

    def _alias_get_creation_values(self):
        values = super()._alias_get_creation_values()
        values["alias_model_id"] = self.env["ir.model"]._get_id("crm.cards.ticket")
        if self.id:
            defaults = ast.literal_eval(self.alias_defaults or "{}")
            values["alias_defaults"] = {
                **defaults,
                "department_id": self.id,
                "company_id": self.company_id.id,
            }
        return values

    @api.constrains("company_id")
    def _check_tickets_of_company(self):
        # Tickets the user does not see belong to the company, too.
        tickets = self.env["crm.cards.ticket"].sudo().with_context(active_test=False)
        for department in self:
            foreign = tickets.search(
                [
                    ("department_id", "=", department.id),
                    ("company_id", "!=", department.company_id.id),
                ],
                limit=1,
            )
            if foreign:
                raise ValidationError(
                    self.env._(
                        "%(department)s has tickets of %(company)s. Make a new "
                        "department for the other company instead.",
                        department=department.display_name,
                        company=foreign.company_id.display_name,
                    )
                )

    @api.constrains("calendar_id")
    def _check_calendar_id(self):
        self.calendar_id._check_usable_for_sla()

    def _get_stages(self):
        """Return the stages a ticket of this department goes through, in order.

        An empty department stands for tickets that have none.
        """
        domain = [("department_ids", "in", [False, *self.ids])]
        return self.env["crm.cards.ticket.stage"].search(domain)

    def _get_first_stage(self, clock="runs"):
        """Return the first stage with that clock, or none."""
        return self._get_stages().filtered(lambda stage: stage.clock == clock)[:1]
