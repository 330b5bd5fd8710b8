from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools import clock
from .crm_cards_recurrence_mixin import ENDS, NEXT, RULE_FIELDS, UNITS

_OF_SERIES = {
    "compute": "_compute_card_repeat",
    "compute_sudo": True,
    "readonly": False,
}
_SERIES_FIELDS = ("card_series_id", "card_series_number")
# Repeated besides those of our fields that a person fills in when planning.
_REPEATED = (
    "card_timezone",
    "activity_type_id",
    "summary",
    "note",
    "res_model_id",
    "res_id",
)


class MailActivity(models.Model):
    """Activities that repeat: closing one, or its date, brings the next."""

    _inherit = "mail.activity"

    card_series_id = fields.Many2one(
        "crm.cards.activity.series",
        string="Series",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )
    card_series_number = fields.Integer(
        string="Number in the series", readonly=True, copy=False
    )

    # The rule of the series, as the form of an activity shows and takes it.
    card_repeat = fields.Boolean(string="Repeat", **_OF_SERIES)
    card_repeat_interval = fields.Integer(string="Every", **_OF_SERIES)
    card_repeat_unit = fields.Selection(UNITS, string="Unit of time", **_OF_SERIES)
    card_repeat_next = fields.Selection(NEXT, string="Next one", **_OF_SERIES)
    card_repeat_end = fields.Selection(ENDS, string="Repeating ends", **_OF_SERIES)
    card_repeat_until = fields.Date(string="Last date", **_OF_SERIES)
    card_repeat_times = fields.Integer(string="Number of times", **_OF_SERIES)

    _card_series_once = models.UniqueIndex(
        "(card_series_id, card_series_number) WHERE card_series_id IS NOT NULL",
        "Series: somebody has just planned the next activity of this series. Reload "
        "the page to see it.",
    )

    @api.depends(*(f"card_series_id.{fname}" for fname in ("state", *RULE_FIELDS)))
    def _compute_card_repeat(self):
        series_model = self.env["crm.cards.activity.series"]
        defaults = series_model.new(series_model.default_get(RULE_FIELDS))
        for activity in self:
            series = activity.card_series_id
            activity.card_repeat = series.state == "running"
            for fname in RULE_FIELDS:
                activity[fname] = (series or defaults)[fname]

    # -- starting, changing, stopping -----------------------------------------

    def _check_series_untouched(self, touched):
        """Let nobody put an activity into a series but the series itself."""
        if touched and not self.env.su:
            raise UserError(
                self.env._(
                    "Series: an activity cannot be moved to a series, or out of one. "
                    "Tick or untick Repeat on it instead."
                )
            )

    @api.model
    def _pop_repeat(self, vals):
        """Take what belongs to the series out of ``vals`` and return it."""
        return {
            fname: vals.pop(fname)
            for fname in ("card_repeat", *RULE_FIELDS)
            if fname in vals
        }

    @api.model_create_multi
    def create(self, vals_list):
        self._check_series_untouched(
            any(vals.get(fname) for vals in vals_list for fname in _SERIES_FIELDS)
        )
        vals_list = [dict(vals) for vals in vals_list]
        repeats = [self._pop_repeat(vals) for vals in vals_list]
        activities = super().create(vals_list)
        starting = [
            (activity, repeat)
            for activity, repeat in zip(activities, repeats, strict=True)
            if repeat.pop("card_repeat", False)
        ]
        self._start_series(starting)
        activities.filtered(lambda activity: not activity.active)._continue_series()
        return activities

    @api.model
    def _start_series(self, starting):
        """:param list starting: ``(activity, rule as values of the series)``"""
        # Series are made through activities only, by whoever may plan those.
        series = self.env["crm.cards.activity.series"].sudo()
        series_list = series.create(
            [
                {
                    **rule,
                    "last_activity_id": activity.id,
                    "last_date": activity.date_deadline,
                    "anchor_date": activity.date_deadline,
                }
                for activity, rule in starting
            ]
        )
        for series, (activity, _rule) in zip(series_list, starting, strict=True):
            activity.sudo().write(
                {"card_series_id": series.id, "card_series_number": 1}
            )
        series_list._update_state()

    def write(self, vals):
        self._check_series_untouched(not vals.keys().isdisjoint(_SERIES_FIELDS))
        vals = dict(vals)
        repeat = self._pop_repeat(vals)
        closing = self.browse()
        if not vals.get("active", True):
            closing = self.filtered(lambda activity: activity.active)
        result = super().write(vals)
        if repeat:
            self._write_repeat(repeat)
        closing._continue_series()
        return result

    def _write_repeat(self, repeat):
        self.check_access("write")
        wanted = repeat.pop("card_repeat", None)
        if wanted is False:
            self.action_stop_series()
            return
        # Who may change the activity may change how it repeats.
        repeating = self.filtered("card_repeat")
        if repeat:
            repeating.card_series_id.sudo().write(repeat)
        if wanted:
            others = self - repeating
            self._start_series([(activity, repeat) for activity in others])

    def action_stop_series(self):
        """Let the activities stay, and make no further ones."""
        self.check_access("write")
        # Who may change the activity may stop it from coming back.
        self.card_series_id.sudo()._stop()

    def unlink(self):
        # Cancelling keeps the activity; deleting it leaves nothing to go on from.
        # The series are the system's.
        series = self.sudo().filtered("active").card_series_id
        series.filtered(lambda line: line.last_activity_id in self)._stop()
        return super().unlink()

    # -- the next one ---------------------------------------------------------

    def _continue_series(self):
        """Plan the next activities after these were closed, in whatever way."""
        repeating = self.filtered("card_series_id")
        if repeating:
            # Series are the system's, closing is the right of whoever did it.
            numbers = {
                activity.card_series_id.sudo(): activity.card_series_number
                for activity in repeating.sorted("card_series_number")
            }
            repeating.card_series_id.sudo()._plan_after_closing(numbers)

    def _get_repeated_values(self, day, customers):
        """Return the values of the same activity on another day.

        :param dict customers: what ``_get_document_customers`` says of the whole batch
        """
        self.ensure_one()
        # Of ours, what is read-only says what happened to an activity, and what is
        # not copied is what came of it.
        names = {
            name
            for name, field in self._fields.items()
            if name.startswith("card_")
            and field.store
            and field.copy
            and not field.readonly
        }
        values = {
            name: self._fields[name].convert_to_write(self[name], self)
            for name in sorted(names.union(_REPEATED))
        }
        values["date_deadline"] = day
        values.update(self._get_moved_times((day - self.date_deadline).days))
        values["card_contact_ids"] = self._get_fitting_contacts(customers).ids
        if self.res_model:
            del values["card_customer_id"]  # as the document says by then
        if self.activity_type_id.card_to_calendar == "no":
            values["card_on_calendar"] = False  # the type has changed
        user = self.card_series_id.user_id
        values["user_id"] = user.id
        if not user.active:
            # He has left; it waits among the parked ones for somebody to take it.
            former = user or self.card_parked_from_id
            values.update(user_id=False, card_parked_from_id=former.id)
        return values

    def _get_moved_times(self, days):
        """Return start and end so many days later, at the same time of the clock."""
        zone = self.card_timezone or self._get_card_zone(self.user_id)
        start = self.card_start and clock.shift_days(self.card_start, days, zone)
        stop = self.card_stop and clock.shift_days(self.card_stop, days, zone)
        # Both may fall into the hour that is left out in spring.
        return {"card_start": start, "card_stop": stop and max(start, stop)}

    def _get_fitting_contacts(self, customers):
        """Return the contact persons that still belong to the customer."""
        document = (self.res_model, self.res_id)
        customer = customers.get(document, self.card_customer_id)
        return self.card_contact_ids.filtered(
            lambda person: person.commercial_partner_id == customer
        )
