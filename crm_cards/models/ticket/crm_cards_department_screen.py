from odoo import fields, models


class Department(models.Model):
    """How each department stands, for the overview."""

    _inherit = "crm.cards.department"

    open_count = fields.Integer("Open tickets", compute="_compute_ticket_counts")
    my_count = fields.Integer("My open tickets", compute="_compute_ticket_counts")
    unassigned_count = fields.Integer("Unassigned", compute="_compute_ticket_counts")
    urgent_count = fields.Integer("Urgent", compute="_compute_ticket_counts")
    waiting_count = fields.Integer(
        "Waiting for others",
        compute="_compute_ticket_counts",
        help="For the customer or for a supplier.",
    )

    def _compute_ticket_counts(self):
        """Count the open tickets that the user may see, in one query."""
        groups = self.env["crm.cards.ticket"]._read_group(
            [("department_id", "in", self.ids), ("is_closed", "=", False)],
            ["department_id", "user_id", "priority", "waiting_for"],
            ["__count"],
        )
        for department in self:
            own = [group[1:] for group in groups if group[0] == department]
            department.open_count = sum(count for *_rest, count in own)
            department.my_count = sum(row[3] for row in own if row[0] == self.env.user)
            department.unassigned_count = sum(row[3] for row in own if not row[0])
            department.urgent_count = sum(row[3] for row in own if row[1] == "3")
            department.waiting_count = sum(row[3] for row in own if row[2] != "us")

    def action_open_tickets(self):
        """Open the board of the department, with the filter named in the context."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_cards.crm_cards_ticket_action"
        )
        chosen = self.env.context.get("ticket_filter")
        return {
            **action,
            "display_name": self.display_name,
            "context": {
                "default_department_id": self.id,
                "search_default_department_id": self.id,
                "search_default_open": 1,
                **({f"search_default_{chosen}": 1} if chosen else {}),
            },
        }
