from odoo import api, models

from ...tools import clock
from ...tools.trusted import TRUSTED, is_trusted
from .mail_activity_calendar import SYNC
from .mail_activity_event import EVENT_TIMES
from .mail_activity_time import MAX_LENGTH

# The first meeting of a series may not suit its rule, and is archived.
_ARCHIVING = {"active", "recurrency", "recurrence_update"}


class CalendarEvent(models.Model):
    """A meeting moves the activity it belongs to, whoever moves the meeting.

    Odoo takes over texts, day and assignee. Added are the hours, the end of what is
    gone from the calendar, and that activities outlive their meetings.
    """

    _inherit = "calendar.event"

    def _is_synced(self):
        """Return whether the event is known to an Outlook or Google calendar.

        There an event cannot change hands.
        """
        self.ensure_one()
        return any(
            self.sudo()[fname]
            for fname in ("google_id", "microsoft_id")
            if fname in self._fields
        )

    # -- from the event to the activity --

    @api.model_create_multi
    def create(self, vals_list):
        events = super().create(vals_list)
        if not is_trusted(self.env.context.get(SYNC)):
            events._show_hours_on_activities()
        return events

    def write(self, vals):
        may_archive = not vals.keys().isdisjoint(_ARCHIVING)
        # Series are archived and revived by Odoo while they are changed as a whole.
        outermost = "recurrence_update" in vals or "recurrency" in vals
        result = super().write(vals)
        if may_archive and not is_trusted(self.env.context.get(SYNC)):
            gone = self.filtered(
                lambda event: not event.active and (outermost or not event.recurrency)
            )
            gone._get_linked_activities().filtered(
                lambda activity: activity.active and activity.card_on_calendar
            )._leave_calendar()
        return result

    def _sync_activities(self, fields):
        if is_trusted(self.env.context.get(SYNC)):
            return
        if self.env.context.get("mail_activity_meeting_update"):
            super()._sync_activities(fields)
            return
        ticked = self._get_open_activities().filtered("card_on_calendar")
        ours = self.browse(ticked.calendar_event_id.ids)
        theirs = (self - ours).with_context(**{SYNC: TRUSTED})
        super(CalendarEvent, theirs)._sync_activities(fields)
        if not EVENT_TIMES.isdisjoint(fields):
            theirs._show_hours_on_activities()
        for activity in ours._get_open_activities():
            activity._follow_event(fields)

    def _get_open_activities(self):
        # Whoever moves a meeting moves the activity, which he need not see.
        return self.sudo().activity_ids.filtered("active")

    def _show_hours_on_activities(self):
        """Give activities of Odoo's meetings the hours of these."""
        for activity in self._get_open_activities():
            event = activity.calendar_event_id
            times = event._get_activity_times()
            if activity.card_on_calendar or all(
                activity[name] == times[name] for name in times
            ):
                continue
            if times["card_start"]:
                times["card_timezone"] = event._get_zone_of_deadline(activity)
            activity._in_step().write(times)

    def _get_zone_of_deadline(self, activity):
        """Return a zone in which the meeting is on the day that Odoo takes for it."""
        zone = activity._get_card_zone(activity.user_id)
        day = self._get_activity_deadline_from_start(self.start, allday=False)
        if clock.get_local_time(self.start, zone).date() == day:
            return zone
        return self.env.context.get("tz") or "UTC"

    def _get_activity_times(self):
        """Return the hours for the activity, which does not last for ever."""
        self.ensure_one()
        if self.allday:
            return {"card_start": False, "card_stop": False}
        return {
            "card_start": self.start,
            "card_stop": min(self.stop, self.start + MAX_LENGTH),
        }

    # -- when it goes --

    def unlink(self):
        activities = self._get_linked_activities()
        made_by_event = activities.filtered(
            lambda activity: (
                activity.active
                and not activity.card_on_calendar
                # Odoo makes both at once; what was planned before is not lost.
                and activity.create_date >= activity.calendar_event_id.create_date
            )
        )
        (activities - made_by_event)._leave_calendar()
        result = super().unlink()
        # Synchronised events are only archived for the time being.
        gone = made_by_event.filtered(lambda activity: not activity.calendar_event_id)
        if self.env["mail.activity"]._is_deleted_by_person():
            gone._cancel(self.env._("Meeting deleted"))
        else:
            gone.unlink()
        return result

    def _get_linked_activities(self):
        # Activities go on without the meeting, whoever may see them.
        activities = self.env["mail.activity"].sudo().with_context(active_test=False)
        return activities.search([("calendar_event_id", "in", self.ids)])
