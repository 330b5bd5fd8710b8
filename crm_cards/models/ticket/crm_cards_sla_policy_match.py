from collections import namedtuple

from odoo import api, models
from odoo.fields import Domain

# What decides about the policy of a ticket.
TicketCase = namedtuple(
    "TicketCase",
    [
        "company",
        "type_path",
        "priority",
        "department",
        "customer_type",
        "categ_path",
        "policy",
    ],
)


class SlaPolicy(models.Model):
    """Which policy holds for which ticket.

    The most specific one: what a contract names before everything else, then the one
    with most conditions, then the one with the type of the deepest level; of equals the
    first in order.
    """

    _inherit = "crm.cards.sla.policy"

    @api.model
    def _find_for(self, tickets):
        """Return the policy of each ticket, empty where none fits.

        :return: dict ticket -> policy; the queries do not grow with the tickets
        """
        # What is promised to customers does not depend on who opens the ticket.
        policies = self.sudo().search(Domain.TRUE)
        found, result = {}, {}
        for ticket in tickets:
            case = ticket._get_sla_case()
            if case not in found:
                found[case] = policies._find_best(case)
            result[ticket] = found[case]
        return result

    def _find_best(self, case):
        best, best_rank = self.browse(), None
        for policy in self:
            rank = policy._get_rank(case)
            if rank and (best_rank is None or rank > best_rank):
                best, best_rank = policy, rank
        return best

    def _get_rank(self, case):
        """Return how specific the policy is for a case, None if it does not fit."""
        if self.company_id and self.company_id.id != case.company:
            return None
        named = case.policy == self.id
        if self.is_by_contract and not named:
            return None
        met = [
            _get_depth(self.type_ids, case.type_path),
            _get_depth(self.categ_ids, case.categ_path),
            _get_depth(self.department_ids, [case.department]),
            _get_depth(self.customer_type_ids, [case.customer_type]),
            int(self.priority == case.priority) if self.priority else 0,
        ]
        conditions = [
            self.type_ids,
            self.categ_ids,
            self.department_ids,
            self.customer_type_ids,
            self.priority,
        ]
        if any(wanted and not got for wanted, got in zip(conditions, met, strict=True)):
            return None
        return (named, sum(map(bool, met)), met[0], met[1])


def _get_depth(allowed, path):
    """Return how deep on the path the last allowed record is, 0 if none is there."""
    depths = [depth for depth, part in enumerate(path, 1) if part in allowed._ids]
    return max(depths, default=0)
