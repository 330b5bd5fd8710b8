from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.trusted import TRUSTED, is_trusted
from .mail_activity_event import WHAT, WHEN, WHO

# In the context while an activity and its event are brought into agreement, so
# that neither answers the other.
SYNC = "crm_cards_event_sync"
_WHETHER = {"active", "card_cancelled", "card_on_calendar", "calendar_event_id"}
_EVENT_CAUSES = WHEN | WHO | WHAT | _WHETHER
# They would fill fields of the event with what is meant for something else.
_FOREIGN_CONTEXT = ("active_model", "active_id", "active_ids", "orig_activity_ids")


class MailActivity(models.Model):
    """An activity that is ticked is also a meeting of its assignee, exactly one.

    Odoo's own link ``calendar_event_id`` carries it, and Odoo's own synchronisation
    takes it on to Outlook or Google. Open activities and their events follow each
    other; a closed one leaves its event where it was, without reminders. Events that
    Odoo made, and their activities, stay unticked and under Odoo's rules.
    """

    _inherit = "mail.activity"

    # The database must not delete activities and their history with an event.
    calendar_event_id = fields.Many2one(ondelete="set null", copy=False)
    card_on_calendar = fields.Boolean(
        string="In my calendar",
        compute="_compute_card_on_calendar",
        # Whether a person plans it is not seen by a superuser.
        compute_sudo=False,
        store=True,
        readonly=False,
        precompute=True,
        help="Keep a meeting in the calendar of whoever it is assigned to.",
    )
    card_invite_contacts = fields.Boolean(
        string="Invite the contact persons",
        help="They get an invitation to the meeting; otherwise only colleagues do.",
    )
    card_alarm_ids = fields.Many2many(
        "calendar.alarm",
        "mail_activity_card_alarm_rel",
        "activity_id",
        "alarm_id",
        string="Reminders",
        help="Work for activities in the calendar.",
    )

    @api.depends("activity_type_id")
    def _compute_card_on_calendar(self):
        """Tick what a person plans, where the type says so; code ticks explicitly."""
        gate = self.env["crm.cards.conversion.gate"]
        planned_by_person = gate._is_person_at_screen()
        for activity in self:
            activity_type = activity.activity_type_id
            by_default = (
                activity_type.card_to_calendar == "default"
                and planned_by_person
                and not activity.automated
                and not activity.calendar_event_id
            )
            was_ticked = activity._origin.card_on_calendar
            activity.card_on_calendar = by_default or (
                was_ticked and activity_type._may_go_to_calendar()
            )

    @api.constrains("card_on_calendar", "activity_type_id")
    def _check_card_on_calendar(self):
        for activity in self.filtered("card_on_calendar"):
            if not activity.activity_type_id._may_go_to_calendar():
                raise ValidationError(
                    self.env._(
                        "In my calendar: activities of the type %(type)s do not go to "
                        "personal calendars. Untick it or choose another type.",
                        type=activity.activity_type_id.display_name or "—",
                    )
                )

    # -- from the activity to the event --

    @api.model_create_multi
    def create(self, vals_list):
        activities = super().create(vals_list)
        if not is_trusted(self.env.context.get(SYNC)):
            activities._create_card_events()
        return activities

    def write(self, vals):
        if is_trusted(self.env.context.get(SYNC)):
            following = self.with_context(calendar_event_meeting_update=True)
            return super(MailActivity, following).write(vals)
        if vals.keys().isdisjoint(_EVENT_CAUSES):
            return super().write(vals)
        ticked = self.filtered("card_on_calendar")
        events = {activity.id: activity.calendar_event_id for activity in ticked}
        attendees = {
            activity.id: activity._get_card_attendees()
            for activity in ticked
            if not vals.keys().isdisjoint(WHO)
        }
        following = self.filtered(lambda activity: activity._leads_event(vals))
        moved_by_odoo = self.browse()
        if "date_deadline" in vals:
            others = self - following
            moved_by_odoo = others.filtered("calendar_event_id")
            super(MailActivity, moved_by_odoo).write(vals)
        # The other events Odoo would move by days of UTC. All at once, so that an
        # assignee hears once of what he gets.
        silent = self - moved_by_odoo
        silent = silent.with_context(calendar_event_meeting_update=True)
        super(MailActivity, silent).write(vals)
        self._drop_stale_events(vals, events)
        if not vals.get("active", True):
            self._silence_card_events()
        following._update_card_events(vals.keys(), attendees)
        self._create_card_events()
        return True

    def _leads_event(self, vals):
        """Return whether the event takes its time from the activity."""
        self.ensure_one()
        return bool(self.calendar_event_id) and bool(
            self.card_on_calendar
            or self.card_start
            or vals.get("card_on_calendar")
            or vals.get("card_start")
        )

    def _drop_stale_events(self, vals, events):
        """Remove the events that lost their activity.

        :param dict events: event before by activity id, of those that were ticked
        """
        ticked = self.filtered(lambda activity: events.get(activity.id))
        stale = ticked.filtered(
            lambda activity: (
                vals.get("card_cancelled")
                or not activity.card_on_calendar
                or activity._needs_another_event(events[activity.id], vals)
            )
        )
        former = self.env["calendar.event"].union(
            *(events[activity.id] for activity in stale)
        )
        linked = stale.filtered(
            lambda activity: activity.calendar_event_id == events[activity.id]
        )
        linked.sudo()._in_step().calendar_event_id = False
        self._unlink_card_events(former)

    def _needs_another_event(self, event, vals):
        """Return whether an event cannot stay that of the activity."""
        self.ensure_one()
        if self.calendar_event_id != event:
            return True
        if not self.active or "user_id" not in vals:
            return False
        owner = event.sudo().user_id
        return not self.user_id or (self.user_id != owner and event._is_synced())

    def _create_card_events(self):
        missing = self.filtered(
            lambda activity: (
                activity.active
                and activity.card_on_calendar
                and activity.user_id
                and not activity.calendar_event_id
            )
        )
        for user, activities in missing.grouped("user_id").items():
            self._get_calendar_of(user).create(
                [activity._prepare_card_event_vals() for activity in activities]
            )

    def _to_store_defaults(self, target):
        return [*super()._to_store_defaults(target), "card_on_calendar"]

    @api.model
    def _get_calendar_of(self, user):
        """Return the events as their owner deals with them.

        In his name: it is his own entry, so he needs no invitation to it, and Odoo
        hands it over to his Outlook or Google. With all rights: whoever may plan for
        a colleague need not be able to see his calendar.
        """
        context = {
            key: value
            for key, value in self.env.context.items()
            if key not in _FOREIGN_CONTEXT and not key.startswith("default_")
        }
        context.update({SYNC: TRUSTED, "skip_contact_description": True})
        env = self.env(user=user or self.env.user, context=context, su=True)
        return self.env["calendar.event"].with_env(env)

    def _in_step(self):
        """Return the activities as something that is taken over from the event."""
        return self.with_context(**{SYNC: TRUSTED})

    # -- removing --

    @api.model
    def _unlink_card_events(self, events):
        """Remove events, but for those on which another activity hangs."""
        # The owner of the calendar need not be the one who removes the activity.
        events = events.sudo().exists()
        if not events:
            return
        held = self.sudo().with_context(active_test=False)
        events -= held.search(
            [("calendar_event_id", "in", events.ids)]
        ).calendar_event_id
        for user, their_events in events.grouped("user_id").items():
            self._get_calendar_of(user).browse(their_events.ids).unlink()

    def unlink(self):
        events = self.sudo().filtered("card_on_calendar").calendar_event_id
        result = super().unlink()
        self._unlink_card_events(events)
        return result

    def unlink_w_meeting(self):
        # Odoo deletes the meetings after the activities, which took theirs along.
        events = self.calendar_event_id
        result = self.unlink()
        events.exists().unlink()
        return result

    def action_create_calendar_event(self):
        self.ensure_one()
        if self.card_on_calendar and self.calendar_event_id:
            return self.calendar_event_id.get_formview_action()
        return super().action_create_calendar_event()
