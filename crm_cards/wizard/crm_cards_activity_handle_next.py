from datetime import timedelta

from odoo import Command, api, fields, models


class ActivityHandle(models.TransientModel):
    """What follows from an activity: a next step, a meeting, news of the customer."""

    _inherit = "crm.cards.activity.handle"

    # -- next step --
    has_next_step = fields.Boolean(string="Plan the next step")
    next_type_id = fields.Many2one(
        "mail.activity.type",
        string="Type of the next step",
        compute="_compute_next_type_id",
        store=True,
        readonly=False,
        domain="[('res_model', 'in', [False, document_model])]",
    )
    document_model = fields.Char(related="activity_id.res_model", related_sudo=False)
    next_summary = fields.Char(string="Next step")
    next_user_id = fields.Many2one(
        "res.users",
        string="Next step assigned to",
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    next_date = fields.Date(
        string="Next step due",
        compute="_compute_next_date",
        store=True,
        readonly=False,
    )
    next_start = fields.Datetime(string="Next step starts")

    next_to_calendar = fields.Selection(
        related="next_type_id.card_to_calendar", export_string_translation=False
    )
    next_alarm_ids = fields.Many2many(
        "calendar.alarm",
        string="Reminders",
        help="Remind of the next step or meeting, which is put in the calendar.",
    )

    # -- meeting --
    has_meeting = fields.Boolean(string="Book a meeting")
    meeting_start = fields.Datetime(string="Meeting starts")
    meeting_stop = fields.Datetime(
        string="Meeting ends",
        compute="_compute_meeting_stop",
        store=True,
        readonly=False,
    )
    meeting_contact_ids = fields.Many2many(
        "res.partner",
        string="Invited persons",
        domain="[('id', 'child_of', customer_id)]",
        help="Who is invited on the customer's side. Nobody is invited unasked.",
    )
    meeting_colleague_ids = fields.Many2many(
        "res.users",
        string="Invited colleagues",
        domain="[('share', '=', False)]",
    )

    # -- customer --
    can_write_customer = fields.Boolean(compute="_compute_can_write_customer")
    date_next_contact = fields.Date(
        string="Next contact", compute="_compute_customer", store=True, readonly=False
    )
    temperature_id = fields.Many2one(
        "crm.cards.temperature",
        compute="_compute_customer",
        store=True,
        readonly=False,
    )

    # -- opportunity --
    can_create_opportunity = fields.Boolean(compute="_compute_can_create_opportunity")
    is_opportunity_fixed = fields.Boolean(compute="_compute_can_create_opportunity")
    opportunity_id = fields.Many2one(
        "crm.lead",
        compute="_compute_opportunity_id",
        store=True,
        readonly=False,
        domain="[('partner_id', 'child_of', customer_id)]",
    )
    opportunity_name = fields.Char(string="New opportunity")

    @api.depends("activity_id")
    def _compute_next_type_id(self):
        for wizard in self:
            kind = wizard.activity_type_id
            wizard.next_type_id = kind.suggested_next_type_ids[:1] or kind

    @api.depends("next_type_id")
    def _compute_next_date(self):
        for wizard in self:
            kind = wizard.next_type_id
            wizard.next_date = kind and kind._get_date_deadline()

    @api.depends("meeting_start")
    def _compute_meeting_stop(self):
        for wizard in self:
            wizard.meeting_stop = (
                wizard.meeting_start and wizard.meeting_start + timedelta(hours=1)
            )

    @api.depends_context("uid")
    @api.depends("customer_id")
    def _compute_can_write_customer(self):
        for wizard in self:
            customer = wizard.customer_id
            wizard.can_write_customer = bool(customer) and customer.has_access("write")

    @api.depends("activity_id")
    def _compute_customer(self):
        for wizard in self.sudo(False):
            customer = wizard.customer_id
            readable = customer._filtered_access("read")
            wizard.date_next_contact = readable.date_next_contact
            wizard.temperature_id = readable.temperature_id

    @api.depends_context("uid")
    @api.depends("activity_id")
    def _compute_can_create_opportunity(self):
        may_create = self.env["crm.lead"].has_access("create")
        for wizard in self:
            wizard.is_opportunity_fixed = wizard.activity_id.res_model == "crm.lead"
            wizard.can_create_opportunity = (
                may_create
                and bool(wizard.customer_id)
                and not wizard.is_opportunity_fixed
            )

    @api.depends("activity_id")
    def _compute_opportunity_id(self):
        for wizard in self.sudo(False):
            wizard.opportunity_id = wizard.activity_id.card_opportunity_id

    # -- applying --

    def _check_entries(self):
        result = super()._check_entries()
        self._check_next_step()
        self._check_opportunity()
        return result

    def _check_next_step(self):
        if self.has_next_step:
            self._check_filled("next_type_id", "next_user_id")
            self._check_next_user()
            if not self.has_meeting and not self.next_start:
                self._check_filled("next_date")
        if self.has_meeting:
            self._check_filled("meeting_start", "meeting_stop")
            if self.meeting_stop < self.meeting_start:
                self._refuse(
                    "meeting_stop",
                    self.env._("a meeting cannot end before it starts."),
                )

    def _check_next_user(self):
        activity = self.activity_id
        activity._check_assignee_access(
            self._get_label("next_user_id"), self.next_user_id
        )
        has_place = activity.res_model or self.can_write_customer
        if self.next_user_id != self.env.user and not has_place:
            self._refuse(
                "next_user_id",
                self.env._(
                    "without a document and a customer you may change, the next step "
                    "can only be your own. Assign it to yourself, then pass it on."
                ),
            )

    def _check_opportunity(self):
        owner = self.opportunity_id.partner_id.commercial_partner_id
        if not self.is_opportunity_fixed and owner and owner != self.customer_id:
            self._refuse(
                "opportunity_id",
                self.env._(
                    "%(opportunity)s belongs to %(customer)s. Choose one of the "
                    "customer of this activity.",
                    opportunity=self.opportunity_id.display_name,
                    customer=owner.display_name,
                ),
            )

    def _apply_next(self):
        """Do everything but closing, passing on or keeping open."""
        self._apply_customer()
        self._apply_opportunity()
        if self.has_next_step or self.has_meeting:
            self._create_next_step()

    def _apply_customer(self):
        if not self.can_write_customer:
            return
        customer = self.customer_id
        vals = {}
        if customer.date_next_contact != self.date_next_contact:
            vals["date_next_contact"] = self.date_next_contact
        if customer.temperature_id != self.temperature_id:
            vals["temperature_id"] = self.temperature_id.id
        if vals:
            customer.write(vals)

    def _apply_opportunity(self):
        if self.opportunity_name and self.can_create_opportunity:
            self.opportunity_id = self.env["crm.lead"].create(
                {
                    "name": self.opportunity_name,
                    "type": "opportunity",
                    "partner_id": self.customer_id.id,
                }
            )
        activity = self.activity_id
        if activity.card_opportunity_id != self.opportunity_id:
            activity.card_opportunity_id = self.opportunity_id

    def _create_next_step(self):
        """Plan what follows on the same document: a next step, a meeting or both.

        A meeting that is booked along with the next step is the next step.
        """
        # A colleague's next step cannot be free, so it hangs on the customer.
        activities = self.env["mail.activity"].with_context(
            card_hang_on_customer=self.has_next_step
            and self.next_user_id != self.env.user
        )
        step = activities.create(
            {
                **self._prepare_next_step(),
                **(self._prepare_meeting() if self.has_meeting else {}),
            }
        )
        if self.has_meeting and not step.calendar_event_id:
            # Of a type that does not go to the calendar, but for this once it does.
            calendar = step._get_calendar_of(step.user_id)
            calendar.create([step._prepare_card_event_vals()])

    def _prepare_next_step(self):
        activity = self.activity_id
        planned = self if self.has_next_step else self.browse()
        vals = {
            "activity_type_id": (planned.next_type_id or self._get_meeting_type()).id,
            "previous_activity_type_id": activity.activity_type_id.id,
            "summary": planned.next_summary or activity.summary,
            "user_id": (planned.next_user_id or self.env.user).id,
            "res_model_id": activity.res_model_id.id,
            "res_id": activity.res_id,
            "card_customer_id": activity.card_customer_id.id,
            "card_opportunity_id": self.opportunity_id.id,
            "card_private": activity.card_private,
        }
        if planned.next_start:
            vals["card_start"] = planned.next_start
        elif planned:
            vals["date_deadline"] = planned.next_date
        if planned.next_alarm_ids and planned._may_go_to_calendar():
            vals["card_alarm_ids"] = [Command.set(planned.next_alarm_ids.ids)]
            vals["card_on_calendar"] = True
        return vals

    def _may_go_to_calendar(self):
        kind = self.next_type_id if self.has_next_step else self._get_meeting_type()
        return kind._may_go_to_calendar()

    def _get_meeting_type(self):
        meeting = self.env.ref("mail.mail_activity_data_meeting", False)
        return meeting or self.activity_type_id

    def _prepare_meeting(self):
        return {
            "card_start": self.meeting_start,
            "card_stop": self.meeting_stop,
            "card_contact_ids": [Command.set(self.meeting_contact_ids.ids)],
            "card_colleague_ids": [Command.set(self.meeting_colleague_ids.ids)],
            # Whoever was chosen here was chosen to be invited.
            "card_invite_contacts": True,
            "card_alarm_ids": [Command.set(self.next_alarm_ids.ids)],
            "card_on_calendar": self._may_go_to_calendar(),
        }
