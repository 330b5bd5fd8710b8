from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..models.activity.crm_cards_recurrence_mixin import RULE_FIELDS
from ..models.activity.mail_activity import PRIORITIES
from ..models.activity.mail_activity_plan import ScheduledValues
from ..tools import clock

# Handed over as they are; many2many fields are read as their ids.
_PASSED = (
    "card_priority",
    "card_category_id",
    "card_start",
    "card_stop",
    "card_colleague_ids",
    "card_private",
    "card_on_calendar",
    "card_alarm_ids",
)
_PASSED_REPEAT = ("card_repeat", *RULE_FIELDS)
_LENGTH = timedelta(minutes=30)  # as on the activity


class MailActivitySchedule(models.TransientModel):
    """The dialog in which activities are planned, with all that ours know.

    For several documents at once, what belongs to one customer is left out: the
    customer himself, his persons, his opportunity.
    """

    _name = "mail.activity.schedule"
    _inherit = ["mail.activity.schedule", "crm.cards.recurrence.mixin"]

    card_customer_id = fields.Many2one(
        "res.partner",
        string="Customer",
        compute="_compute_card_customer_id",
        store=True,
        readonly=False,
        domain="[('parent_id', '=', False)]",
        ondelete="cascade",
    )
    card_customer_fixed = fields.Boolean(
        compute="_compute_card_customer_fixed",
        help="The document says whose activity it is.",
    )
    card_priority = fields.Selection(
        PRIORITIES, string="Priority", default="1", required=True
    )
    card_category_id = fields.Many2one(
        "crm.cards.activity.category",
        string="Category",
        compute="_compute_card_category_id",
        store=True,
        readonly=False,
        ondelete="set null",
    )
    card_start = fields.Datetime(string="Starts")
    card_stop = fields.Datetime(string="Ends")
    card_contact_ids = fields.Many2many(
        "res.partner",
        "mail_activity_schedule_card_contact_rel",
        "schedule_id",
        "partner_id",
        string="Contact persons",
        compute="_compute_card_contact_ids",
        store=True,
        readonly=False,
        help="Who takes part on the customer's side.",
    )
    card_colleague_ids = fields.Many2many(
        "res.users",
        "mail_activity_schedule_card_colleague_rel",
        "schedule_id",
        "user_id",
        string="Colleagues",
        domain="[('share', '=', False)]",
        help="Who takes part on our side, besides the one it is assigned to.",
    )
    card_private = fields.Boolean(
        string="Private",
        help="Only those who take part see it, whatever others may read.",
    )
    card_opportunity_id = fields.Many2one(
        "crm.lead",
        string="Opportunity",
        compute="_compute_card_opportunity_id",
        store=True,
        readonly=False,
        ondelete="set null",
    )
    card_opportunity_name = fields.Char(
        string="New opportunity",
        help="Makes an opportunity of this name together with the activity.",
    )
    card_repeat = fields.Boolean(string="Repeat")
    card_to_calendar = fields.Selection(related="activity_type_id.card_to_calendar")
    card_on_calendar = fields.Boolean(
        string="In my calendar",
        compute="_compute_card_on_calendar",
        # Whether a person plans it is not seen by a superuser.
        compute_sudo=False,
        store=True,
        readonly=False,
        help="Keep a meeting in the calendar of whoever it is assigned to.",
    )
    card_invite_contacts = fields.Boolean(
        string="Invite the contact persons",
        help="They get an invitation to the meeting; otherwise only colleagues do.",
    )
    card_alarm_ids = fields.Many2many(
        "calendar.alarm",
        "mail_activity_schedule_card_alarm_rel",
        "schedule_id",
        "alarm_id",
        string="Reminders",
        help="Work for activities in the calendar.",
    )

    # -- what the document says -----------------------------------------------

    def _get_document(self):
        """Return the one document the activity is planned on, or None."""
        self.ensure_one()
        documents = self._get_applied_on_records()
        if documents is None or len(documents) != 1:
            return None
        return documents

    def _get_customer(self):
        """Return the customer of the document, or the chosen one."""
        document = self._get_document()
        if document is None:
            return self.card_customer_id
        draft = self.env["mail.activity"].new(
            {"res_model": document._name, "res_id": document.id}
        )
        key = (document._name, document.id)
        return draft._get_document_customers().get(key, self.card_customer_id)

    @api.depends("res_model", "res_ids")
    def _compute_card_customer_id(self):
        for wizard in self:
            wizard.card_customer_id = (
                False if wizard.is_batch_mode else wizard._get_customer()
            )

    @api.depends("res_model")
    def _compute_card_customer_fixed(self):
        sources = self.env["res.partner"]._get_customer_document_models()
        for wizard in self:
            wizard.card_customer_fixed = wizard.res_model in sources

    @api.depends("activity_type_id")
    def _compute_card_category_id(self):
        for wizard in self:
            wizard.card_category_id = (
                wizard.activity_type_id.card_category_id or wizard.card_category_id
            )

    @api.depends("activity_type_id")
    def _compute_card_on_calendar(self):
        """Tick what a person plans, as the activity itself does."""
        by_person = self.env["crm.cards.conversion.gate"]._is_person_at_screen()
        for wizard in self:
            wizard.card_on_calendar = by_person and wizard.card_to_calendar == "default"

    @api.depends("res_model", "res_ids")
    def _compute_card_opportunity_id(self):
        for wizard in self:
            document = wizard._get_document()
            found = {}
            if document is not None:
                found = self.env["mail.activity"]._get_document_opportunities(
                    document._name, document.ids
                )
            wizard.card_opportunity_id = next(
                iter(found.values()), wizard.card_opportunity_id
            )

    @api.depends("card_customer_id")
    def _compute_card_contact_ids(self):
        for wizard in self:
            document = wizard._get_document()
            customer = wizard.card_customer_id
            kept = wizard.card_contact_ids.filtered(
                lambda person, customer=customer: (
                    person.commercial_partner_id == customer
                )
            )
            # Planned on a person, it is with this person.
            if (
                document is not None
                and document._name == "res.partner"
                and document != customer
            ):
                kept |= document
            wizard.card_contact_ids = kept

    # -- date and times go together -------------------------------------------

    def _get_zone(self):
        return self.env["mail.activity"]._get_card_zone(self.activity_user_id)

    def _get_day(self):
        """Return the date that the assignee's clock shows at the start."""
        return clock.get_local_time(self.card_start, self._get_zone()).date()

    @api.onchange("card_start", "activity_user_id")
    def _onchange_card_start(self):
        if not self.card_start:
            self.card_stop = False
            return
        self.date_deadline = self._get_day()
        if not self.card_stop or self.card_stop < self.card_start:
            self.card_stop = self.card_start + _LENGTH

    @api.onchange("date_deadline")
    def _onchange_date_deadline(self):
        """Take the times along to the other day, as the clock shows them."""
        if not self.card_start or not self.date_deadline:
            return
        days = (self.date_deadline - self._get_day()).days
        if days:
            zone = self._get_zone()
            self.card_start = clock.shift_days(self.card_start, days, zone)
            self.card_stop = self.card_stop and clock.shift_days(
                self.card_stop, days, zone
            )

    # -- planning -------------------------------------------------------------

    def _get_card_values(self):
        """Return what Odoo's own methods do not hand over to the activities."""
        self.ensure_one()
        names = _PASSED + (_PASSED_REPEAT if self.card_repeat else ())
        values = {
            name: self._fields[name].convert_to_write(self[name], self)
            for name in names
        }
        if not self.is_batch_mode:
            values.update(
                card_contact_ids=[Command.set(self.card_contact_ids.ids)],
                card_invite_contacts=self.card_invite_contacts,
                card_opportunity_id=self._get_opportunity().id,
            )
            if not self.card_customer_fixed:
                values["card_customer_id"] = self.card_customer_id.id
        return values

    def _get_opportunity(self):
        """Return the chosen opportunity, or one made with the activity."""
        if not self.card_opportunity_name:
            return self.card_opportunity_id
        if self.card_opportunity_id:
            raise UserError(
                self.env._("Opportunity: choose one or name a new one, not both.")
            )
        if not self.card_customer_id:
            raise UserError(
                self.env._("Customer: say whose opportunity is to be made.")
            )
        return self.env["crm.lead"].create(
            {
                "name": self.card_opportunity_name,
                "type": "opportunity",
                "partner_id": self.card_customer_id.id,
                "user_id": self.activity_user_id.id,
            }
        )

    def _with_card_values(self):
        if isinstance(self.env.context.get("card_schedule_values"), ScheduledValues):
            return self
        values = ScheduledValues(self._get_card_values())
        return self.with_context(card_schedule_values=values)

    def _action_schedule_activities(self):
        return super(
            MailActivitySchedule, self._with_card_values()
        )._action_schedule_activities()

    def _action_schedule_activities_personal(self):
        return super(
            MailActivitySchedule, self._with_card_values()
        )._action_schedule_activities_personal()

    def action_schedule_plan(self):
        # Lets the dates of the templates tell the activities which template it was.
        return super(
            MailActivitySchedule, self.with_context(card_plan=True)
        ).action_schedule_plan()
