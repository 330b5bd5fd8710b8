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
    child_count = fields.Integer("Number of parts", compute="_compute_child_count")
    child_open_count = fields.Integer("Open parts", compute="_compute_child_count")

    @api.depends("duplicate_ids.is_closed")
    def _compute_duplicate_open_count(self):
        counts = self._count_linked("duplicate_of_id")
        for ticket in self:
            ticket.duplicate_open_count = counts.get((ticket._origin, False), 0)

    @api.depends("child_ids.is_closed")
    def _compute_child_count(self):
        counts = self._count_linked("parent_id")
        for ticket in self:
            is_open = counts.get((ticket._origin, False), 0)
            ticket.child_open_count = is_open
            ticket.child_count = is_open + counts.get((ticket._origin, True), 0)

    def _count_linked(self, field):
        """Return how many tickets name these, as ``{(ticket, is_closed): count}``."""
        rows = self._read_group(
            [(field, "in", self.ids)], [field, "is_closed"], ["__count"]
        )
        return {(ticket, is_closed): count for ticket, is_closed, count in rows}

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
                    "%s parts of this ticket are still open. Closing it does not "
                    "close them.",
                    self.child_open_count,
                ),
            }
        }

    def action_open_parts(self):
        return self._open_linked(self.env._("Parts"), "parent_id")

    def action_open_duplicates(self):
        return self._open_linked(self.env._("Duplicates"), "duplicate_of_id")

    def _open_linked(self, name, field):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": self._name,
            "views": [[False, "list"], [False, "form"]],
            "domain": [(field, "=", self.id)],
            "context": {
                f"default_{field}": self.id,
                "default_department_id": self.department_id.id,
                "default_partner_id": self.partner_id.id,
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
            duplicates = ticket.duplicate_ids.filtered(lambda other: not other.is_closed)
            for department, others in duplicates.grouped("department_id").items():
                stages = department._get_stages()
                stage = ticket.stage_id & stages or department._get_first_stage(
                    "stopped"
                )
                if stage:
                    others.stage_id = stage
