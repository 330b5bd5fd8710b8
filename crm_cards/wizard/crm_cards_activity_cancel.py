from odoo import api, fields, models
from odoo.exceptions import UserError


class ActivityCancel(models.TransientModel):
    """Asks why activities are cancelled; an answer is welcome, not demanded."""

    _name = "crm.cards.activity.cancel"
    _description = "Cancel Activities"

    activity_ids = fields.Many2many("mail.activity", readonly=True)
    reason = fields.Text()
    has_meeting = fields.Boolean(compute="_compute_has_meeting")
    with_meeting = fields.Boolean(string="Delete the meeting too", default=True)
    is_repeated = fields.Boolean(compute="_compute_is_repeated")
    with_series = fields.Boolean(
        string="Stop repeating",
        help="Otherwise only this time is left out and the next one comes.",
    )

    @api.depends("activity_ids")
    def _compute_has_meeting(self):
        for dialog in self:
            # A browser may send any activity.
            activities = dialog.activity_ids._origin._filtered_access("read")
            # What is in the calendar because of an activity goes with it.
            meetings = activities.filtered(
                lambda activity: not activity.card_on_calendar
            )
            dialog.has_meeting = bool(meetings.calendar_event_id)

    @api.depends("activity_ids")
    def _compute_is_repeated(self):
        for dialog in self:
            activities = dialog.activity_ids._origin._filtered_access("read")
            dialog.is_repeated = any(activities.mapped("card_repeat"))

    @api.model
    def _open(self, activities):
        if not activities:
            raise UserError(self.env._("These activities are closed already."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Cancel activities"),
            "res_model": self._name,
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_activity_ids": activities.ids},
        }

    def action_cancel_activities(self):
        self.ensure_one()
        activities = self.activity_ids.filtered("active")
        activities.check_access("unlink")
        events = activities.calendar_event_id
        if self.with_series:
            activities.action_stop_series()
        activities._cancel(self.reason)
        if self.with_meeting:
            events.exists().unlink()
        return {"type": "ir.actions.act_window_close", "infos": {"cancelled": True}}
