from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

MAX_LEVEL = 3


class TicketType(models.Model):
    """What a ticket is about, in up to three levels (row 131)."""

    _name = "crm.cards.ticket.type"
    _description = "Ticket Type"
    _parent_store = True
    _order = "tree_order, id"
    _rec_names_search = ["name", "parent_id.name", "parent_id.parent_id.name"]

    name = fields.Char(required=True, translate=True)
    parent_id = fields.Many2one(
        "crm.cards.ticket.type", string="Part of type", ondelete="restrict", index=True
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many(
        "crm.cards.ticket.type", "parent_id", string="Types below it"
    )
    level = fields.Integer(
        compute="_compute_level", store=True, recursive=True, aggregator=None
    )
    tree_order = fields.Char(
        compute="_compute_tree_order",
        store=True,
        recursive=True,
        help="Sorts each type below the one it is part of.",
    )
    is_detail_required = fields.Boolean(
        "A type below it is required",
        help="A ticket of this type must name one of the types below it.",
    )
    department_id = fields.Many2one(
        "crm.cards.department",
        ondelete="set null",
        index="btree_not_null",
        help="The department that handles tickets of this type, unless another one "
        "is chosen.",
    )
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    active = fields.Boolean(default=True)

    @api.depends("parent_id.level")
    def _compute_level(self):
        for ticket_type in self:
            ticket_type.level = ticket_type.parent_id.level + 1

    @api.depends("sequence", "parent_id.tree_order")
    def _compute_tree_order(self):
        for ticket_type in self:
            above = ticket_type.parent_id.tree_order or ""
            place = f"{max(ticket_type.sequence, 0):09d}.{ticket_type._origin.id:09d}"
            ticket_type.tree_order = f"{above}{place}/"

    @api.depends("name", "parent_id.name", "parent_id.parent_id.name")
    def _compute_display_name(self):
        for ticket_type in self:
            names = [part.name or "" for part in ticket_type._get_path()]
            ticket_type.display_name = " / ".join(names)

    @api.model
    def _search_display_name(self, operator, value):
        """Find "printers / ink" as it is shown, and by any part of the path."""
        if operator == "in":
            return Domain.OR(self._get_path_domain(path) for path in value)
        parts = self._split_path(value)
        if operator == "ilike" and parts:
            return Domain.AND(
                Domain(super(TicketType, self)._search_display_name(operator, part))
                for part in parts
            )
        return super()._search_display_name(operator, value)

    @api.model
    def _get_path_domain(self, path):
        """Return the domain of the types that are shown, or called, like this."""
        named = Domain("name", "=", path)
        parts = self._split_path(path)
        if len(parts) < 2:
            return named
        field_name, levels = "name", Domain("level", "=", len(parts))
        for part in reversed(parts):
            levels &= Domain(field_name, "=", part)
            field_name = f"parent_id.{field_name}"
        return named | levels

    @api.model
    def _split_path(self, path):
        if not isinstance(path, str):
            return []
        return [part.strip() for part in path.split("/") if part.strip()]

    @api.constrains("parent_id")
    def _check_parent(self):
        if self._has_cycle():
            raise ValidationError(
                self.env._(
                    "A ticket type cannot be part of itself. Choose another type in "
                    "the field Part of type."
                )
            )
        tree = self.with_context(active_test=False)
        deepest = tree.search(
            [("id", "child_of", self.ids), ("level", ">", MAX_LEVEL)], limit=1
        )
        if deepest:
            raise ValidationError(
                self.env._(
                    "Ticket types have three levels at most, and %(type)s would be "
                    "on the fourth. Choose a type of a higher level in the field "
                    "Part of.",
                    type=deepest.display_name,
                )
            )

    def _get_path(self):
        """Return the types from the first level down to this one."""
        self.ensure_one()
        path = part = self
        # Not by path[0], which reads its record alone: here all paths are read at once.
        while part := part.parent_id:
            path = part + path
        return path
