"""Imports in the browser, from the file to taking them back."""

from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestImportTour(HttpCase):
    def test_import_preview_apply_undo(self):
        self.env.ref("base.user_admin").group_ids += self.env.ref(
            "crm_cards.crm_cards_group_accountant"
        )
        self.start_tour(
            "/odoo/accounts-import", "crm_cards_accounts_import", login="admin"
        )
        accounts_import = self.env["crm.cards.accounts.import"].search([])
        self.assertEqual(accounts_import.state, "undone")
        self.assertFalse(
            self.env["res.partner"].search([("name", "=", "Tour Printing")])
        )


@tagged("post_install", "-at_install")
class TestImportProductsTour(HttpCase):
    def test_service_manager_imports_and_undoes(self):
        user = new_test_user(
            self.env,
            login="tour_service_manager",
            groups="base.group_user,crm_cards.crm_cards_group_ticket_manager",
        )
        self.env["res.partner"].create(
            {
                "name": "Tour Customer",
                "is_company": True,
                "email": "tour@example.com",
            }
        )
        self.env["product.product"].create(
            {"name": "Tour printer", "default_code": "TOUR-P"}
        )
        self.start_tour(
            "/odoo/products-import", "crm_cards_products_import", login=user.login
        )
        products_import = self.env["crm.cards.accounts.import"].search([], limit=1)
        self.assertEqual(products_import.user_id, user)
        self.assertEqual(products_import.state, "undone")
        self.assertFalse(
            self.env["crm.cards.owned.product"].search([("serial", "like", "T-_")])
        )
