from collections import defaultdict
from datetime import timedelta

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import Date, Datetime

from ...tools import clock

# The schedule looks no further back than this for what is still going on.
MAX_LENGTH = timedelta(days=31)
DEFAULT_LENGTH = timedelta(minutes=30)
_CAUSES = {"card_start", "card_stop", "card_timezone", "date_deadline", "user_id"}
_TIMES = ("card_start", "card_stop", "card_timezone")
# Spelt as ``start`` is in the query of crm.cards.activity.
_SCHEDULE_START = "COALESCE(card_start, date_deadline + INTERVAL '12 hours')"


class MailActivity(models.Model):
    """Hours of an activity, in agreement with its due date.

    The due date is the day of ``card_start`` on the clock of ``card_timezone``: the
    zone of the assignee when the start was last set or the activity was given to
    him. Whichever of the two is written, the other follows; if both are, the start
    counts. An end that is not given keeps the length.
    """

    _inherit = "mail.activity"

    _card_schedule = models.Index(f"({_SCHEDULE_START})")
    _card_schedule_person = models.Index(f"(user_id, {_SCHEDULE_START})")

    # -- agreement --

    @api.model
    def _get_card_zone(self, user):
        """Return the time zone in which activities of a user are planned."""
        return (
            # Whoever plans for somebody may not be allowed to read his settings.
            user.sudo().tz
            or self.env.context.get("tz")
            or self.env.user.tz
            or self.env.company.sudo().partner_id.tz
            or "UTC"
        )

    @api.model
    def _prepare_time_vals(self, start, stop, zone):
        """Return the values of a period, checked.

        :raises ValidationError: it ends before it starts, or lasts too long
        """
        if stop < start:
            raise ValidationError(
                self.env._(
                    "Ends: an activity cannot end before it starts. Choose a later end."
                )
            )
        if stop - start > MAX_LENGTH:
            raise ValidationError(
                self.env._(
                    "Ends: the longest an activity may last, in days, is %(days)s. "
                    "Choose an earlier end, or plan several activities.",
                    days=MAX_LENGTH.days,
                )
            )
        return {
            "card_start": start,
            "card_stop": stop,
            "card_timezone": zone,
            "date_deadline": clock.get_local_time(start, zone).date(),
        }

    def _check_start_given(self, stop):
        if stop:
            raise ValidationError(
                self.env._(
                    "Starts: an activity that ends at an hour starts at one. Fill in "
                    "when it starts."
                )
            )

    @api.model
    def default_get(self, fields):
        defaults = super().default_get(fields)
        if defaults.get("card_start") and "date_deadline" in fields:
            times = self._get_new_time_vals(defaults)
            defaults["date_deadline"] = times["date_deadline"]
        return defaults

    @api.model_create_multi
    def create(self, vals_list):
        defaults = self.default_get(["card_start", "card_stop", "user_id"])
        return super().create(
            [
                {**vals, **self._get_new_time_vals({**defaults, **vals})}
                for vals in vals_list
            ]
        )

    @api.model
    def _get_new_time_vals(self, vals):
        start = Datetime.to_datetime(vals.get("card_start"))
        stop = Datetime.to_datetime(vals.get("card_stop"))
        if not start:
            self._check_start_given(stop)
            return {}
        user = self.env["res.users"].browse(vals.get("user_id"))
        zone = vals.get("card_timezone") or self._get_card_zone(user)
        return self._prepare_time_vals(start, stop or start + DEFAULT_LENGTH, zone)

    def write(self, vals):
        if vals.keys().isdisjoint(_CAUSES):
            return super().write(vals)
        given_day = {name: vals[name] for name in vals if name == "date_deadline"}
        by_day, by_times = defaultdict(list), defaultdict(list)
        for activity in self:
            times = {**given_day, **activity._get_changed_time_vals(vals)}
            if "date_deadline" in times:
                by_day[times.pop("date_deadline")].append(activity.id)
            by_times[tuple(times.items())].append(activity.id)
        others = {
            name: vals[name]
            for name in vals
            if name not in _TIMES and name != "date_deadline"
        }
        if len(by_day) == 1 and len(*by_day.values()) == len(self):
            others["date_deadline"] = by_day.popitem()[0]
        # What differs from one to the next is written apart, and first: the one
        # message that tells the new assignee of all names the days as they will be.
        for day, ids in by_day.items():
            super(MailActivity, self.browse(ids)).write({"date_deadline": day})
        for times, ids in by_times.items():
            if times:
                super(MailActivity, self.browse(ids)).write(dict(times))
        if others:
            super().write(others)
        return True

    def _get_changed_time_vals(self, vals):
        """Return the times of one activity that follow from ``vals``."""
        self.ensure_one()
        moves_start = "card_start" in vals
        start = vals["card_start"] if moves_start else self.card_start
        start = Datetime.to_datetime(start)
        stop = Datetime.to_datetime(vals.get("card_stop"))
        if not start:
            self._check_start_given(stop)
            return dict.fromkeys(_TIMES, False) if moves_start else {}
        zone = vals.get("card_timezone") or self._get_zone_after(vals)
        length = self.card_stop - self.card_start if self.card_stop else DEFAULT_LENGTH
        if moves_start:
            stop = stop or start + length
        elif vals.get("date_deadline"):
            day = clock.get_local_time(start, zone).date()
            days = (Date.to_date(vals["date_deadline"]) - day).days
            start = clock.shift_days(start, days, zone)
            stop = stop or clock.shift_days(self.card_stop, days, zone)
            if stop < start and not vals.get("card_stop"):
                # The hour it starts at is left out on that night, the next is not.
                stop = start + length
        elif "card_stop" in vals:
            stop = stop or start + DEFAULT_LENGTH
        else:
            stop = self.card_stop
        times = self._prepare_time_vals(start, stop, zone)
        return {
            name: value
            for name, value in times.items()
            if name in vals or value != self[name]
        }

    def _get_zone_after(self, vals):
        user = self.user_id
        if "user_id" in vals:
            user = user.browse(vals["user_id"])
        if "card_start" in vals or user != self.user_id or not self.card_timezone:
            return self._get_card_zone(user)
        return self.card_timezone

    # -- in forms --

    @api.onchange("card_start", "user_id")
    def _onchange_card_start(self):
        if not self.card_start:
            self.card_stop = False
            return
        saved = self._origin
        if saved.card_start and self.card_stop == saved.card_stop:
            self.card_stop = self.card_start + (saved.card_stop - saved.card_start)
        elif not self.card_stop or self.card_stop < self.card_start:
            self.card_stop = self.card_start + DEFAULT_LENGTH
        zone = self._get_card_zone(self.user_id)
        self.date_deadline = clock.get_local_time(self.card_start, zone).date()

    @api.onchange("date_deadline")
    def _onchange_date_deadline(self):
        if not (self.card_start and self.date_deadline):
            return
        zone = self._get_card_zone(self.user_id)
        day = clock.get_local_time(self.card_start, zone).date()
        days = (self.date_deadline - day).days
        self.card_start = clock.shift_days(self.card_start, days, zone)
        if self.card_stop:
            self.card_stop = clock.shift_days(self.card_stop, days, zone)

    @api.onchange("activity_type_id")
    def _onchange_activity_type_id(self):
        # A period that was dragged on the schedule stays where it was dragged.
        deadline = self.date_deadline
        result = super()._onchange_activity_type_id()
        if self.card_start:
            self.date_deadline = deadline
        return result
