from collections import defaultdict
from itertools import chain

from odoo import api, fields, models

from ...tools.superuser import as_superuser
from .crm_cards_sla_policy_match import TicketCase

# A change of these may bring another service level.
_DECIDING = {
    "company_id",
    "type_id",
    "priority",
    "department_id",
    "partner_id",
    "contract_id",
    "owned_product_id",
}


class Ticket(models.Model):
    """The service level of a ticket: which version of which policy it follows."""

    _inherit = "crm.cards.ticket"

    sla_version_id = fields.Many2one(
        "crm.cards.sla.policy.version",
        string="Service level",
        readonly=True,
        copy=False,
    )
    sla_policy_id = fields.Many2one(related="sla_version_id.policy_id", store=True)
    sla_calendar_version_id = fields.Many2one(
        "crm.cards.sla.calendar.version",
        string="Counted by",
        readonly=True,
        copy=False,
    )

    def _get_sla_case(self):
        self.ensure_one()
        return TicketCase(
            company=self.company_id.id,
            type_path=self.type_id._get_path()._ids if self.type_id else (),
            priority=self.priority,
            department=self.department_id.id,
            customer_type=self.customer_id.customer_type_id.id,
            categ_path=(),
            policy=None,
        )

    @api.model
    def _get_logged(self):
        return [*super()._get_logged(), "sla_version_id", "sla_calendar_version_id"]

    def _take_terms(self, vals=None):
        retargeted = super()._take_terms(vals)
        if vals is None or not _DECIDING.isdisjoint(vals):
            retargeted |= self._follow_policies()
        return retargeted

    def _follow_policies(self, rebase=False):
        """Give open tickets the policies and working hours that fit them now.

        A ticket keeps its version for as long as it keeps its policy.

        :param bool rebase: take the newest versions all the same
        :return: the tickets that follow something else than before
        """
        # Whoever handles tickets follows policies without being allowed to see them.
        tickets = as_superuser(self).filtered(lambda ticket: not ticket.is_closed)
        policies = self.env["crm.cards.sla.policy"]._find_for(tickets)
        found = self.env["crm.cards.sla.policy"].sudo().union(*policies.values())
        versions = found._get_current_versions()
        calendars = {
            ticket: ticket._get_sla_calendar(policy)
            for ticket, policy in policies.items()
        }
        chosen = self.env["resource.calendar"].sudo().union(*calendars.values())
        counted = self.env["crm.cards.sla.calendar.version"]._get_current(chosen)
        groups = defaultdict(list)
        for ticket, policy in policies.items():
            version = ticket.sla_version_id
            calendar_version = ticket.sla_calendar_version_id
            before = version.id, calendar_version.id
            if rebase or version.policy_id != policy:
                version = versions.get(policy, version.browse())
                calendar_version = calendar_version.browse()
            calendar = calendars[ticket]
            if not calendar_version or calendar_version.calendar_id != calendar:
                calendar_version = counted.get(calendar, calendar_version.browse())
            if before != (version.id, calendar_version.id):
                groups[version.id, calendar_version.id].append(ticket.id)
        for (version_id, calendar_version_id), ids in groups.items():
            tickets.browse(ids).write(
                {
                    "sla_version_id": version_id,
                    "sla_calendar_version_id": calendar_version_id,
                }
            )
        return self.browse(chain.from_iterable(groups.values()))

    def _get_sla_calendar(self, policy):
        """Return the working hours by which a policy counts for this ticket."""
        self.ensure_one()
        if not policy:
            return self.env["resource.calendar"]
        chosen = {
            "policy": policy.calendar_id,
            "customer": self.customer_id.card_calendar_id,
        }.get(policy.calendar_source)
        return (
            chosen
            or self.department_id.calendar_id
            or self.company_id.resource_calendar_id
        )
