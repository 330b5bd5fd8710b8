from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, OrderedSet

_BY_ID = ("=", "!=", "in", "not in")
_SETS = (list, tuple, set, frozenset)


class MailActivityMixin(models.AbstractModel):
    """Documents tell of the activities that the reader may see, and of no others.

    Odoo takes them all, with superuser rights or past the model in SQL, for it shows
    the activities of a document to whoever reads the document.
    """

    _inherit = "mail.activity.mixin"

    activity_type_id = fields.Many2one(related_sudo=False)
    activity_summary = fields.Char(related_sudo=False)
    activity_type_icon = fields.Char(related_sudo=False, groups="base.group_user")

    # -- searching ------------------------------------------------------------

    @api.model
    def _search(self, domain, *args, **kwargs):
        return super()._search(self._hide_activities(domain), *args, **kwargs)

    @api.model
    def _search_activity_user_id(self, operator, operand):
        domain = super()._search_activity_user_id(operator, operand)
        return self._hide_activities(domain)

    @api.model
    def _search_activity_date_deadline(self, operator, operand):
        domain = super()._search_activity_date_deadline(operator, operand)
        return self._hide_activities(domain)

    @api.model
    def _hide_activities(self, domain):
        """Ask for activities by conditions, which look at rights; ids do not."""
        if self.env.su or domain is NotImplemented:
            return domain
        return Domain(domain).map_conditions(self._hide_activities_of)

    @api.model
    def _hide_activities_of(self, condition):
        operator, value = condition.operator, condition.value
        if condition.field_expr != "activity_ids" or operator not in _BY_ID:
            return condition
        values = set(value) if isinstance(value, (*_SETS, OrderedSet)) else {value}
        if not all(isinstance(id_, int) for id_ in values):
            return condition  # by name
        # Closed ones count, as for Odoo.
        every = Domain("active", "in", [True, False])
        found = Domain("activity_ids", "any", every & Domain("id", "in", values))
        if False in values:
            found |= Domain("activity_ids", "not any", every)
        return found if operator in ("=", "in") else ~found

    # -- state ----------------------------------------------------------------

    def _search_activity_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        states = {state or None for state in value}
        if None in states:
            others = {"overdue", "today", "planned"} - states
            return ~Domain(self._search_activity_state("in", others))
        query = SQL(
            "(SELECT res_id FROM %s state WHERE activity_state = ANY(%s))",
            self._get_activity_state_sql(),
            list(states),
        )
        return Domain("id", "in", query)

    def _read_group_groupby(self, alias, groupby_spec, query):
        if groupby_spec != "activity_state":
            return super()._read_group_groupby(alias, groupby_spec, query)
        self._check_field_access(self._fields[groupby_spec], "read")
        joined = query.make_alias(self._table, "last_activity_state")
        if joined not in query._joins:
            states = self._get_activity_state_sql()
            joined = query.left_join(
                self._table, "id", states, "res_id", "last_activity_state"
            )
        return SQL.identifier(joined, "activity_state")

    def _get_activity_state_sql(self):
        """Return a subquery of ``res_id`` and ``activity_state`` of the documents
        that have open activities which the user may see."""
        activities = self.env["mail.activity"]
        # Whether the documents may be read is asked of the documents.
        query = activities._search(
            [("res_model", "=", self._name), ("active", "=", True)],
            bypass_access=True,
        )
        alias = query.table
        days = SQL(
            "MIN(%s - %s)",
            activities._field_to_sql(alias, "date_deadline"),
            activities._get_today_sql(alias),
        )
        query.groupby = activities._field_to_sql(alias, "res_id")
        return SQL(
            "(%s)",
            query.select(
                SQL("%s AS res_id", query.groupby),
                SQL(
                    "CASE SIGN(%s) WHEN -1 THEN 'overdue' WHEN 0 THEN 'today' "
                    "ELSE 'planned' END AS activity_state",
                    days,
                ),
            ),
        )
