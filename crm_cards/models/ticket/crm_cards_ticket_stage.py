from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

CLOCKS = [("runs", "Runs"), ("paused", "Paused"), ("stopped", "Stopped")]
WAITING_FOR = [("us", "Us"), ("customer", "Customer"), ("supplier", "Supplier")]


class TicketStage(models.Model):
    """A step on the way of a ticket: whose turn it is, and what the clock does.

    The clock of service levels runs or is paused; where it is stopped the ticket is
    closed. A stage serves some departments, or all (row 132).
    """

    _name = "crm.cards.ticket.stage"
    _description = "Ticket Stage"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    fold = fields.Boolean("Folded in the board")
    active = fields.Boolean(default=True)
    department_ids = fields.Many2many(
        "crm.cards.department",
        string="Departments",
        help="The departments that use this stage. None named: all of them.",
    )
    clock = fields.Selection(
        CLOCKS,
        required=True,
        default="runs",
        help="What the clock of service levels does while a ticket is here. Where it "
        "is stopped the ticket is closed.",
    )
    waiting_for = fields.Selection(
        WAITING_FOR, string="Waiting for", required=True, default="us"
    )

    @api.constrains("clock", "waiting_for")
    def _check_waiting_for(self):
        for stage in self:
            if stage.clock == "stopped" and stage.waiting_for != "us":
                raise ValidationError(
                    self.env._(
                        "A closed ticket waits for nobody. Set the field Waiting for "
                        "of the stage %(stage)s to Us, or let its clock be paused.",
                        stage=stage.display_name,
                    )
                )

    def write(self, vals):
        before = {stage: (stage.clock, stage.waiting_for) for stage in self}
        result = super().write(vals)
        changed = self.filtered(
            lambda stage: before[stage] != (stage.clock, stage.waiting_for)
        )
        if changed:
            changed._tell_tickets()
        return result

    def _tell_tickets(self):
        """Write down, ticket by ticket, that the clock goes otherwise from now on."""
        # Whoever sets up stages need not see each ticket that stands in them.
        tickets = self.env["crm.cards.ticket"].sudo().with_context(active_test=False)
        tickets.search([("stage_id", "in", self.ids)])._follow_stage()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        # Tickets of departments that the user does not see count as well.
        tickets = self.env["crm.cards.ticket"].sudo().with_context(active_test=False)
        used = tickets._read_group(
            [("stage_id", "in", self.ids)], ["stage_id"], ["__count"]
        )
        if used:
            stage, count = used[0]
            raise UserError(
                self.env._(
                    "There are still tickets in the stage %(stage)s (%(count)s). Move "
                    "them to another stage first, or archive the stage.",
                    count=count,
                    stage=stage.display_name,
                )
            )
