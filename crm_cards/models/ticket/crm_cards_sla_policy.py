from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.rows import meet
from ...tools.superuser import as_superuser
from .crm_cards_ticket import PRIORITIES

CALENDAR_SOURCES = [
    ("department", "Schedule of the department"),
    ("policy", "Schedule of the policy"),
    ("contract", "Schedule of the contract"),
    ("customer", "Schedule of the customer"),
]
SECONDS_PER_HOUR = 3600


class SlaPolicy(models.Model):
    """What is promised for some tickets: targets, and the hours they are counted in.

    The policy as it is now; tickets follow the version they were opened under.
    """

    _name = "crm.cards.sla.policy"
    _description = "Service Level Policy"
    _inherit = ["mail.thread"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, default=lambda self: self.env.company
    )
    note = fields.Text()

    # -- for which tickets
    type_ids = fields.Many2many(
        "crm.cards.ticket.type",
        string="Types",
        help="Tickets of these types and of all below them. None named: of any type.",
    )
    priority = fields.Selection(PRIORITIES)
    department_ids = fields.Many2many(
        "crm.cards.department", string="Departments", check_company=True
    )
    customer_type_ids = fields.Many2many(
        "crm.cards.customer.type", string="Customer types"
    )
    categ_ids = fields.Many2many(
        "product.category",
        string="Product kinds",
        help="Tickets about products of these categories and of all below them.",
    )
    is_by_contract = fields.Boolean(
        "Only if the contract names it",
        help="Holds for tickets whose service contract names it, for no others.",
    )

    # -- what is promised
    target_ids = fields.One2many("crm.cards.sla.target", "policy_id", string="Targets")
    risk_percent = fields.Integer(
        "At risk from (%)",
        default=75,
        required=True,
        aggregator=None,
        help="From this share of the time on, a ticket counts as at risk.",
    )
    calendar_source = fields.Selection(
        CALENDAR_SOURCES,
        string="Whose working schedule",
        required=True,
        default="department",
    )
    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working schedule of the policy",
        check_company=True,
        ondelete="restrict",
    )
    version_ids = fields.One2many(
        "crm.cards.sla.policy.version", "policy_id", string="Versions", readonly=True
    )

    _risk_percent_range = models.Constraint(
        "CHECK(risk_percent BETWEEN 1 AND 99)",
        "At risk from: give a share between 1 and 99 percent.",
    )

    @api.constrains("target_ids")
    def _check_targets(self):
        for policy in self:
            if not policy.target_ids:
                raise ValidationError(
                    self.env._(
                        "The policy %(policy)s promises nothing. Add a target: a "
                        "first response, next responses or a resolution.",
                        policy=policy.name,
                    )
                )

    @api.constrains("calendar_source", "calendar_id")
    def _check_calendar(self):
        for policy in self:
            if policy.calendar_source == "policy" and not policy.calendar_id:
                raise ValidationError(
                    self.env._(
                        "Choose when the policy %(policy)s counts time, in the field "
                        "Working schedule of the policy.",
                        policy=policy.name,
                    )
                )
        self.calendar_id._check_usable_for_sla()

    # -- versions -------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        # Without this a policy that names no targets is never checked.
        vals_list = [{"target_ids": [], **vals} for vals in vals_list]
        policies = super().create(vals_list)
        policies._renew_versions()
        return policies

    def write(self, vals):
        result = super().write(vals)
        self._renew_versions()
        return result

    def _renew_versions(self):
        """Make a version from now on of each policy that promises something else."""
        newest = self._get_newest_versions()
        vals_list = []
        for policy in self:
            terms = policy._prepare_terms()
            version = newest.get(policy)
            if not version or version.terms != terms:
                number = version.number + 1 if version else 1
                vals_list.append(
                    {"policy_id": policy.id, "number": number, "terms": terms}
                )
        meet(self.env, self._table, [vals["policy_id"] for vals in vals_list])
        # Versions are made by changing the policy and by nothing else.
        as_superuser(self.env["crm.cards.sla.policy.version"]).create(vals_list)

    def _get_current_versions(self):
        """Return the version that holds now, policy by policy.

        A target that was changed past its policy makes a version here.
        """
        self._renew_versions()
        return self._get_newest_versions()

    def _get_newest_versions(self):
        versions = self.env["crm.cards.sla.policy.version"].sudo()
        rows = versions._read_group(
            [("policy_id", "in", self.ids)], ["policy_id"], ["id:max"]
        )
        found = versions.browse(version_id for _policy, version_id in rows)
        return {version.policy_id.with_env(self.env): version for version in found}

    def _prepare_terms(self):
        self.ensure_one()
        return {
            "targets": {
                target.kind: {
                    "seconds": round(target.hours * SECONDS_PER_HOUR),
                    "time": target.time,
                }
                for target in self.target_ids
            },
            "risk_percent": self.risk_percent,
            "conditions": {
                "type_ids": sorted(self.type_ids.ids),
                "priority": self.priority,
                "department_ids": sorted(self.department_ids.ids),
                "customer_type_ids": sorted(self.customer_type_ids.ids),
                "categ_ids": sorted(self.categ_ids.ids),
                "is_by_contract": self.is_by_contract,
            },
        }
