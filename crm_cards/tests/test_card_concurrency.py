"""Two connections at once: committed data, a thread and a cursor for each person."""

import threading
import time

from odoo import SUPERUSER_ID, Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.crm_cards.exceptions import CardHasPostingsError

from .common_concurrency import TIMEOUT, ConcurrencyCase

_PEOPLE = 8


@tagged("post_install", "-at_install")
class TestCardConcurrency(ConcurrencyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with cls._environment() as env:
            cls.user_ids = cls._create_users(
                env,
                "cards_concurrent",
                "crm_cards.crm_cards_group_accountant,"
                "sales_team.group_sale_salesman_all_leads",
                count=_PEOPLE,
            ).ids
        cls.addClassCleanup(cls._remove_people)

    @classmethod
    def _remove_people(cls):
        with cls._environment() as env:
            cls._remove_users(env, cls.user_ids)

    def setUp(self):
        super().setUp()
        self.partner_ids = []

    def _create_prospects(self, count=1):
        with self._environment() as env:
            partners = env["res.partner"].create(
                [
                    {"name": f"Concurrent {index}", "is_company": True}
                    for index in range(count)
                ]
            )
            partners._make_prospect("new")
            self.partner_ids += partners.ids
        self.addCleanup(self._remove_partners, tuple(partners.ids))
        return partners.ids

    def _remove_partners(self, partner_ids):
        with self._environment() as env:
            for table in ("crm_cards_conversion", "crm_cards_account_card"):
                env.cr.execute(
                    f"DELETE FROM {table} WHERE partner_id IN %s",  # noqa: S608 fixed
                    [partner_ids],
                )
            orders = env["sale.order"].search([("partner_id", "in", partner_ids)])
            orders._action_cancel()
            orders.unlink()
            env["mail.activity"].with_context(active_test=False).search(
                [("res_model", "=", "res.partner"), ("res_id", "in", partner_ids)]
            ).unlink()
            env["res.partner"].browse(partner_ids).unlink()

    def _read(self, model, domain, *fnames):
        with self._environment(active_test=False) as env:
            records = env[model].search([*domain, ("company_id", "=", self.company_id)])
            return [tuple(record[fname] for fname in fnames) for record in records]

    def _read_of_partners(self, model, *fnames):
        return self._read(model, [("partner_id", "in", self.partner_ids)], *fnames)

    def _assert_one_card_and_one_event(self):
        self.assertEqual(
            len(self._read_of_partners("crm.cards.account.card", "account_key")), 1
        )
        self.assertEqual(
            self._read_of_partners("crm.cards.conversion", "is_reversed"), [(False,)]
        )

    # -- converting --

    def test_two_people_convert_the_same_prospect(self):
        (partner_id,) = self._create_prospects()

        def convert(env):
            partner = env["res.partner"].browse(partner_id)
            partner.action_convert_to_customer()
            return partner.account_card_id.id

        results = self._run_at_once(convert, convert)
        self._assert_no_error(results)
        self.assertEqual(results[0], results[1], "both see the same card")
        self.assertEqual(self.retries, 1, "the race did not happen")
        self._assert_one_card_and_one_event()

    def test_order_and_button_convert_the_same_prospect(self):
        (partner_id,) = self._create_prospects()
        with self._environment() as env:
            product = env["product.product"].create(
                {"name": "Concurrent", "type": "service"}
            )
            order_id = (
                env["sale.order"]
                .create(
                    {
                        "partner_id": partner_id,
                        "order_line": [Command.create({"product_id": product.id})],
                    }
                )
                .id
            )

        self._assert_no_error(
            self._run_at_once(
                lambda env: (
                    env["res.partner"].browse(partner_id).action_convert_to_customer()
                ),
                lambda env: env["sale.order"].browse(order_id).action_confirm(),
            )
        )
        self._assert_one_card_and_one_event()
        with self._environment() as env:
            self.assertEqual(env["sale.order"].browse(order_id).state, "sale")

    def test_reversed_conversion_is_taken_up_once(self):
        (partner_id,) = self._create_prospects()
        with self._environment() as env:
            card = env["res.partner"].browse(partner_id)._open_account_card("button")
            card._get_standing_conversions()._reverse("mistake")

        def convert(env):
            env["res.partner"].browse(partner_id).action_convert_to_customer()

        self._assert_no_error(self._run_at_once(convert, convert))
        self.assertEqual(
            sorted(self._read_of_partners("crm.cards.conversion", "is_reversed")),
            [(False,), (True,)],
        )
        self.assertEqual(
            self._read_of_partners("crm.cards.account.card", "active"), [(True,)]
        )

    def test_many_people_never_draw_the_same_key(self):
        partner_ids = self._create_prospects(_PEOPLE)

        def converter(partner_id):
            return lambda env: (
                env["res.partner"].browse(partner_id).action_convert_to_customer()
            )

        self._assert_no_error(
            self._run_at_once(*(converter(partner_id) for partner_id in partner_ids))
        )
        keys = self._read_of_partners("crm.cards.account.card", "account_key")
        self.assertEqual(len(set(keys)), _PEOPLE)
        events = self._read_of_partners("crm.cards.conversion", "account_key")
        self.assertCountEqual(events, keys)

    def test_batches_in_opposite_order_do_not_fail(self):
        partner_ids = self._create_prospects(4)

        def converter(ids):
            return lambda env: [
                env["res.partner"].browse(partner_id)._open_account_card("button")
                for partner_id in ids
            ]

        self._assert_no_error(
            self._run_at_once(converter(partner_ids), converter(partner_ids[::-1]))
        )
        for model in ("crm.cards.account.card", "crm.cards.conversion"):
            self.assertEqual(len(self._read_of_partners(model, "id")), 4)

    # -- typed keys --

    def _assert_one_wins(self, results, key):
        errors = [result for result in results if isinstance(result, Exception)]
        self.assertEqual(len(errors), 1, results)
        self.assertIsInstance(errors[0], ValidationError)
        self.assertIn("is already in use", str(errors[0]))
        cards = self._read("crm.cards.account.card", [("account_key", "=", key)], "id")
        self.assertEqual(len(cards), 1)
        return errors[0]

    def test_two_people_type_the_same_key_for_new_cards(self):
        def opener(partner_id):
            return lambda env: (
                env["crm.cards.account.card"]
                .create({"partner_id": partner_id, "account_key": "TYPED-1"})
                .id
            )

        error = self._assert_one_wins(
            self._run_at_once(*map(opener, self._create_prospects(2))), "TYPED-1"
        )
        self.assertIn("TYPED-1", str(error))
        self.assertEqual(len(self._read_of_partners("crm.cards.conversion", "id")), 1)

    def test_two_people_give_two_cards_the_same_key(self):
        partner_ids = self._create_prospects(2)
        with self._environment() as env:
            cards = env["res.partner"].browse(partner_ids)._open_account_card("button")
            card_ids = cards.ids

        def renamer(card_id):
            return lambda env: (
                env["crm.cards.account.card"]
                .browse(card_id)
                .write({"account_key": "TYPED-2"})
            )

        self._assert_one_wins(self._run_at_once(*map(renamer, card_ids)), "TYPED-2")

    def test_typed_key_and_drawn_key_meet(self):
        """Somebody types the very number that the sequence hands out next."""
        typing, drawing = self._create_prospects(2)
        with self._environment() as env:
            sequence = env.company._get_account_key_sequence("customers")
            key = sequence.get_next_char(sequence.number_next_actual)

        self._assert_no_error(
            self._run_at_once(
                lambda env: (
                    env["crm.cards.account.card"]
                    .create({"partner_id": typing, "account_key": key})
                    .id
                ),
                lambda env: (
                    env["res.partner"].browse(drawing).action_convert_to_customer()
                ),
            )
        )
        keys = dict(
            self._read_of_partners(
                "crm.cards.account.card", "account_key", "partner_id"
            )
        )
        self.assertEqual(keys[key].id, typing)
        self.assertEqual(len(keys), 2)

    # -- asking --

    def test_two_people_ask_for_the_same_conversion(self):
        (partner_id,) = self._create_prospects()

        def ask(env):
            return env["res.partner"].browse(partner_id).action_request_conversion()

        self._assert_no_error(self._run_at_once(ask, ask))
        self.assertEqual(self.retries, 1, "the race did not happen")
        with self._environment() as env:
            partner = env["res.partner"].browse(partner_id)
            self.assertEqual(len(partner._get_conversion_requests(env.company)), 1)

    # -- posting and reversing --

    def _create_entry_of(self, partner_id):
        """Return the id of a draft entry on the partner's receivable account."""
        with self._environment() as env:
            accounts = env["account.account"].create(
                [
                    {
                        "name": f"Concurrent {account_type}",
                        "code": f"CC{account_type[:4].upper()}",
                        "account_type": account_type,
                    }
                    for account_type in ("asset_receivable", "income")
                ]
            )
            journal = env["account.journal"].create(
                {"name": "Concurrent", "code": "CONC", "type": "general"}
            )
            entry = env["account.move"].create(
                {
                    "journal_id": journal.id,
                    "line_ids": [
                        Command.create(
                            {
                                "account_id": account.id,
                                "partner_id": partner_id,
                                "balance": balance,
                            }
                        )
                        for account, balance in zip(accounts, (50, -50), strict=True)
                    ],
                }
            )
        self.addCleanup(self._remove_entry, entry.id, journal.id, accounts.ids)
        return entry.id

    def _remove_entry(self, entry_id, journal_id, account_ids):
        with self._environment(force_delete=True) as env:
            entry = env["account.move"].browse(entry_id)
            entry.button_draft()
            entry.unlink()
            env["account.journal"].browse(journal_id).unlink()
            env["account.account"].browse(account_ids).unlink()

    def test_reversal_waits_for_a_posting_and_is_then_refused(self):
        (partner_id,) = self._create_prospects()
        with self._environment() as env:
            env["res.partner"].browse(partner_id)._open_account_card("button")
        entry_id = self._create_entry_of(partner_id)
        posted = threading.Event()

        def post(env):
            env = env(user=SUPERUSER_ID)
            env["account.move"].browse(entry_id).action_post()
            env.flush_all()
            posted.set()
            time.sleep(1)  # not committed yet, and the other one is at it

        def reverse(env):
            env = env(user=SUPERUSER_ID)
            posted.wait(TIMEOUT)
            env["crm.cards.conversion"].search(
                [("partner_id", "=", partner_id)]
            )._reverse("converted by mistake")

        _nothing, refusal = self._run_at_once(post, reverse)
        self.assertIsInstance(refusal, CardHasPostingsError)
        self._assert_one_card_and_one_event()
        self.assertEqual(
            self._read_of_partners("crm.cards.account.card", "active"), [(True,)]
        )
