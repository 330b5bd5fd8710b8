from odoo import api, models
from odoo.fields import Domain


class Activity(models.Model):
    """When people are busy with what is no activity: their other meetings."""

    _inherit = "crm.cards.activity"

    @api.model
    @api.readonly
    def get_busy_times(self, user_ids, start, stop):
        """Return the meetings of these people that no activity stands for.

        They are read as the user may read them: Odoo tells of a private meeting of
        somebody else only when it is.

        :param list user_ids: whose schedule is shown
        :param start: first moment shown, UTC
        :param stop: last moment shown, UTC
        :return: ``[{"id", "name", "start", "stop", "allday", "start_date",
            "stop_date"}]``, datetimes in UTC
        """
        people = self.env["res.users"].browse(user_ids).filtered("schedule_visible")
        attends = Domain("partner_id", "in", people.partner_id.ids)
        attends &= Domain("state", "!=", "declined")
        events = self.env["calendar.event"].search(
            Domain("attendee_ids", "any", attends)
            & Domain("start", "<=", stop)
            & Domain("stop", ">=", start)
        )
        # Whose activity one may not see is no other meeting either.
        activities = self.env["mail.activity"].sudo().with_context(active_test=False)
        ours = activities.search([("calendar_event_id", "in", events.ids)])
        others = events - ours.calendar_event_id.with_env(self.env)
        return others.read(
            ["name", "start", "stop", "allday", "start_date", "stop_date"]
        )
