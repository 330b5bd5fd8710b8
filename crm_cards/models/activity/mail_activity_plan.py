from datetime import date, datetime, time, timedelta

from odoo import api, models

from ...tools import clock
from .mail_activity_plan_template import PlannedDay


class ScheduledValues(dict):
    """Values of the dialog on their way to ``create``, in the context.

    A class of its own, because a context that a browser sends holds plain dicts.
    """


class MailActivity(models.Model):
    """What the dialog and the plans know beyond Odoo's fixed set of values.

    Both end in one ``create``; what Odoo does not hand over comes in the context
    (dialog) or with the deadline (plan). Nothing is written afterwards, so that nobody
    is notified twice and checks see the whole activity.
    """

    _inherit = "mail.activity"

    @api.model_create_multi
    def create(self, vals_list):
        common = self.env.context.get("card_schedule_values")
        if isinstance(common, ScheduledValues):
            vals_list = [{**vals, **common} for vals in vals_list]
            # Not for what these activities bring about in their turn.
            self = self.with_context(card_schedule_values=None)
        vals_list = [
            {**vals, **self._get_plan_values(vals)}
            if isinstance(vals.get("date_deadline"), PlannedDay)
            else vals
            for vals in vals_list
        ]
        return super().create(vals_list)

    @api.model
    def _get_plan_values(self, vals):
        """Return what the line of a plan says about an activity."""
        template = vals["date_deadline"].template
        day = date.fromordinal(vals["date_deadline"].toordinal())
        values = {
            "date_deadline": day,
            "card_priority": template.card_priority,
            "card_category_id": template.card_category_id.id,
        }
        if template.card_timed:
            user = self.env["res.users"].browse(vals.get("user_id"))
            hours = timedelta(hours=template.card_hour)
            start = clock.get_moment(
                datetime.combine(day, time()) + hours, self._get_card_zone(user)
            )
            values["card_start"] = start
            values["card_stop"] = start + timedelta(hours=template.card_length)
        return values
