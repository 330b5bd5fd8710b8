from odoo.tests import new_test_user

from .common_import import ImportCase

PRODUCT_HEADER = [
    "Key",
    "Product",
    "Serial",
    "Quantity",
    "Bought on",
    "Service until",
    "Note",
]


class ProductImportCase(ImportCase):
    """Lists of customers' products, imported by the service manager."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service_manager = new_test_user(
            cls.env,
            login="import_service_manager",
            groups="base.group_user,crm_cards.crm_cards_group_ticket_manager",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls.imports = (
            cls.env["crm.cards.accounts.import"]
            .with_user(cls.service_manager)
            .with_context(default_target="owned_products")
        )
        cls.customer = cls._create_customer("Levi Printing", "30700")
        cls.other_customer = cls._create_customer("Kowalski", "30701")
        cls.printer, cls.software = cls.env["product.product"].create(
            [
                {
                    "name": "Laser printer",
                    "default_code": "LP-1",
                    "barcode": "72900001",
                },
                {"name": "Bookkeeping", "default_code": "BK", "type": "service"},
            ]
        )
        cls.owned = cls.env["crm.cards.owned.product"]

    @classmethod
    def _create_customer(cls, name, key, **values):
        partner = cls.env["res.partner"].create(
            {"name": name, "is_company": True, **values}
        )
        partner._open_account_card(
            "button", company=cls.company, keys={partner.id: key}
        )
        return partner

    def _own(self, serial, **values):
        return self.owned.create(
            {
                "partner_id": self.customer.id,
                "product_id": self.printer.id,
                "company_id": self.company.id,
                "serial": serial,
                **values,
            }
        )

    def _of(self, partner):
        return self.owned.search([("partner_id", "=", partner.id)], order="id")

    def _apply(self, rows, **values):
        products_import = self._preview(rows, **values)
        products_import.action_apply()
        self.assertFalse(products_import.job_error)
        self.assertEqual(products_import.state, "applied")
        return products_import

    def assertHeapsBySerial(self, products_import, expected):
        found = {row.text_serial: row.heap for row in products_import.row_ids}
        reasons = [(row.number, row.reason) for row in products_import.row_ids]
        self.assertEqual(found, expected, f"reasons: {reasons}")

    def _reason(self, products_import, serial):
        row = products_import.row_ids.filtered(lambda row: row.text_serial == serial)
        return row.reason or ""
