from odoo import api, fields, models
from odoo.exceptions import UserError


class OwnedProduct(models.Model):
    """The serial number as a lot of the stock, where the stock is installed.

    Nothing is stored but the serial: lots come and go with another application.
    """

    _inherit = "crm.cards.owned.product"

    lot_ref = fields.Reference(
        selection="_selection_lot_ref",
        string="Serial number in stock",
        compute="_compute_lot_ref",
        inverse="_inverse_lot_ref",
        help="The lot or serial number in the stock; choosing one fills in the serial.",
    )
    has_stock = fields.Boolean(
        compute="_compute_has_stock", export_string_translation=False
    )

    @api.model
    def _selection_lot_ref(self):
        return (
            [("stock.lot", self.env._("Lot/Serial"))] if "stock.lot" in self.env else []
        )

    def _compute_has_stock(self):
        self.has_stock = "stock.lot" in self.env and self.env["stock.lot"].has_access(
            "read"
        )

    @api.depends("serial", "product_id", "company_id")
    def _compute_lot_ref(self):
        lots = self._find_lots()
        for owned in self:
            lot = lots.get((owned.product_id.id, owned.serial))
            owned.lot_ref = f"stock.lot,{lot.id}" if lot else False

    def _find_lots(self):
        """Return ``{(product id, serial): lot}`` that the user may see."""
        named = self.filtered("serial")
        if not named or not self[:1].has_stock:
            return {}
        lots = self.env["stock.lot"].search(
            [
                ("product_id", "in", named.product_id.ids),
                ("name", "in", named.mapped("serial")),
                ("company_id", "in", [False, *named.company_id.ids]),
            ]
        )
        return {(lot.product_id.id, lot.name): lot for lot in lots}

    def _inverse_lot_ref(self):
        for owned in self.filtered("lot_ref"):
            lot = owned.lot_ref
            if owned.product_id and lot.product_id != owned.product_id:
                raise UserError(
                    self.env._(
                        "Serial number in stock: %(lot)s is a %(other)s, not a "
                        "%(product)s. Choose a lot of this product.",
                        lot=lot.name,
                        other=lot.product_id.display_name,
                        product=owned.product_id.display_name,
                    )
                )
            owned.serial = lot.name

    @api.onchange("lot_ref")
    def _onchange_lot_ref(self):
        lot = self.lot_ref  # computed anew as soon as one of the two changes
        if lot:
            self.product_id = self.product_id or lot.product_id
            self.serial = lot.name
