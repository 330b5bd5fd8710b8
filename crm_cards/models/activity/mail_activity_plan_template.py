import datetime

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .mail_activity import PRIORITIES


class PlannedDay(datetime.date):
    """A deadline that remembers which line of a plan it belongs to.

    ``action_schedule_plan`` hands the activity nothing of the template but type,
    summary, note and this date, and two lines may be alike in all four.
    """

    template = None

    @classmethod
    def of(cls, day, template):
        planned = cls(day.year, day.month, day.day)
        planned.template = template
        return planned


class MailActivityPlanTemplate(models.Model):
    """A line of a plan also says how urgent, what about, and at what time."""

    _inherit = "mail.activity.plan.template"

    card_priority = fields.Selection(
        PRIORITIES, string="Priority", default="1", required=True
    )
    card_category_id = fields.Many2one(
        "crm.cards.activity.category",
        string="Category",
        compute="_compute_card_category_id",
        store=True,
        readonly=False,
        ondelete="restrict",
    )
    card_timed = fields.Boolean(string="At a fixed time")
    card_hour = fields.Float(
        string="Time of day",
        default=9,
        help="On the clock of whoever the activity is assigned to.",
    )
    card_length = fields.Float(string="Length (hours)", default=1)

    @api.depends("activity_type_id")
    def _compute_card_category_id(self):
        for template in self:
            template.card_category_id = template.activity_type_id.card_category_id

    @api.constrains("card_timed", "card_hour", "card_length")
    def _check_card_time(self):
        for template in self.filtered("card_timed"):
            if not 0 <= template.card_hour < 24:
                raise ValidationError(
                    self.env._("Time of day: type a time from 00:00 to 23:59.")
                )
            if not 0 <= template.card_length <= 24:
                raise ValidationError(
                    self.env._("Length (hours): type up to 24 hours.")
                )

    def _get_date_deadline(self, base_date=False):
        day = super()._get_date_deadline(base_date)
        if self.env.context.get("card_plan"):
            return PlannedDay.of(day, self)
        return day
