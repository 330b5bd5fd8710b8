from odoo import api, fields, models

from .crm_cards_hours_work_mixin import GROUPS


class Ticket(models.Model):
    """The hours that a ticket took."""

    _inherit = "crm.cards.ticket"

    card_hours = fields.Float(
        "Hours in total",
        compute="_compute_card_hours",
        groups=GROUPS,
        help="Logged on the ticket, and worked in activities that were closed on it.",
    )

    @api.depends("timesheet_ids.unit_amount", "activity_ids.active")
    def _compute_card_hours(self):
        # How long a ticket took is known to whoever sees it, though colleagues' lines
        # and activities may not be.
        lines = self.env["account.analytic.line"].sudo()
        hours = {
            ticket.id: amount
            for ticket, amount in lines._read_group(
                [("card_ticket_id", "in", self.ids)],
                ["card_ticket_id"],
                ["unit_amount:sum"],
            )
        }
        activities = self.env["mail.activity"].sudo()
        closed = activities.with_context(active_test=False)._read_group(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("active", "=", False),
                ("card_cancelled", "=", False),
                ("card_timesheet_id", "=", False),
                ("card_hours", "!=", 0),
            ],
            ["res_id"],
            ["card_hours:sum"],
        )
        for ticket_id, amount in closed:
            hours[ticket_id] = hours.get(ticket_id, 0) + amount
        for ticket in self:
            ticket.card_hours = hours.get(ticket._origin.id, 0.0)

    def _take_over(self, others):
        """Receive the hours as well, but for those of another customer."""
        result = super()._take_over(others)
        lines = others.timesheet_ids.filtered(
            lambda line: line.partner_id.commercial_partner_id == self.customer_id
        )
        lines.write({"card_ticket_id": self.id})
        timers = self.env["crm.cards.hours.timer"]
        timers = timers.search([("ticket_id", "in", others.ids)])
        timers.write({"ticket_id": self.id, "partner_id": self.customer_id.id})
        return result

    def action_log_hours(self):
        """Open *Log hours* for the ticket."""
        return self.env["crm.cards.hours.log"]._open(self)

    def action_start_timer(self):
        self.ensure_one()
        return self.env["crm.cards.hours.timer"]._start(self)

    def action_open_hours(self):
        """Open the timesheet lines of the ticket."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Hours of %s", self.display_name),
            "res_model": "account.analytic.line",
            "views": [(self.env.ref("hr_timesheet.hr_timesheet_line_tree").id, "list")],
            "domain": [("card_ticket_id", "=", self.id)],
        }
