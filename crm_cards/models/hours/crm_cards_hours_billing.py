from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_date

from ...tools.hours_period import get_last_month
from ...tools.rows import meet

# Of lines: nobody else may bill the same work meanwhile.
LIVE = ("open", "billed")
STATES = [
    ("draft", "Draft"),
    ("approved", "Approved"),
    ("invoicing", "Being invoiced"),
    ("invoiced", "Invoiced"),
    ("cancelled", "Cancelled"),
]
DETAILS = [
    ("grouped", "One line for each bank or project"),
    ("detailed", "One line for each piece of work"),
]
# What decides which hours are collected, and for whom.
_FIXED = frozenset({"company_id", "product_id", "with_lines", "with_all_banks"})


class HoursBilling(models.Model):
    """Hours that are billed at the end of a month: collected, approved, invoiced.

    Collected is what was worked until the last day of the period and is not billed
    yet, so that hours written down late come with the next run. A piece of work is in
    one living run only; see decision 0008.
    """

    _name = "crm.cards.hours.billing"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Hours to Bill"
    _order = "date_to desc, id desc"
    _check_company_auto = True

    name = fields.Char(
        required=True,
        compute="_compute_name",
        store=True,
        readonly=False,
        precompute=True,
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    date_from = fields.Date(
        "From",
        required=True,
        default=lambda self: get_last_month(fields.Date.context_today(self))[0],
        help="What was worked before is late, and is billed all the same, back to the "
        "first day of the first run.",
    )
    date_to = fields.Date(
        "Until",
        required=True,
        default=lambda self: get_last_month(fields.Date.context_today(self))[1],
    )
    state = fields.Selection(
        STATES,
        string="Status",
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        tracking=True,
    )
    product_id = fields.Many2one(
        "product.product",
        string="Product of the hours",
        required=True,
        compute="_compute_product_id",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
        ondelete="restrict",
        domain="[('type', '=', 'service'), ('sale_ok', '=', True), "
        "('card_is_hours_pack', '=', False)]",
        help="Gives invoice lines their account and taxes, and a price to hours whose "
        "bank names none.",
    )
    detail = fields.Selection(
        DETAILS, string="On the invoice", required=True, default="grouped"
    )
    with_lines = fields.Boolean(
        "Hours without a bank",
        compute="_compute_with_lines",
        store=True,
        readonly=False,
        precompute=True,
        help="Timesheet lines of customers that no bank pays for and no order bills.",
    )
    with_all_banks = fields.Boolean(
        "Banks with another rule",
        help="Also what was drawn beyond banks that warn, or allow it, and would be "
        "settled by the next hours the customer buys.",
    )
    line_ids = fields.One2many("crm.cards.hours.billing.line", "billing_id", "Hours")
    bill_hours = fields.Float(
        "To bill", compute="_compute_totals", help="Hours that are, or were, billed."
    )
    partner_count = fields.Integer("Customers", compute="_compute_totals")
    invoice_count = fields.Integer("Invoices", compute="_compute_invoice_count")
    may_invoice = fields.Boolean(compute="_compute_may_invoice")
    # Invoices that are made in the background are made in his name.
    invoicer_id = fields.Many2one(
        "res.users", string="Invoiced by", readonly=True, copy=False
    )

    @api.depends("date_to")
    def _compute_name(self):
        for billing in self:
            billing.name = self.env._(
                "Hours to bill, until %(day)s",
                day=format_date(self.env, billing.date_to) if billing.date_to else "…",
            )

    @api.depends("company_id")
    def _compute_product_id(self):
        for billing in self:
            billing.product_id = billing.company_id._get_hours_product()

    @api.depends("company_id")
    def _compute_with_lines(self):
        for billing in self:
            # The company's settings hold for whoever bills.
            billing.with_lines = billing.company_id.sudo().crm_cards_hours_bill_lines

    @api.depends("line_ids.bill_minutes", "line_ids.is_included", "line_ids.state")
    def _compute_totals(self):
        rows = self.env["crm.cards.hours.billing.line"]._read_group(
            [
                ("billing_id", "in", self.ids),
                ("is_included", "=", True),
                ("state", "in", LIVE),
            ],
            ["billing_id"],
            ["bill_minutes:sum", "partner_id:count_distinct"],
        )
        found = {billing.id: values for billing, *values in rows}
        for billing in self:
            minutes, partners = found.get(billing.id, (0, 0))
            billing.bill_hours = minutes / 60
            billing.partner_count = partners

    @api.depends("line_ids.invoice_line_id")
    def _compute_invoice_count(self):
        for billing in self:
            billing.invoice_count = len(billing._get_invoices())

    @api.depends_context("uid")
    def _compute_may_invoice(self):
        user = self.env.user
        self.may_invoice = user.has_group(
            "crm_cards.crm_cards_group_hours_manager"
        ) and user.has_group("account.group_account_invoice")

    def _get_invoices(self):
        """Return the invoices of these runs, those that were reversed included."""
        rows = self.env["crm.cards.hours.billing.line"]._read_group(
            [("billing_id", "in", self.ids), ("invoice_line_id", "!=", False)],
            [],
            ["invoice_line_id:recordset"],
        )
        # That they are there does not depend on who may open them.
        return rows[0][0].sudo().move_id.sudo(False)

    # -- constraints --

    @api.constrains("date_from", "date_to")
    def _check_days(self):
        for billing in self:
            if billing.date_to < billing.date_from:
                raise ValidationError(
                    self.env._(
                        "Until: the period would end before it begins. Choose one of "
                        "the two days again."
                    )
                )

    @api.constrains("product_id")
    def _check_product(self):
        hour = self.env.ref("uom.product_uom_hour")
        for billing in self:
            product = billing.product_id
            if product.card_is_hours_pack:
                raise ValidationError(
                    self.env._(
                        "Product of the hours: %(product)s sells hours in advance, and "
                        "would bring new ones into the bank. Choose a service that is "
                        "no hours pack.",
                        product=product.display_name,
                    )
                )
            if not product.uom_id._has_common_reference(hour):
                raise ValidationError(
                    self.env._(
                        "Product of the hours: %(product)s is sold in %(unit)s. Choose "
                        "a service that is sold in a unit of time.",
                        product=product.display_name,
                        unit=product.uom_id.name,
                    )
                )

    # -- write, unlink --

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_engine_fields(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_engine_fields(vals)
        if {"date_from", "date_to", "detail", *_FIXED} & vals.keys():
            self._check_draft()
        if "company_id" in vals and self.line_ids:
            raise UserError(
                self.env._("Company: hours are collected already. Make another run.")
            )
        return super().write(vals)

    @api.model
    def _check_engine_fields(self, vals):
        if vals.get("state", "draft") != "draft" or vals.get("invoicer_id"):
            raise AccessError(
                self.env._("Status: it changes by the buttons of the run alone.")
            )
        if "state" in vals and self:
            raise AccessError(
                self.env._("Status: it changes by the buttons of the run alone.")
            )

    def _set_state(self, state, **values):
        """Write the state, which nothing but the buttons may."""
        # Past our own guard, with the tracking of those before us.
        # pylint: disable-next=super-method-mismatch
        return super().write({"state": state, **values})

    @api.ondelete(at_uninstall=False)
    def _unlink_except_invoiced(self):
        billed = self.line_ids.filtered("invoice_line_id").billing_id
        if billed:
            raise UserError(
                self.env._(
                    "%(run)s has made invoices and is kept as their proof.",
                    run=billed[0].display_name,
                )
            )

    # -- buttons --

    def _check_manager(self):
        if not self.env.user.has_group("crm_cards.crm_cards_group_hours_manager"):
            raise AccessError(
                self.env._("Hours are billed by managers of hours. Ask one of them.")
            )
        self.check_access("write")

    def _check_draft(self):
        for billing in self:
            if billing.state != "draft":
                raise UserError(
                    self.env._(
                        "%(run)s is not a draft any more. Set it back to draft first, "
                        "or make another run.",
                        run=billing.display_name,
                    )
                )

    def _hold(self):
        """Let whoever works at the same run at the same moment begin anew."""
        self.flush_recordset()
        meet(self.env, self._table, self.ids)
        self.invalidate_recordset(["state"])

    def action_collect(self):
        """Collect what is to be billed; what was typed stays where it still stands."""
        self._check_manager()
        for billing in self:
            billing._hold()
            billing._check_draft()
            billing._collect()

    def action_approve(self):
        """Approve what is included; nothing of it can be edited any more.

        :raises UserError: nothing is included, a price is missing, or hours have
            changed since they were collected
        """
        self._check_manager()
        for billing in self:
            billing._hold()
            billing._check_draft()
            billing._check_complete()
            billing._check_standing()
            billing._set_state("approved")

    def action_draft(self):
        """Edit what was approved, as long as nothing is being invoiced."""
        self._check_manager()
        for billing in self:
            billing._hold()
            if billing.state != "approved":
                raise UserError(
                    self.env._(
                        "%(run)s is not approved, so it cannot be set back to draft.",
                        run=billing.display_name,
                    )
                )
            billing._set_state("draft")

    def action_cancel(self):
        """Give back what is not invoiced, so that other runs collect it."""
        self._check_manager()
        for billing in self:
            billing._hold()
            if billing.state not in ("draft", "approved"):
                raise UserError(
                    self.env._(
                        "%(run)s cannot be cancelled any more. Cancel or credit its "
                        "invoices instead: that gives the hours back.",
                        run=billing.display_name,
                    )
                )
            billing._let_go("left")
            billed = billing.line_ids.filtered(lambda line: line.state == "billed")
            billing._set_state("invoiced" if billed else "cancelled")

    def action_open_invoices(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_out_invoice_type"
        )
        domain = [("id", "in", self._get_invoices().ids)]
        # Odoo's list shows customer and dates of the kind of document it is told.
        context = {"create": False, "default_move_type": "out_invoice"}
        return {**action, "domain": domain, "context": context}

    def action_open_lines(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_cards.crm_cards_hours_billing_line_action"
        )
        return {**action, "domain": [("billing_id", "=", self.id)]}

    def _check_complete(self):
        self.ensure_one()
        lines = self.line_ids.filtered(lambda line: line.state == "open")
        lines = lines.filtered("is_included")
        if not lines:
            raise UserError(
                self.env._(
                    "There is nothing to bill. Collect the hours, and include some."
                )
            )
        for line in lines:
            if line.bill_minutes and not line.price_hour:
                raise UserError(
                    self.env._(
                        "Price per hour: %(customer)s has none for “%(work)s”. Type "
                        "one, bill 0 hours and say why, or leave the line out.",
                        customer=line.partner_id.display_name,
                        work=line.name or fields.Date.to_string(line.date),
                    )
                )
