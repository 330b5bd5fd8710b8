from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from .test_ticket_sla import SlaCase


@tagged("post_install", "-at_install")
class TestTicketProduct(SlaCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kind = cls.env["product.category"].create({"name": "Printers"})
        cls.product_a.categ_id = cls.kind
        cls.printer = cls.env["crm.cards.owned.product"].create(
            {
                "partner_id": cls.customer.id,
                "company_id": cls.company.id,
                "product_id": cls.product_a.id,
                "serial": "PR-77",
            }
        )
        cls.gold = cls._create_policy(
            "Gold", resolution=1, values={"is_by_contract": True}
        )

    def _create_contract(self, **values):
        return self.env["crm.cards.service.contract"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "date_start": fields.Date.today(),
                **values,
            }
        )

    def test_serial_finds_product_customer_contract_and_service_level(self):
        contract = self._create_contract(sla_policy_id=self.gold.id)
        ticket = self.env["crm.cards.ticket"].create(
            {"name": "Jam", "serial": "PR-77", "department_id": self.support.id}
        )
        self.assertEqual(ticket.owned_product_id, self.printer)
        self.assertEqual(ticket.customer_id, self.customer)
        self.assertEqual(ticket.contract_id, contract)
        self.assertEqual(ticket.sla_policy_id, self.gold)

    def test_choosing_the_product_in_the_form_fills_customer_and_serial(self):
        form = Form(self.env["crm.cards.ticket"])
        form.name = "Jam"
        form.owned_product_id = self.printer
        self.assertEqual(form.partner_id, self.customer)
        self.assertEqual(form.serial, "PR-77")

    def test_service_is_that_of_the_company_of_the_ticket(self):
        self.printer.sudo().unlink()
        self._create_contract()
        ticket = self._open_ticket()
        other = self._create_company(name="Second company")
        self.assertEqual(ticket.coverage, "in_service")
        self.assertEqual(ticket.with_company(other).coverage, "in_service")
        self.assertEqual(self.customer.with_company(other).card_coverage, "none")

    def test_unknown_serial_is_kept_as_it_was_typed(self):
        ticket = self._open_ticket(serial="XX-1")
        self.assertFalse(ticket.owned_product_id)
        self.assertEqual(ticket.serial, "XX-1")

    def test_product_of_another_customer_is_refused(self):
        other = self._create_partner("Kowalski")
        with self.assertRaises(ValidationError) as refused:
            self._open_ticket(partner_id=other.id, owned_product_id=self.printer.id)
        self.assertIn("Customer's product", refused.exception.args[0])

    def test_contract_that_names_the_product_comes_before_kind_and_customer(self):
        everything = self._create_contract()
        by_kind = self._create_contract(item_ids=[(0, 0, {"categ_id": self.kind.id})])
        by_product = self._create_contract(
            item_ids=[(0, 0, {"owned_product_id": self.printer.id})]
        )
        for contract in (by_product, by_kind, everything):
            ticket = self._open_ticket(owned_product_id=self.printer.id)
            self.assertEqual(ticket.contract_id, contract)
            ticket.contract_id = False
            contract.date_terminated = fields.Date.subtract(fields.Date.today(), days=1)
            ticket.unlink()

    def test_policy_only_by_contract_holds_for_nobody_else(self):
        self.policy.active = False
        self.assertFalse(self._open_ticket().sla_policy_id)

    def test_policy_of_a_product_kind_holds_for_its_products(self):
        by_kind = self._create_policy(
            "Printers", resolution=2, values={"categ_ids": self.kind.ids}
        )
        ticket = self._open_ticket(owned_product_id=self.printer.id)
        self.assertEqual(ticket.sla_policy_id, by_kind)
        self.assertEqual(self._open_ticket().sla_policy_id, self.policy)

    def test_coverage_of_the_product_is_searched(self):
        ticket = self._open_ticket(owned_product_id=self.printer.id)
        self.assertEqual(ticket.coverage, "none")
        self.printer.service_end = fields.Date.add(fields.Date.today(), days=90)
        self.assertEqual(ticket.coverage, "in_service")
        found = ticket.search([("coverage", "=", "in_service")])
        self.assertIn(ticket, found)
