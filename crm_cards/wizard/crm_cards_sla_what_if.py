from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import date_utils

from ..models.ticket.crm_cards_sla_target import TARGETS, TIMES

_SHOWN = 40  # changes in the form
_MOST = 100_000  # tickets; about what is counted before a browser gives up waiting


class SlaWhatIf(models.TransientModel):
    """What would have come of past tickets under other service levels.

    Who asks says which tickets and what would have been promised for them, from their
    opening on and in place of everything that really was. The same clock then tells
    both stories from the same facts; nothing but the answer is written.
    """

    _name = "crm.cards.sla.what.if"
    _description = "What If: Other Service Levels"

    # -- which tickets
    date_from = fields.Date(
        "Opened from",
        required=True,
        default=lambda self: self._default_date_from(),
        help="Days are those of your own time zone, both of them included.",
    )
    date_to = fields.Date(
        "Opened until", required=True, default=lambda self: self._default_date_to()
    )
    policy_id = fields.Many2one(
        "crm.cards.sla.policy",
        string="Service level",
        ondelete="cascade",
        help="Tickets that follow it. Empty: whichever they follow, or none.",
    )
    department_ids = fields.Many2many("crm.cards.department", string="Departments")
    type_ids = fields.Many2many(
        "crm.cards.ticket.type",
        string="Types",
        help="Tickets of these types and of all below them. None named: of any type.",
    )

    # -- what is supposed
    target_ids = fields.One2many(
        "crm.cards.sla.what.if.target",
        "what_if_id",
        string="Supposed targets",
        compute="_compute_target_ids",
        compute_sudo=False,  # of the service levels that the user may see
        store=True,
        readonly=False,
    )
    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Supposed working hours",
        ondelete="cascade",
        help="As they are now, for all of these tickets. Empty: each ticket is counted "
        "by the working hours it was really counted by.",
    )

    # -- the answer
    date_counted = fields.Datetime(
        compute="_compute_date_counted",
        store=True,
        help="Empty once anything is asked differently.",
    )
    ticket_count = fields.Integer("Tickets", readonly=True)
    result_ids = fields.One2many(
        "crm.cards.sla.what.if.result", "what_if_id", readonly=True
    )
    change_ids = fields.One2many(
        "crm.cards.sla.what.if.change", "what_if_id", readonly=True
    )
    change_count = fields.Integer(compute="_compute_changes")
    first_change_ids = fields.Many2many(
        "crm.cards.sla.what.if.change",
        compute="_compute_changes",
        help="As many as fit into a form; there may be thousands.",
    )

    _period_ordered = models.Constraint(
        "CHECK(date_from <= date_to)",
        "Opened until: the period ends before it begins. Choose a later day.",
    )

    @api.model
    def _default_date_from(self):
        return date_utils.start_of(self._default_date_to(), "quarter")

    @api.model
    def _default_date_to(self):
        """Return the last day of the last quarter."""
        today = fields.Date.context_today(self)
        return date_utils.start_of(today, "quarter") - timedelta(days=1)

    def _compute_display_name(self):
        for what_if in self:
            what_if.display_name = self.env._("What if: other service levels")

    @api.depends("policy_id")
    def _compute_target_ids(self):
        """Propose what the service level promises now."""
        for what_if in self:
            targets = what_if.policy_id.target_ids
            what_if.target_ids = [
                Command.clear(),
                *(
                    Command.create(
                        {"kind": row.kind, "hours": row.hours, "time": row.time}
                    )
                    for row in targets
                ),
            ]

    @api.depends(
        "date_from",
        "date_to",
        "policy_id",
        "department_ids",
        "type_ids",
        "calendar_id",
        "target_ids.kind",
        "target_ids.hours",
        "target_ids.time",
    )
    def _compute_date_counted(self):
        self.date_counted = False

    @api.depends("change_ids")
    def _compute_changes(self):
        changes = self.env["crm.cards.sla.what.if.change"]
        for what_if in self:
            domain = [("what_if_id", "=", what_if._origin.id)]
            what_if.change_count = changes.search_count(domain)
            what_if.first_change_ids = changes.search(domain, limit=_SHOWN)

    # -- asking ---------------------------------------------------------------

    def action_count(self):
        """Count what was reached and missed, and what would have been.

        :raises UserError: nothing is supposed, or of too many tickets
        :raises ValidationError: the supposed working hours are no fixed ones
        """
        self.ensure_one()
        self.check_access("write")
        self._check_supposition()
        ticket_ids = self._find_ticket_ids()
        self._forget_answer()
        self._count(ticket_ids)
        self.invalidate_recordset()
        self.write(
            {"date_counted": fields.Datetime.now(), "ticket_count": len(ticket_ids)}
        )
        return True

    def action_open_changes(self):
        """Open the changed verdicts as a list, to be filtered and exported."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "crm_cards.crm_cards_sla_what_if_change_action"
        )
        return {**action, "domain": [("what_if_id", "=", self.id)]}

    def _check_supposition(self):
        if not self.target_ids:
            raise UserError(
                self.env._(
                    "Supposed targets: add at least one. Without a target there is "
                    "nothing to count."
                )
            )
        self.calendar_id._check_usable_for_sla()

    def _find_ticket_ids(self):
        """Return the ids of the tickets that are asked about and may be read."""
        tickets = self.env["crm.cards.ticket"].with_context(active_test=False)
        found = tickets.search(self._get_ticket_domain(), order="id", limit=_MOST + 1)
        if len(found) > _MOST:
            raise UserError(
                self.env._(
                    "Opened from, Opened until: more than %s tickets were opened then. "
                    "Choose a shorter period.",
                    _MOST,
                )
            )
        return found.ids

    def _get_ticket_domain(self):
        domain = Domain("date_opened", ">=", self._get_midnight(self.date_from))
        domain &= Domain("date_opened", "<", self._get_midnight(self.date_to, days=1))
        if self.policy_id:
            domain &= Domain("sla_policy_id", "=", self.policy_id.id)
        if self.department_ids:
            domain &= Domain("department_id", "in", self.department_ids.ids)
        if self.type_ids:
            domain &= Domain("type_id", "child_of", self.type_ids.ids)
        return domain

    def _get_midnight(self, day, days=0):
        """Return when a day, or the one so many later, begins where the user is.

        :return: a naive UTC moment
        :raises UserError: it is beyond what a calendar knows
        """
        try:
            midnight = datetime.combine(day + timedelta(days=days), time())
            moment = self.env.tz.localize(midnight).astimezone(pytz.utc)
        except OverflowError as error:
            raise UserError(
                self.env._(
                    "Opened from, Opened until: no calendar reaches that far. Choose "
                    "other days."
                )
            ) from error
        return moment.replace(tzinfo=None)

    def _forget_answer(self):
        # Answers are given by counting and changed by nobody.
        self.sudo().result_ids.unlink()
        self.env["crm.cards.sla.what.if.change"]._delete_of(self)


class SlaWhatIfTarget(models.TransientModel):
    """How soon something would have been due."""

    _name = "crm.cards.sla.what.if.target"
    _description = "Supposed Target"
    _order = "what_if_id, kind"

    what_if_id = fields.Many2one(
        "crm.cards.sla.what.if", required=True, ondelete="cascade", index=True
    )
    kind = fields.Selection(TARGETS, string="Target", required=True)
    hours = fields.Float(required=True, aggregator=None)
    time = fields.Selection(
        TIMES, string="Counted in", required=True, default="working"
    )

    _hours_range = models.Constraint(
        "CHECK(hours > 0 AND hours <= 8784)",
        "Hours of a supposed target: more than zero, and no more than a year has "
        "(8,784).",
    )
    _what_if_kind_unique = models.UniqueIndex(
        "(what_if_id, kind)", "Supposed targets: name each target once."
    )


class SlaPolicy(models.Model):
    _inherit = "crm.cards.sla.policy"

    def action_what_if(self):
        """Ask what other terms would have made of the tickets that follow this one."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "crm_cards.crm_cards_sla_what_if_action"
        )
        return {**action, "context": {"default_policy_id": self.id}}
