from odoo import api, models
from odoo.exceptions import AccessError


class MailActivity(models.Model):
    """Only who may change a meeting may make it that of an activity.

    From then on the activity moves, renames and removes the meeting in the name of
    its owner, whoever changes the activity.
    """

    _inherit = "mail.activity"

    @api.model_create_multi
    def create(self, vals_list):
        activities = super().create(vals_list)
        # A default in the context links as well.
        activities._check_event_access(activities.calendar_event_id)
        return activities

    def write(self, vals):
        if vals.get("calendar_event_id"):
            event = self.env["calendar.event"].browse(vals["calendar_event_id"])
            linked_anew = self.filtered(lambda act: act.calendar_event_id != event)
            if linked_anew:
                self._check_event_access(event)
        return super().write(vals)

    @api.model
    def _check_event_access(self, events):
        """:raises AccessError: a meeting that the user may not change"""
        if events - events._filtered_access("write"):
            raise AccessError(
                self.env._(
                    "Meeting: you may not change this meeting, so it cannot follow an "
                    "activity of yours. Choose another one or leave the field empty."
                )
            )
