"""Who may open the dialog, of which activities, and from which screens."""

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common_activity_close import HandleCase


@tagged("post_install", "-at_install")
class TestActivityHandleScope(HandleCase):
    def test_closed_meanwhile(self):
        activity = self._plan()
        form = self._open(activity)
        form.feedback = "Called"
        wizard = form.save()
        activity.with_user(self.all_agent).action_feedback(feedback="Called first")
        with self.assertRaisesRegex(UserError, "closed already, by activity_all"):
            wizard.action_apply()
        self.assertEqual(activity.feedback, "Called first")
        with self.assertRaisesRegex(UserError, "closed already"):
            activity.action_card_handle()

    def test_who_may_not_write_is_told_whom_to_ask(self):
        stranger = new_test_user(
            self.env,
            login="stranger",
            groups="base.group_user,crm_cards.crm_cards_group_activity_all",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        activity = self._plan(
            user=self.all_agent, card_colleague_ids=[(4, stranger.id)]
        )
        with self.assertRaisesRegex(AccessError, "may not handle Do. Ask activity_all"):
            activity.with_user(stranger).action_card_handle()

    def test_several_are_closed_at_once(self):
        activities = self._plan() | self._plan(self.contact)
        activities[0].feedback = "Wrote"
        form = self._open(activities)
        self.assertEqual(form.activity_count, 2)
        self.assertFalse(form.activity_id)
        form.feedback = "Done"
        form.save().action_apply()
        self.assertEqual(activities.mapped("active"), [False, False])
        self.assertEqual(activities.mapped("feedback"), ["Wrote\nDone", "Done"])

    def test_several_that_require_answers_are_refused(self):
        activities = self._plan() | self._plan_visit()
        with self.assertRaisesRegex(UserError, "one by one.*Service visit"):
            activities.action_card_handle()

    def test_rows_of_the_lists_open_the_same_dialog(self):
        activity = self._plan()
        row = self.env["crm.cards.activity"].browse(activity.id)
        self.assertEqual(row.action_card_handle(), activity.action_card_handle())

    def test_overdue_balance_beside_a_collection_call(self):
        invoice = self._create_invoice_of(
            self.customer, invoice_date_due="2026-03-02", invoice_payment_term_id=False
        )
        invoice.action_post()
        kind = self.env.ref("crm_cards.mail_activity_type_collection")
        call = self._plan(activity_type_id=kind.id, user=self.accountant)
        form = self._open(call, self.accountant)
        self.assertTrue(form.is_overdue_shown)
        self.assertEqual(form.overdue, 100)
        self.assertFalse(self._open(self._plan(), self.accountant).is_overdue_shown)
        call.user_id = self.all_agent
        self.assertFalse(self._open(call, self.all_agent).is_overdue_shown)


@tagged("post_install", "-at_install")
class TestActivityHandleDocuments(HandleCase):
    """Planned in the dialog of a document, handled there."""

    def _plan_on(self, document):
        wizard = self.env["mail.activity.schedule"].with_context(
            active_model=document._name,
            active_id=document.id,
            active_ids=document.ids,
            crm_cards_ask=True,
        )
        form = Form(wizard)
        self.assertEqual(form.card_customer_id, self.customer)
        form.activity_type_id = self.visit_type
        form.summary = "Look at the press"
        form.save()._action_schedule_activities()
        return document.activity_ids

    def _handle(self, activity, **answers):
        form = self._open(activity)
        form.feedback = "Measured"
        form.outcome_id = self.solved
        form.hours = 1
        form.distance = 12
        for fname, value in answers.items():
            form[fname] = value
        form.save().action_apply()
        self.assertFalse(activity.active)
        document = self.env[activity.res_model].browse(activity.res_id)
        self.assertIn("Measured", document.message_ids[0].body)
        return document.activity_ids

    def test_quotation(self):
        order = self._create_order(self.customer)
        activity = self._plan_on(order)
        self.assertEqual(activity.card_customer_id, self.customer)
        self.assertEqual(self._open(activity).document_name, order.display_name)
        step = self._handle(activity, has_next_step=True)
        self.assertEqual(step.card_customer_id, self.customer)
        self.assertEqual((step.res_model, step.res_id), ("sale.order", order.id))
        row = self.env["crm.cards.activity"].browse(activity.id)
        self.assertEqual((row.card_customer_id, row.card_hours), (self.customer, 1))

    def test_opportunity(self):
        lead = self.env["crm.lead"].create(
            {
                "name": "Second machine",
                "partner_id": self.contact.id,
                "type": "opportunity",
            }
        )
        activity = self._plan_on(lead)
        self.assertEqual(activity.card_opportunity_id, lead)
        form = self._open(activity)
        self.assertTrue(form.is_opportunity_fixed)
        step = self._handle(activity, has_next_step=True)
        self.assertEqual(step.card_opportunity_id, lead)
        self.assertEqual((step.res_model, step.res_id), ("crm.lead", lead.id))


@tagged("post_install", "-at_install")
class TestActivityHandleScreens(HandleCase):
    def test_odoo_screens_open_our_dialogs(self):
        """Nothing closes or cancels past the dialogs."""
        screens = {
            "mail_activity_view_tree": (2, 2),
            "mail_activity_view_tree_open_target": (2, 2),
            "mail_activity_view_tree_without_record_access": (2, 2),
            "mail_activity_view_kanban_open_target": (1, 1),
            "mail_activity_view_form_popup": (1, 0),
            "mail_activity_view_form": (0, 0),
            "mail_activity_view_form_without_record_access": (1, 0),
        }
        past = ("action_done", "action_feedback", "action_cancel", "unlink")
        for name, (handling, cancelling) in screens.items():
            with self.subTest(name):
                view = self.env.ref(f"mail.{name}")
                arch = self.env["mail.activity"].get_view(view.id, view.type)["arch"]
                buttons = [
                    button.get("name")
                    for button in etree.fromstring(arch).iter("button")
                ]
                self.assertEqual(buttons.count("action_card_handle"), handling)
                self.assertEqual(buttons.count("action_ask_cancel"), cancelling)
                self.assertFalse(
                    [button for button in buttons if button and button.startswith(past)]
                )
