from odoo import models


class OwnedProduct(models.Model):
    _inherit = "crm.cards.owned.product"

    def _get_references(self):
        """A product that a ticket was about outlives its order."""
        return [
            *super()._get_references(),
            (
                "crm.cards.ticket",
                [("owned_product_id", "in", self.ids)],
                "owned_product_id",
            ),
        ]
