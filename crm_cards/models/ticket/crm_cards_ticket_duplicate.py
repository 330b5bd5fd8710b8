from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class Ticket(models.Model):
    """Tickets about the same fault, and tickets that are parts of another one.

    Unlike merged ones, each stays a ticket of its own, with its customer.
    """

    _inherit = "crm.cards.ticket"

    duplicate_of_id = fields.Many2one(
        "crm.cards.ticket",
        string="Duplicate of",
        copy=False,
        index="btree_not_null",
        check_company=True,
        tracking=True,
    )
    duplicate_ids = fields.One2many(
        "crm.cards.ticket", "duplicate_of_id", string="Duplicates"
    )
    duplicate_open_count = fields.Integer(
        "Open duplicates", compute="_compute_duplicate_open_count"
    )
    child_open_count = fields.Integer("Open parts", compute="_compute_child_open_count")

    @api.depends("duplicate_ids.is_closed")
    def _compute_duplicate_open_count(self):
        counts = self._origin._count_open_linked("duplicate_of_id")
        for ticket in self:
            ticket.duplicate_open_count = counts.get(ticket._origin, 0)

    @api.depends("child_ids.is_closed")
    def _compute_child_open_count(self):
        counts = self._origin._count_open_linked("parent_id")
        for ticket in self:
            ticket.child_open_count = counts.get(ticket._origin, 0)

    def _count_open_linked(self, field):
        """Return how many open tickets name these, as ``{ticket: count}``."""
        rows = self._read_group(
            [(field, "in", self.ids), ("is_closed", "=", False)],
            [field],
            ["__count"],
        )
        return dict(rows)

    @api.constrains("duplicate_of_id")
    def _check_duplicate_of(self):
        if self._has_cycle("duplicate_of_id"):
            raise ValidationError(
                self.env._(
                    "A ticket cannot be a duplicate of itself. Choose another ticket "
                    "in the field Duplicate of."
                )
            )

    @api.onchange("stage_id")
    def _onchange_stage_id_parts(self):
        if self.stage_id.clock != "stopped" or not self.child_open_count:
            return None
        return {
            "warning": {
                "title": self.env._("Open parts"),
                "message": self.env._(
                    "Parts of this ticket that are still open: %s. Closing the ticket "
                    "does not close them.",
                    self.child_open_count,
                ),
            }
        }

    def action_open_duplicates(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_cards.crm_cards_ticket_action"
        )
        return {
            **action,
            "display_name": self.env._("Duplicates of %s", self.display_name),
            "domain": [("duplicate_of_id", "=", self.id)],
            "context": {
                "default_duplicate_of_id": self.id,
                "default_department_id": self.department_id.id,
            },
        }

    def action_close_duplicates(self):
        """Close the duplicates of closed tickets, in the same stage if they have it."""
        for ticket in self:
            if not ticket.is_closed:
                raise UserError(
                    self.env._(
                        "Close %s first; its duplicates follow.", ticket.display_name
                    )
                )
            duplicates = ticket.duplicate_ids.filtered(
                lambda other: not other.is_closed
            )
            for department, others in duplicates.grouped("department_id").items():
                stages = department._get_stages()
                stage = ticket.stage_id & stages or department._get_first_stage(
                    "stopped"
                )
                if stage:
                    others.stage_id = stage
