from datetime import datetime, time, timedelta
from itertools import pairwise

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools import clock

_OLDEST = 8  # how many of the oldest tickets the desk names
# What is counted of the open tickets, as a whole and of everybody's. A figure and the
# list behind it are the same conditions.
_FIGURES = {
    "late": Domain("sla_status", "=", "missed"),
    "soon": Domain("sla_next_due", ">=", "now")
    & Domain("sla_next_due", "<=", "now +2H"),
    "customer": Domain("waiting_for", "=", "customer"),
    "supplier": Domain("waiting_for", "=", "supplier"),
    "nobody": Domain("user_id", "=", False),
}
_CUTS = ("user_id", "department_id")


class Ticket(models.Model):
    """The service desk: what is open now, since when, and who has it (row 136)."""

    _inherit = "crm.cards.ticket"

    @api.model
    @api.readonly
    def get_service_desk(self, filters=None):
        """Return what the service desk shows of the open tickets the user may see.

        Every figure is ``{"count", "domain"}``, the domain being that of the list
        behind it. Moments are UTC; the hours of today are those of the user's clock.

        :param dict filters: ``department_id``, to look at one department only
        :return: ``figures`` (by name: open, late, soon, customer, supplier, nobody),
            ``oldest`` (tickets), ``earlier`` (a figure), ``hours``, ``technicians``
            and ``departments`` (lists of rows with figures), ``choices`` (departments
            to filter by), ``department_id`` and ``tz``
        """
        department_id = int((filters or {}).get("department_id") or 0)
        domain = Domain("is_closed", "=", False)
        if department_id:
            domain &= Domain("department_id", "=", department_id)
        hours = self._get_hours_of_today()
        rows = self._count_for_desk(domain, hours)
        return {
            "department_id": department_id or False,
            "tz": str(self.env.tz),
            "choices": self._get_desk_choices(),
            "figures": self._prepare_figures(domain, rows["total"][None]),
            "oldest": self._prepare_oldest(domain),
            "technicians": self._prepare_cut(domain, rows, "user_id"),
            "departments": self._prepare_cut(domain, rows, "department_id"),
            **self._prepare_hours(domain, rows["hour"], hours),
        }

    # -- counting -------------------------------------------------------------

    @api.model
    def _get_hours_of_today(self):
        """Return when each hour of the user's day begins, up to the end of the last.

        Moments are naive and UTC; the day the clock changes has 23 hours or 25.
        """
        zone = str(self.env.tz)
        today = fields.Date.context_today(self)
        begin, end = (
            clock.get_moment(datetime.combine(day, time.min), zone)
            for day in (today, today + timedelta(days=1))
        )
        count = round((end - begin) / timedelta(hours=1))
        return [begin + timedelta(hours=hour) for hour in range(count + 1)]

    @api.model
    def _count_for_desk(self, domain, hours):
        """Return ``{cut: {key: {figure: count}}}`` of these tickets, in one query.

        The cuts are *total* (key None), *user_id*, *department_id* and *hour*, whose
        key is 0 before today and else the number of the hour.
        """
        query = self._search(domain)
        opened = self._field_to_sql(self._table, "date_opened", query)
        columns = {
            "hour": SQL("width_bucket(%s, %s::timestamp[])", opened, hours),
            **{name: self._field_to_sql(self._table, name, query) for name in _CUTS},
            **{
                name: condition.optimize_full(self)._to_sql(self, self._table, query)
                for name, condition in _FIGURES.items()
            },
        }
        tickets = query.select(
            *(SQL("%s AS %s", sql, SQL.identifier(n)) for n, sql in columns.items())
        )
        cuts = SQL(", ").join(SQL.identifier(name) for name in ("hour", *_CUTS))
        counts = SQL(", ").join(
            SQL("COUNT(*) FILTER (WHERE %s)", SQL.identifier(name)) for name in _FIGURES
        )
        rows = self.env.execute_query(
            SQL(
                """SELECT GROUPING(%(cuts)s), %(cuts)s, COUNT(*), %(counts)s
                     FROM (%(tickets)s) desk
                    GROUP BY GROUPING SETS ((), (hour), (user_id), (department_id))""",
                cuts=cuts,
                counts=counts,
                tickets=tickets,
            )
        )
        result = {"total": {}, "hour": {}, "user_id": {}, "department_id": {}}
        # One bit for each column that a row is not grouped by.
        names = {
            0b111: "total",
            0b011: "hour",
            0b101: "user_id",
            0b110: "department_id",
        }
        for cut, hour, user_id, department_id, *numbers in rows:
            key = {0b011: hour, 0b101: user_id, 0b110: department_id}.get(cut)
            figures = zip(("open", *_FIGURES), numbers, strict=True)
            result[names[cut]][key] = dict(figures)
        return result

    # -- what is shown --------------------------------------------------------

    @api.model
    def _prepare_figures(self, domain, counts):
        """Return each count with the domain of the list behind it."""
        conditions = {"open": Domain.TRUE, **_FIGURES}
        return {
            name: {"count": count, "domain": list(domain & conditions[name])}
            for name, count in counts.items()
        }

    @api.model
    def _prepare_cut(self, domain, rows, name):
        """Return a row for each record of a many2one, those most behind first."""
        # Whoever sees a ticket is told the name of who has it, as by a list of tickets.
        records = self.env[self._fields[name].comodel_name].sudo()
        records = records.browse(filter(None, rows[name]))
        names = {record.id: record.display_name for record in records}
        cut = [
            {
                "id": key or False,
                "name": names.get(key, False),
                "figures": self._prepare_figures(
                    domain & Domain(name, "=", key or False), counts
                ),
                "_order": (bool(key), -counts["late"], -counts["open"], names.get(key)),
            }
            for key, counts in rows[name].items()
        ]
        cut.sort(key=lambda row: row.pop("_order"))
        return cut

    @api.model
    def _prepare_hours(self, domain, counts, hours):
        """Return how many came before today, and in each hour until now."""
        zone = str(self.env.tz)
        now = fields.Datetime.now()
        moments = [fields.Datetime.to_string(hour) for hour in hours]
        earlier = Domain("date_opened", "<", moments[0])
        rows = [
            {
                "hour": clock.get_local_time(hour, zone).strftime("%H:%M"),
                "count": counts.get(number, {}).get("open", 0),
                "domain": list(
                    domain
                    & Domain("date_opened", ">=", start)
                    & Domain("date_opened", "<", stop)
                ),
            }
            for number, (hour, (start, stop)) in enumerate(
                zip(hours, pairwise(moments), strict=False), start=1
            )
            if hour <= now
        ]
        first = next((i for i, row in enumerate(rows) if row["count"]), len(rows))
        return {
            "earlier": {
                "count": counts.get(0, {}).get("open", 0),
                "domain": list(domain & earlier),
            },
            "hours": rows[first:],
        }

    @api.model
    def _prepare_oldest(self, domain):
        tickets = self.search(domain, order="date_opened, id", limit=_OLDEST)
        return [
            {
                "id": ticket.id,
                "name": ticket.display_name,
                "date_opened": fields.Datetime.to_string(ticket.date_opened),
                # As in _prepare_cut().
                "customer": ticket.sudo().customer_id.display_name,
                "user": ticket.sudo().user_id.display_name,
                "status": ticket.sla_status,
            }
            for ticket in tickets
        ]

    @api.model
    def _get_desk_choices(self):
        departments = self.env["crm.cards.department"].search(Domain.TRUE)
        return [{"id": one.id, "name": one.display_name} for one in departments]
