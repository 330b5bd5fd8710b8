from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools import clock

STATUSES = [
    ("overdue", "Overdue"),
    ("today", "Today"),
    ("planned", "Planned"),
    ("done", "Done"),
    ("cancelled", "Cancelled"),
]
_OPEN_COMPARISONS = {"overdue": SQL("<"), "today": SQL("="), "planned": SQL(">")}


class ActivityStatusMixin(models.AbstractModel):
    """The status of an activity, on the clock of whoever is to do it.

    Derived, never stored, yet lists filter, sort and group by it in SQL.
    """

    _name = "crm.cards.activity.status.mixin"
    _description = "Status of Activities"

    card_status = fields.Selection(
        STATUSES,
        string="Status",
        compute="_compute_card_status",
        search="_search_card_status",
    )

    def _get_open_field(self):
        """Return the name of the field that is true until the activity is closed."""
        return "active"

    @api.depends(
        lambda self: (
            (self._get_open_field(), "card_cancelled", "date_deadline", "user_tz")
            if not self._abstract
            else ()
        )
    )
    def _compute_card_status(self):
        open_field = self._get_open_field()
        now = fields.Datetime.now()
        for zone, activities in self.grouped("user_tz").items():
            today = clock.get_local_time(now, zone or "UTC").date()
            for activity in activities:
                if activity.card_cancelled:
                    activity.card_status = "cancelled"
                elif not activity[open_field]:
                    activity.card_status = "done"
                else:
                    activity.card_status = self._get_open_status(
                        activity.date_deadline or today, today
                    )

    @api.model
    def _get_open_status(self, deadline, today):
        if deadline == today:
            return "today"
        return "overdue" if deadline < today else "planned"

    def _search_card_status(self, operator, value):
        if operator != "in":
            return NotImplemented
        statuses = set(value)
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "(%s)",
                SQL(" OR ").join(
                    model._get_status_condition(alias, status) for status in statuses
                )
                or SQL("FALSE"),
            ),
            predicate=lambda activity: activity.card_status in statuses,
        )

    def _get_status_condition(self, alias, status):
        """Return whether the activities of ``alias`` have a status, so that
        PostgreSQL can use the index of open activities."""
        if status not in dict(STATUSES):
            return SQL("FALSE")
        is_open = self._field_to_sql(alias, self._get_open_field())
        cancelled = self._field_to_sql(alias, "card_cancelled")
        if status == "cancelled":
            return SQL("(%s IS TRUE)", cancelled)
        if status == "done":
            return SQL("(%s IS NOT TRUE AND %s IS NOT TRUE)", is_open, cancelled)
        return SQL(
            "(%s IS TRUE AND %s IS NOT TRUE AND %s %s %s)",
            is_open,
            cancelled,
            self._field_to_sql(alias, "date_deadline"),
            _OPEN_COMPARISONS[status],
            self._get_today_sql(alias),
        )

    def _get_today_sql(self, alias):
        """Return the date of today where the assignee of each activity is."""
        return SQL(
            "(%s::timestamp AT TIME ZONE 'UTC' AT TIME ZONE COALESCE(%s, 'UTC'))::date",
            fields.Datetime.now(),
            self._field_to_sql(alias, "user_tz"),
        )

    def _field_to_sql(self, alias, field_expr, query=None):
        """Let lists sort and group by the status, which is not a column."""
        if field_expr != "card_status":
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields[field_expr], "read")
        return self._get_status_sql(alias)

    def _get_status_sql(self, alias):
        return SQL(
            "CASE %s END",
            SQL(" ").join(
                SQL("WHEN %s THEN %s", self._get_status_condition(alias, key), key)
                for key, _label in STATUSES
            ),
        )
