from odoo import api, fields, models


class Ticket(models.Model):
    """Says why a ticket follows the policy it follows."""

    _inherit = "crm.cards.ticket"

    sla_reason = fields.Char("Why this one", compute="_compute_sla_reason")

    @api.depends("sla_version_id", "sla_calendar_version_id", "contract_id")
    @api.depends_context("lang")
    def _compute_sla_reason(self):
        for ticket in self:
            version = ticket.sla_version_id
            reasons = version and ticket._get_sla_reasons(version)
            ticket.sla_reason = " · ".join(reasons or [])

    def _get_sla_reasons(self, version):
        """Return the conditions of the version that this ticket meets, in words."""
        terms = version._get_terms()
        conditions = terms["conditions"]
        reasons = []
        # What the policy asks for is told to everybody who sees the ticket.
        if self.contract_id.sudo().sla_policy_id == version.sudo().policy_id:
            contract = self.contract_id.sudo().display_name
            reasons.append(self.env._("Contract %s", contract))
        if conditions["type_ids"]:
            reasons.append(self.env._("Type %s", self.type_id.display_name or "-"))
        if conditions["priority"]:
            priorities = dict(self._fields["priority"]._description_selection(self.env))
            reasons.append(
                self.env._("Priority %s", priorities[conditions["priority"]])
            )
        if conditions["department_ids"]:
            department = self.department_id.sudo().display_name
            reasons.append(self.env._("Department %s", department or "-"))
        if conditions["customer_type_ids"]:
            customer_type = self.customer_id.sudo().customer_type_id.display_name
            reasons.append(self.env._("Customer type %s", customer_type or "-"))
        if conditions["categ_ids"]:
            category = self.owned_product_id.sudo().categ_id.display_name
            reasons.append(self.env._("Product kind %s", category or "-"))
        if not reasons:
            reasons.append(self.env._("Holds for all tickets"))
        if self._lacks_hours(terms):
            reasons.append(
                self.env._("Not counted: the working schedule has no fixed hours")
            )
        return reasons

    def _lacks_hours(self, terms):
        targets = terms["targets"].values()
        return not self.sla_calendar_version_id and any(
            target["time"] == "working" for target in targets
        )
