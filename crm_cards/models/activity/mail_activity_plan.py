from datetime import date, timedelta

from odoo import api, models

from ...tools.recurrence import at_clock
from .mail_activity_plan_template import PlannedDay


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
        if common:
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
            # A colleague's zone is no secret, his user may not be readable.
            zone = user.sudo().tz or self.env.user.tz or "UTC"
            start = at_clock(day, template.card_hour, zone)
            values.update(
                card_start=start,
                card_stop=start + timedelta(hours=template.card_length),
                card_timezone=zone,
            )
        return values
