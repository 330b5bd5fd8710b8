"""Whose activities a user sees, on every route."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_activity import ActivityCase


@tagged("post_install", "-at_install")
class TestActivityAccess(ActivityCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        team = cls.env["crm.team"].create({"name": "North"})
        cls.mate = cls.salesperson
        team.member_ids = cls.team_agent + cls.mate

    def _seen(self, activities, user):
        found = self.env["crm.cards.activity"].with_user(user)
        domain = [("id", "in", activities.ids)]
        lines = found.search(domain)
        self.assertEqual(found.search_count(domain), len(lines))
        groups = found._read_group(domain, ["user_id"], ["__count"])
        self.assertEqual(sum(count for _user, count in groups), len(lines))
        direct = self.env["mail.activity"].with_user(user).search(domain)
        self.assertEqual(direct.ids, sorted(lines.ids))
        for activity in activities:
            line = found.browse(activity.id)
            self.assertEqual(line.has_access("read"), line in lines)
            direct = activity.with_user(user)
            self.assertEqual(direct.has_access("read"), line in lines)
        return activities.browse(lines.ids)

    def test_scopes(self):
        of_mate = self._plan(user=self.mate)
        of_stranger = self._plan(user=self.administrator)
        of_own = self._plan(user=self.own_agent)
        shared = self._plan(
            user=self.administrator, card_colleague_ids=[(4, self.own_agent.id)]
        )
        activities = of_mate + of_stranger + of_own + shared
        self.assertEqual(self._seen(activities, self.own_agent), of_own + shared)
        self.assertEqual(self._seen(activities, self.team_agent), of_mate)
        self.assertEqual(self._seen(activities, self.all_agent), activities)

    def test_former_member_is_no_mate(self):
        activity = self._plan(user=self.mate)
        self.assertEqual(self._seen(activity, self.team_agent), activity)
        membership = self.mate.crm_team_member_ids
        membership.filtered(
            lambda line: line.crm_team_id.name == "North"
        ).active = False
        self.assertFalse(self._seen(activity, self.team_agent))

    def test_without_a_scope_documents_decide(self):
        activity = self._plan(user=self.mate)
        private = self._plan(user=self.mate, card_private=True)
        self.assertEqual(
            self._seen(activity + private, self.salesperson), activity + private
        )
        self.assertEqual(self._seen(activity + private, self.accountant), activity)

    def test_private(self):
        private = self._plan(user=self.mate, card_private=True)
        self.assertFalse(self._seen(private, self.all_agent))
        self.assertFalse(self._seen(private, self.team_agent))
        self.assertEqual(self._seen(private, self.mate), private)
        with self.assertRaises(AccessError):
            private.with_user(self.all_agent).summary = "Mine"
        chatter = self.customer.with_user(self.all_agent).activity_ids
        self.assertFalse(chatter)

    def test_document_that_may_not_be_read_hides_its_activities(self):
        lead = self.env["crm.lead"].create(
            {"name": "Paper", "partner_id": self.customer.id, "user_id": self.mate.id}
        )
        activity = self._plan(lead, user=self.mate)
        self.assertEqual(self._seen(activity, self.all_agent), activity)
        own_leads = self.env.ref("sales_team.group_sale_salesman")
        all_leads = self.env.ref("sales_team.group_sale_salesman_all_leads")
        self.all_agent.group_ids += own_leads
        self.all_agent.group_ids -= all_leads
        self.assertFalse(self._seen(activity, self.all_agent))

    def test_trail_is_seen_as_far_as_the_activity(self):
        hidden = self._plan(user=self.mate)
        shown = self._plan(user=self.own_agent)
        hands = self.env["crm.cards.activity.hand"].with_user(self.own_agent)
        found = hands.search([("activity_id", "in", (hidden + shown).ids)])
        self.assertEqual(found.activity_id, shown)
        with self.assertRaises(AccessError):
            found.note = "Changed"
        with self.assertRaises(AccessError):
            found.unlink()
