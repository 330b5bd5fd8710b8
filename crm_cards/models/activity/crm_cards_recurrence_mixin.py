from odoo import api, fields, models
from odoo.exceptions import ValidationError

UNITS = [
    ("days", "Days"),
    ("weeks", "Weeks"),
    ("months", "Months"),
    ("years", "Years"),
]
NEXT = [
    ("closed", "Counted from the day the last one was closed"),
    ("date", "On its date, whether or not the last one was closed"),
]
ENDS = [
    ("never", "Never"),
    ("until", "On a date"),
    ("times", "After a number of times"),
]
RULE_FIELDS = (
    "card_repeat_interval",
    "card_repeat_unit",
    "card_repeat_next",
    "card_repeat_end",
    "card_repeat_until",
    "card_repeat_times",
)
_LONGEST = 999  # units; beyond it the calendar ends before anybody notices


class RecurrenceMixin(models.AbstractModel):
    """How often something repeats, when the next one is made, and when it ends."""

    _name = "crm.cards.recurrence.mixin"
    _description = "Recurrence"

    card_repeat_interval = fields.Integer(string="Every", default=1, required=True)
    card_repeat_unit = fields.Selection(
        UNITS, string="Unit of time", default="weeks", required=True
    )
    card_repeat_next = fields.Selection(
        NEXT, string="Next one", default="closed", required=True
    )
    card_repeat_end = fields.Selection(
        ENDS, string="Repeating ends", default="never", required=True
    )
    card_repeat_until = fields.Date(string="Last date")
    card_repeat_times = fields.Integer(
        string="Number of times",
        default=10,
        help="All of them, the first one included. Dates that passed while nobody "
        "looked count.",
    )

    @api.constrains(*RULE_FIELDS)
    def _check_card_repeat(self):
        for record in self:
            if not 1 <= record.card_repeat_interval <= _LONGEST:
                raise ValidationError(
                    self.env._(
                        "Every: type a number from 1 to %(longest)s.", longest=_LONGEST
                    )
                )
            if record.card_repeat_end == "until" and not record.card_repeat_until:
                raise ValidationError(
                    self.env._("Last date: say when repeating ends, or choose Never.")
                )
            if record.card_repeat_end == "times" and record.card_repeat_times < 1:
                raise ValidationError(
                    self.env._("Number of times: type 1 or more, or choose Never.")
                )
