from odoo import api, models
from odoo.exceptions import AccessError

_DERIVED = ("left_minutes", "expired_minutes")
# Said by entries from the day on which the lot was made.
_FIXED = ("bank_id", "minutes", "hours", "kind", "origin_lot_id", *_DERIVED)


class HoursLot(models.Model):
    """Lets nobody write into a lot what its entries say."""

    _inherit = "crm.cards.hours.lot"

    @api.model_create_multi
    def create(self, vals_list):
        names = set().union(*vals_list)
        self._check_fixed([name for name in _DERIVED if name in names])
        defaults = {f"default_{name}": 0 for name in _DERIVED}
        return super(HoursLot, self.with_context(**defaults)).create(vals_list)

    def write(self, vals):
        self._check_fixed([name for name in _FIXED if name in vals])
        return super().write(vals)

    @api.model
    def _check_fixed(self, names):
        if names:
            raise AccessError(
                self.env._(
                    "%(field)s of a lot follows from its entries and is not written "
                    "by itself. Use a correction instead.",
                    field=self._fields[names[0]]._description_string(self.env),
                )
            )
