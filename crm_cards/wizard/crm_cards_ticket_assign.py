from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.load_sharing import share_out

METHODS = [
    ("one", "To one technician"),
    ("least_loaded", "Share out: to whoever has least to do"),
    ("round_robin", "Share out: in turn"),
]


class TicketAssign(models.TransientModel):
    """Gives many tickets to technicians, with what each has to do in view."""

    _name = "crm.cards.ticket.assign"
    _description = "Assign Tickets"

    ticket_ids = fields.Many2many("crm.cards.ticket", readonly=True)
    ticket_count = fields.Integer(compute="_compute_ticket_count")
    method = fields.Selection(
        METHODS, string="How to assign", required=True, default="one"
    )
    user_id = fields.Many2one(
        "res.users",
        string="Technician",
        domain="[('id', 'in', allowed_user_ids)]",
    )
    allowed_user_ids = fields.Many2many(
        "res.users", compute="_compute_allowed_user_ids"
    )
    load_ids = fields.One2many("crm.cards.ticket.assign.load", "assign_id")

    @api.depends("ticket_ids")
    def _compute_ticket_count(self):
        for dialog in self:
            dialog.ticket_count = len(dialog.ticket_ids)

    @api.depends("load_ids.user_id")
    def _compute_allowed_user_ids(self):
        for dialog in self:
            dialog.allowed_user_ids = dialog.load_ids.user_id

    @api.model
    def _open(self, tickets):
        """Return the dialog.

        :raises AccessError: some of the tickets may not be changed by the user
        """
        self._check_may_write(tickets)
        loads = self.env["crm.cards.ticket.assign.load"]._get_load_vals(tickets)
        dialog = self.create(
            {
                "ticket_ids": [Command.set(tickets.ids)],
                "load_ids": [Command.create(vals) for vals in loads],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Assign tickets"),
            "res_model": self._name,
            "res_id": dialog.id,
            "views": [[False, "form"]],
            "target": "new",
        }

    def action_assign(self):
        self.ensure_one()
        tickets = self.ticket_ids
        self._check_may_write(tickets)
        users = self._choose_users(len(tickets))
        self._check_technicians(users)
        tickets._assign_to(users)
        return {"type": "ir.actions.act_window_close"}

    def _choose_users(self, count):
        """Return who gets each of so many tickets.

        :raises UserError: nobody is chosen
        """
        if self.method == "one":
            if not self.user_id:
                raise UserError(self.env._("Technician: choose who gets the tickets."))
            return [self.user_id] * count
        taking_part = self.load_ids.filtered("is_chosen").user_id
        if not taking_part:
            raise UserError(
                self.env._(
                    "Nobody is chosen to share the tickets. Tick Takes part for at "
                    "least one technician."
                )
            )
        if self.method == "round_robin":
            return [taking_part[place % len(taking_part)] for place in range(count)]
        loads = self.env["crm.cards.ticket"]._get_open_load(
            taking_part, self.ticket_ids.company_id
        )
        return share_out(count, loads)

    def _check_technicians(self, users):
        """Refuse whom the dialog does not offer; a call may name anybody."""
        offered = self.load_ids._get_technicians(self.ticket_ids)
        refused = offered.browse().union(*users) - offered
        if refused:
            raise UserError(
                self.env._(
                    "Technician: %s does not handle these tickets. Choose one of those "
                    "that are offered.",
                    refused[0].name,
                )
            )

    @api.model
    def _check_may_write(self, tickets):
        refused = tickets - tickets._filtered_access("write")
        if refused:
            raise AccessError(
                self.env._(
                    "You may not change some of these tickets (%(count)s). Take those "
                    "of other departments out of the selection.",
                    count=len(refused),
                )
            )


class TicketAssignLoad(models.TransientModel):
    """How much one technician has to do, when the dialog opened."""

    _name = "crm.cards.ticket.assign.load"
    _description = "Load of a Technician"
    _order = "open_count, id"

    assign_id = fields.Many2one(
        "crm.cards.ticket.assign", required=True, ondelete="cascade", index=True
    )
    user_id = fields.Many2one("res.users", string="Technician", readonly=True)
    is_chosen = fields.Boolean("Takes part")
    open_count = fields.Integer("Open", readonly=True)
    waiting_count = fields.Integer(
        "Waiting", readonly=True, help="Of the open ones, for customers or suppliers."
    )
    urgent_count = fields.Integer("Urgent", readonly=True)

    @api.model
    def _get_load_vals(self, tickets):
        """Return what each technician has to do, by one query.

        Those who work in the departments of the tickets take part, unless said
        otherwise.
        """
        technicians = self._get_technicians(tickets)
        members = tickets.department_id.member_ids
        counts = {
            user: {"open_count": 0, "waiting_count": 0, "urgent_count": 0}
            for user in technicians
        }
        # Numbers only, and of all departments of the company: whoever is busy
        # elsewhere is busy.
        groups = (
            self.env["crm.cards.ticket"]
            .sudo()
            ._read_group(
                [
                    ("user_id", "in", technicians.ids),
                    ("company_id", "in", tickets.company_id.ids),
                    ("is_closed", "=", False),
                ],
                ["user_id", "waiting_for", "priority"],
                ["__count"],
            )
        )
        for user, waiting_for, priority, count in groups:
            numbers = counts[user]
            numbers["open_count"] += count
            numbers["waiting_count"] += count * (waiting_for != "us")
            numbers["urgent_count"] += count * (priority == "3")
        return [
            {"user_id": user.id, "is_chosen": user in members, **numbers}
            for user, numbers in counts.items()
        ]

    @api.model
    def _get_technicians(self, tickets):
        """Return to whom the user may give the tickets.

        Service managers choose among all technicians, others among the members of
        the tickets' departments and of their own.
        """
        user = self.env.user
        companies = [("company_ids", "in", tickets.company_id.ids)]
        if user.has_group("crm_cards.crm_cards_group_ticket_manager"):
            group = self.env.ref("crm_cards.crm_cards_group_ticket_user")
            return user.search([("all_group_ids", "in", group.ids), *companies])
        own = self.env["crm.cards.department"].search([("member_ids", "in", user.ids)])
        return (tickets.department_id | own).member_ids | user
