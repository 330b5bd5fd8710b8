from odoo.tests import new_test_user, tagged

from .common import CardsCase


@tagged("post_install", "-at_install")
class TestCardLead(CardsCase):
    def setUp(self):
        super().setUp()
        # The common base of accounting tests switches tracking off.
        self.env = self.env(context={"tracking_disable": False})
        self.partner = self._create_partner(
            phone="+972 3 555 0101",
            email="office@levi.example.com",
            street="Herzl 7",
            city="Haifa",
            website="http://levi.example.com",
        )
        self.lead = self.env["crm.lead"].create(
            {"name": "Pump", "partner_id": self.partner.id, "type": "opportunity"}
        )
        self._flush()

    def _flush(self):
        self.env.flush_all()
        self.cr.flush()

    def test_lead_shows_the_customer_s_data_after_every_change(self):
        self.partner.write(
            {"phone": "+972 3 555 0109", "street": "Allenby 1", "city": "Tel Aviv"}
        )
        self.assertRecordValues(
            self.lead,
            [{"phone": "+972 3 555 0109", "street": "Allenby 1", "city": "Tel Aviv"}],
        )

    def test_write_from_the_lead_reaches_the_customer_with_a_trace(self):
        lead = self.lead.with_context(crm_cards_ask=True)  # a person at a screen
        lead.write({"phone": "+972 3 555 0110", "street": "Allenby 2"})
        self.assertEqual(self.partner.phone, "+972 3 555 0110")
        self.assertEqual(self.partner.street, "Allenby 2")
        self._flush()
        message = self.partner.message_ids[0]
        self.assertIn("Changed on the opportunity", message.body)
        self.assertIn("phone", message.tracking_value_ids.field_id.mapped("name"))

    def test_partner_of_a_user_is_never_touched(self):
        user = new_test_user(self.env, login="colleague", email="colleague@example.com")
        lead = self.env["crm.lead"].create(
            {"name": "Own", "partner_id": user.partner_id.id}
        )
        lead.write({"email_from": "other@example.com", "phone": "+972 3 555 0199"})
        self.assertEqual(user.email, "colleague@example.com")
        self.assertFalse(user.partner_id.phone)

    def test_swapping_the_customer_leaves_nothing_of_the_former(self):
        other = self._create_partner("Other")
        self.lead.partner_id = other
        self.assertRecordValues(
            self.lead,
            [{"phone": False, "email_from": False, "street": False, "website": False}],
        )
        self.assertFalse(other.phone)
        self.assertEqual(self.partner.phone, "+972 3 555 0101")
