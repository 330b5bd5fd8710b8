"""Whose an activity is, and that it stays so."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common_activity import ActivityCase


@tagged("post_install", "-at_install")
class TestActivityCustomer(ActivityCase):
    def test_customer_of_each_kind_of_document(self):
        lead = self.env["crm.lead"].create(
            {"name": "Paper", "partner_id": self.contact.id}
        )
        project = self._create_project("Press", partner_id=self.customer.id)
        task = self.env["project.task"].create(
            {"name": "Install", "project_id": project.id}
        )
        order = self._create_order(self.customer)
        invoice = self._create_invoice_of(self.contact)
        for document in (self.contact, lead, task, order, invoice, project):
            with self.subTest(document._name):
                activity = self._plan(document)
                self.assertEqual(activity.card_customer_id, self.customer)
        self.assertEqual(self._plan(lead).card_opportunity_id, lead)

    def test_customer_of_a_free_activity_is_chosen_and_then_fixed(self):
        activity = self._plan(False, card_customer_id=self.customer.id)
        other = self._create_partner("Other")
        with self.assertRaises(UserError):
            activity.card_customer_id = other
        self.assertEqual(activity.card_customer_id, self.customer)

    def test_another_customer_than_the_documents_is_refused(self):
        other = self._create_partner("Other")
        with self.assertRaisesRegex(ValidationError, "Customer: "):
            self._plan(self.contact, card_customer_id=other.id)

    def test_activity_follows_its_lead(self):
        lead = self.env["crm.lead"].create({"name": "Paper"})
        done = self._plan(lead)
        activity = self._plan(lead)
        done.action_feedback(feedback="Called")
        self.assertFalse(activity.card_customer_id)
        lead.partner_id = self.contact
        self.assertEqual(activity.card_customer_id, self.customer)
        self.assertEqual(done.card_customer_id, self.customer)

    def test_activity_follows_the_project_of_its_task(self):
        project = self._create_project("A")
        task = self.env["project.task"].create(
            {"name": "Install", "project_id": project.id}
        )
        activity = self._plan(task)
        task.project_id = self._create_project("B", partner_id=self.customer.id)
        self.assertEqual(activity.card_customer_id, self.customer)

    def test_history_stays_with_the_company_a_person_leaves(self):
        other = self._create_partner("Other")
        done = self._plan(self.contact)
        activity = self._plan(self.contact)
        done.action_feedback(feedback="Called")
        self.contact.parent_id = other
        self.assertEqual(activity.card_customer_id, other)
        self.assertEqual(done.card_customer_id, self.customer)

    def test_history_of_a_person_follows_into_his_company(self):
        person = self._create_partner("Person", is_company=False)
        done = self._plan(person)
        done.action_feedback(feedback="Called")
        person.parent_id = self.customer
        self.assertEqual(done.card_customer_id, self.customer)

    def test_participant_of_another_customer_is_refused(self):
        other = self._create_partner("Other")
        self._plan(card_contact_ids=[(4, self.contact.id)])
        with self.assertRaisesRegex(ValidationError, "Contact persons: Other"):
            self._plan(card_contact_ids=[(4, other.id)])

    def test_participant_who_changes_company_stays_with_his_activity(self):
        other = self._create_partner("Other")
        activity = self._plan(self.contact, card_contact_ids=[(4, self.contact.id)])
        self.contact.parent_id = other
        self.assertEqual(activity.card_customer_id, other)
        self.assertEqual(activity.card_contact_ids, self.contact)

    def test_opportunity_of_a_quotation(self):
        lead = self.env["crm.lead"].create(
            {"name": "Paper", "partner_id": self.customer.id}
        )
        order = self._create_order(self.customer, opportunity_id=lead.id)
        self.assertEqual(self._plan(order).card_opportunity_id, lead)
        dialog = self.env["mail.activity.schedule"].with_context(
            active_model="sale.order", active_ids=order.ids
        )
        self.assertEqual(dialog.new({}).card_opportunity_id, lead)

    def test_opportunity_of_another_customer_is_refused(self):
        lead = self.env["crm.lead"].create(
            {"name": "Paper", "partner_id": self._create_partner("Other").id}
        )
        activity = self._plan()
        with self.assertRaises(ValidationError) as refusal:
            activity.card_opportunity_id = lead
        self.assertIn("Opportunity: ", str(refusal.exception))

    def test_opportunity_of_the_former_customer_is_dropped(self):
        lead = self.env["crm.lead"].create(
            {"name": "Paper", "partner_id": self.customer.id}
        )
        order = self._create_order(self.customer)
        activity = self._plan(order, card_opportunity_id=lead.id)
        order.partner_id = self._create_partner("Other")
        self.assertFalse(activity.card_opportunity_id)

    def test_closed_activity_stays_on_its_document(self):
        activity = self._plan(user=self.all_agent)
        activity.action_feedback(feedback="Called")
        other = self._create_partner("Other")
        with self.assertRaises(UserError):
            activity.with_user(self.all_agent).res_id = other.id

    def test_activity_moves_only_where_one_may_plan(self):
        lead = self.env["crm.lead"].create(
            {"name": "Paper", "user_id": self.accountant.id}
        )
        activity = self._plan(user=self.salesperson)
        leads = self.env["ir.model"]._get_id("crm.lead")
        with self.assertRaises(AccessError):
            activity.with_user(self.salesperson).write(
                {"res_model_id": leads, "res_id": lead.id}
            )
        lead.user_id = self.salesperson
        activity.with_user(self.salesperson).write(
            {"res_model_id": leads, "res_id": lead.id}
        )
        self.assertEqual(activity.card_opportunity_id, lead)

    def test_trail_of_hands(self):
        activity = self._plan(user=self.all_agent)
        activity.with_context(card_hand_note="Please").user_id = self.own_agent
        first, second = activity.card_hand_ids
        self.assertEqual(first.to_user_id, self.all_agent)
        self.assertEqual(second.from_user_id, self.all_agent)
        self.assertEqual(second.to_user_id, self.own_agent)
        self.assertEqual(second.note, "Please")
        self.assertEqual(activity.card_from_id, self.env.user)
        self.assertEqual(activity.card_asked_by_id, self.env.user)
