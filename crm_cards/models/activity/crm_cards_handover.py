import logging
from collections import defaultdict

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

_logger = logging.getLogger(__name__)

# What is handed over, and the field that says to whom.
_RECIPIENTS = {
    "mail.activity": "activity_user_id",
    "res.partner": "customer_user_id",
    "crm.lead": "opportunity_user_id",
    # What he keeps in motion goes along with what he has to do.
    "crm.cards.activity.series": "activity_user_id",
}
# Written by the system only: the nightly job acts upon them with all rights.
_SYSTEM = {
    "state",
    "archive_user",
    "date_done",
    "line_ids",
    "started_by_id",
    "date_failed",
}
# The lines remember every old and new value, and the new people hear of it once, from
# the hand-over: a message on each of thousands of customers would say it again.
_QUIET = {
    "tracking_disable": True,
    "mail_activity_quick_update": True,
    "crm_cards_ask": False,
}


class Handover(models.Model):
    """The work of a user who leaves, passed on to others (rows 7, 60).

    ``draft`` is being filled in, ``scheduled`` waits for its date and the hourly
    job, ``done`` has been executed once and remembers in its lines what it changed,
    ``undone`` gave it back. Without a new person, open activities are parked;
    customers and opportunities keep the one they have.
    """

    _name = "crm.cards.handover"
    _description = "Hand-over of a User's Work"
    _order = "id desc"
    _rec_name = "user_id"

    user_id = fields.Many2one(
        "res.users",
        string="Who leaves",
        required=True,
        ondelete="cascade",
        index=True,
        domain="[('share', '=', False)]",
    )
    date_from = fields.Date(
        string="From the day",
        required=True,
        default=fields.Date.context_today,
        help="A later date is carried out by itself when it comes.",
    )
    activity_user_id = fields.Many2one(
        "res.users",
        string="Activities go to",
        ondelete="restrict",
        domain="[('share', '=', False), ('id', '!=', user_id)]",
    )
    customer_user_id = fields.Many2one(
        "res.users",
        string="Customers go to",
        ondelete="restrict",
        domain="[('share', '=', False), ('id', '!=', user_id)]",
    )
    opportunity_user_id = fields.Many2one(
        "res.users",
        string="Opportunities go to",
        ondelete="restrict",
        domain="[('share', '=', False), ('id', '!=', user_id)]",
    )
    archive_user = fields.Boolean(string="Archive the user", readonly=True, copy=False)
    started_by_id = fields.Many2one(
        "res.users",
        string="Started by",
        readonly=True,
        copy=False,
        ondelete="set null",
        help="Who scheduled it. The user is archived by his rights.",
    )
    date_failed = fields.Date(
        string="Failed on",
        readonly=True,
        copy=False,
        help="The day of the last attempt that failed; the next day it is tried again.",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("scheduled", "Scheduled"),
            ("done", "Carried out"),
            ("undone", "Undone"),
        ],
        string="Progress",
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    date_done = fields.Datetime(string="Carried out on", readonly=True, copy=False)
    line_ids = fields.One2many(
        "crm.cards.handover.line", "handover_id", string="What changed", readonly=True
    )
    activity_count = fields.Integer(string="Open activities", compute="_compute_counts")
    asked_count = fields.Integer(
        string="Activities of others that he or she asked for",
        compute="_compute_asked_count",
    )
    customer_count = fields.Integer(string="Customers", compute="_compute_counts")
    opportunity_count = fields.Integer(
        string="Open opportunities", compute="_compute_counts"
    )
    can_archive = fields.Boolean(compute="_compute_can_archive")

    @api.model
    def _get_domains(self):
        """Return ``{(model, field): what is handed over}``, whoever the field names.

        In the order of handing over: who asked is looked at before whoever asked gets
        what was to be done by himself.
        """
        is_open = Domain("active", "=", True)
        return {
            ("mail.activity", "card_asked_by_id"): is_open,
            ("mail.activity", "user_id"): is_open,
            # Where the newest activity is open, the series follows that.
            ("crm.cards.activity.series", "user_id"): Domain("state", "=", "running")
            & Domain("card_repeat_next", "=", "date")
            & Domain("last_activity_id.active", "=", False),
            ("res.partner", "user_id"): Domain.TRUE,
            ("crm.lead", "user_id"): is_open & Domain("won_status", "=", "pending"),
        }

    def _get_domain_of_user(self, model, fname):
        domain = self._get_domains()[model, fname] & Domain(fname, "=", self.user_id.id)
        if fname == "card_asked_by_id":
            domain &= Domain("user_id", "!=", self.user_id.id)
        return domain

    @api.depends("user_id")
    def _compute_asked_count(self):
        work = ("mail.activity", "card_asked_by_id")
        for handover in self:
            handover.asked_count = self._get_everything(work[0]).search_count(
                handover._get_domain_of_user(*work)
            )

    @api.depends("user_id")
    def _compute_counts(self):
        for model, fname in (
            ("mail.activity", "activity_count"),
            ("res.partner", "customer_count"),
            ("crm.lead", "opportunity_count"),
        ):
            domain = self._get_domains()[model, "user_id"]
            groups = self._get_everything(model)._read_group(
                domain & Domain("user_id", "in", self.user_id.ids),
                ["user_id"],
                ["__count"],
            )
            counts = {user.id: count for user, count in groups}
            for handover in self:
                handover[fname] = counts.get(handover.user_id.id, 0)

    @api.depends_context("uid")
    @api.depends("user_id")
    def _compute_can_archive(self):
        for handover in self:
            user = handover.user_id.sudo(False)
            handover.can_archive = (
                user.active and user != self.env.user and user.has_access("write")
            )

    @api.constrains("user_id", *_RECIPIENTS.values())
    def _check_recipients(self):
        for handover in self:
            for fname in _RECIPIENTS.values():
                recipient = handover[fname]
                if recipient and (
                    recipient == handover.user_id
                    or recipient.share
                    or not recipient.active
                ):
                    raise ValidationError(
                        self.env._(
                            "%(field)s: %(user)s cannot take over. Choose an active "
                            "colleague.",
                            field=self._fields[fname]._description_string(self.env),
                            user=recipient.name,
                        )
                    )

    # -- what is the system's -------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        handovers = super().create(vals_list)
        # The defaults in a context are the browser's as well.
        if not self.env.su and any(
            handover.state != "draft"
            or any(handover[name] for name in _SYSTEM - {"state"})
            for handover in handovers
        ):
            self._refuse_system_fields()
        return handovers

    def write(self, vals):
        if not self.env.su:
            if not _SYSTEM.isdisjoint(vals):
                self._refuse_system_fields()
            if vals and any(handover.state != "draft" for handover in self):
                raise UserError(
                    self.env._(
                        "Only the draft of a hand-over can be changed. Call it off "
                        "first, if it waits for its date."
                    )
                )
        return super().write(vals)

    def _refuse_system_fields(self):
        raise AccessError(
            self.env._(
                "A hand-over is scheduled, carried out and undone by its buttons only."
            )
        )

    def _get_everything(self, model):
        # Whoever may hand over need not have rights on what the user had.
        return self.env[model].sudo().with_context(active_test=False, **_QUIET)

    # -- buttons --------------------------------------------------------------

    @api.model
    def _get_dialog(self, user):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Hand over the work of %(user)s", user=user.name),
            "res_model": self._name,
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_user_id": user.id},
        }

    def _get_form_action(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._(
                "Give back the work of %(user)s", user=self.user_id.name
            ),
            "res_model": self._name,
            "res_id": self.id,
            "views": [[False, "form"]],
            "target": "new",
        }

    def action_hand_over(self):
        """Pass the work on, at once or at the date."""
        return self._start(archive=False)

    def action_hand_over_and_archive(self):
        return self._start(archive=True)

    def action_park_and_archive(self):
        """Archive the user now; nobody gets his work yet."""
        self.check_access("write")
        self._check_state("draft", "scheduled")
        # What waits for its date is not for people to change.
        self.sudo().write(
            {
                **dict.fromkeys(_RECIPIENTS.values(), False),
                "date_from": fields.Date.context_today(self),
            }
        )
        return self._start(archive=True)

    def action_undo(self):
        self.check_access("write")
        self._undo()
        return {"type": "ir.actions.act_window_close"}

    def action_back_to_draft(self):
        """Call off what waits for its date."""
        self.check_access("write")
        waiting = self.filtered(lambda handover: handover.state == "scheduled")
        # The state is the system's, see write().
        waiting.sudo().write(
            {"state": "draft", "archive_user": False, "started_by_id": False}
        )

    def _start(self, archive):
        self.check_access("write")
        if archive:
            self.user_id.check_access("write")
        self._check_state("draft", "scheduled")
        self._check_recipient_companies()
        # The state is the system's, see write().
        self.sudo().write(
            {
                "archive_user": archive,
                "started_by_id": self.env.uid,
                "date_failed": False,
            }
        )
        today = fields.Date.context_today(self)
        later = self.filtered(lambda handover: handover.date_from > today)
        later.sudo().state = "scheduled"
        (self - later)._execute()
        return {"type": "ir.actions.act_window_close"}

    def _check_recipient_companies(self):
        """:raises ValidationError: a recipient cannot work in a company of the records

        It names the field.
        """
        for handover in self:
            for model, source in self._get_domains():
                fname = _RECIPIENTS[model]
                # Which companies a colleague works in is not for everybody to read.
                recipient = handover[fname].sudo()
                records = handover._get_everything(model)
                if not recipient or "company_id" not in records._fields:
                    continue
                groups = records._read_group(
                    handover._get_domain_of_user(model, source)
                    & Domain(
                        "company_id", "not in", [False, *recipient.company_ids.ids]
                    ),
                    ["company_id"],
                )
                if groups:
                    raise ValidationError(
                        self.env._(
                            "%(field)s: %(user)s does not work in %(company)s, to "
                            "which some of them belong. Choose somebody who does, or "
                            "give access to the company first.",
                            field=self._fields[fname]._description_string(self.env),
                            user=recipient.name,
                            company=groups[0][0].name,
                        )
                    )

    def _check_state(self, *states):
        for handover in self:
            if handover.state not in states:
                raise UserError(
                    self.env._(
                        "The hand-over of %(user)s has already been carried out.",
                        user=handover.user_id.name,
                    )
                )

    # -- carrying out ---------------------------------------------------------

    @api.model
    def _cron_run_due(self):
        """Carry out what was scheduled for today or earlier, each at most once."""
        today = fields.Date.today()
        due = self.search(
            [
                ("state", "=", "scheduled"),
                ("date_from", "<=", today),
                "|",
                ("date_failed", "=", False),
                ("date_failed", "<", today),
            ]
        )
        for position, handover in enumerate(due):
            handover._run_due_alone()
            remaining = len(due) - position - 1
            if not self.env["ir.cron"]._commit_progress(1, remaining=remaining):
                break

    def _run_due_alone(self):
        """Carry out one hand-over, so that its failure keeps back no other."""
        try:
            with self.env.cr.savepoint():
                # Skipped when another worker is at it.
                if self.try_lock_for_update(allow_referencing=True):
                    self._check_starter()
                    self._execute()
        except psycopg2.errors.SerializationFailure:
            # Another worker has just carried it out.
            _logger.info("hand-over %s: changed meanwhile", self.id)
        except Exception as error:
            _logger.exception("hand-over %s: not carried out", self.id)
            self._postpone(error)

    def _check_starter(self):
        """:raises AccessError: who scheduled it may not archive the user any more"""
        user = self.user_id
        if not self.archive_user or not user.active:
            return
        starter = self.started_by_id
        # Rights as they are now, in all of his companies.
        theirs = user.with_user(starter).with_context(
            allowed_company_ids=starter.company_ids.ids
        )
        is_able = starter and (starter.active or starter._is_superuser())
        if not is_able or not theirs.has_access("write"):
            raise AccessError(
                self.env._(
                    "%(starter)s, who scheduled it, may not archive %(user)s.",
                    starter=starter.name or self.env._("Nobody"),
                    user=user.name,
                )
            )

    def _postpone(self, error):
        """Leave it for the next day, and say so once."""
        is_first = not self.date_failed
        self.date_failed = fields.Date.today()
        if is_first and self.started_by_id.active:
            self.started_by_id._notify_of_activities(
                "crm_cards.handover_failed_notice",
                lambda env: env._("A hand-over could not be carried out"),
                handover=self,
                reason=str(error) if isinstance(error, UserError) else "",
            )

    def _execute(self):
        """Pass the work on, remember what changed, tell the new people and managers.

        :raises UserError: it was carried out before
        """
        self.lock_for_update(allow_referencing=True)
        self._check_state("draft", "scheduled")
        # First of all: a second worker finds it done, or fails on this write.
        # The state is the system's, see write().
        self.sudo().write(
            {"state": "done", "date_done": fields.Datetime.now(), "date_failed": False}
        )
        self.flush_recordset()
        parked, received = {}, defaultdict(dict)
        for handover in self:
            for model, fname in self._get_domains():
                count = len(handover._hand_over(model, fname))
                recipient = handover._get_recipient(model)
                if count and recipient:
                    counts = received[recipient].setdefault(handover.user_id, {})
                    counts[model, fname] = count
                elif count:
                    parked[handover.user_id] = count
        self._notify_recipients(received)
        self._notify_managers(parked)
        leavers = self.filtered("archive_user").user_id.filtered("active")
        if leavers:
            leavers.with_context(crm_cards_ask=False).action_archive()

    def _get_recipient(self, model):
        """Return who gets the records; nobody if he has left himself meanwhile."""
        return self[_RECIPIENTS[model]].filtered("active")

    def _hand_over(self, model, fname):
        """Pass on the records of one kind, in a fixed number of statements.

        :return: the records passed on or parked
        """
        self.ensure_one()
        recipient = self._get_recipient(model)
        if not recipient and (model, fname) != ("mail.activity", "user_id"):
            return self.env[model]
        records = self._get_everything(model).search(
            self._get_domain_of_user(model, fname)
        )
        if records:
            lines = self.env["crm.cards.handover.line"]
            lines._remember(self, records, fname, recipient)
            self._assign(records, fname, recipient)
        return records

    def _assign(self, records, fname, user):
        """Give records to a user, or park activities when there is none."""
        if fname == "user_id" and records._name == "mail.activity":
            note = self.env._("Hand-over of %(user)s", user=self.user_id.name)
            records = records.with_context(card_hand_note=note)
            if not user:
                records._park(self.user_id)
                return
        if records._name == "crm.lead":
            records._assign_with_team(user)
        else:
            records.write({fname: user.id})
        if records._name in ("res.partner", "crm.lead"):
            records.message_subscribe(partner_ids=user.partner_id.ids)

    # -- taking back ----------------------------------------------------------

    def _undo(self):
        """Give back what nobody has changed since.

        :raises UserError: the user is still archived, or it is undone already
        """
        self.lock_for_update(allow_referencing=True)
        for handover in self:
            handover._check_may_undo()
            # The state is the system's, see write().
            handover.sudo().write({"state": "undone"})
            handover.flush_recordset()
            lines = handover.sudo().line_ids.grouped(
                lambda line: (line.res_model, line.user_field)
            )
            for (model, fname), model_lines in lines.items():
                given_back = model_lines._filter_unchanged()
                given_back.is_undone = True
                records = self._get_everything(model).browse(
                    given_back.mapped("res_id")
                )
                if records:
                    handover._assign(records, fname, handover.user_id)

    def _check_may_undo(self):
        if self.state != "done":
            raise UserError(
                self.env._("Only a hand-over that was carried out can be undone, once.")
            )
        if not self.user_id.active:
            raise UserError(
                self.env._(
                    "%(user)s is archived. Reactivate the user first, then undo.",
                    user=self.user_id.name,
                )
            )

    # -- telling --------------------------------------------------------------

    @api.model
    def _notify_recipients(self, received):
        """Tell each new person once from whom he got how much.

        :param dict received: numbers by what is handed over, by leaver, by recipient
        """
        for recipient, leavers in received.items():
            if recipient == self.env.user:
                continue  # he has done it himself
            recipient._notify_of_activities(
                "crm_cards.handover_notice",
                lambda env: env._("Work handed over to you"),
                author=self.env.user.partner_id,
                leavers=leavers,
            )

    @api.model
    def _notify_managers(self, parked):
        """Tell each manager once what was left without an assignee.

        :param dict parked: number of parked activities by user
        """
        if not parked:
            return
        managers = self._get_managers(self.env["res.users"].union(*parked))
        by_manager = defaultdict(dict)
        for user, count in parked.items():
            for manager in managers[user]:
                by_manager[manager][user] = count
        for manager, counts in by_manager.items():
            manager._notify_of_activities(
                "crm_cards.activity_parked_notice",
                lambda env: env._("Activities without an assignee"),
                counts=counts,
                total=sum(counts.values()),
            )

    @api.model
    def _get_managers(self, users):
        """Return ``{user: who should know of his work}``.

        The leaders of his sales teams, or else his superior, or else whoever does
        this, or else, when code does it, the first CRM administrator.
        """
        # Who is whose superior is not for everybody who may archive users.
        teams = self.env["crm.team"].sudo().search([("member_ids", "in", users.ids)])
        employees = users.sudo().with_context(active_test=False).employee_ids
        fallback = self.env.user.filtered(lambda user: user.active and not user.share)
        if not fallback:
            group = self.env.ref("crm_cards.crm_cards_group_manager").sudo()
            fallback = group.all_user_ids.filtered("active").sorted("id")[:1]
        managers = {}
        for user in users:
            candidates = [
                teams.filtered(lambda team, user=user: user in team.member_ids).user_id,
                employees.filtered(
                    lambda employee, user=user: employee.user_id == user
                ).parent_id.user_id,
                fallback,
            ]
            able = ((found - users).filtered("active") for found in candidates)
            managers[user] = next(filter(None, able), users.browse())
        return managers
