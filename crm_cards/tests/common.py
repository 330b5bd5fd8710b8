from odoo.tests import new_test_user

from odoo.addons.account.tests.common import AccountTestInvoicingCommon


class CardsCase(AccountTestInvoicingCommon):
    """A company with a chart of accounts, one user for each role, builders."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        cls.env.user.group_ids += cls.env.ref("crm_cards.crm_cards_group_manager")
        cls.env.user.group_ids += cls.env.ref("sales_team.group_sale_manager")
        roles = {
            "salesperson": "sales_team.group_sale_salesman",
            "accountant": "crm_cards.crm_cards_group_accountant,"
            "account.group_account_invoice,sales_team.group_sale_salesman_all_leads",
            "invoicer": "account.group_account_invoice",
            "administrator": "crm_cards.crm_cards_group_manager",
        }
        for name, groups in roles.items():
            user = new_test_user(
                cls.env,
                login=f"cards_{name}",
                groups=f"base.group_user,{groups}",
                company_id=cls.company.id,
                company_ids=[(6, 0, cls.company.ids)],
            )
            setattr(cls, name, user)

    def _create_partner(self, name="Levi Printing", **values):
        return self.env["res.partner"].create(
            {"name": name, "is_company": True, **values}
        )

    def _create_prospect(self, name="Levi Printing", **values):
        partner = self._create_partner(name, **values)
        partner._make_prospect("new")
        return partner

    def _create_order(self, partner, **values):
        return self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "company_id": self.company.id,
                "order_line": [
                    (0, 0, {"product_id": self.product_a.id, "price_unit": 100.0})
                ],
                **values,
            }
        )

    def _create_invoice_of(self, partner, move_type="out_invoice", **values):
        return self.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": partner.id,
                "invoice_date": "2026-03-01",
                "company_id": self.company.id,
                "invoice_line_ids": [
                    (
                        0,
                        0,
                        {
                            "name": "Work",
                            "quantity": 1,
                            "price_unit": 100.0,
                            "tax_ids": [],
                        },
                    )
                ],
                **values,
            }
        )

    def _conversions_of(self, partner):
        return self.env["crm.cards.conversion"].search(
            [("partner_id", "=", partner.id)]
        )

    def _count_queries(self, call):
        """Return how many queries ``call`` costs when nothing is in the cache."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        call()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before
