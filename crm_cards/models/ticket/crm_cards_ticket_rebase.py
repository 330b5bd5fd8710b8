from odoo import fields, models


class SlaPolicy(models.Model):
    """Running tickets follow a changed policy when somebody says so, not before."""

    _inherit = "crm.cards.sla.policy"

    outdated_count = fields.Integer(
        "Open tickets with earlier terms", compute="_compute_outdated_count"
    )

    def _compute_outdated_count(self):
        for policy in self:
            policy.outdated_count = len(policy._get_outdated_tickets())

    def _get_outdated_tickets(self):
        """Return the open tickets that follow earlier terms or working hours."""
        # The manager of a policy is told of all tickets that follow it.
        tickets = self.env["crm.cards.ticket"].sudo()
        running = tickets.search(
            [("sla_policy_id", "in", self.ids), ("is_closed", "=", False)]
        )
        newest = self._get_current_versions()
        calendars = running.sla_calendar_version_id.calendar_id
        counted = self.env["crm.cards.sla.calendar.version"]._get_current(calendars)
        return running.filtered(
            lambda ticket: (
                ticket.sla_version_id != newest.get(ticket.sla_policy_id)
                or ticket.sla_calendar_version_id
                != counted.get(
                    ticket.sla_calendar_version_id.calendar_id,
                    ticket.sla_calendar_version_id,
                )
            )
        )

    def action_rebase(self):
        """Let the open tickets follow the newest terms and working hours from now on.

        What was used of their time until now stays used.
        """
        self.check_access("write")
        return self._get_outdated_tickets()._rebase()


class Ticket(models.Model):
    _inherit = "crm.cards.ticket"

    def _rebase(self):
        followed = self._follow_policies(rebase=True)
        self._log(dict.fromkeys(followed, ["terms"]))
        return True
