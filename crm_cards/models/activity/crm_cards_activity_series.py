import logging

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ...tools import clock
from ...tools.recurrence import Rule
from .crm_cards_recurrence_mixin import RULE_FIELDS

_logger = logging.getLogger(__name__)

# Activities made at once for one series after the server rested: the newest ones.
# Those before them are passed over, nobody wants thirty daily tasks after a holiday.
_CATCH_UP = 3


class ActivitySeries(models.Model):
    """An activity that repeats (row 67); every next one is a copy of the last.

    =======  ===================================================================
    State    Meaning
    =======  ===================================================================
    running  there is an open activity, or the scheduled action will make one
    ended    the last date or the number of times was reached
    stopped  somebody stopped it, or nothing is left to repeat
    =======  ===================================================================

    Closing makes the next one under a lock of this row, and so does the scheduled
    action: of two workers one makes it. The unique index on ``mail.activity`` backs
    that up.
    """

    _name = "crm.cards.activity.series"
    _description = "Recurring Activity"
    _inherit = "crm.cards.recurrence.mixin"
    _order = "next_date, id desc"

    state = fields.Selection(
        [("running", "Running"), ("ended", "Ended"), ("stopped", "Stopped")],
        string="Progress",
        default="running",
        required=True,
        readonly=True,
    )
    activity_ids = fields.One2many(
        "mail.activity",
        "card_series_id",
        string="Activities of the series",
        readonly=True,
        context={"active_test": False},
    )
    last_activity_id = fields.Many2one(
        "mail.activity",
        string="Newest activity",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    last_number = fields.Integer(string="Times so far", default=1, readonly=True)
    last_date = fields.Date(string="Newest date", readonly=True)
    anchor_date = fields.Date(
        string="Counted from",
        readonly=True,
        help="Dates are counted from this day, so that the 31st stays the last day of "
        "each month. Moving one activity does not move the others.",
    )
    anchor_number = fields.Integer(default=1, readonly=True)
    next_date = fields.Date(
        string="Next date",
        compute="_compute_next_date",
        store=True,
        index="btree_not_null",
        help="Empty when the next one is counted from the day of closing.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Assigned to",
        compute="_compute_user_id",
        store=True,
        index=True,
        help="Who gets the next one: the assignee of the newest, or whom the series "
        "was handed over to since that was closed.",
    )
    is_private = fields.Boolean(related="last_activity_id.card_private", store=True)
    activity_type_id = fields.Many2one(related="last_activity_id.activity_type_id")
    summary = fields.Char(related="last_activity_id.summary")
    customer_id = fields.Many2one(related="last_activity_id.card_customer_id")

    @api.depends("last_activity_id.user_id")
    def _compute_user_id(self):
        for series in self:
            series.user_id = series.last_activity_id.user_id

    @api.depends(*RULE_FIELDS, "state", "anchor_date", "anchor_number", "last_number")
    def _compute_next_date(self):
        for series in self:
            series.next_date = (
                series._get_next_planned_date() if series.state == "running" else False
            )

    @api.depends_context("lang")
    @api.depends(
        "card_repeat_interval", "card_repeat_unit", "last_activity_id.display_name"
    )
    def _compute_display_name(self):
        units = dict(self._fields["card_repeat_unit"]._description_selection(self.env))
        for series in self:
            # Whoever may know of the series may know what repeats.
            activity = series.sudo().last_activity_id
            what = activity.display_name or self.env._("Activity")
            if series.card_repeat_interval == 1 and series.card_repeat_unit:
                series.display_name = series._get_name_of_each(what)
                continue
            series.display_name = self.env._(
                "%(activity)s: every %(interval)s %(unit)s",
                activity=what,
                interval=series.card_repeat_interval,
                unit=units.get(series.card_repeat_unit, "").lower(),
            )

    def _get_name_of_each(self, what):
        """Return the name of a series of every single day, week, month or year."""
        names = {
            "days": self.env._("%s: every day", what),
            "weeks": self.env._("%s: every week", what),
            "months": self.env._("%s: every month", what),
            "years": self.env._("%s: every year", what),
        }
        return names[self.card_repeat_unit]

    def onchange(self, values, field_names, fields_spec):
        # A browser could name any activity as the newest one, and read it.
        values = {name: values[name] for name in RULE_FIELDS if name in values}
        changed = [name for name in field_names if name in RULE_FIELDS]
        if not changed:
            return {}
        return super().onchange(values, changed, fields_spec)

    # -- the rule -------------------------------------------------------------

    def _get_rule(self):
        self.ensure_one()
        return Rule(
            self.card_repeat_interval,
            self.card_repeat_unit,
            until=self.card_repeat_until if self.card_repeat_end == "until" else None,
            times=self.card_repeat_times if self.card_repeat_end == "times" else None,
            first=self.anchor_number,
        )

    def _get_next_planned_date(self):
        """Return the day on which the scheduled action makes the next one, if any."""
        self.ensure_one()
        if self.card_repeat_next != "date" or not self.anchor_date:
            return False
        rule = self._get_rule()
        number = self.last_number + 1
        day = rule.occurrence(self.anchor_date, number)
        return rule.allows(number, day) and day

    def _get_today(self):
        """Return today's date where the assignee is."""
        zone = self.last_activity_id.user_tz or "UTC"
        return clock.get_local_time(fields.Datetime.now(), zone).date()

    def write(self, vals):
        if not self.env.su and not vals.keys() <= set(RULE_FIELDS):
            raise AccessError(
                self.env._(
                    "Of a series only the rule can be changed, or it is stopped."
                )
            )
        if vals.keys().isdisjoint(RULE_FIELDS):
            return super().write(vals)
        # What is already made stays; the new rule counts from the newest one.
        if not vals.keys().isdisjoint(RULE_FIELDS[:3]):
            for series in self:
                super(ActivitySeries, series).write(
                    {
                        "anchor_date": series.last_date,
                        "anchor_number": series.last_number,
                    }
                )
        result = super().write(vals)
        # The state is the system's, whoever may change the rule.
        self.sudo()._update_state()
        return result

    def _update_state(self):
        """See again whether the end has come, after the rule or the number changed."""
        for series in self.filtered(lambda series: series.state != "stopped"):
            if series.card_repeat_next == "date":
                goes_on = bool(series._get_next_planned_date())
            else:
                goes_on = series.state == "running" or series.last_activity_id.active
            series.state = "running" if goes_on else "ended"

    def action_stop(self):
        """Make no more activities; the open one stays."""
        self.check_access("write")
        # The state is the system's, see write().
        self.sudo()._stop()

    def _stop(self):
        self.filtered(lambda series: series.state == "running").state = "stopped"

    # -- the next ones --------------------------------------------------------

    def _lock(self):
        """Wait until no other worker continues these series.

        What he changed makes this transaction start again with his result.
        """
        if self:
            self.flush_recordset()
            self.env.cr.execute(
                SQL(
                    "SELECT id FROM %s WHERE id IN %s ORDER BY id FOR NO KEY UPDATE",
                    SQL.identifier(self._table),
                    self._ids,
                )
            )

    def _plan_after_closing(self, numbers):
        """Plan the next activity of series whose last one was just closed.

        :param dict numbers: number of the closed activity by series
        """
        waiting = self.filtered(
            lambda series: (
                series.state == "running" and series.card_repeat_next == "closed"
            )
        )
        waiting._lock()
        occurrences = []
        for series in waiting:
            if series.last_number != numbers[series]:
                continue  # an older one, closed or reopened late
            rule, number = series._get_rule(), series.last_number + 1
            day = rule.following(series._get_today())
            if rule.allows(number, day):
                occurrences.append((series, number, day))
            else:
                series.state = "ended"
        self._plan(occurrences)

    @api.model
    def _cron_plan_due(self):
        """Plan what has come due by the calendar, each series in its own transaction.

        One that fails must not keep back the others.
        """
        # Where the assignee is it may be tomorrow already.
        latest = fields.Date.add(fields.Date.today(), days=1)
        found = self.search(
            [("state", "=", "running"), ("next_date", "<=", latest)],
            order="next_date, id",
        )
        for position, series in enumerate(found):
            series._plan_due_alone()
            remaining = len(found) - position - 1
            if not self.env["ir.cron"]._commit_progress(1, remaining=remaining):
                break

    def _plan_due_alone(self):
        try:
            with self.env.cr.savepoint():
                series = self.try_lock_for_update(allow_referencing=True)
                series.invalidate_recordset()
                series._plan_due()
        except psycopg2.errors.SerializationFailure:
            # Another worker has just continued it; the next run looks again.
            _logger.info("recurring activity %s: changed meanwhile", self.id)
        except Exception:
            _logger.exception("recurring activity %s: no next one", self.id)

    def _plan_due(self):
        occurrences = []
        for series in self.filtered("next_date"):
            due = series._get_rule().due(
                series.anchor_date, series.last_number, series._get_today(), _CATCH_UP
            )
            occurrences += [(series, number, day) for number, day in due]
        self._plan(occurrences)

    def _plan(self, occurrences):
        """Copy the last activity of each series to other days.

        :param list occurrences: ``(series, number, day)``, ascending by number
        """
        series = self.browse().union(*(line[0] for line in occurrences))
        dead = series - series._filter_repeatable()
        dead._stop()
        customers = (series - dead).last_activity_id._get_document_customers()
        vals_by_creator = {}
        for line, number, day in occurrences:
            if line not in dead:
                former = line.last_activity_id
                vals_by_creator.setdefault(former.create_uid, []).append(
                    {
                        **former._get_repeated_values(day, customers),
                        "card_series_id": line.id,
                        "card_series_number": number,
                    }
                )
        for creator, vals_list in vals_by_creator.items():
            # The series goes on as its planner set it up, whoever closed the last one.
            # Its assignee knows of it, so there is nothing to notify him of. Whoever
            # closed the last one may not add to the next by his context.
            planner = self.env(
                user=creator, su=True, context={"mail_activity_quick_update": True}
            )
            for activity in planner["mail.activity"].create(vals_list):
                activity.card_series_id._set_newest(activity)

    def _set_newest(self, activity):
        self.ensure_one()
        self.write(
            {
                "last_activity_id": activity.id,
                "last_number": activity.card_series_number,
                "last_date": activity.date_deadline,
            }
        )
        self._update_state()

    def _filter_repeatable(self):
        """Return the series of which there is still something to repeat."""
        # What hung on a document that is gone hangs on the customer, as history.
        activities = self.last_activity_id.filtered(
            lambda activity: not activity.card_former_document
        )
        kept = activities.filtered(
            lambda activity: (
                not activity.res_model and activity.card_series_id.user_id.active
            )
        )
        for model, planned in (
            activities.filtered("res_model").grouped("res_model").items()
        ):
            documents = self.env[model].browse(planned.mapped("res_id")).exists()
            kept |= planned.filtered(
                lambda activity, ids=set(documents.ids): activity.res_id in ids
            )
        return self.filtered(lambda series: series.last_activity_id in kept)
