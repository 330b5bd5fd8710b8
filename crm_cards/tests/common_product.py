from .common import CardsCase


class ProductCase(CardsCase):
    """Customers with products and contracts, a technician and a service manager."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.env["res.partner"].create(
            {"name": "Levi Printing", "is_company": True}
        )
        cls.contact = cls.env["res.partner"].create(
            {"name": "Dana Levi", "parent_id": cls.customer.id}
        )
        cls.other_customer = cls.env["res.partner"].create(
            {"name": "Kowalski", "is_company": True}
        )
        cls.machines = cls.env["product.category"].create({"name": "Machines"})
        cls.printers = cls.env["product.category"].create(
            {"name": "Printers", "parent_id": cls.machines.id}
        )
        cls.license_type = cls.env["crm.cards.license.type"].create(
            {"name": "By the seat"}
        )
        cls.printer = cls.env["product.product"].create(
            {
                "name": "Laser printer",
                "type": "consu",
                "categ_id": cls.printers.id,
                "card_is_owned": True,
                "card_has_serials": True,
                "card_service_months": 12,
                "card_license_type_id": cls.license_type.id,
            }
        )
        cls.software = cls.env["product.product"].create(
            {"name": "Bookkeeping", "type": "service", "card_is_owned": True}
        )
        cls.paper = cls.env["product.product"].create({"name": "Paper"})

    def _own(self, partner=None, product=None, **values):
        return self.env["crm.cards.owned.product"].create(
            {
                "partner_id": (partner or self.customer).id,
                "product_id": (product or self.printer).id,
                "company_id": self.company.id,
                **values,
            }
        )

    def _contract(self, partner=None, items=(), **values):
        """Make a contract; items are owned products and kinds of products."""
        fields_of = {
            "crm.cards.owned.product": "owned_product_id",
            "product.category": "categ_id",
        }
        return self.env["crm.cards.service.contract"].create(
            {
                "partner_id": (partner or self.customer).id,
                "company_id": self.company.id,
                "item_ids": [
                    (0, 0, {fields_of[item._name]: item.id}) for item in items
                ],
                **values,
            }
        )

    def _order(self, quantities, **values):
        """Return a quotation; ``quantities`` is ``{product: quantity}``."""
        return self._create_order(
            values.pop("partner", self.customer),
            order_line=[
                (0, 0, {"product_id": product.id, "product_uom_qty": quantity})
                for product, quantity in quantities.items()
            ],
            **values,
        )

    def _owned_of(self, order):
        return (
            self.env["crm.cards.owned.product"]
            .with_context(active_test=False)
            .search([("order_id", "in", order.ids)], order="id")
        )
