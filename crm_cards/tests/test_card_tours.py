from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import CardsCase


@tagged("post_install", "-at_install")
class TestCardTours(CardsCase, HttpCase):
    """The screens in a real browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls.accountant
        cls.user.group_ids += cls.env.ref("sales_team.group_sale_manager")
        cls.user.password = cls.user.login
        # Not the login notice but the work is to be toured.
        cls.env["ir.config_parameter"].set_param("crm_cards.startup_done", "1")

    def setUp(self):
        super().setUp()
        self.customer = self._create_prospect("Levi Printing")
        self.env["res.partner"].create(
            {"name": "Dana Levi", "parent_id": self.customer.id}
        )
        self.other = self._create_prospect("Klein Binders", user_id=self.user.id)
        self._create_order(self.customer)

    def _tour(self, name):
        self.start_tour("/odoo/cards-customers", name, login=self.user.login)

    def test_prospect_becomes_customer_on_the_way_to_the_invoice(self):
        self.env["product.template"].create(
            {
                "name": "Tour Paper",
                "list_price": 10.0,
                "invoice_policy": "order",
                "type": "service",
                "company_id": False,
            }
        )
        self._tour("crm_cards_prospect_to_invoice")
        customer = self.env["res.partner"].search([("name", "=", "Green Paper Mill")])
        self.assertEqual(customer.with_company(self.company).customer_kind, "customer")
        self.assertEqual(self._conversions_of(customer).cause, "order")

    def test_quick_look(self):
        # Deleting is tried and refused on the way.
        with mute_logger("odoo.http"):
            self._tour("crm_cards_quick_look")

    def test_new_contact_of_an_existing_company_with_activity(self):
        self._tour("crm_cards_new_contact")
        contact = self.env["res.partner"].search([("name", "=", "Ruth Klein")])
        self.assertEqual(contact.parent_id, self.other)
        self.assertEqual(contact.activity_ids.summary, "Welcome call")

    def test_save_and_new(self):
        self._tour("crm_cards_save_and_new")
        people = self.env["res.partner"].search(
            [("name", "in", ("Anna First", "Berta Second"))]
        )
        self.assertEqual(
            people.with_company(self.company).mapped("customer_kind"), ["prospect"] * 2
        )

    def test_run_process(self):
        status = self.env["crm.cards.customer.status"].create({"name": "Visited"})
        action = self.env["ir.actions.server"].create(
            {
                "name": "Mark as visited",
                "model_id": self.env.ref("base.model_res_partner").id,
                "state": "code",
                "code": f"records.write({{'customer_status_id': {status.id}}})",
            }
        )
        self.env["crm.cards.process"].create(
            {
                "name": "Mark as visited",
                "kind": "prospect",
                "server_action_id": action.id,
            }
        )
        self._tour("crm_cards_run_process")
        self.assertEqual(self.other.customer_status_id, status)

    def test_toggles(self):
        closed = self.env["crm.cards.customer.status"].search(
            [("is_closed", "=", True)], limit=1
        )
        self._create_prospect("Old Press", customer_status_id=closed.id)
        self._tour("crm_cards_toggles")

    def test_form_is_right_to_left_in_hebrew(self):
        self.env["res.lang"]._activate_lang("he_IL")
        self.user.lang = "he_IL"
        self._tour("crm_cards_right_to_left")
