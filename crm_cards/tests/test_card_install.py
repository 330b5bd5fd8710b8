"""Installing on a company with history derives what living with the module does.

The history is made with the ORM, then the tables of the add-on are emptied and the
install hook is called again, all in the transaction of the test.
"""

from datetime import date

from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.crm_cards.hooks import post_init_hook

from .common import CardsCase

_TABLES = ("crm_cards_conversion", "crm_cards_account_card", "crm_cards_prospect")


class InstallCase(CardsCase):
    def _install(self):
        self.env.flush_all()
        post_init_hook(self.env)

    def _forget(self):
        """Empty the add-on's tables, as if it had never been there."""
        self.env.flush_all()
        for table in _TABLES:
            self.env.cr.execute(f"DELETE FROM {table}")  # noqa: S608 fixed names
        self.env.invalidate_all()

    def _dump(self):
        self.env.flush_all()
        rows = {}
        for table in _TABLES:
            self.env.cr.execute(f"SELECT * FROM {table} ORDER BY id")  # noqa: S608
            rows[table] = self.env.cr.fetchall()
        return rows

    def _cards_of(self, partners):
        return self.env["crm.cards.account.card"].search(
            [("partner_id", "in", partners.ids)], order="company_id, account_key"
        )

    def _post_on(self, day, partner, move_type="out_invoice", company=None):
        company = company or self.company
        move = (
            self.env["account.move"]
            .with_company(company)
            .create(
                {
                    "move_type": move_type,
                    "company_id": company.id,
                    "partner_id": partner.id,
                    "invoice_date": day,
                    "date": day,
                    "invoice_line_ids": [
                        Command.create(
                            {"name": "Work", "price_unit": 10, "tax_ids": []}
                        )
                    ],
                }
            )
        )
        move.action_post()
        return move


