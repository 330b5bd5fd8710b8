from odoo import fields, models


class ProductCategory(models.Model):
    _inherit = "product.category"

    card_owned_properties_definition = fields.PropertiesDefinition(
        "Attributes of customers' products",
        help="What is to be noted of each product that a customer has of this kind.",
    )
