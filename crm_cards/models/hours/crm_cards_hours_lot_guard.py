from odoo import api, models
from odoo.exceptions import AccessError

_DERIVED = ("left_minutes", "expired_minutes")
# Said by entries from the day on which the lot was made.
_FIXED = ("bank_id", "minutes", "hours", "kind", "origin_lot_id", *_DERIVED)
# Said by the engine, which is the superuser: what is taken back follows them.
_LINKS = ("origin_lot_id", "order_line_id", "invoice_line_id")


class HoursLot(models.Model):
    """Lets nobody write into a lot what its entries say."""

    _inherit = "crm.cards.hours.lot"

    @api.model_create_multi
    def create(self, vals_list):
        # Before anything is looked at, and told of, on behalf of the user.
        self.check_access("create")
        names = {name for vals in vals_list for name, value in vals.items() if value}
        refused = _DERIVED if self.env.su else (*_DERIVED, *_LINKS)
        self._check_fixed([name for name in refused if name in names])
        defaults = {f"default_{name}": False for name in refused}
        return super(HoursLot, self.with_context(**defaults)).create(vals_list)

    def write(self, vals):
        refused = _FIXED if self.env.su else (*_FIXED, *_LINKS)
        self._check_fixed([name for name in refused if name in vals])
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
