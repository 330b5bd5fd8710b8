from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import clean_context


class ActivityHandle(models.TransientModel):
    """The one dialog in which activities are handled (rows 58-60, 77, 78).

    It writes down what was done and closes the activity, passes it on or keeps it
    open. What else comes of it is in ``crm_cards_activity_handle_next.py``. Several
    activities at once, whose types require nothing, are only closed.
    """

    _name = "crm.cards.activity.handle"
    _description = "Handle Activity"

    activity_ids = fields.Many2many(
        "mail.activity",
        string="Activities",
        required=True,
        # Somebody else may have closed them while the dialog was open.
        context={"active_test": False},
    )
    activity_id = fields.Many2one("mail.activity", compute="_compute_activity_id")
    activity_count = fields.Integer(compute="_compute_activity_id")

    # -- what it is about --
    # Read as the user: a browser may send any activity.
    activity_type_id = fields.Many2one(
        related="activity_id.activity_type_id", related_sudo=False
    )
    customer_id = fields.Many2one(
        related="activity_id.card_customer_id", string="Customer", related_sudo=False
    )
    summary = fields.Char(related="activity_id.summary", related_sudo=False)
    document_name = fields.Char(compute="_compute_document_name", string="Document")
    date_deadline = fields.Date(related="activity_id.date_deadline", related_sudo=False)
    instructions = fields.Html(
        related="activity_id.note", string="Note", related_sudo=False
    )
    done_so_far = fields.Text(
        related="activity_id.feedback", string="Done so far", related_sudo=False
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_overdue")
    overdue = fields.Monetary(compute="_compute_overdue", string="Overdue balance")
    is_overdue_shown = fields.Boolean(compute="_compute_overdue")

    # -- what the type asks --
    ask_note = fields.Selection(
        related="activity_type_id.card_ask_note",
        string="Asks for a note",
        related_sudo=False,
    )
    ask_outcome = fields.Selection(
        related="activity_id.card_ask_outcome", related_sudo=False
    )
    ask_hours = fields.Selection(
        related="activity_id.card_ask_hours", related_sudo=False
    )
    ask_distance = fields.Selection(
        related="activity_id.card_ask_distance", related_sudo=False
    )
    feedback = fields.Text(string="What was done")
    outcome_id = fields.Many2one(
        "crm.cards.activity.outcome",
        compute="_compute_answers",
        store=True,
        readonly=False,
        domain="[('id', 'in', outcome_ids)]",
    )
    outcome_ids = fields.Many2many(
        "crm.cards.activity.outcome",
        string="Possible outcomes",
        compute="_compute_outcome_ids",
    )
    hours = fields.Float(
        string="Hours worked", compute="_compute_answers", store=True, readonly=False
    )
    distance = fields.Float(
        string="Distance (km)", compute="_compute_answers", store=True, readonly=False
    )
    no_travel = fields.Boolean(
        string="No travel",
        compute="_compute_answers",
        store=True,
        readonly=False,
        help="Answers a required distance with 0 km, for example of a visit in the "
        "same building.",
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Attachments")

    # -- what becomes of it --
    next_move = fields.Selection(
        [
            ("close", "Close it"),
            ("pass", "Pass it on"),
            ("keep", "Keep it open with a new date"),
        ],
        string="What next",
        required=True,
        default="close",
    )
    pass_user_id = fields.Many2one(
        "res.users", string="Pass on to", domain="[('share', '=', False)]"
    )
    pass_note = fields.Text(string="Note for the next one")
    new_date = fields.Date(string="New date")
    new_start = fields.Datetime(string="New start")

    def onchange(self, values, field_names, fields_spec):
        # A browser could name any activity, customer or type as what it is about.
        values = {name: values[name] for name in values if self._is_entered(name)}
        changed = [name for name in field_names if self._is_entered(name)]
        if field_names and not changed:
            return {}
        return super().onchange(values, changed, fields_spec)

    def _is_entered(self, fname):
        field = self._fields.get(fname)
        return not field or not field.compute or not field.readonly

    @api.depends("activity_ids")
    def _compute_activity_id(self):
        for wizard in self:
            # Unsaved in the form, so that the ids behind are looked for.
            activities = wizard.activity_ids._origin
            # As the user, also where a stored field is computed from it.
            activities = activities.sudo(False)._filtered_access("read")
            wizard.activity_count = len(activities)
            wizard.activity_id = activities if len(activities) == 1 else False

    @api.depends("activity_id")
    def _compute_document_name(self):
        """Name the document beside the customer, unless it is the customer."""
        for wizard in self:
            activity = wizard.activity_id
            document = (activity.res_model, activity.res_id)
            is_customer = document == ("res.partner", wizard.customer_id.id)
            wizard.document_name = not is_customer and activity.res_name

    @api.depends("activity_id")
    def _compute_answers(self):
        """Begin with what was answered before the activity was opened again."""
        for wizard in self.sudo(False):
            # A browser may send any activity.
            activity = wizard.activity_id._filtered_access("read")
            is_asked = wizard.ask_hours in ("optional", "required")
            proposed = activity._get_planned_hours() if is_asked else 0.0
            wizard.outcome_id = activity.card_outcome_id
            wizard.hours = activity.card_hours or proposed
            wizard.distance = activity.card_distance
            wizard.no_travel = activity.card_no_travel

    @api.depends("activity_id")
    def _compute_outcome_ids(self):
        for wizard in self:
            wizard.outcome_ids = wizard.activity_id._get_outcomes()

    @api.depends("activity_id")
    def _compute_overdue(self):
        """Show what the customer owes where the type asks for it (row 7)."""
        for wizard in self:
            card = wizard.customer_id.account_card_id
            wizard.is_overdue_shown = bool(
                card
                and wizard.activity_type_id.card_show_balance
                and card.has_access("read")
                and card._has_field_access(card._fields["overdue"], "read")
            )
            shown = card if wizard.is_overdue_shown else card.browse()
            wizard.overdue = shown.overdue if shown else 0.0
            wizard.currency_id = shown.currency_id

    # -- applying, in one transaction --

    def action_apply(self):
        """Write down everything that was entered.

        :raises UserError: the activity was closed meanwhile, or may not be changed
        :raises ValidationError: an entry is missing or wrong; it names the field
        """
        self.ensure_one()
        # The defaults of this dialog are none of what is created here.
        self = self.with_context(clean_context(self.env.context))
        activities = self.activity_ids
        activities._check_may_handle()
        activities._check_handled_together()
        if len(activities) == 1:
            self._check_entries()
            self._apply_answers()
            self._apply_next()
            getattr(self, f"_apply_{self.next_move}")()
        else:
            for earlier, some in activities.grouped("feedback").items():
                some._action_done(feedback=self._get_whole_feedback(earlier))
        return {"type": "ir.actions.act_window_close"}

    def _check_entries(self):
        if self.next_move == "close":
            self._check_asked()
        if self.hours < 0:
            self._refuse("hours", self.env._("it cannot be negative."))
        if self.distance < 0:
            self._refuse("distance", self.env._("it cannot be negative."))
        if self.next_move == "pass":
            self._check_filled("pass_user_id")
            self.activity_id._check_assignee_access(
                self._get_label("pass_user_id"), self.pass_user_id
            )
        if self.next_move == "keep" and not self.new_start:
            self._check_filled("new_date")

    def _check_asked(self):
        """Refuse here what closing would refuse, without sending people to here."""
        answers = {
            "ask_note": ("feedback", self._get_whole_feedback(self.done_so_far)),
            "ask_outcome": ("outcome_id", self.outcome_id),
            "ask_hours": ("hours", self.hours),
            "ask_distance": ("distance", self.distance or self.no_travel),
        }
        for ask, (fname, answer) in answers.items():
            if self[ask] != "required" or answer:
                continue
            if fname == "distance":
                self._refuse(
                    fname,
                    self.env._(
                        "please fill it in, or tick “%s” for 0 km.",
                        self._get_label("no_travel"),
                    ),
                )
            self._refuse(fname, self.env._("please fill it in."))

    def _check_filled(self, *fnames):
        for fname in fnames:
            if not self[fname]:
                self._refuse(fname, self.env._("please fill it in."))

    def _refuse(self, fname, reason):
        raise ValidationError(
            self.env._(
                "%(field)s: %(reason)s", field=self._get_label(fname), reason=reason
            )
        )

    def _get_label(self, fname):
        return self._fields[fname]._description_string(self.env)

    def _apply_answers(self):
        """Write down what was done; the rest is asked of who closes it."""
        vals = {}
        if self.feedback:
            vals["feedback"] = self._get_whole_feedback(self.done_so_far)
        if self.next_move == "close":
            vals["card_outcome_id"] = self.outcome_id.id
            vals["card_hours"] = self.hours
            vals["card_distance"] = self.distance
            vals["card_no_travel"] = self.no_travel and not self.distance
        self.activity_id.write(vals)
        self._keep_attachments()

    def _get_whole_feedback(self, earlier):
        """Return what was done, after what had been done before."""
        parts = (earlier, self.feedback)
        return "\n".join(part.strip() for part in parts if part and part.strip())

    def _keep_attachments(self):
        """Hang the files on the document, as those uploaded in its chatter."""
        files = self.attachment_ids
        if not files:
            return
        activity = self.activity_id
        if activity.card_private:
            activity._keep_private_files(files)
            return
        # Only the user's own uploads that hang nowhere else yet. Whoever may handle
        # an activity may add to its document, even where he may not change it.
        mine = files.sudo().filtered(
            lambda file: (
                file.create_uid == self.env.user
                and file.res_model in (False, self._name)
            )
        )
        mine.write(
            {
                "res_model": activity.res_model or activity._name,
                "res_id": activity.res_id or activity.id,
            }
        )
        if self.next_move != "close" or not activity.res_model:
            activity.attachment_ids |= files

    def _apply_close(self):
        self.activity_id._action_done(
            feedback=self.activity_id.feedback,
            attachment_ids=self.attachment_ids.ids,
        )

    def _apply_pass(self):
        self.activity_id.with_context(card_hand_note=self.pass_note).write(
            {"user_id": self.pass_user_id.id}
        )

    def _apply_keep(self):
        # The due date follows the start, and the end keeps its distance.
        if self.new_start:
            self.activity_id.card_start = self.new_start
        else:
            self.activity_id.date_deadline = self.new_date
