from datetime import timedelta

from odoo import api, fields, models


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
    document_model = fields.Char(related="activity_id.res_model")
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
        for wizard in self:
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
        for wizard in self:
            wizard.opportunity_id = wizard.activity_id.card_opportunity_id

    # -- applying --

    def _check_entries(self):
        super()._check_entries()
        if self.has_next_step:
            self._check_filled("next_type_id", "next_user_id")
            if not self.has_meeting and not self.next_start:
                self._check_filled("next_date")
            self.activity_id._check_assignee_access(
                self._get_label("next_user_id"), self.next_user_id
            )
        if self.has_meeting:
            self._check_filled("meeting_start", "meeting_stop")
            if self.meeting_stop < self.meeting_start:
                self._refuse(
                    "meeting_stop",
                    self.env._("a meeting cannot end before it starts."),
                )
        self._check_opportunity()

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
        event = self._book_meeting() if self.has_meeting else None
        if event or self.has_next_step:
            self._create_next_step(event)

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

    def _get_next_document(self):
        """Return the record that a next step and a meeting hang on, if any."""
        activity = self.activity_id
        if activity.res_model:
            return self.env[activity.res_model].browse(activity.res_id)
        return self.customer_id

    def _book_meeting(self):
        organizer = self.next_user_id if self.has_next_step else self.env.user
        colleagues = organizer | self.meeting_colleague_ids
        event = self.env["calendar.event"].create(
            {
                "name": self._get_meeting_name(),
                "start": self.meeting_start,
                "stop": self.meeting_stop,
                "user_id": organizer.id,
                "partner_ids": (
                    # Colleagues are invited by name, whoever may read their data.
                    colleagues.sudo().partner_id.ids + self.meeting_contact_ids.ids
                ),
                "opportunity_id": self.opportunity_id.id,
            }
        )
        document = self._get_next_document()
        if document:
            # Afterwards: given at once, Odoo would plan an activity of its own.
            event.write(
                {
                    "res_model_id": self.env["ir.model"]._get_id(document._name),
                    "res_id": document.id,
                }
            )
        return event

    def _get_meeting_name(self):
        subject = self.next_summary if self.has_next_step else self.summary
        subject = subject or self._get_next_type().display_name
        customer = self.customer_id.display_name
        return f"{customer}: {subject}" if customer else subject

    def _get_next_type(self):
        if self.has_next_step:
            return self.next_type_id
        meeting = self.env.ref("mail.mail_activity_data_meeting", False)
        return meeting or self.activity_type_id

    def _create_next_step(self, event=None):
        """Plan the follow-up on the same document, with the meeting that it is."""
        activity = self.activity_id
        user = self.next_user_id if self.has_next_step else self.env.user
        vals = {
            "activity_type_id": self._get_next_type().id,
            "previous_activity_type_id": activity.activity_type_id.id,
            "summary": (self.next_summary if self.has_next_step else False)
            or activity.summary,
            "user_id": user.id,
            "res_model_id": activity.res_model_id.id,
            "res_id": activity.res_id,
            "card_customer_id": activity.card_customer_id.id,
            "card_opportunity_id": self.opportunity_id.id,
            "card_private": activity.card_private,
        }
        start = event.start if event else self.next_start
        if event:
            vals["calendar_event_id"] = event.id
            vals["card_stop"] = event.stop
            vals["card_contact_ids"] = [(6, 0, self.meeting_contact_ids.ids)]
            vals["card_colleague_ids"] = [
                (6, 0, (self.meeting_colleague_ids - user).ids)
            ]
        if start:
            vals["card_start"] = start
            vals["date_deadline"] = self._get_local_date(start, user)
        else:
            vals["date_deadline"] = self.next_date
        return self.env["mail.activity"].create(vals)
