from odoo import api, fields, models
from odoo.fields import Command


class TicketSheet(models.TransientModel):
    """Asks whose sheets to print: all open tickets of the chosen technicians."""

    _name = "crm.cards.ticket.sheet"
    _description = "Print Sheets of Technicians"

    department_id = fields.Many2one("crm.cards.department", ondelete="cascade")
    user_ids = fields.Many2many(
        "res.users",
        string="Technicians",
        compute="_compute_user_ids",
        store=True,
        readonly=False,
        compute_sudo=False,  # of the tickets that the user sees
        domain=[("share", "=", False)],
    )
    with_nobody = fields.Boolean("Also tickets without a technician")

    @api.model
    def default_get(self, fields):
        """Offer the technicians of the tickets that were selected in a list."""
        defaults = super().default_get(fields)
        context = self.env.context
        if "user_ids" in fields and context.get("active_model") == "crm.cards.ticket":
            tickets = self.env["crm.cards.ticket"].browse(context.get("active_ids"))
            defaults["user_ids"] = [Command.set(tickets.user_id.ids)]
        return defaults

    @api.depends("department_id")
    def _compute_user_ids(self):
        """Offer everybody who has something to do, there if a department is named."""
        for wizard in self:
            domain = [("is_closed", "=", False), ("user_id", "!=", False)]
            if wizard.department_id:
                domain.append(("department_id", "=", wizard.department_id.id))
            groups = self.env["crm.cards.ticket"]._read_group(domain, ["user_id"])
            wizard.user_ids = self.env["res.users"].union(*(user for (user,) in groups))

    def action_print(self):
        user_ids = self.user_ids.ids + ([False] if self.with_nobody else [])
        return self.env["crm.cards.ticket"].action_print_sheets_of(
            user_ids, self.department_id.id
        )
