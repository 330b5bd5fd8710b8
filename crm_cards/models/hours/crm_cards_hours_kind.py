from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools import hours_draw

_FACTOR_AT_MOST = 100
_MINIMUM_AT_MOST = 24 * 60


class HoursKind(models.Model):
    """A kind of work, and how much of a customer's hours it takes."""

    _name = "crm.cards.hours.kind"
    _description = "Kind of Work"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", ondelete="cascade", help="Empty: for all companies."
    )
    is_drawn = fields.Boolean(
        "Draws hours",
        default=True,
        help="Otherwise such work costs the customer no hours.",
    )
    factor = fields.Float(
        default=1.0,
        digits=(8, 4),
        help="1.5: an hour of work takes an hour and a half.",
    )
    minimum_minutes = fields.Integer(
        "At least (minutes)", help="What any such work takes, however short it was."
    )

    @api.constrains("factor", "minimum_minutes")
    def _check_weights(self):
        for kind in self:
            if not 0 < kind.factor <= _FACTOR_AT_MOST:
                raise ValidationError(
                    self.env._(
                        "Factor: %(kind)s needs one above 0, up to %(most)s. For work "
                        "that takes no hours, clear Draws hours.",
                        kind=kind.name,
                        most=_FACTOR_AT_MOST,
                    )
                )
            if not 0 <= kind.minimum_minutes <= _MINIMUM_AT_MOST:
                raise ValidationError(
                    self.env._(
                        "At least (minutes): choose a number between 0 and %(most)s "
                        "for %(kind)s.",
                        kind=kind.name,
                        most=_MINIMUM_AT_MOST,
                    )
                )

    def _weigh(self, minutes, company):
        """Return how many minutes this work draws; nothing said means as it is."""
        step = company._get_hours_step()
        if not self:
            return hours_draw.weigh(minutes, step=step)
        if not self.is_drawn:
            return 0
        return hours_draw.weigh(minutes, self.factor, self.minimum_minutes, step)
