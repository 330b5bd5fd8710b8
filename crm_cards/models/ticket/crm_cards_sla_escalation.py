from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .crm_cards_sla_target import TARGETS
from .crm_cards_ticket import PRIORITIES

ACTIVITY_FOR = [
    ("technician", "The technician"),
    ("manager", "The manager of the department"),
    ("user", "A certain user"),
]
_TIMING = {"kind", "percent", "policy_id"}
# One of them says what the escalation does.
_ACTION_FIELDS = (
    "is_to_user",
    "is_to_manager",
    "notify_user_ids",
    "reassign_user_id",
    "priority",
    "activity_type_id",
    "note",
)


class SlaEscalation(models.Model):
    """What happens when so much of a target's time is used up.

    Rows hold for every ticket that follows the policy, whichever version: who is told
    is no part of what was promised. What had passed before a row was made, or its
    moment changed, is past for it.
    """

    _name = "crm.cards.sla.escalation"
    _description = "Escalation of Tickets"
    _order = "policy_id, percent, id"
    _rec_name = "percent"

    policy_id = fields.Many2one(
        "crm.cards.sla.policy", required=True, ondelete="cascade", index=True
    )
    kind = fields.Selection(
        TARGETS, string="Target", help="None chosen: each target of the policy."
    )
    percent = fields.Integer(
        "Time used (%)",
        required=True,
        default=100,
        aggregator=None,
        help="Share of the time that is used up; at 100 % the target is late.",
    )
    date_from = fields.Datetime(
        default=fields.Datetime.now, required=True, readonly=True, copy=False
    )
    is_to_user = fields.Boolean("Tell the technician")
    is_to_manager = fields.Boolean("Tell the manager")
    notify_user_ids = fields.Many2many(
        "res.users",
        "crm_cards_sla_escalation_notify_rel",
        string="Also tell",
        domain=[("share", "=", False)],
    )
    reassign_user_id = fields.Many2one(
        "res.users", string="Give the ticket to", domain=[("share", "=", False)]
    )
    priority = fields.Selection(PRIORITIES, string="Raise priority to")
    activity_type_id = fields.Many2one(
        "mail.activity.type",
        string="Plan an activity",
        ondelete="restrict",
        domain=[("res_model", "in", [False, "crm.cards.ticket"])],
    )
    activity_for = fields.Selection(
        ACTIVITY_FOR, string="Planned for", default="technician"
    )
    activity_user_id = fields.Many2one(
        "res.users", string="Planned for (user)", domain=[("share", "=", False)]
    )
    activity_summary = fields.Char("Summary", translate=True)
    note = fields.Text("Internal note", translate=True)
    action_text = fields.Char("What happens", compute="_compute_action_text")

    _percent_range = models.Constraint(
        "CHECK(percent BETWEEN 1 AND 1000)",
        "Escalation: give a share between 1 and 1000 percent in the field Time used "
        "(%).",
    )

    @api.depends(*_ACTION_FIELDS)
    @api.depends_context("lang")
    def _compute_action_text(self):
        for escalation in self:
            parts = escalation._get_action_parts()
            escalation.action_text = ", ".join(filter(None, parts))

    def _get_action_parts(self):
        priorities = dict(self._fields["priority"]._description_selection(self.env))
        names = ", ".join(self.notify_user_ids.mapped("name"))
        return [
            self.is_to_user and self.env._("tell the technician"),
            self.is_to_manager and self.env._("tell the manager"),
            names and self.env._("tell %s", names),
            self.reassign_user_id
            and self.env._("give to %s", self.reassign_user_id.name),
            self.priority
            and self.env._("raise priority to %s", priorities[self.priority]),
            self.activity_type_id
            and self.env._("plan: %s", self.activity_type_id.name),
            self.note and self.env._("post a note"),
        ]

    @api.constrains(*_ACTION_FIELDS)
    def _check_action(self):
        for escalation in self:
            if not any(escalation._get_action_parts()):
                raise ValidationError(
                    self.env._(
                        "The escalation at %s %% does nothing. Choose whom it tells, "
                        "or what it does.",
                        escalation.percent,
                    )
                )

    @api.constrains("activity_type_id", "activity_for", "activity_user_id")
    def _check_activity(self):
        for escalation in self.filtered("activity_type_id"):
            if not escalation.activity_for or (
                escalation.activity_for == "user" and not escalation.activity_user_id
            ):
                raise ValidationError(
                    self.env._(
                        "Say for whom the escalation at %s %% plans the activity: "
                        "fill in Planned for and Planned for (user).",
                        escalation.percent,
                    )
                )

    @api.constrains("notify_user_ids", "reassign_user_id", "activity_user_id")
    def _check_users(self):
        """Refuse customers who log in to the portal: tickets are worked on inside."""
        for fname in ("notify_user_ids", "reassign_user_id", "activity_user_id"):
            shared = self[fname].filtered("share")
            if shared:
                field = self._fields[fname]._description_string(self.env)
                raise ValidationError(
                    self.env._(
                        "%(field)s: %(names)s may log in to the portal only. Choose "
                        "colleagues, who are internal users.",
                        field=field,
                        names=", ".join(shared.mapped("name")),
                    )
                )

    # -- the moments of running tickets follow ---------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        escalations = super().create(vals_list)
        escalations.policy_id._renew_steps()
        return escalations

    def write(self, vals):
        if _TIMING.isdisjoint(vals):
            return super().write(vals)
        policies = self.policy_id
        result = super().write({**vals, "date_from": fields.Datetime.now()})
        (policies | self.policy_id)._renew_steps()
        return result

    def unlink(self):
        policies = self.policy_id
        result = super().unlink()
        policies._renew_steps()
        return result

    # -- what it does -----------------------------------------------------------

    def _carry_out(self, ticket):
        """Do what this row says to one ticket. Only for superusers.

        :return: the users to be told
        """
        self.ensure_one()
        told = self.notify_user_ids
        # Before the ticket is somebody else's.
        told |= ticket.user_id if self.is_to_user else told.browse()
        told |= ticket.department_id.manager_id if self.is_to_manager else told.browse()
        vals = {}
        if self.reassign_user_id and self.reassign_user_id != ticket.user_id:
            vals["user_id"] = self.reassign_user_id.id
            told |= self.reassign_user_id
        if self.priority and self.priority > ticket.priority:
            vals["priority"] = self.priority
        if vals:
            ticket._track_set_author(ticket._get_robot())
            ticket.write(vals)
        if self.activity_type_id:
            told |= self._plan_activity(ticket)
        if self.note:
            ticket._message_log(body=self.note, author_id=ticket._get_robot().id)
        return told

    def _plan_activity(self, ticket):
        """Plan the activity, and return whose it is."""
        user = {
            "technician": ticket.user_id,
            "manager": ticket.department_id.manager_id,
            "user": self.activity_user_id,
        }[self.activity_for]
        # Somebody has to see it.
        user = user or ticket.user_id or ticket.department_id.manager_id
        today = fields.Date.context_today(self.with_context(tz=user.tz))
        # He hears of it with everything else, in one message.
        ticket.with_context(mail_activity_quick_update=True).activity_schedule(
            activity_type_id=self.activity_type_id.id,
            summary=self.activity_summary or False,
            user_id=user.id,
            date_deadline=today,
        )
        return user


class SlaPolicy(models.Model):
    _inherit = "crm.cards.sla.policy"

    escalation_ids = fields.One2many(
        "crm.cards.sla.escalation", "policy_id", string="Escalations"
    )

    def _renew_steps(self):
        """Let the open tickets that follow these policies know what comes next."""
        if not self:
            return
        # The manager of a policy sets up what happens to all tickets that follow it.
        tickets = self.env["crm.cards.ticket"].sudo()
        tickets.search(
            [("sla_policy_id", "in", self.ids), ("is_closed", "=", False)]
        )._measure_sla()
