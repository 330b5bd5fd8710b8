"""Two companies that share a partner: a card, a key, a kind and a ledger for each."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import CardsCase


class CompanyCase(CardsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company_data_2 = cls.setup_other_company(name="Second Company")
        cls.other_company = cls.company_data_2["company"]
        cls.companies = cls.company | cls.other_company
        cls.both = cls._create_accountant("both", cls.companies)
        cls.one = cls._create_accountant("one", cls.company)
        cls.two = cls._create_accountant("two", cls.other_company)

    @classmethod
    def _create_accountant(cls, name, companies):
        return new_test_user(
            cls.env,
            login=f"cards_company_{name}",
            groups="crm_cards.crm_cards_group_manager",
            company_id=companies[0].id,
            company_ids=[Command.set(companies.ids)],
        )

    def setUp(self):
        super().setUp()
        self.partner = self._create_partner()

    def _as(self, record, user, *companies):
        """Return the record as seen with these companies ticked, the first active."""
        ids = [company.id for company in companies or user.company_ids]
        return record.with_user(user).with_context(allowed_company_ids=ids)

    def _invoice_in(self, company, amount, **values):
        move = (
            self.env["account.move"]
            .with_company(company)
            .create(
                {
                    "move_type": "out_invoice",
                    "company_id": company.id,
                    "partner_id": self.partner.id,
                    "invoice_date": "2026-03-01",
                    "invoice_date_due": "2026-03-15",
                    "invoice_payment_term_id": False,
                    "invoice_line_ids": [
                        Command.create(
                            {"name": "Work", "price_unit": amount, "tax_ids": []}
                        )
                    ],
                    **values,
                }
            )
        )
        move.action_post()
        return move

    def _pay(self, move, date):
        self.env["account.payment.register"].with_company(move.company_id).with_context(
            active_model="account.move", active_ids=move.ids
        ).create({"payment_date": date})._create_payments()

    def _cards(self):
        cards = self.partner.account_card_ids
        return (
            cards.filtered(lambda card: card.company_id == self.company),
            cards.filtered(lambda card: card.company_id == self.other_company),
        )


@tagged("post_install", "-at_install")
class TestCardCompany(CompanyCase):
    # -- a card, a key and a kind for each company --

    def test_converting_in_one_company_leaves_the_other_alone(self):
        for company in self.companies:
            self.partner._make_prospect("new", company=company)
        in_one, in_two = (
            self._as(self.partner, self.both, *companies)
            for companies in (self.companies, self.companies[::-1])
        )
        in_one.action_convert_to_customer()
        self.assertEqual(in_one.customer_kind, "customer")
        self.assertEqual(in_two.customer_kind, "prospect")
        self.assertFalse(in_two.account_key)
        in_two.action_convert_to_customer()
        self.assertEqual(in_two.customer_kind, "customer")
        self.assertNotEqual(in_one.account_card_id, in_two.account_card_id)
        for company in self.companies:
            self.assertEqual(
                len(
                    self._conversions_of(self.partner).filtered_domain(
                        [("company_id", "=", company.id)]
                    )
                ),
                1,
            )

    def test_same_key_may_be_used_in_each_company(self):
        for company in self.companies:
            self.partner._open_account_card(
                "button", company=company, keys={self.partner.id: "30077"}
            )
        self.assertEqual(
            self.partner.account_card_ids.mapped("account_key"), ["30077"] * 2
        )

    def test_each_company_draws_from_its_own_sequence(self):
        self.other_company.sudo().crm_cards_key_sequence_customers_id.prefix = "B-"
        self.partner._open_account_card("button", company=self.other_company)
        self.partner._open_account_card("button", company=self.company)
        card, other = self._cards()
        self.assertTrue(other.account_key.startswith("B-"))
        self.assertFalse(card.account_key.startswith("B-"))

    def test_kind_is_searched_and_grouped_in_the_active_company(self):
        self.partner._open_account_card("button", company=self.company)
        self.partner._make_prospect("new", company=self.other_company)
        for companies, kind in (
            (self.companies, "customer"),
            (self.companies[::-1], "prospect"),
        ):
            partners = self._as(self.env["res.partner"], self.both, *companies)
            domain = [("id", "=", self.partner.id)]
            found = partners.search([*domain, ("customer_kind", "=", kind)])
            self.assertEqual(found, self.partner)
            groups = partners.formatted_read_group(
                domain, ["customer_kind"], ["__count"]
            )
            self.assertEqual([group["customer_kind"] for group in groups], [kind])

    def test_kind_is_searched_right_after_the_card_changed(self):
        """Searching flushes what the kind is derived from."""
        card = self.partner._open_account_card("button")
        domain = [("id", "=", self.partner.id), ("customer_kind", "=", "customer")]
        self.assertTrue(self.env["res.partner"].search(domain))
        card.sudo().active = False
        self.assertFalse(self.env["res.partner"].search(domain))

    def test_key_finds_the_customer_only_in_its_company(self):
        self.partner._open_account_card(
            "button", company=self.other_company, keys={self.partner.id: "B-4711"}
        )
        partners = self.env["res.partner"]
        self.assertFalse(
            self._as(partners, self.both, *self.companies).name_search("B-4711")
        )
        self.assertTrue(
            self._as(partners, self.both, *self.companies[::-1]).name_search("B-4711")
        )

    def test_document_converts_in_its_own_company(self):
        self.partner._make_prospect("new", company=self.other_company)
        self._invoice_in(self.other_company, 50)
        card, other = self._cards()
        self.assertFalse(card)
        self.assertEqual(other.cause, "invoice")

    # -- the ledger of the card's company --

    def test_figures_are_those_of_the_card_s_company(self):
        paid = self._invoice_in(self.company, 30, invoice_date="2026-01-10")
        self._pay(paid, "2026-02-01")
        self._invoice_in(self.company, 100)
        self._invoice_in(self.other_company, 7, invoice_date_due="2099-01-01")
        card, other = self._cards()
        expected = {
            card: (100.0, 100.0, "2026-03-01", "2026-02-01"),
            other: (7.0, 0.0, "2026-03-01", False),
        }
        for companies in (self.companies, self.companies[::-1]):
            for record, figures in expected.items():
                self.env.invalidate_all()
                seen = self._as(record, self.both, *companies)
                last_payment = seen.date_last_payment
                self.assertEqual(
                    (
                        seen.balance,
                        seen.overdue,
                        str(seen.date_last_invoice),
                        last_payment and str(last_payment),
                    ),
                    figures,
                )
                self.assertEqual(seen.currency_id, record.company_id.currency_id)
            cards = self._as(card, self.both, *companies)
            self.assertEqual(
                cards.search(
                    [("balance", "=", 7), ("partner_id", "=", self.partner.id)]
                ),
                other,
            )

    def _get_properties(self, data, company):
        """Return one value of each ledger property, all of them of one company."""
        env = self.env(context={"allowed_company_ids": company.ids})
        return {
            "property_account_receivable_id": data["default_account_receivable"]
            .with_env(env)
            .copy(),
            "property_account_payable_id": data["default_account_payable"]
            .with_env(env)
            .copy(),
            "property_payment_term_id": env["account.payment.term"].create(
                {"name": "Terms", "company_id": company.id}
            ),
            "property_supplier_payment_term_id": env["account.payment.term"].create(
                {"name": "Supplier terms", "company_id": company.id}
            ),
            "property_account_position_id": env["account.fiscal.position"].create(
                {"name": "Position", "company_id": company.id}
            ),
            "property_product_pricelist": env["product.pricelist"].create(
                {"name": "Prices", "company_id": company.id}
            ),
        }

    def test_properties_are_read_and_written_in_the_card_s_company(self):
        self.env.ref("base.group_user")._apply_group(
            self.env.ref("product.group_product_pricelist")
        )
        for company in self.companies:
            self.partner._open_account_card("button", company=company)
        expected = {
            self.company: self._get_properties(self.company_data, self.company),
            self.other_company: self._get_properties(
                self.company_data_2, self.other_company
            ),
        }
        # each card is written while the company of the other one is active
        for card in self._cards():
            values = expected[card.company_id]
            wrong_way_round = (self.companies - card.company_id) | card.company_id
            self._as(card, self.both, *wrong_way_round).write(
                {
                    **{fname: record.id for fname, record in values.items()},
                    "credit_limit": 1000.0 + card.company_id.id,
                    "trust": "good" if card.company_id == self.company else "bad",
                }
            )
        for active in (self.companies, self.companies[::-1]):
            for card in self._cards():
                self.env.invalidate_all()
                seen = self._as(card, self.both, *active)
                company = card.company_id
                for fname, record in expected[company].items():
                    with self.subTest(field=fname, active=active[0].name):
                        self.assertEqual(seen[fname], record)
                        self.assertEqual(
                            self.partner.with_company(company)[fname], record
                        )
                self.assertEqual(seen.credit_limit, 1000.0 + company.id)
                self.assertEqual(
                    seen.trust, "good" if company == self.company else "bad"
                )

    def test_account_of_another_company_is_refused(self):
        self.partner._open_account_card("button", company=self.other_company)
        _card, other = self._cards()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._as(
                other, self.both
            ).property_account_receivable_id = self.company_data[
                "default_account_receivable"
            ].copy()

    def test_closing_looks_at_the_card_s_own_ledger(self):
        self._invoice_in(self.company, 100)
        self.partner._open_account_card("button", company=self.other_company)
        card, other = self._cards()
        self._as(other, self.both)._set_state("closed", "moved away")
        with self.assertRaises(UserError):
            self._as(card, self.both, *self.companies[::-1])._set_state("closed", "x")

    def test_blocked_card_stops_only_its_company(self):
        for company in self.companies:
            self.partner._open_account_card("button", company=company)
        self._cards()[0].write({"state": "blocked", "state_reason": "overdue"})
        self._invoice_in(self.other_company, 10)
        with self.assertRaises(UserError):
            self._invoice_in(self.company, 10)

    # -- record rules --

    def test_cards_events_and_facts_of_other_companies_are_hidden(self):
        for company in self.companies:
            self.partner._make_prospect("new", company=company)
            self.partner._open_account_card("button", company=company)
        for model in ("account.card", "conversion", "prospect"):
            records = self.env[f"crm.cards.{model}"].search(
                [("partner_id", "=", self.partner.id)]
            )
            self.assertEqual(len(records), 2)
            for user in (self.one, self.two):
                mine = self._as(records, user).search([("id", "in", records.ids)])
                self.assertEqual(mine.company_id, user.company_id)
                foreign = self._as(records - mine, user)
                self.assertFalse(foreign.has_access("read"))
            # a company that is not ticked is hidden as well
            self.assertEqual(
                self._as(records, self.both, self.company)
                .search([("id", "in", records.ids)])
                .company_id,
                self.company,
            )

    def test_conversion_of_another_company_is_not_reversed(self):
        self.partner._open_account_card("button", company=self.other_company)
        event = self._conversions_of(self.partner)
        wizard = self._as(self.env["crm.cards.conversion.reversal"], self.one).create(
            {"conversion_id": event.id, "reason": "not mine"}
        )
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            wizard.action_reverse()
        self.assertFalse(event.is_reversed)

    def test_card_of_another_company_is_not_touched(self):
        self.partner._open_account_card("button", company=self.other_company)
        _card, other = self._cards()
        foreign = self._as(other, self.one)
        for change in (
            {"account_key": "stolen"},
            {"credit_limit": 1.0},
            {"phone": "03-1"},
            {"state": "blocked"},
        ):
            with self.subTest(change=change), self.assertRaises(AccessError):
                foreign.write(change)
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            foreign.action_close()
        with self.assertRaises(AccessError):
            self._as(self.env["crm.cards.account.card"], self.one).create(
                {
                    "partner_id": self._create_partner("New").id,
                    "company_id": self.other_company.id,
                }
            )

    # -- partners of one company --

    def test_partner_of_one_company_gets_no_card_in_another(self):
        self.partner.company_id = self.company
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self.partner._open_account_card("button", company=self.other_company)
        self.assertTrue(self.partner._open_account_card("button", company=self.company))

    def test_customer_of_two_companies_is_not_given_to_one(self):
        for company in self.companies:
            self.partner._open_account_card("button", company=company)
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self.partner.company_id = self.company
        self._cards()[1].sudo().active = False
        self.partner.company_id = self.company

    # -- branches --

    def test_branch_has_cards_of_its_own(self):
        """The ledger of a branch is kept in the branch, and so are its cards."""
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        self.both.company_ids += branch
        self.partner.company_id = self.company
        self.assertTrue(branch.crm_cards_key_sequence_customers_id)
        card = self.partner._open_account_card("button", company=branch)
        self.assertEqual(card.company_id, branch)
        self.assertEqual(self.partner.with_company(branch).customer_kind, "customer")
        self.assertFalse(self.partner.with_company(self.company).customer_kind)
        self._invoice_in(self.company, 25)
        mother, _other = self._cards()
        self.assertEqual(mother.balance, 25.0)
        self.assertEqual(card.balance, 0.0)
        self._as(card, self.both, branch, self.company).credit_limit = 40
        self.assertEqual(card.credit_limit, 40)
