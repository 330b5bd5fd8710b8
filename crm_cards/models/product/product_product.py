from odoo import models


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _has_card_serials(self):
        """Return whether each unit is a thing of its own.

        What the stock follows by serial numbers, a customer has by the unit, too.
        """
        self.ensure_one()
        return self.card_has_serials or (
            "tracking" in self._fields and self.tracking == "serial"
        )