@tagged("post_install", "-at_install")
class TestCardInstall(InstallCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_company = cls.setup_other_company(name="Second Company")["company"]

    def _create_partners(self, *names):
        partners = [self._create_partner(name) for name in names]
        return partners[0].union(*partners), *partners

    def test_postings_open_cards_in_order_of_the_first_one(self):
        partners, late, early, supplier, both = self._create_partners(
            "Late", "Early", "Supplier", "Both"
        )
        self._post_on("2025-06-01", late)
        self._post_on("2022-02-02", early)
        self._post_on("2026-01-01", early)
        self._post_on("2021-05-05", supplier, "in_invoice")
        self._post_on("2024-03-03", both)
        self._post_on("2023-03-03", both, "in_invoice")
        self._forget()
        self._install()
        cards = self._cards_of(partners)
        self.assertRecordValues(
            cards.sorted(lambda card: card.partner_id.id),
            [
                {
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                    "main_account": main_account,
                    "state": "open",
                    "active": True,
                    "cause": "install",
                    "is_main_account_chosen": False,
                }
                for partner, main_account in (
                    (late, "customers"),
                    (early, "customers"),
                    (supplier, "suppliers"),
                    (both, "customers_suppliers"),
                )
            ],
        )
        customers = cards.filtered(lambda card: card.main_account == "customers")
        self.assertEqual(
            customers.sorted(lambda card: int(card.account_key)).partner_id,
            early | late,
        )
        self.assertEqual(len(set(cards.mapped("account_key"))), 4)
        for card in cards:
            prefix = {"customers": "3", "customers_suppliers": "4", "suppliers": "6"}
            self.assertTrue(card.account_key.startswith(prefix[card.main_account]))
            self.assertEqual(len(card.account_key), 6)

    def test_event_has_the_date_of_the_first_posting(self):
        partner = self._create_partner()
        self._post_on("2025-06-01", partner)
        self._post_on("2024-04-04", partner, "in_invoice")
        self._forget()
        self._install()
        card = self._cards_of(partner)
        self.assertEqual(card.date_opened.date(), date(2024, 4, 4))
        event = self._conversions_of(partner)
        self.assertRecordValues(
            event,
            [
                {
                    "cause": "install",
                    "card_id": card.id,
                    "account_key": card.account_key,
                    "partner_name": partner.name,
                    "company_id": self.company.id,
                    "date": card.date_opened,
                    "days_since_creation": 0,
                    "is_reversed": False,
                }
            ],
        )

    def test_install_agrees_with_living_with_the_module(self):
        """Same cards, main accounts and prospects, whichever way they came."""
        partners, customer, supplier, both, prospect, quoted, nobody = (
            self._create_partners(
                "Customer", "Supplier", "Both", "Prospect", "Quoted", "Nobody"
            )
        )
        person = self.env["res.partner"].create(
            {"name": "Person", "parent_id": customer.id}
        )
        self._post_on("2025-01-01", person)
        self._post_on("2025-01-02", supplier, "in_refund")
        self._post_on("2025-01-03", both)
        self._post_on("2025-01-03", both, "in_invoice", self.other_company)
        self._post_on("2025-01-04", both, company=self.other_company)
        lead = self.env["crm.lead"].create(
            {"name": "Pump", "partner_id": prospect.id, "company_id": self.company.id}
        )
        order = self._create_order(quoted)
        partners |= person

        def picture():
            self.env.invalidate_all()
            return {
                "cards": {
                    (card.partner_id, card.company_id, card.main_account)
                    for card in self._cards_of(partners)
                },
                "kinds": [
                    partner.with_company(company).customer_kind
                    for company in self.company | self.other_company
                    for partner in partners
                ],
                "facts": {
                    (
                        fact.partner_id,
                        fact.company_id,
                        fact.cause,
                        fact.lead_id,
                        fact.order_id,
                    )
                    for fact in partners.prospect_ids
                },
            }

        lived = picture()
        self._forget()
        self.assertEqual(picture()["kinds"], [False] * 14)
        self._install()
        self.assertEqual(picture(), lived)
        self.assertEqual(
            {
                (fact.cause, fact.lead_id, fact.order_id)
                for fact in partners.prospect_ids
            },
            {
                ("lead", lead, self.env["sale.order"]),
                ("order", self.env["crm.lead"], order),
            },
        )
        self.assertFalse(nobody.customer_kind)

    def test_rank_without_postings(self):
        """A rank counts in the partner's company, or else its creator's."""
        partners, shared, second, both = self._create_partners(
            "Shared", "Of the second company", "Both ranks"
        )
        creator = new_test_user(
            self.env,
            login="cards_install_creator",
            groups="base.group_user,base.group_partner_manager",
            company_id=self.other_company.id,
            company_ids=[Command.set(self.other_company.ids)],
        )
        foreign = (
            self.env["res.partner"]
            .with_user(creator)
            .create({"name": "Made over there", "is_company": True})
            .with_user(self.env.user)
        )
        (shared | foreign).customer_rank = 1
        second.write({"supplier_rank": 3, "company_id": self.other_company.id})
        both.write({"supplier_rank": 1, "customer_rank": 2})
        self._forget()
        self._install()
        self.assertEqual(
            {
                (card.partner_id, card.company_id, card.main_account)
                for card in self._cards_of(partners | foreign)
            },
            {
                (shared, self.env.user.company_id, "customers"),
                (foreign, self.other_company, "customers"),
                (second, self.other_company, "suppliers"),
                (both, self.env.user.company_id, "customers_suppliers"),
            },
        )

    def test_rank_adds_nothing_where_postings_speak(self):
        partner = self._create_partner()
        self._post_on("2025-01-01", partner, "in_invoice", self.other_company)
        partner.customer_rank = 5
        self._forget()
        self._install()
        self.assertRecordValues(
            self._cards_of(partner),
            [{"company_id": self.other_company.id, "main_account": "suppliers"}],
        )

    def test_ranks_of_contact_persons_count_for_their_company(self):
        company = self._create_partner("Company")
        person = self.env["res.partner"].create(
            {"name": "Person", "parent_id": company.id, "customer_rank": 1}
        )
        self._forget()
        self._install()
        self.assertEqual(self._cards_of(company | person).partner_id, company)
        self.assertEqual(person.customer_kind, "customer")

    def test_users_and_own_companies_stay_what_they_are(self):
        employee = self.salesperson.partner_id
        portal = new_test_user(
            self.env, login="cards_install_portal", groups="base.group_portal"
        ).partner_id
        own = self.company.partner_id
        (employee | own | portal).customer_rank = 1
        self.env["crm.lead"].create({"name": "Own", "partner_id": employee.id})
        self._forget()
        self._install()
        self.assertEqual(self._cards_of(employee | own | portal).partner_id, portal)
        self.assertFalse(employee.customer_kind)
        self.assertFalse(own.customer_kind)
        self.assertFalse((employee | own).prospect_ids)

    def test_archived_customer_keeps_his_place_in_the_ledger(self):
        partner = self._create_partner()
        self._post_on("2025-01-01", partner)
        partner.active = False
        self._forget()
        self._install()
        self.assertTrue(self._cards_of(partner))

    def test_drafts_and_cancelled_entries_are_no_history(self):
        partner = self._create_partner()
        self._create_invoice_of(partner)
        self._create_invoice_of(partner).button_cancel()
        self._forget()
        self._install()
        self.assertFalse(self._cards_of(partner))

    def test_first_touch_comes_from_before_the_first_posting(self):
        partner = self._create_partner()
        source = self.env["utm.source"].create({"name": "Friends of the house"})
        lead = self.env["crm.lead"].create(
            {
                "name": "Pump",
                "partner_id": partner.id,
                "company_id": self.company.id,
                "source_id": source.id,
                "user_id": self.salesperson.id,
            }
        )
        self.env.flush_all()
        for table, record in (("crm_lead", lead), ("res_partner", partner)):
            self.env.cr.execute(
                f"UPDATE {table} SET create_date = '2025-01-01' WHERE id = %s",  # noqa: S608
                [record.id],
            )
        self._post_on("2025-01-31", partner)
        self._forget()
        self._install()
        self.assertRecordValues(
            self._conversions_of(partner),
            [
                {
                    "first_touch": "lead",
                    "lead_id": lead.id,
                    "source_id": source.id,
                    "days_since_creation": 30,
                }
            ],
        )

    def test_second_time_changes_nothing(self):
        partner, other = self._create_partner(), self._create_partner("Other")
        self._post_on("2025-01-01", partner)
        self._create_order(other)
        self._forget()
        self._install()
        before = self._dump()
        self._install()
        self.assertEqual(self._dump(), before)

    def test_cards_opened_by_the_install_live_on(self):
        """The next key follows, and the main account follows the ledger."""
        partner, newcomer = self._create_partner(), self._create_partner("Newcomer")
        self._post_on("2025-01-01", partner)
        self._forget()
        self._install()
        card = self._cards_of(partner)
        newer = newcomer._open_account_card("button")
        self.assertGreater(int(newer.account_key), int(card.account_key))
        self._post_on("2026-01-01", partner, "in_invoice")
        self.assertEqual(card.main_account, "customers_suppliers")
        self.assertEqual(len(self._conversions_of(partner)), 1)

    def test_number_of_statements_does_not_grow_with_the_history(self):
        counts = []
        self._install()  # sets what clears the caches
        for size in (3, 30):
            partners = self.env["res.partner"].create(
                [
                    {"name": f"Ranked {index}", "customer_rank": 1}
                    for index in range(size)
                ]
            )
            self._forget()
            self._install()  # fills the caches
            self._forget()
            before = self.env.cr.sql_log_count
            self._install()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(self._cards_of(partners)), size)
        self.assertEqual(*counts)
