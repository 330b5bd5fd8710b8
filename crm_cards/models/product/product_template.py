from odoo import api, fields, models
from odoo.exceptions import ValidationError

_SERVICE_MONTHS_AT_MOST = 1200  # a hundred years; dates end, too


class ProductTemplate(models.Model):
    """Which products a customer keeps, and what service comes with the sale."""

    _inherit = "product.template"

    card_is_owned = fields.Boolean(
        string="Customer's product",
        help="A confirmed order adds it to the products of the customer.",
    )
    card_has_serials = fields.Boolean(
        string="One row per unit",
        help="Each unit has a serial number and a service of its own.",
    )
    card_service_months = fields.Integer(
        string="Months of service",
        help="Service that comes with the sale, from the day of the order. Zero: none.",
    )
    card_license_type_id = fields.Many2one(
        "crm.cards.license.type",
        string="Licence type",
        index="btree_not_null",
        ondelete="set null",
    )

    @api.constrains("card_service_months")
    def _check_card_service_months(self):
        for product in self:
            if not 0 <= product.card_service_months <= _SERVICE_MONTHS_AT_MOST:
                raise ValidationError(
                    self.env._(
                        "Months of service: %(product)s cannot come with %(months)s "
                        "months. Choose a number between 0 and %(most)s.",
                        product=product.display_name,
                        months=product.card_service_months,
                        most=_SERVICE_MONTHS_AT_MOST,
                    )
                )
