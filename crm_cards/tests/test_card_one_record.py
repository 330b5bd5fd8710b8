from odoo.tests import tagged

from .common import CardsCase

SHARED = {
    "name": "Barak Water",
    "phone": "+972 3 555 0101",
    "email": "office@barak.example.com",
    "street": "Herzl 7",
    "city": "Haifa",
    "zip": "3303107",
    "vat": "IL516179157",
    "website": "http://barak.example.com",
}


@tagged("post_install", "-at_install")
class TestCardOneRecord(CardsCase):
    def setUp(self):
        super().setUp()
        # The common base of accounting tests switches tracking off.
        self.env = self.env(
            context={"tracking_disable": False, "mail_create_nolog": False}
        )
        self.partner = self._create_partner(
            phone="1", email="a@b.example.com"
        ).with_env(self.env)
        self.card = self.partner._open_account_card("button")
        self.flush_tracking()

    def flush_tracking(self):
        self.env.flush_all()
        self.cr.flush()

    def _get_tracked(self, partner):
        return partner.message_ids.tracking_value_ids

    def test_writing_on_the_card_is_writing_on_the_partner(self):
        self.card.write(SHARED)
        self.assertRecordValues(self.partner, [SHARED])
        self.assertRecordValues(self.card, [SHARED])

    def test_writing_on_the_partner_is_writing_on_the_card(self):
        tag = self.env["res.partner.category"].create({"name": "Gold"})
        self.partner.write({**SHARED, "category_id": [(4, tag.id)]})
        self.assertRecordValues(self.card, [SHARED])
        self.assertEqual(self.card.category_id, tag)

    def test_change_is_tracked_once_when_written_on_the_card(self):
        self.card.phone = "+972 3 555 0102"
        self.flush_tracking()
        tracked = self._get_tracked(self.partner).filtered(
            lambda value: value.field_id.name == "phone"
        )
        self.assertEqual(len(tracked), 1)
        self.assertEqual(tracked.new_value_char, "+972 3 555 0102")
        self.assertFalse(self._get_tracked(self.card))

    def test_log_tells_that_a_change_came_from_the_card(self):
        self.card.phone = "+972 3 555 0102"
        self.flush_tracking()
        self.assertIn("Changed on the account card", self.partner.message_ids[0].body)

    def test_log_tells_that_a_change_came_from_the_customer(self):
        self.partner.with_context(crm_cards_side="customer").phone = "2"
        self.flush_tracking()
        self.assertIn("Changed on the customer", self.partner.message_ids[0].body)

    def test_address_language_and_tags_leave_a_trace(self):
        tag = self.env["res.partner.category"].create({"name": "Gold"})
        self.card.write({"street": "Herzl 8", "category_id": [(4, tag.id)]})
        self.flush_tracking()
        self.assertEqual(
            set(self._get_tracked(self.partner).field_id.mapped("name")),
            {"contact_address_inline", "category_id"},
        )

    def test_opening_a_card_changes_nothing_on_the_partner(self):
        partner = self._create_partner("With properties")
        self.env.flush_all()
        self.env.cr.execute(
            """UPDATE res_partner
                  SET write_date = '2020-01-01', properties = '{"a1b2": "chess"}'
                WHERE id = %s""",
            [partner.id],
        )
        self.env.cr.execute("SELECT * FROM res_partner WHERE id = %s", [partner.id])
        before = self.env.cr.dictfetchone()
        self.env.invalidate_all()
        partner._open_account_card("button")
        self.env.flush_all()
        self.env.cr.execute("SELECT * FROM res_partner WHERE id = %s", [partner.id])
        self.assertEqual(self.env.cr.dictfetchone(), before)

    def test_opening_needs_no_right_to_edit_the_partner(self):
        partner = self._create_prospect("Somebody's customer")
        partner.user_id = self.salesperson
        invoicer = self.invoicer
        self.assertFalse(partner.with_user(invoicer).has_access("write"))
        invoice = self._create_invoice_of(partner)
        invoice.with_user(invoicer).action_post()
        self.assertEqual(partner.customer_kind, "customer")

    def test_card_for_a_contact_person_is_the_company_s(self):
        contact = self._create_partner(
            "Dana", is_company=False, parent_id=self.partner.id
        )
        self.assertEqual(contact._open_account_card("button"), self.card)

    def test_new_partner_comes_with_a_card_created_by_name(self):
        card = self.env["crm.cards.account.card"].create(
            {"name": "New on the ledger", "main_account": "suppliers"}
        )
        self.assertEqual(card.partner_id.name, "New on the ledger")
        self.assertEqual(card.partner_id.customer_kind, "customer")
        self.assertEqual(self._conversions_of(card.partner_id).cause, "main_account")
