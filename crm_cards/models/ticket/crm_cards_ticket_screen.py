from lxml import etree

from odoo import api, fields, models
from odoo.exceptions import UserError


class Ticket(models.Model):
    """The buttons of a ticket, and what a new one is filled in with."""

    _inherit = "crm.cards.ticket"

    customer_open_count = fields.Integer(
        "Open tickets of the customer",
        compute="_compute_customer_open_count",
        help="As many as you may see.",
    )
    child_count = fields.Integer("Number of parts", compute="_compute_child_count")

    @api.depends("customer_id")
    def _compute_customer_open_count(self):
        counts = self._count_by("customer_id", [("is_closed", "=", False)])
        for ticket in self:
            ticket.customer_open_count = counts.get(ticket.customer_id, 0)

    @api.depends("child_ids")
    def _compute_child_count(self):
        tickets = self._origin
        groups = self._read_group(
            [("parent_id", "in", tickets.ids)], ["parent_id"], ["__count"]
        )
        counts = dict(groups)
        for ticket in self:
            ticket.child_count = counts.get(ticket._origin, 0)

    @api.model
    def get_view(self, view_id=None, view_type="form", **options):
        """Let only those who may sort the stages drag the columns of the board."""
        view = super().get_view(view_id, view_type, **options)
        stages = self.env["crm.cards.ticket.stage"]
        if view_type != "kanban" or stages.has_access("write"):
            return view
        arch = etree.fromstring(view["arch"])
        arch.set("groups_draggable", "0")
        return {**view, "arch": etree.tostring(arch, encoding="unicode")}

    def _count_by(self, name, domain):
        """Return how many tickets each record has that these tickets name."""
        groups = self._read_group(
            [(name, "in", self[name].ids), *domain], [name], ["__count"]
        )
        return dict(groups)

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        if not self.department_id and not self._origin:
            self.department_id = self._get_usual_department()

    def _get_usual_department(self):
        """Return where the customer was helped last, else where the user works."""
        company = self.company_id or self.env.company
        last = self.browse()
        if self.customer_id:
            last = self.search(
                [
                    ("customer_id", "=", self.customer_id.id),
                    ("company_id", "=", company.id),
                    ("department_id.active", "=", True),
                ],
                order="id desc",
                limit=1,
            )
        if last:
            return last.department_id
        own = self.env["crm.cards.department"].search(
            [("member_ids", "in", self.env.uid), ("company_id", "=", company.id)],
            limit=2,
        )
        return own if len(own) == 1 else own.browse()

    # -- buttons --------------------------------------------------------------

    def action_assign_to_me(self):
        self.write({"user_id": self.env.uid})

    def action_open_assign(self):
        return self.env["crm.cards.ticket.assign"]._open(self)

    def action_close(self):
        self.filtered(lambda ticket: not ticket.is_closed)._move_to("stopped")

    def action_reopen(self):
        self.filtered("is_closed")._move_to("runs")

    def _move_to(self, clock):
        """Move each ticket to the first such stage of its department.

        :raises UserError: a department has no stage with that clock
        """
        for department, tickets in self.grouped("department_id").items():
            stage = department._get_first_stage(clock)
            if not stage:
                department._refuse_without_stage(clock)
            tickets.write({"stage_id": stage.id})

    def action_open_customer_tickets(self):
        self.ensure_one()
        return self.customer_id.action_customer_open_tickets()

    def action_open_parts(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_cards.crm_cards_ticket_action"
        )
        return {
            **action,
            "display_name": self.env._("Parts of %s", self.display_name),
            "domain": [("parent_id", "=", self.id)],
            "context": {
                "default_parent_id": self.id,
                "default_partner_id": self.partner_id.id,
                "default_department_id": self.department_id.id,
            },
        }


class Department(models.Model):
    _inherit = "crm.cards.department"

    def _refuse_without_stage(self, clock):
        clocks = dict(
            self.env["crm.cards.ticket.stage"]
            ._fields["clock"]
            ._description_selection(self.env)
        )
        raise UserError(
            self.env._(
                "%(department)s has no ticket stage whose field Clock says %(clock)s. "
                "Add one under Configuration, Ticket stages.",
                department=self.display_name or self.env._("No department"),
                clock=clocks[clock],
            )
        )
