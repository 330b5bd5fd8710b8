from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .crm_cards_hours_bank_choose import Case

_GROUPS = "crm_cards.crm_cards_group_user,crm_cards.crm_cards_group_ticket_user"
# What only whoever may read it names.
_NAMED = {"card_ticket_id", "card_activity_id"}


class AccountAnalyticLine(models.Model):
    """Timesheet lines of a customer draw from the customer's hours banks.

    The customer is the ticket's, if the hours were logged on one, else that of the
    task or the project.
    """

    _name = "account.analytic.line"
    _inherit = ["crm.cards.hours.source", "account.analytic.line"]

    _hours_source = "line"

    card_ticket_id = fields.Many2one(
        "crm.cards.ticket",
        string="Ticket",
        ondelete="set null",
        index="btree_not_null",
        groups=_GROUPS,
    )
    card_hours_kind_id = fields.Many2one(
        "crm.cards.hours.kind",
        string="Kind of work",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        domain="[('company_id', 'in', [company_id, False])]",
        help="How much of the customer's hours such work takes.",
    )
    card_bank_id = fields.Many2one(
        "crm.cards.hours.bank",
        string="Hours bank",
        ondelete="set null",
        index="btree_not_null",
        groups=_GROUPS,
        domain="[('partner_id', 'parent_of', partner_id), "
        "('company_id', '=', company_id), ('state', '=', 'open')]",
        check_company=True,
        help="Empty: the bank that fits best.",
    )
    card_bank_reason = fields.Char(
        "Why this bank", compute="_compute_card_bank_reason", groups=_GROUPS
    )

    @api.depends(lambda self: tuple(self._get_hours_fields()))
    def _compute_card_bank_reason(self):
        banks = self.env["crm.cards.hours.bank"]
        drawn = banks._read_draws(self._name_hours_sources())
        rows = banks._read_banks(draws[0]["bank_id"] for draws in drawn.values())
        for line in self:
            draws = drawn.get(line._name_hours_source(line.id))
            line.card_bank_reason = draws and banks._describe_choice(
                rows[draws[0]["bank_id"]], draws[0]["chosen_by"]
            )

    @api.model
    def _get_hours_fields(self):
        return {
            "unit_amount",
            "product_uom_id",
            "date",
            "project_id",
            "task_id",
            "partner_id",
            "company_id",
            "employee_id",
            "user_id",
            "card_ticket_id",
            "card_hours_kind_id",
            "card_bank_id",
        }

    def _get_hours_cases(self):
        cases = []
        # Whose hours are drawn does not depend on what the person may read.
        for line in self.sudo():
            customer = line._get_hours_customer()
            if not customer or not line.unit_amount:
                continue
            ticket = line.card_ticket_id
            cases.append(
                Case(
                    source=line._name_hours_source(line.id),
                    partner_id=customer.id,
                    company_id=line.company_id.id,
                    date=line.date,
                    minutes=line._get_hours_minutes(),
                    kind_id=line.card_hours_kind_id.id,
                    bank_id=line.card_bank_id.id,
                    contract_id=ticket.contract_id.id,
                    owned_product_id=ticket.owned_product_id.id,
                    project_ids=line._get_hours_projects(),
                    vals={
                        "line_id": line.id,
                        "ticket_id": ticket.id,
                        "user_id": line.user_id.id,
                        "name": line.name,
                    },
                )
            )
        return cases

    @api.model
    def _follow_hours_of(self, fname, documents):
        """Draw what the lines of these documents say, now that they say it otherwise.

        :param str fname: field of the lines that names the document
        """
        # Hours follow whoever changes the document, seeing all its lines or not.
        lines = self.sudo().search([(fname, "in", documents.ids)])
        lines._follow_hours()

    def _get_hours_customer(self):
        """Return the customer whose hours the line takes; of no timesheet, nobody's."""
        self.ensure_one()
        if not self.project_id:
            return self.env["res.partner"]
        return self.card_ticket_id.customer_id or self.partner_id.commercial_partner_id

    def _get_hours_projects(self):
        """Return the ids of the project and of those above it, nearest first."""
        path = (self.project_id.parent_path or "").split("/")
        return tuple(int(label) for label in reversed(path) if label)

    def _get_hours_minutes(self):
        """Return what was worked in whole minutes, in whatever unit it was typed.

        None if that makes no sense, which only matters where hours are drawn.
        """
        # As env.ref(), which would ask the database each time whether it is there.
        xmlids = self.env["ir.model.data"]
        hour = xmlids._xmlid_to_res_id("uom.product_uom_hour", raise_if_not_found=True)
        hours, unit = self.unit_amount, self.product_uom_id
        if unit and unit.id != hour:
            hours = unit._compute_quantity(hours, unit.browse(hour), round=False)
        return self._get_worked_minutes(hours)

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if not _NAMED.isdisjoint(self._get_hours_defaults().union(*vals_list)):
            lines._check_hours_named()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if not _NAMED.isdisjoint(vals):
            self._check_hours_named()
        return result

    @api.model
    def _get_hours_defaults(self):
        """Return which of ``_NAMED`` the context or the user's own defaults name."""
        defaults = self.env["ir.default"]._get_model_defaults(self._name)
        context = self.env.context
        return {
            name for name in _NAMED if name in defaults or f"default_{name}" in context
        }

    def _check_hours_named(self):
        """Let nobody name a ticket or an activity that is hidden from him.

        He would use the hours of its customer, or read what it is called.
        """
        # Read past the rights of the fields, then checked as the user.
        for named in (self.sudo().card_ticket_id, self.sudo().card_activity_id):
            if named:  # not everybody has a right to tickets
                named.sudo(self.env.su).check_access("read")

    @api.constrains("card_ticket_id", "project_id", "task_id", "partner_id")
    def _check_ticket_customer(self):
        # As in _get_hours_cases.
        for line in self.sudo().filtered("card_ticket_id"):
            customer = line.partner_id.commercial_partner_id
            theirs = line.card_ticket_id.customer_id
            if customer and theirs and customer != theirs:
                raise ValidationError(
                    self.env._(
                        "Ticket: %(ticket)s is %(customer)s's, and the project "
                        "%(project)s is %(other)s's. Choose a project of the customer, "
                        "or one that belongs to nobody.",
                        ticket=line.card_ticket_id.display_name,
                        customer=theirs.display_name,
                        project=line.project_id.display_name,
                        other=customer.display_name,
                    )
                )
