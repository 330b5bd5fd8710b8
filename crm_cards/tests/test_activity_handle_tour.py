from odoo import fields
from odoo.tests import HttpCase, tagged

from .common_activity import ActivityCase


@tagged("post_install", "-at_install")
class TestActivityHandleTour(ActivityCase, HttpCase):
    """The dialog in a real browser, from the chatter and from a board."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.all_agent.password = cls.all_agent.login
        # Not the login notice but the work is to be toured.
        cls.env["ir.config_parameter"].set_param("crm_cards.startup_done", "1")

    def test_plan_pass_on_and_close_with_hours_and_km(self):
        colleague = self._create_user(
            login="piotr",
            name="Piotr Serwis",
            groups="sales_team.group_sale_salesman_all_leads",
        )
        self.start_tour(
            f"/odoo/res.partner/{self.customer.id}",
            "crm_cards_activity_handle",
            login=self.all_agent.login,
        )
        activities = self.env["mail.activity"].sudo().with_context(active_test=False)
        activity = activities.search([("card_customer_id", "=", self.customer.id)])
        self.assertEqual(activity.activity_type_id, self.visit_type)
        self.assertFalse(activity.active)
        self.assertEqual(activity.user_id, colleague)
        self.assertEqual(activity.card_hand_ids.note, "Ring twice")
        self.assertEqual(activity.card_done_by_id, self.all_agent)
        self.assertEqual(activity.card_hours, 1.5)
        self.assertEqual(activity.card_distance, 40)
        self.assertEqual(activity.feedback, "Changed the roller")
        self.assertEqual(activity.summary, "Paper jam in tray 2")
        self.assertEqual(activity.calendar_event_id.name, activity.summary)

    def test_popover_of_a_pipeline(self):
        lead = self.env["crm.lead"].create(
            {
                "name": "Second machine",
                "partner_id": self.customer.id,
                "type": "opportunity",
                "user_id": self.all_agent.id,
            }
        )
        activity = self._plan(
            lead,
            activity_type_id=self.call_type.id,
            summary="Call back",
            user=self.all_agent,
        )
        self.start_tour(
            "/odoo/crm",
            "crm_cards_activity_handle_popover",
            login=self.all_agent.login,
        )
        self.assertFalse(activity.active)
        self.assertEqual(activity.feedback, "Called")

    def test_upload_in_the_chatter(self):
        kind = self.env["mail.activity.type"].create(
            {
                "name": "Contract",
                "category": "upload_file",
                "card_ask_outcome": "required",
            }
        )
        activity = self._plan(
            activity_type_id=kind.id, summary="Signed contract", user=self.all_agent
        )
        self.start_tour(
            f"/odoo/res.partner/{self.customer.id}",
            "crm_cards_activity_handle_upload",
            login=self.all_agent.login,
        )
        self.assertFalse(activity.active)
        self.assertTrue(activity.card_outcome_id)
        files = self.customer.message_ids[0].attachment_ids
        self.assertEqual(files.mapped("name"), ["contract.txt"])

    def test_clock_in_the_top_bar(self):
        activity = self._plan(
            summary="Count the paper",
            user=self.all_agent,
            date_deadline=fields.Date.today(),
        )
        self.start_tour(
            "/odoo", "crm_cards_activity_handle_systray", login=self.all_agent.login
        )
        self.assertFalse(activity.active)
        self.assertEqual(activity.feedback, "Counted")
