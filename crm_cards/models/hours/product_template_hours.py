from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

_DAYS_AT_MOST = 3660
_HOURS_AT_MOST = 100_000


class ProductTemplate(models.Model):
    """Products that are hours sold in advance."""

    _inherit = "product.template"

    card_is_hours_pack = fields.Boolean(
        string="Hours pack",
        help="What is sold of it comes into the hours bank of the customer.",
    )
    card_pack_hours = fields.Float(
        string="Hours of one unit",
        help="Only if it is not sold by the hour or by another unit of working time.",
    )
    card_is_time_unit = fields.Boolean(
        compute="_compute_card_is_time_unit", export_string_translation=False
    )
    card_pack_validity = fields.Integer(
        string="Valid for",
        help="From the day on which the customer gets the hours. Zero: for ever.",
    )
    card_pack_validity_unit = fields.Selection(
        [("days", "Days"), ("months", "Months")],
        string="Unit of the validity",
        default="months",
    )
    card_is_rolled_over = fields.Boolean(
        string="Roll over",
        help="What is left after the last day goes on in a new lot, instead of "
        "expiring.",
    )
    card_rollover_days = fields.Integer(
        string="Rolled over for (days)",
        help="How long the new lot is valid. Zero: for ever.",
    )

    @api.depends("uom_id")
    def _compute_card_is_time_unit(self):
        for product in self:
            product.card_is_time_unit = product.uom_id._is_card_time()

    @api.constrains("card_is_hours_pack", "card_pack_hours", "uom_id")
    def _check_card_pack_hours(self):
        for product in self.filtered("card_is_hours_pack"):
            if product.uom_id._is_card_time():
                continue
            if not 0 < product.card_pack_hours <= _HOURS_AT_MOST:
                raise ValidationError(
                    self.env._(
                        "Hours of one unit: say how many hours one %(unit)s of "
                        "%(product)s is, more than 0 and no more than %(most)s; or "
                        "sell it by the hour.",
                        unit=product.uom_id.name,
                        product=product.display_name,
                        most=_HOURS_AT_MOST,
                    )
                )

    @api.constrains(
        "card_pack_validity", "card_pack_validity_unit", "card_rollover_days"
    )
    def _check_card_pack_validity(self):
        for product in self:
            for fname, days in (
                ("card_pack_validity", product._count_card_pack_days()),
                ("card_rollover_days", product.card_rollover_days),
            ):
                if not 0 <= days <= _DAYS_AT_MOST:
                    raise ValidationError(
                        self.env._(
                            "%(field)s: the hours of %(product)s cannot be valid for "
                            "less than 0 or more than %(most)s days.",
                            field=self._fields[fname]._description_string(self.env),
                            product=product.display_name,
                            most=_DAYS_AT_MOST,
                        )
                    )

    def _count_card_pack_days(self):
        return self.card_pack_validity * (
            1 if self.card_pack_validity_unit == "days" else 30
        )

    def _get_card_pack_end(self, start):
        """Return the last day of hours that may be used from ``start``, or False."""
        if not self.card_pack_validity:
            return False
        unit = self.card_pack_validity_unit or "months"
        length = relativedelta(**{unit: self.card_pack_validity})
        return start + length + relativedelta(days=-1)

    def _get_card_unit_hours(self, unit):
        """Return how many hours one such unit of this product is, as a float."""
        if unit._is_card_time():
            return unit.factor / unit._get_card_hour().factor
        in_own_units = unit.factor / self.uom_id.factor if unit else 1.0
        return in_own_units * self.card_pack_hours


class UomUom(models.Model):
    _inherit = "uom.uom"

    def _is_card_time(self):
        """Return whether this is a unit of working time: hours, or made of them."""
        hour = self._get_card_hour()
        return bool(self and hour and self._has_common_reference(hour))

    @api.model
    def _get_card_hour(self):
        # env.ref() looks at the database whenever it is asked.
        data = self.env["ir.model.data"]
        return self.browse(
            data._xmlid_to_res_id("uom.product_uom_hour", raise_if_not_found=False)
        )
