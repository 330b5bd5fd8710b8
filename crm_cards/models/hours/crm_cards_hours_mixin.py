from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

MINUTES = 60  # of an hour


def hours_of(minutes_field, string, **attributes):
    """Return a field that shows a column of minutes as hours.

    Named in ``_hours_of`` of its model, lists sort, group and sum it in SQL.
    """
    return fields.Float(
        string,
        compute="_compute_hours",
        search=lambda model, operator, value: model._search_hours(
            minutes_field, operator, value
        ),
        **{"aggregator": "sum", **attributes},
    )


class HoursMixin(models.AbstractModel):
    """Keeps whole minutes, so that sums are exact, and shows hours.

    The model that inherits says in ``_hours_of`` which field shows which column.
    """

    _name = "crm.cards.hours.mixin"
    _description = "Minutes Shown as Hours"

    _hours_of = {}

    @api.depends(lambda self: tuple(self._hours_of.values()))
    def _compute_hours(self):
        # By values: of a hundred thousand banks, many have the same hours.
        for hours, minutes in self._hours_of.items():
            for value, records in self.grouped(minutes).items():
                records[hours] = value / MINUTES

    def _inverse_hours(self):
        """Store typed hours of fields that say so as whole minutes."""
        for record in self:
            for hours, minutes in self._hours_of.items():
                if self._fields[hours].inverse:
                    record[minutes] = round(record[hours] * MINUTES)

    @api.model
    def _search_hours(self, minutes_field, operator, value):
        if operator in ("in", "not in"):
            return Domain(minutes_field, operator, [_to_minutes(one) for one in value])
        return Domain(minutes_field, operator, _to_minutes(value))

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr not in self._hours_of:
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields[field_expr], "read")
        minutes = self._field_to_sql(alias, self._hours_of[field_expr], query)
        return SQL("(%s / %s)", minutes, float(MINUTES))


def _to_minutes(hours):
    # Hours that are typed stand for whole minutes: 0.33 for twenty of them.
    return round(hours * MINUTES) if isinstance(hours, int | float) else hours
