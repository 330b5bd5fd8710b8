from odoo.tests import tagged

from .common import CardsCase


@tagged("post_install", "-at_install")
class TestCardMerge(CardsCase):
    def setUp(self):
        super().setUp()
        self.stays = self._create_prospect("Stays")
        self.goes = self._create_prospect("Goes")

    def _merge(self, *partners):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        preview = wizard._describe_card_merge(
            self.env["res.partner"].union(*partners) - self.stays, self.stays
        )
        wizard._merge(
            self.env["res.partner"].union(*partners).ids,
            self.stays,
            extra_checks=False,
        )
        self.env.invalidate_all()
        return preview

    def test_card_of_the_merged_partner_moves(self):
        card = self.goes._open_account_card("button")
        event = self._conversions_of(self.goes)
        self._merge(self.stays, self.goes)
        self.assertFalse(self.goes.exists())
        self.assertEqual(card.partner_id, self.stays)
        self.assertEqual(self.stays.account_card_id, card)
        self.assertEqual(event.partner_id, self.stays)

    def test_second_card_becomes_a_former_key(self):
        kept = self.stays._open_account_card("button")
        former = self.goes._open_account_card("button")
        key = former.account_key
        self._create_invoice_of(self.goes, "in_invoice").action_post()
        events = self._conversions_of(self.stays) | self._conversions_of(self.goes)
        preview = self._merge(self.stays, self.goes)
        self.assertIn(key, preview[0])
        self.assertRecordValues(
            former,
            [
                {
                    "active": False,
                    "superseded_by_id": kept.id,
                    "partner_id": self.stays.id,
                    "account_key": key,
                }
            ],
        )
        self.assertEqual(kept.main_account, "customers_suppliers")
        self.assertEqual(events.partner_id, self.stays)
        self.assertEqual(len(events), 2)
        self.assertEqual(self.env["res.partner"].name_search(key)[0][0], self.stays.id)
        self.assertIn(key, self.company._get_taken_account_keys([key]))

    def test_blocked_stays_blocked(self):
        kept = self.stays._open_account_card("button")
        other = self.goes._open_account_card("button")
        other.write({"state": "blocked", "state_reason": "fraud"})
        self._merge(self.stays, self.goes)
        self.assertEqual((kept.state, kept.state_reason), ("blocked", "fraud"))

    def test_prospect_facts_move(self):
        facts = self.stays.prospect_ids | self.goes.prospect_ids
        self._merge(self.stays, self.goes)
        self.assertEqual(facts.partner_id, self.stays)
