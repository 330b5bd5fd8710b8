from datetime import datetime, time

from odoo import models
from odoo.fields import Command

WHEN = {"card_start", "card_stop", "card_timezone", "date_deadline", "user_id"}
WHO = {"user_id", "card_colleague_ids", "card_contact_ids", "card_invite_contacts"}
WHAT = {
    "activity_type_id",
    "summary",
    "note",
    "card_private",
    "card_opportunity_id",
    "card_alarm_ids",
    "res_model_id",
    "res_id",
}
_EVENT_TIMES = {"allday", "start", "stop", "start_date", "stop_date", "duration"}


class MailActivity(models.Model):
    """What an activity and its event tell each other."""

    _inherit = "mail.activity"

    # -- from the activity to the event --

    def _update_card_events(self, changed, attendees):
        """Write to the events what they do not say yet.

        :param changed: names of the fields that were written
        :param dict attendees: who attended before, by activity id
        """
        linked = self.filtered(
            lambda activity: activity.active and activity.calendar_event_id
        )
        events = linked.calendar_event_id
        for activity in linked:
            calendar = activity._get_calendar_of(activity.user_id)
            event = calendar.browse(activity.calendar_event_id.id)
            event = event.with_prefetch(events.ids)
            vals = {}
            if not WHEN.isdisjoint(changed):
                vals.update(activity._get_changed_event_times(event))
            if "active" in changed and activity._has_event_alarms():
                vals.update(activity._prepare_event_alarms())
            if activity.card_on_calendar:
                if not WHAT.isdisjoint(changed):
                    vals.update(activity._get_changed_event_texts(event))
                if activity.id in attendees:
                    vals.update(
                        activity._get_changed_attendees(event, attendees[activity.id])
                    )
            if vals:
                event.write(vals)

    def _prepare_card_event_vals(self):
        self.ensure_one()
        return {
            **self._prepare_event_times(),
            **self._prepare_event_texts(),
            "user_id": self.user_id.id,
            "partner_ids": [Command.set(self._get_card_attendees().ids)],
            "activity_ids": [Command.link(self.id)],
        }

    def _prepare_event_times(self):
        self.ensure_one()
        if self.card_start:
            return {
                "allday": False,
                "start": self.card_start,
                "stop": self.card_stop,
                "show_as": "busy",
            }
        return {
            "allday": True,
            "start": datetime.combine(self.date_deadline, time(8)),
            "stop": datetime.combine(self.date_deadline, time(18)),
            "start_date": self.date_deadline,
            "stop_date": self.date_deadline,
            # To be done at some hour of the day, others may be met meanwhile.
            "show_as": "free",
        }

    def _get_changed_event_times(self, event):
        times = self._prepare_event_times()
        if event.allday != times["allday"]:
            for fname in ("start", "stop") if times["allday"] else ():
                del times[fname]
            return times
        if event.allday:
            length = event.stop_date - event.start_date
            times = {
                "start_date": self.date_deadline,
                "stop_date": self.date_deadline + length,
            }
        else:
            times = {"start": self.card_start, "stop": self.card_stop}
        return times if any(event[name] != times[name] for name in times) else {}

    def _get_event_name(self):
        self.ensure_one()
        if self.summary or not self.card_customer_id:
            return self.summary or self.activity_type_id.name
        return self.env._(
            "%(type)s: %(customer)s",
            type=self.activity_type_id.name,
            customer=self.sudo().card_customer_id.display_name,
        )

    def _prepare_event_texts(self):
        self.ensure_one()
        res_model_id, res_id = self.res_model_id.id, self.res_id
        if not res_model_id and self.card_customer_id:
            res_model_id = self.env["ir.model"]._get_id("res.partner")
            res_id = self.card_customer_id.id
        return {
            "name": self._get_event_name(),
            "description": self.note,
            "privacy": "private" if self.card_private else False,
            "opportunity_id": self.card_opportunity_id.id,
            **self._prepare_event_alarms(),
            "res_model_id": res_model_id,
            "res_id": res_id,
        }

    def _prepare_event_alarms(self):
        return {"alarm_ids": [Command.set(self.card_alarm_ids.ids)]}

    def _has_event_alarms(self):
        """Return whether the reminders of the event are those of the activity."""
        return bool(self.card_on_calendar or self.card_alarm_ids)

    def _silence_card_events(self):
        """Let nobody be reminded of what is closed; reopening brings it back."""
        closed = self.filtered(
            lambda activity: not activity.active and activity._has_event_alarms()
        )
        for user, activities in closed.grouped("user_id").items():
            calendar = self._get_calendar_of(user)
            events = calendar.browse(activities.calendar_event_id.ids)
            events.filtered("alarm_ids").write({"alarm_ids": [Command.clear()]})

    def _get_changed_event_texts(self, event):
        texts = self._prepare_event_texts()
        changed = {}
        for name, value in texts.items():
            present = event._fields[name].convert_to_write(event[name], event)
            if (value or False) != (present or False):
                changed[name] = value
        return changed

    def _get_card_attendees(self):
        self.ensure_one()
        # Who takes part is known to those who plan, whatever they may read.
        activity = self.sudo()
        partners = (activity.user_id | activity.card_colleague_ids).partner_id
        if activity.card_invite_contacts:
            partners |= activity.card_contact_ids
        return partners

    def _get_changed_attendees(self, event, before):
        """Return who comes and goes; those invited in the calendar itself stay."""
        after = self._get_card_attendees()
        commands = [
            *(Command.unlink(pid) for pid in (before - after).ids),
            *(Command.link(pid) for pid in (after - event.partner_ids).ids),
        ]
        vals = {"partner_ids": commands} if commands else {}
        if event.user_id != self.user_id:
            vals["user_id"] = self.user_id.id
        return vals

    # -- from the event to the activity --

    def _follow_event(self, fnames):
        """Take over what was changed in the calendar.

        :param fnames: names of the fields of the event that were written
        """
        self.ensure_one()
        event = self.calendar_event_id
        vals = {}
        if not _EVENT_TIMES.isdisjoint(fnames):
            times = event._get_activity_times()
            if any(self[name] != times[name] for name in times):
                vals.update(times)
            if event.allday and self.date_deadline != event.start_date:
                vals["date_deadline"] = event.start_date
        # Organisers from outside are nobody here.
        if "user_id" in fnames and event.user_id and event.user_id != self.user_id:
            vals["user_id"] = event.user_id.id
        if "name" in fnames and event.name != self._get_event_name():
            vals["summary"] = event.name
        if "description" in fnames and event.description != self.note:
            vals["note"] = event.description
        if "alarm_ids" in fnames and event.alarm_ids != self.card_alarm_ids:
            vals["card_alarm_ids"] = [Command.set(event.alarm_ids.ids)]
        if vals:
            self._in_step().write(vals)

    def _leave_calendar(self):
        """Go on without the event, which somebody removed from the calendar."""
        self._in_step().calendar_event_id = False
        still_open = self.filtered("active")
        still_open._in_step().card_on_calendar = False
