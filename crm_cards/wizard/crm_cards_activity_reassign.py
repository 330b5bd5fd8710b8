from datetime import datetime, time, timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL
from odoo.tools.misc import get_lang

from ..tools import clock

_NAMED = 5  # refused activities named in the error


class ActivityReassign(models.TransientModel):
    """Gives many activities to one colleague, with the load of each in view."""

    _name = "crm.cards.activity.reassign"
    _description = "Reassign Activities"

    activity_ids = fields.Many2many("mail.activity", readonly=True)
    user_id = fields.Many2one(
        "res.users",
        string="Assign to",
        domain="[('share', '=', False)]",
    )
    note = fields.Text(string="Note to the colleague")
    load_ids = fields.One2many(
        "crm.cards.activity.reassign.load", "reassign_id", readonly=True
    )

    @api.model
    def _open(self, activities):
        """Return the dialog.

        :raises AccessError: some of the activities may not be changed by the user
        """
        self._check_may_write(activities)
        loads = self.env["crm.cards.activity.reassign.load"]._get_load_vals()
        dialog = self.create(
            {
                "activity_ids": [Command.set(activities.ids)],
                "load_ids": [Command.create(vals) for vals in loads],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reassign activities"),
            "res_model": self._name,
            "res_id": dialog.id,
            "views": [[False, "form"]],
            "target": "new",
        }

    def action_reassign(self):
        self.ensure_one()
        # Not required by the model: the dialog exists before somebody is chosen.
        if not self.user_id:
            raise UserError(self.env._("Assign to: choose a colleague."))
        self._check_may_write(self.activity_ids)
        self.activity_ids.with_context(card_hand_note=self.note).write(
            {"user_id": self.user_id.id}
        )
        return {"type": "ir.actions.act_window_close"}

    @api.model
    def _check_may_write(self, activities):
        activities._check_internal()
        refused = activities - activities._filtered_access("write")
        if refused:
            readable = refused._filtered_access("read")
            names = readable[:_NAMED].mapped("display_name")
            if refused - readable:
                names.append(self.env._("some that are not open to you"))
            raise AccessError(
                self.env._(
                    "You may not change some of these activities (%(count)s): "
                    "%(names)s. Take them out of the selection.",
                    count=len(refused),
                    names=", ".join(names),
                )
            )


class ActivityReassignLoad(models.TransientModel):
    """How much one colleague has to do, when the dialog opened.

    ``planned_hours`` are the hours from start to end in the present week, as it begins
    in the language of whoever opens the dialog, on his clock.
    """

    _name = "crm.cards.activity.reassign.load"
    _description = "Load of a Colleague"
    _order = "open_count, id"

    reassign_id = fields.Many2one(
        "crm.cards.activity.reassign", required=True, ondelete="cascade", index=True
    )
    user_id = fields.Many2one("res.users", string="Colleague", readonly=True)
    open_count = fields.Integer(string="Open", readonly=True)
    overdue_count = fields.Integer(string="Overdue", readonly=True)
    planned_hours = fields.Float(string="Hours planned this week", readonly=True)

    @api.model
    def _get_load_vals(self):
        """Return the load of each colleague, by one query."""
        # Numbers only, and of everybody: private activities fill the day as well.
        activities = self.env["mail.activity"].sudo()
        activities.flush_model()
        colleagues = self._get_colleagues()
        week_start, week_stop = self._get_week()
        overlap = SQL(
            "LEAST(activity.card_stop, %(week_stop)s) - "
            "GREATEST(activity.card_start, %(week_start)s)",
            week_start=week_start,
            week_stop=week_stop,
        )
        # LEAST and GREATEST pass over NULL: without hours it would last all week.
        in_week = SQL(
            "activity.card_start < %(week_stop)s "
            "AND activity.card_stop > %(week_start)s",
            week_start=week_start,
            week_stop=week_stop,
        )
        self.env.cr.execute(
            SQL(
                """
                SELECT users.id AS user_id, COUNT(activity.id) AS open_count,
                       COUNT(activity.id) FILTER (WHERE %(overdue)s) AS overdue_count,
                       COALESCE(EXTRACT(EPOCH FROM SUM(%(overlap)s)
                            FILTER (WHERE %(in_week)s)) / 3600, 0
                       )::float AS planned_hours
                  FROM res_users users
                  LEFT JOIN mail_activity activity
                         ON activity.user_id = users.id AND activity.active IS TRUE
                 WHERE users.id IN %(users)s
                 GROUP BY users.id
                """,
                overdue=activities._get_status_condition("activity", "overdue"),
                overlap=overlap,
                in_week=in_week,
                users=tuple(colleagues.ids),
            )
        )
        return self.env.cr.dictfetchall()

    @api.model
    def _get_week(self):
        """Return the moments at which the present week of the user begins and ends."""
        zone = self.env.user.tz or "UTC"
        today = clock.get_local_time(fields.Datetime.now(), zone).date()
        weekday = int(get_lang(self.env).week_start)
        first = datetime.combine(today, time.min) - timedelta(
            days=(today.isoweekday() - weekday) % 7
        )
        return tuple(
            clock.get_moment(day, zone) for day in (first, first + timedelta(days=7))
        )

    @api.model
    def _get_colleagues(self):
        """Return whose load the user may see, himself included."""
        user = self.env.user
        scope = user._get_activity_scope()
        if scope == "own":
            return user
        if scope == "team":
            return user._get_team_mates().filtered("active") | user
        return self.env["res.users"].search([("share", "=", False)]) | user
