from odoo import fields, models
from odoo.exceptions import UserError

from ...tools.owned_product_words import OWNED_PRODUCT_HEADERS
from .crm_cards_accounts_import_product_column import OWNED_PRODUCT_TARGETS
from .crm_cards_accounts_import_product_values import OwnedProductReader


class AccountsImportProduct(models.Model):
    """A list of customers' products, read by the import of the accounts.

    The columns of the customer only say who is meant; customers are neither created nor
    changed. A row is *matched* when the product is on the list already, *new* when it
    is added for a customer that was found.
    """

    _inherit = "crm.cards.accounts.import"

    target = fields.Selection(
        selection_add=[("owned_products", "Customers' products")],
        ondelete={"owned_products": "cascade"},
    )

    def _is_of_products(self):
        return self.target == "owned_products"

    def _get_targets(self):
        return (
            OWNED_PRODUCT_TARGETS if self._is_of_products() else super()._get_targets()
        )

    def _get_parts(self):
        if self._is_of_products():
            return {"owned": "crm.cards.owned.product"}
        return super()._get_parts()

    def _get_header_words(self):
        if self._is_of_products():
            return OWNED_PRODUCT_HEADERS
        return super()._get_header_words()

    def _get_reader(self):
        return (
            OwnedProductReader(self)
            if self._is_of_products()
            else super()._get_reader()
        )

    def _get_label(self, texts):
        if not self._is_of_products():
            return super()._get_label(texts)
        parts = [texts.get(field) for field in ("name", "product", "serial")]
        return " · ".join(filter(None, parts))

    # -- who may, and what must be there --

    def _check_rights(self):
        if not self._is_of_products():
            return super()._check_rights()
        user = self.env.user
        if self.env.su or any(
            user.has_group(f"crm_cards.crm_cards_group_{name}")
            for name in ("accountant", "ticket_manager")
        ):
            return None
        raise UserError(
            self.env._(
                "Only accountants and service managers may import customers' products."
            )
        )

    def _check_mapping(self):
        if self._is_of_products():
            self._check_product_mapping()
        return super()._check_mapping()

    def _check_product_mapping(self):
        if not any(column.is_join for column in self.column_ids):
            raise UserError(
                self.env._(
                    "Mark at least one column under “Recognise by”: account key, tax "
                    "ID, e-mail or phone. Otherwise nobody knows whose products "
                    "these are."
                )
            )
        if "product" not in self.column_ids.mapped("field"):
            raise UserError(
                self.env._(
                    "Say which column holds the product: its internal reference, its "
                    "barcode or its name."
                )
            )
