from odoo import api, fields, models
from odoo.exceptions import UserError


class TicketMerge(models.TransientModel):
    """Asks which of several tickets goes on, and confirms what is unusual."""

    _name = "crm.cards.ticket.merge"
    _description = "Merge Tickets"

    ticket_ids = fields.Many2many(
        "crm.cards.ticket",
        string="Tickets",
        domain="[('merged_into_id', '=', False)]",
        context={"active_test": False},
    )
    target_id = fields.Many2one(
        "crm.cards.ticket",
        string="Ticket to keep",
        compute="_compute_target_id",
        compute_sudo=False,
        store=True,
        readonly=False,
        domain="[('id', 'in', ticket_ids)]",
    )
    has_several_customers = fields.Boolean(compute="_compute_has_several_customers")
    is_confirmed = fields.Boolean("Merge the tickets of several customers")

    @api.depends("ticket_ids")
    def _compute_target_id(self):
        """Propose the oldest open ticket, else the oldest."""
        for dialog in self:
            tickets = dialog._get_tickets()
            if dialog.target_id not in tickets:
                dialog.target_id = tickets.sorted(
                    lambda ticket: (ticket.is_closed, ticket.id)
                )[:1]

    @api.depends("ticket_ids")
    def _compute_has_several_customers(self):
        for dialog in self:
            tickets = dialog._get_tickets()
            customers = {
                ticket.customer_id.id or ticket.email_normalized for ticket in tickets
            }
            dialog.has_several_customers = len(customers) > 1

    def _get_tickets(self):
        # A browser may send any ticket.
        return self.ticket_ids._origin._filtered_access("read")

    def action_merge(self):
        self.ensure_one()
        tickets, target = self.ticket_ids, self.target_id
        if not target or target not in tickets:
            raise UserError(
                self.env._("Choose in the field Ticket to keep which of them stays.")
            )
        tickets.check_access("write")
        if self.has_several_customers and not self.is_confirmed:
            raise UserError(
                self.env._(
                    "These tickets belong to several customers, who would read each "
                    "other's messages. Tick Merge the tickets of several customers "
                    "if that is what you want."
                )
            )
        target._merge(tickets - target)
        return {
            "type": "ir.actions.act_window",
            "res_model": target._name,
            "res_id": target.id,
            "views": [[False, "form"]],
        }
