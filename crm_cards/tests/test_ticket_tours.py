from odoo.tests import HttpCase, tagged

from .common_ticket import TicketCase


@tagged("post_install", "-at_install")
class TestTicketTours(TicketCase, HttpCase):
    """The screens of tickets in a real browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.technician.password = cls.technician.login
        cls.technician.name = "Piotr"
        # Not the login notice but the work is to be toured.
        cls.env["ir.config_parameter"].set_param("crm_cards.startup_done", "1")

    def test_ticket_is_opened_taken_moved_and_closed(self):
        types = self.env["crm.cards.ticket.type"]
        top = types.create({"name": "Printers"})
        leaf = types.create({"name": "Jam", "parent_id": top.id})
        supplier = self.env["res.partner"].create({"name": "Toner Ltd"})
        self.start_tour("/odoo", "crm_cards_ticket", login=self.technician.login)
        ticket = self.env["crm.cards.ticket"].search([("name", "=", "Paper jam")])
        self.assertRecordValues(
            ticket,
            [
                {
                    "customer_id": self.customer.id,
                    "department_id": self.support.id,
                    "type_id": leaf.id,
                    "user_id": self.technician.id,
                    "supplier_id": supplier.id,
                    "supplier_reference": "RMA 17",
                    "stage_id": self.stage_solved.id,
                }
            ],
        )

    def test_many_are_shared_out(self):
        self.support.member_ids += self.field_technician
        tickets = self._open_ticket(name="Shared 1") | self._open_ticket(
            name="Shared 2"
        )
        self.start_tour("/odoo", "crm_cards_ticket_assign", login=self.technician.login)
        self.assertEqual(tickets.user_id, self.technician | self.field_technician)

    def test_ticket_is_opened_by_phone(self):
        self.env["crm.cards.owned.product"].create(
            {
                "partner_id": self.customer.id,
                "contact_id": self.contact.id,
                "product_id": self.product_a.id,
                "serial": "SN-4711",
                "company_id": self.company.id,
                "service_start": "2020-01-01",
                "service_end": "2099-12-31",
            }
        )
        self.start_tour("/odoo", "crm_cards_ticket_call", login=self.technician.login)
        ticket = self.env["crm.cards.ticket"].search([("name", "=", "Paper jam")])
        self.assertRecordValues(
            ticket,
            [
                {
                    "channel": "phone",
                    "partner_id": self.contact.id,
                    "serial": "SN-4711",
                    "department_id": self.support.id,
                }
            ],
        )
