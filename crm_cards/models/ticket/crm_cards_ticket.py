from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from .crm_cards_ticket_stage import CLOCKS, WAITING_FOR

PRIORITIES = [("0", "Low"), ("1", "Normal"), ("2", "High"), ("3", "Urgent")]
CHANNELS = [
    ("manual", "By hand"),
    ("phone", "Phone"),
    ("email", "E-mail"),
    ("portal", "Portal"),
]


class Ticket(models.Model):
    """A customer asks for something, and everybody sees how far it is (row 130)."""

    _name = "crm.cards.ticket"
    _description = "Ticket"
    _inherit = [
        "portal.mixin",
        "mail.thread.cc",
        "mail.activity.mixin",
        "rating.mixin",
    ]
    _order = "priority desc, id desc"
    _rec_names_search = ["number", "name"]
    _check_company_auto = True
    _mail_post_access = "read"
    _primary_email = "email_from"

    number = fields.Char(readonly=True, copy=False, index="trigram")
    name = fields.Char("Subject", required=True, index="trigram", tracking=True)
    description = fields.Html(sanitize_attributes=False)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        compute="_compute_company_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    department_id = fields.Many2one(
        "crm.cards.department",
        compute="_compute_department_id",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        check_company=True,
        tracking=True,
    )
    stage_id = fields.Many2one(
        "crm.cards.ticket.stage",
        compute="_compute_stage_id",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        ondelete="restrict",
        copy=False,
        tracking=True,
        group_expand="_read_group_stage_id",
        domain="[('department_ids', 'in', [False, department_id])]",
    )
    clock = fields.Selection(
        CLOCKS, compute="_compute_from_stage", store=True, precompute=True
    )
    waiting_for = fields.Selection(
        WAITING_FOR,
        string="Waiting for",
        compute="_compute_from_stage",
        store=True,
        precompute=True,
    )
    is_closed = fields.Boolean(
        "Closed", compute="_compute_from_stage", store=True, precompute=True
    )
    priority = fields.Selection(PRIORITIES, default="1", required=True, tracking=True)
    type_id = fields.Many2one(
        "crm.cards.ticket.type",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
    )
    type_level1_id = fields.Many2one(
        "crm.cards.ticket.type",
        "Type, first level",
        compute="_compute_type_levels",
        store=True,
        precompute=True,
    )
    type_level2_id = fields.Many2one(
        "crm.cards.ticket.type",
        "Type, second level",
        compute="_compute_type_levels",
        store=True,
        precompute=True,
    )
    type_level3_id = fields.Many2one(
        "crm.cards.ticket.type",
        "Type, third level",
        compute="_compute_type_levels",
        store=True,
        precompute=True,
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer's contact",
        index="btree_not_null",
        check_company=True,
        tracking=True,
    )
    customer_id = fields.Many2one(
        "res.partner",
        compute="_compute_customer_id",
        store=True,
        precompute=True,
        index="btree_not_null",
    )
    email_from = fields.Char(
        "E-mail",
        compute="_compute_email_from",
        store=True,
        readonly=False,
        precompute=True,
    )
    phone = fields.Char(
        compute="_compute_phone", store=True, readonly=False, precompute=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="Technician",
        index="btree_not_null",
        domain=[("share", "=", False)],
        check_company=True,
        tracking=True,
    )
    tag_ids = fields.Many2many("crm.cards.ticket.tag", string="Tags")
    channel = fields.Selection(CHANNELS, default="manual", required=True)
    supplier_id = fields.Many2one(
        "res.partner", index="btree_not_null", check_company=True, tracking=True
    )
    supplier_reference = fields.Char("Supplier's reference")
    date_supplier = fields.Date("Promised by the supplier")
    parent_id = fields.Many2one(
        "crm.cards.ticket",
        string="Part of ticket",
        index="btree_not_null",
        check_company=True,
    )
    child_ids = fields.One2many("crm.cards.ticket", "parent_id", string="Ticket parts")
    date_opened = fields.Datetime(
        "Opened on", readonly=True, copy=False, default=fields.Datetime.now
    )
    date_closed = fields.Datetime("Closed on", readonly=True, copy=False)
    date_assigned = fields.Datetime("Assigned on", readonly=True, copy=False)
    date_last_stage = fields.Datetime("In this stage since", readonly=True, copy=False)

    _company_number_unique = models.UniqueIndex(
        "(company_id, number)", "There is already a ticket with this number."
    )
    # The board, and every list of open tickets, oldest first.
    _open_index = models.Index("(date_opened, id) WHERE is_closed IS NOT TRUE")

    # -- computed -------------------------------------------------------------

    @api.depends("department_id")
    def _compute_company_id(self):
        for ticket in self:
            ticket.company_id = (
                ticket.department_id.company_id
                or ticket.company_id
                or ticket.env.company
            )

    @api.depends("type_id")
    def _compute_department_id(self):
        """Take the department of the type, or of the nearest type above it."""
        for ticket in self:
            if ticket.department_id or not ticket.type_id:
                continue
            path = ticket.type_id._get_path()[::-1]
            company = ticket.company_id or self.env.company
            ticket.department_id = path.department_id.filtered(
                lambda department, company=company: department.company_id == company
            )[:1]

    @api.depends("department_id")
    def _compute_stage_id(self):
        """Keep the stage where the department has it, else begin anew."""
        for department, tickets in self.grouped("department_id").items():
            stages = department._get_stages()
            first = department._get_first_stage()
            for ticket in tickets:
                if ticket.stage_id not in stages:
                    same = stages.filtered(
                        lambda stage, ticket=ticket: (
                            stage.clock == ticket.stage_id.clock
                        )
                    )
                    ticket.stage_id = same[:1] or first

    @api.depends("stage_id.clock", "stage_id.waiting_for")
    def _compute_from_stage(self):
        # By stages, and not as related fields: hundreds move at once.
        for stage, tickets in self.grouped("stage_id").items():
            tickets.clock = stage.clock
            tickets.waiting_for = stage.waiting_for
            tickets.is_closed = stage.clock == "stopped"

    @api.depends("type_id.parent_path")
    def _compute_type_levels(self):
        types = self.env["crm.cards.ticket.type"]
        for ticket_type, tickets in self.grouped("type_id").items():
            path = list(ticket_type._get_path()) if ticket_type else []
            path += [types] * (3 - len(path))
            tickets.type_level1_id = path[0]
            tickets.type_level2_id = path[1]
            tickets.type_level3_id = path[2]

    # Not on the company of the person: whoever changes it leaves his former company's
    # tickets where they are, see _follow_commercial_partner().
    @api.depends("partner_id")
    def _compute_customer_id(self):
        for ticket in self:
            ticket.customer_id = ticket.partner_id.commercial_partner_id

    @api.depends("partner_id.email")
    def _compute_email_from(self):
        for ticket in self:
            ticket.email_from = ticket.partner_id.email or ticket.email_from

    @api.depends("partner_id.phone")
    def _compute_phone(self):
        for ticket in self:
            ticket.phone = ticket.partner_id.phone or ticket.phone

    @api.depends("number", "name")
    def _compute_display_name(self):
        for ticket in self:
            number = f"#{ticket.number}" if ticket.number else ""
            ticket.display_name = " ".join(filter(None, [number, ticket.name]))

    @api.model
    def _read_group_stage_id(self, stages, domain):
        """Show the empty stages of the department, or of all, in the board."""
        department = self.env.context.get("default_department_id")
        if department:
            return self.env["crm.cards.department"].browse(department)._get_stages()
        return stages.search(Domain.TRUE)

    # -- constraints ----------------------------------------------------------

    @api.constrains("type_id")
    def _check_type_detail(self):
        for ticket_type in self.type_id:
            if ticket_type.is_detail_required and ticket_type.child_ids:
                raise ValidationError(
                    self.env._(
                        "%(type)s is too general. Choose one of the types below it "
                        "in the field Type.",
                        type=ticket_type.display_name,
                    )
                )

    @api.constrains("is_closed", "type_id", "department_id")
    def _check_type_before_closing(self):
        for ticket in self:
            if (
                ticket.is_closed
                and not ticket.type_id
                and ticket.department_id.is_type_required
            ):
                raise ValidationError(
                    self.env._(
                        "Say what the ticket %(ticket)s was about before it is "
                        "closed: fill in the field Type.",
                        ticket=ticket.display_name,
                    )
                )

    @api.constrains("parent_id")
    def _check_parent(self):
        if self._has_cycle():
            raise ValidationError(
                self.env._(
                    "A ticket cannot be part of itself. Choose another ticket in the "
                    "field Part of ticket."
                )
            )

    # -- create, write --------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        now = fields.Datetime.now()
        vals_list = [
            {
                **self._filter_opened(vals, now),
                "company_id": self._get_company_of(vals).id,
                "date_last_stage": now,
                "date_assigned": vals.get("user_id") and now,
            }
            for vals in vals_list
        ]
        self._set_numbers(vals_list)
        tickets = super().create(vals_list)
        closed = tickets.filtered("is_closed")
        if closed:
            # Follows from the stage; nobody sets it himself.
            closed.sudo().date_closed = now
        return tickets

    @api.model
    def _filter_opened(self, vals, now):
        """Number and date tickets anew unless a service manager takes them over.

        Tickets from elsewhere keep theirs; nobody else turns the clock back.
        """
        may = self.env.user.has_group("crm_cards.crm_cards_group_ticket_manager")
        if self.env.su or may:
            return vals
        # Said rather than left out: the context may hold defaults.
        return {**vals, "date_opened": now, "number": False}

    @api.model
    def _get_company_of(self, vals):
        """Return the company of a ticket that is about to be created."""
        department_id = vals.get(
            "department_id", self.env.context.get("default_department_id")
        )
        department = self.env["crm.cards.department"].browse(department_id or [])
        company = self.env["res.company"].browse(vals.get("company_id") or [])
        return department.company_id or company or self.env.company

    def _set_numbers(self, vals_list):
        """Number the tickets of each company in one go, in the order they came."""
        by_company = defaultdict(list)
        for vals in vals_list:
            if not vals.get("number"):
                by_company[vals["company_id"]].append(vals)
        for company_id, group in by_company.items():
            company = self.env["res.company"].browse(company_id)
            numbers = company._draw_ticket_numbers(len(group))
            for vals, number in zip(group, numbers, strict=True):
                vals["number"] = number

    def write(self, vals):
        if not vals.keys().isdisjoint({"date_opened", "number"}):
            raise UserError(
                self.env._(
                    "Number and Opened on: how a ticket was opened is a fact and does "
                    "not change."
                )
            )
        now = fields.Datetime.now()
        if "user_id" in vals:
            vals = {**vals, "date_assigned": vals["user_id"] and now}
        may_move = not vals.keys().isdisjoint({"department_id", "stage_id"})
        before = self.sudo().grouped("stage_id") if may_move else {}
        result = super().write(vals)
        if not vals.keys().isdisjoint({"company_id", "department_id"}):
            self._check_own_company()
        moved = self.browse(
            ticket.id
            for stage, tickets in before.items()
            for ticket in tickets
            if ticket.stage_id != stage
        )
        if moved:
            # The dates follow from the stage, whose change is tracked.
            moved = moved.with_context(tracking_disable=True)
            super(Ticket, moved).write({"date_last_stage": now})
            closed = moved.filtered("is_closed")
            fresh = closed.filtered(lambda ticket: not ticket.date_closed)
            super(Ticket, fresh).write({"date_closed": now})
            reopened = (moved - closed).filtered("date_closed")
            super(Ticket, reopened).write({"date_closed": False})
        return result

    def _check_own_company(self):
        """Refuse to give tickets away to where the user works not.

        Record rules are asked before a ticket is written, not afterwards.
        """
        # As superuser: what he has just given away the user does not read any more.
        if not self.env.su and self.sudo().company_id - self.env.companies:
            raise AccessError(
                self.env._(
                    "Company: you may not give tickets to a company you do not work "
                    "in. Choose one of your own, or switch it on first."
                )
            )

    def copy_data(self, default=None):
        return [
            {**vals, "name": self.env._("%s (copy)", ticket.name)}
            for ticket, vals in zip(self, super().copy_data(default), strict=True)
        ]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_answered(self):
        if self.env.user.has_group("crm_cards.crm_cards_group_manager"):
            return
        raise UserError(
            self.env._(
                "Tickets tell what was promised and kept, so only administrators "
                "delete them. Archive the ticket instead."
            )
        )

    # -- portal, mail ---------------------------------------------------------

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for ticket in self:
            ticket.access_url = f"/my/tickets/{ticket.id}"
        return result

    def _notify_get_reply_to(self, default=None, author_id=False):
        """Let answers come to the address of the department."""
        # Whoever writes to the customer need not be allowed to see the department.
        departments = self.sudo().department_id
        aliases = departments._notify_get_reply_to(default=default, author_id=author_id)
        addresses = {
            ticket.id: aliases[ticket.department_id.id]
            for ticket in self.sudo()
            if ticket.department_id
        }
        rest = self.filtered(lambda ticket: ticket.id not in addresses)
        addresses.update(
            super(Ticket, rest)._notify_get_reply_to(
                default=default, author_id=author_id
            )
        )
        return addresses
