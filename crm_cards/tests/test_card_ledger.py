from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.crm_cards.exceptions import CardHasPostingsError

from .common import CardsCase


@tagged("post_install", "-at_install")
class TestCardLedger(CardsCase):
    def setUp(self):
        super().setUp()
        self.partner = self._create_partner()

    # -- ledger first --

    def test_posted_invoice_opens_the_card(self):
        invoice = self._create_invoice_of(self.partner)
        invoice.action_post()
        self.assertEqual(self.partner.account_card_id.main_account, "customers")
        self.assertEqual(self._conversions_of(self.partner).move_id, invoice)

    def test_posted_bill_opens_a_supplier_s_card(self):
        self._create_invoice_of(self.partner, "in_invoice").action_post()
        self.assertEqual(self.partner.account_card_id.main_account, "suppliers")

    def test_journal_entry_opens_the_card(self):
        receivable = self.company_data["default_account_receivable"]
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "line_ids": [
                    (
                        0,
                        0,
                        {
                            "account_id": receivable.id,
                            "partner_id": self.partner.id,
                            "debit": 50.0,
                        },
                    ),
                    (
                        0,
                        0,
                        {
                            "account_id": self.company_data[
                                "default_account_revenue"
                            ].id,
                            "credit": 50.0,
                        },
                    ),
                ],
            }
        )
        entry.action_post()
        self.assertEqual(self.partner.customer_kind, "customer")
        self.assertEqual(self.partner.account_card_id.balance, 50.0)

    def test_bank_line_matched_later_opens_the_card(self):
        statement_line = self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.company_data["default_journal_bank"].id,
                "date": "2026-03-01",
                "payment_ref": "transfer",
                "amount": 75.0,
            }
        )
        self.assertFalse(self.partner.account_card_id)
        _bank, suspense, _other = statement_line._seek_for_lines()
        suspense.write(
            {
                "account_id": self.company_data["default_account_receivable"].id,
                "partner_id": self.partner.id,
            }
        )
        self.assertEqual(self.partner.customer_kind, "customer")

    def test_main_account_follows_the_postings(self):
        self._create_invoice_of(self.partner).action_post()
        self._create_invoice_of(self.partner, "in_invoice").action_post()
        self.assertEqual(
            self.partner.account_card_id.main_account, "customers_suppliers"
        )

    def test_main_account_chosen_by_a_person_stays(self):
        card = self.partner._open_account_card("button").with_user(self.accountant)
        card.main_account = "customers"
        self.assertTrue(card.is_main_account_chosen)
        self._create_invoice_of(self.partner, "in_invoice").action_post()
        self.assertEqual(card.main_account, "customers")

    def test_draft_opens_nothing(self):
        self._create_invoice_of(self.partner)
        self.assertFalse(self.partner.account_card_id)

    # -- figures --

    def test_figures_come_from_the_postings(self):
        self._create_invoice_of(
            self.partner, invoice_date="2020-01-01", invoice_date_due="2020-02-01"
        ).action_post()
        self._create_invoice_of(
            self.partner, invoice_date="2020-03-01", invoice_date_due="2999-01-01"
        ).action_post()
        bill = self._create_invoice_of(
            self.partner, "in_invoice", invoice_date="2020-01-02"
        )
        bill.invoice_line_ids.price_unit = 30.0
        bill.action_post()
        contact = self._create_partner(
            "Dana", is_company=False, parent_id=self.partner.id
        )
        self._create_invoice_of(
            contact, invoice_date="2020-01-01", invoice_date_due="2999-01-01"
        ).action_post()
        card = self.partner.account_card_id.with_user(self.accountant)
        self.assertRecordValues(
            card,
            [
                {
                    "balance": 270.0,
                    "overdue": 100.0,
                    "date_last_invoice": self.env["account.move"]
                    ._fields["invoice_date"]
                    .to_date("2020-03-01"),
                    "date_last_payment": False,
                }
            ],
        )

    def test_search_sort_and_sum_agree_with_reading(self):
        partners = self._create_partner("A") | self._create_partner("B")
        partners |= self._create_partner("C")
        self._create_invoice_of(partners[0]).action_post()
        for _count in range(2):
            self._create_invoice_of(partners[1]).action_post()
        partners[2]._open_account_card("button")
        cards = partners.account_card_ids.with_user(self.accountant)
        domain = [("id", "in", cards.ids)]
        by_partner = {card.partner_id: card for card in cards}
        first, second, third = (by_partner[partner] for partner in partners)
        search = cards.search
        self.assertEqual(search([*domain, ("balance", ">", 150)]), second)
        self.assertEqual(search([*domain, ("balance", "=", 0)]), third)
        self.assertEqual(search([*domain, ("date_last_invoice", "=", False)]), third)
        self.assertEqual(search(domain, order="balance desc"), second | first | third)
        self.assertEqual(cards._read_group(domain, [], ["balance:sum"]), [(300.0,)])

    # -- keys --

    def test_keys_come_from_the_sequence_of_the_main_account(self):
        sequence = self.company._get_account_key_sequence("suppliers")
        sequence.write({"prefix": "S-", "padding": 3})
        card = self.partner._open_account_card("button", main_account="suppliers")
        self.assertRegex(card.account_key, r"^S-\d{3}$")

    def test_sequence_passes_over_typed_keys(self):
        sequence = self.company._get_account_key_sequence("customers")
        upcoming = sequence.get_next_char(sequence.number_next_actual)
        self.partner._open_account_card("button", keys={self.partner.id: upcoming})
        other = self._create_partner("Other")
        self.assertNotEqual(other._open_account_card("button").account_key, upcoming)

    def test_typed_key_in_use_is_refused_with_the_key(self):
        self.partner._open_account_card("button", keys={self.partner.id: "K1"})
        other = self._create_partner("Other")
        with self.assertRaisesRegex(ValidationError, "K1"):
            other._open_account_card("button", keys={other.id: "K1"})
        card = other._open_account_card("button")
        with self.assertRaisesRegex(ValidationError, "K1"):
            card.account_key = "K1"

    def test_key_with_blanks_or_control_characters_is_refused(self):
        card = self.partner._open_account_card("button")
        for key in (" K1", "K1 ", "K\t1", "  "):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                card.account_key = key

    def test_only_card_rights_may_edit_the_key(self):
        card = self.partner._open_account_card("button")
        with self.assertRaises(AccessError):
            card.with_user(self.salesperson).account_key = "K1"
        card.with_user(self.accountant).account_key = "K1"
        self.assertEqual(self.partner.account_key, "K1")

    def test_no_gap_sequence_numbers_a_batch(self):
        sequence = self.company._get_account_key_sequence("customers")
        sequence.implementation = "no_gap"
        keys = self.company._draw_account_keys("customers", 3)
        self.assertEqual(len(set(keys)), 3)

    # -- deleting, duplicating --

    def test_card_with_postings_cannot_be_deleted(self):
        self._create_invoice_of(self.partner).action_post()
        with self.assertRaises(CardHasPostingsError):
            self.partner.account_card_id.unlink()

    def test_partner_with_postings_cannot_be_deleted(self):
        self._create_invoice_of(self.partner).action_post()
        with self.assertRaisesRegex(UserError, self.partner.account_key):
            self.partner.unlink()

    def test_partner_without_postings_goes_with_its_card_and_the_event_stays(self):
        self.partner._open_account_card("button")
        event = self._conversions_of(self.partner)
        self.partner.unlink()
        self.assertRecordValues(
            event, [{"partner_name": "Levi Printing", "is_reversed": True}]
        )

    def test_salesperson_cannot_delete_a_customer_with_a_card(self):
        self.partner._open_account_card("button")
        self.salesperson.group_ids += self.env.ref("base.group_partner_manager")
        with self.assertRaises(AccessError):
            self.partner.with_user(self.salesperson).unlink()

    def test_card_cannot_be_duplicated(self):
        with self.assertRaises(UserError):
            self.partner._open_account_card("button").copy()

    def test_archiving_the_partner_leaves_its_card_in_the_ledger(self):
        card = self.partner._open_account_card("button")
        self.partner.action_archive()
        self.assertTrue(card.active)
        self.assertEqual(
            self.env["crm.cards.account.card"].search([("id", "=", card.id)]), card
        )
