from odoo import fields, models

_DEFINITION = "card_owned_properties_definition"


class ProductCategory(models.Model):
    _inherit = "product.category"

    card_owned_properties_definition = fields.PropertiesDefinition(
        "Attributes of customers' products",
        help="What is to be noted of each product that a customer has of this kind.",
    )

    def write(self, vals):
        """Let service managers say what is noted of a kind of product, and no more.

        They do so on the customer's product; the rest of the category decides on
        accounts and stock and stays with who sets up products.
        """
        if vals.keys() == {_DEFINITION} and self._may_define_attributes():
            self.check_access("read")
            # This one field, and only of categories the user sees.
            return super(ProductCategory, self.sudo()).write(vals)
        return super().write(vals)

    def _may_define_attributes(self):
        return not self.env.su and self.env.user.has_group(
            "crm_cards.crm_cards_group_ticket_manager"
        )
