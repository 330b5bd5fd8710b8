"""When people leave, their work is handed over or waits for somebody."""

from odoo.exceptions import UserError, ValidationError
from odoo.tests import HttpCase, freeze_time, new_test_user, tagged

from .common_activity_bulk import BulkCase


class HandoverCase(BulkCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref("base.group_system")
        cls.leaver = cls._create_user(
            login="handover_leaver",
            name="Noa Leaver",
            groups="sales_team.group_sale_salesman_all_leads",
        )
        cls.customer.user_id = cls.leaver
        cls.lead = cls.env["crm.lead"].create(
            {
                "name": "Paper",
                "partner_id": cls.customer.id,
                "user_id": cls.leaver.id,
            }
        )

    def setUp(self):
        super().setUp()
        self.activity = self._plan(user=self.leaver)
        self.done = self._plan(user=self.leaver)
        self.done.action_feedback(feedback="Called")

    def _plan_free(self, **values):
        # To Odoo, activities without a document are one's own affair.
        activities = self.env["mail.activity"].sudo()
        vals = {"activity_type_id": self.task_type.id, "user_id": self.leaver.id}
        return activities.create({**vals, **values}).sudo(False)

    def _create_handover(self, **values):
        return self.env["crm.cards.handover"].create(
            {
                "user_id": self.leaver.id,
                "activity_user_id": self.own_agent.id,
                "customer_user_id": self.team_agent.id,
                "opportunity_user_id": self.all_agent.id,
                **values,
            }
        )

    def _assert_assigned(self, activity, customer, lead):
        self.assertEqual(self.activity.user_id, activity)
        self.assertEqual(self.customer.user_id, customer)
        self.assertEqual(self.lead.user_id, lead)

    def _assert_parked(self, activity):
        self.assertRecordValues(
            activity,
            [{"active": True, "user_id": False, "card_parked_from_id": self.leaver.id}],
        )
        found = self.env["crm.cards.activity"].search(
            [("card_parked_from_id", "=", self.leaver.id), ("id", "=", activity.id)]
        )
        self.assertTrue(found)


@tagged("post_install", "-at_install")
class TestActivityParking(HandoverCase):
    def test_archiving_by_code_parks(self):
        self.leaver.action_archive()
        self.assertFalse(self.leaver.active)
        self._assert_parked(self.activity)
        self.assertEqual(self.done.user_id, self.leaver)
        self.assertEqual(self.customer.user_id, self.leaver)

    def test_writing_active_parks(self):
        self.leaver.active = False
        self._assert_parked(self.activity)

    def test_free_activities_move_to_a_partner(self):
        of_customer = self._plan_free(card_customer_id=self.customer.id)
        of_nobody = self._plan_free()
        self.leaver.action_archive()
        for activity, partner in (
            (of_customer, self.customer),
            (of_nobody, self.leaver.partner_id),
        ):
            self._assert_parked(activity)
            self.assertEqual(activity.res_model, "res.partner")
            self.assertEqual(activity.res_id, partner.id)

    def test_deleting_a_user_keeps_what_was_done(self):
        free = self._plan_free(card_customer_id=self.customer.id)
        free.action_feedback(feedback="Called")
        self.customer.user_id = False
        self.lead.user_id = False
        self.leaver.unlink()
        activities = self.activity + self.done + free
        self.assertEqual(len(activities.exists()), 3)
        self.assertFalse(activities.user_id)
        self.assertEqual(set(activities.mapped("card_former_user")), {"Noa Leaver"})
        self.assertEqual(activities.mapped("active"), [True, False, False])

    def test_leader_of_the_team_gets_one_notice(self):
        team = self.env["crm.team"].create(
            {"name": "North", "user_id": self.team_agent.id}
        )
        team.member_ids = self.leaver
        self._plan(user=self.leaver)
        with self.mock_mail_gateway():
            self.leaver.action_archive()
            self.env.cr.flush()
        mail = self._mails_to(self.team_agent)
        self.assertEqual(len(mail), 1)
        self.assertIn("Noa Leaver", mail.body)
        self.assertIn(": 2", mail.body)

    def test_superior_gets_the_notice_when_there_is_no_team(self):
        employees = self.env["hr.employee"].sudo()
        superior = employees.create({"name": "Boss", "user_id": self.all_agent.id})
        employees.create(
            {"name": "Noa", "user_id": self.leaver.id, "parent_id": superior.id}
        )
        with self.mock_mail_gateway():
            self.leaver.action_archive()
            self.env.cr.flush()
        self.assertEqual(len(self._mails_to(self.all_agent)), 1)

    def test_whoever_archives_gets_the_notice_otherwise(self):
        self.env.user.notification_type = "email"
        self.env.user.email = "me@example.com"
        with self.mock_mail_gateway():
            self.leaver.action_archive()
            self.env.cr.flush()
        self.assertEqual(len(self._mails_to(self.env.user)), 1)

    def test_taking_a_parked_activity(self):
        self.leaver.action_archive()
        self.activity.user_id = self.own_agent
        self.assertFalse(self.activity.card_parked_from_id)


@tagged("post_install", "-at_install")
class TestActivityHandover(HandoverCase):
    def test_archiving_at_a_screen_asks_first(self):
        action = self.leaver.with_context(crm_cards_ask=True).action_archive()
        self.assertEqual(action["res_model"], "crm.cards.handover")
        self.assertEqual(action["context"]["default_user_id"], self.leaver.id)
        self.assertTrue(self.leaver.active)
        self.assertEqual(self.activity.user_id, self.leaver)

    def test_archiving_at_a_screen_does_not_ask_about_nothing(self):
        user = new_test_user(self.env, login="handover_idle")
        user.with_context(crm_cards_ask=True).action_archive()
        self.assertFalse(user.active)

    def test_archiving_several_prepares_a_draft_for_each(self):
        self._plan(user=self.own_agent)
        users = (self.leaver + self.own_agent).with_context(crm_cards_ask=True)
        action = users.action_archive()
        drafts = self.env["crm.cards.handover"].search(action["domain"])
        self.assertEqual(drafts.user_id, self.leaver + self.own_agent)
        self.assertTrue(all(users.mapped("active")))

    def test_hand_over_and_archive(self):
        handover = self._create_handover()
        self.assertRecordValues(
            handover,
            [{"activity_count": 1, "customer_count": 1, "opportunity_count": 1}],
        )
        with self.mock_mail_gateway():
            handover.with_context(crm_cards_ask=True).action_hand_over_and_archive()
            self.env.cr.flush()
        self._assert_assigned(self.own_agent, self.team_agent, self.all_agent)
        self.assertFalse(self.leaver.active)
        self.assertEqual(self.done.user_id, self.leaver)
        self.assertEqual(handover.state, "done")
        self.assertEqual(len(handover.line_ids), 3)
        hand = self.activity.card_hand_ids[-1]
        self.assertEqual(hand.from_user_id, self.leaver)
        self.assertIn("Noa Leaver", hand.note)
        for user, words in (
            (self.own_agent, "Noa Leaver, open activities: 1"),
            (self.team_agent, "Noa Leaver, customers: 1"),
            (self.all_agent, "Noa Leaver, opportunities: 1"),
        ):
            mail = self._mails_to(user)
            self.assertEqual(len(mail), 1)
            self.assertIn(words, mail.body)
        self.assertEqual(len(self._new_mails), 3, "nothing else is left to be told")

    def test_one_who_gets_everything_is_told_once(self):
        self._plan(user=self.leaver)
        handover = self._create_handover(
            customer_user_id=self.own_agent.id, opportunity_user_id=self.own_agent.id
        )
        with self.mock_mail_gateway():
            handover.action_hand_over()
            self.env.cr.flush()
        mail = self._mails_to(self.own_agent)
        self.assertEqual(len(mail), 1)
        for words in ("open activities: 2", "customers: 1", "opportunities: 1"):
            self.assertIn(words, mail.body)
        self.assertIn("mail.mail_activity_action_my", mail.body)
        self.assertNotIn("recurring", mail.body)
        self.assertEqual(len(self._new_mails), 1)

    def test_one_who_hands_over_to_himself_or_gets_nothing_is_not_told(self):
        self.lead.user_id = False
        handover = self._create_handover(customer_user_id=self.env.user.id)
        with self.mock_mail_gateway():
            handover.action_hand_over()
            self.env.cr.flush()
        self.assertEqual(self._new_mails, self._mails_to(self.own_agent))

    # -- what the leaver kept in motion ---------------------------------------

    def _close_series_of_leaver(self):
        with freeze_time("2027-03-01 12:00:00"):
            activity = self._plan(
                user=self.leaver,
                date_deadline="2027-03-01",
                card_repeat=True,
                card_repeat_next="date",
                card_repeat_unit="weeks",
                card_repeat_interval=1,
            )
            activity.action_feedback()
        return activity.card_series_id

    def _continue(self, series, day):
        with freeze_time(f"{day} 12:00:00"), self.enter_registry_test_mode():
            cron = self.env.ref("crm_cards.ir_cron_crm_cards_activity_series")
            cron.method_direct_trigger()
        self.env.invalidate_all()
        return series.last_activity_id

    def test_delegated_work_reports_to_the_successor(self):
        delegated = self._plan(user=self.team_agent, card_asked_by_id=self.leaver.id)
        own = self._plan(user=self.leaver, card_asked_by_id=self.leaver.id)
        closed = self._plan(user=self.team_agent, card_asked_by_id=self.leaver.id)
        closed.action_feedback()
        handover = self._create_handover()
        self.assertEqual(handover.asked_count, 1)
        with self.mock_mail_gateway():
            handover.action_hand_over()
            self.env.cr.flush()
        self.assertIn("be reported to you: 1", self._mails_to(self.own_agent).body)
        self.assertEqual(delegated.card_asked_by_id, self.own_agent)
        self.assertEqual(delegated.user_id, self.team_agent)
        self.assertFalse(delegated.card_hand_ids.filtered("note"))
        self.assertEqual((own + closed).card_asked_by_id, self.leaver)
        handover.action_undo()
        self.assertEqual(delegated.card_asked_by_id, self.leaver)
        self.assertEqual(own.user_id, self.leaver)

    def test_undo_leaves_who_asked_if_somebody_else_does_now(self):
        delegated = self._plan(user=self.team_agent, card_asked_by_id=self.leaver.id)
        handover = self._create_handover()
        handover.action_hand_over()
        delegated.card_asked_by_id = self.all_agent
        handover.action_undo()
        self.assertEqual(delegated.card_asked_by_id, self.all_agent)

    def test_parking_leaves_who_asked(self):
        delegated = self._plan(user=self.team_agent, card_asked_by_id=self.leaver.id)
        self._create_handover().action_park_and_archive()
        self.assertEqual(delegated.card_asked_by_id, self.leaver)

    def test_one_who_only_delegates_is_asked_about_too(self):
        boss = new_test_user(self.env, login="handover_boss")
        self._plan(user=self.team_agent, card_asked_by_id=boss.id)
        action = boss.with_context(crm_cards_ask=True).action_archive()
        self.assertEqual(action["res_model"], "crm.cards.handover")

    def test_series_that_waits_for_its_date_goes_to_the_successor(self):
        series = self._close_series_of_leaver()
        closed = series.last_activity_id
        handover = self._create_handover()
        with self.mock_mail_gateway():
            handover.action_hand_over_and_archive()
            self.env.cr.flush()
        self.assertIn("recurring activities: 1", self._mails_to(self.own_agent).body)
        activity = self._continue(series, "2027-03-08")
        self.assertRecordValues(
            activity,
            [{"user_id": self.own_agent.id, "card_parked_from_id": False}],
        )
        self.assertEqual(activity.card_series_number, 2)
        self.assertEqual(closed.user_id, self.leaver, "history stays as it was")

    def test_undo_gives_the_series_back(self):
        series = self._close_series_of_leaver()
        handover = self._create_handover()
        handover.action_hand_over()
        handover.action_undo()
        self.assertEqual(series.user_id, self.leaver)
        self.assertEqual(self._continue(series, "2027-03-08").user_id, self.leaver)

    def test_park_and_archive(self):
        self._create_handover().action_park_and_archive()
        self._assert_parked(self.activity)
        self.assertEqual(self.customer.user_id, self.leaver)
        self.assertFalse(self.leaver.active)

    def test_lost_opportunities_stay_with_the_leaver(self):
        self.lead.action_set_lost()
        self._create_handover().action_hand_over()
        self.assertEqual(self.lead.user_id, self.leaver)

    def test_not_twice(self):
        handover = self._create_handover()
        handover.action_hand_over()
        with self.assertRaises(UserError):
            handover.action_hand_over()

    def test_recipient_must_be_an_active_colleague(self):
        with self.assertRaisesRegex(ValidationError, "Activities go to: "):
            self._create_handover(activity_user_id=self.leaver.id)
        self.own_agent.action_archive()
        with self.assertRaisesRegex(ValidationError, "Activities go to: "):
            self._create_handover()

    def test_returning_at_a_screen_offers_undo(self):
        handover = self._create_handover()
        handover.action_hand_over_and_archive()
        action = self.leaver.with_context(crm_cards_ask=True).action_unarchive()
        self.assertEqual(action["res_model"], "crm.cards.handover")
        self.assertEqual(action["res_id"], handover.id)

    def test_undo_restores_what_nobody_changed(self):
        changed = self._plan(user=self.leaver)
        closed = self._plan(user=self.leaver)
        handover = self._create_handover()
        handover.action_hand_over_and_archive()
        with self.assertRaisesRegex(UserError, "Reactivate"):
            handover.action_undo()
        changed.user_id = self.all_agent
        closed.action_feedback()
        self.customer.user_id = self.all_agent
        self.leaver.action_unarchive()
        handover.action_undo()
        self._assert_assigned(self.leaver, self.all_agent, self.leaver)
        self.assertEqual(changed.user_id, self.all_agent)
        self.assertEqual(closed.user_id, self.own_agent)
        self.assertEqual(handover.state, "undone")
        self.assertEqual(
            handover.line_ids.filtered("is_undone").mapped("res_id"),
            [
                self.activity.id,
                self.lead.id,
            ],
        )
        with self.assertRaises(UserError):
            handover.action_undo()

    def test_undo_of_parking(self):
        taken = self._plan(user=self.leaver)
        self.leaver.action_archive()
        taken.user_id = self.own_agent
        taken.user_id = False
        self.leaver.action_unarchive()
        handover = self.env["crm.cards.handover"].search(
            [("user_id", "=", self.leaver.id)]
        )
        handover.action_undo()
        self.assertEqual(self.activity.user_id, self.leaver)
        self.assertFalse(self.activity.card_parked_from_id)
        self.assertFalse(taken.user_id)

    def _run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("crm_cards.ir_cron_crm_cards_handover").method_direct_trigger()

    def test_later_date_is_carried_out_by_itself(self):
        with freeze_time("2026-03-04 12:00:00"):
            handover = self._create_handover(date_from="2026-03-06")
            handover.action_hand_over_and_archive()
            self.assertEqual(handover.state, "scheduled")
            self._run_cron()
            self.assertEqual(self.activity.user_id, self.leaver)
        with freeze_time("2026-03-06 00:30:00"):
            self._run_cron()
        self._assert_assigned(self.own_agent, self.team_agent, self.all_agent)
        self.assertFalse(self.leaver.active)
        self.assertEqual(handover.state, "done")

    def test_recipient_who_left_meanwhile_gets_nothing(self):
        handover = self._create_handover(date_from="2026-03-06")
        with freeze_time("2026-03-04 12:00:00"):
            handover.action_hand_over()
        (self.own_agent + self.team_agent).action_archive()
        with freeze_time("2026-03-06 12:00:00"):
            self._run_cron()
        self._assert_parked(self.activity)
        self.assertEqual(self.customer.user_id, self.leaver)

    def test_number_of_queries_does_not_grow(self):
        counts = []
        for size in (3, 3, 90):  # the first fills the caches
            user = new_test_user(
                self.env,
                login=f"handover_{len(counts)}",
                groups="sales_team.group_sale_salesman_all_leads",
            )
            partners = self.env["res.partner"].create(
                [
                    {"name": f"Customer {index}", "user_id": user.id}
                    for index in range(size)
                ]
            )
            self.env["crm.lead"].create(
                [
                    {"name": "Paper", "partner_id": partner.id, "user_id": user.id}
                    for partner in partners
                ]
            )
            self.env["mail.activity"].create(self._prepare_vals(partners, user))
            handover = self._create_handover(user_id=user.id)
            counts.append(self._count_queries(handover.action_hand_over_and_archive))
            self.assertEqual(len(handover.line_ids), 3 * size)
        self.assertLessEqual(counts[2], counts[1] + 5, counts)


@tagged("post_install", "-at_install")
class TestActivityHandoverRpc(HandoverCase, HttpCase):
    def test_archiving_in_the_list_asks_first(self):
        self.env.user.password = "some_password"
        self.authenticate(self.env.user.login, "some_password")
        action = self.make_jsonrpc_request(
            "/web/dataset/call_kw/res.users/action_archive",
            {
                "model": "res.users",
                "method": "action_archive",
                "args": [self.leaver.ids],
                "kwargs": {},
            },
        )
        self.env.invalidate_all()
        self.assertEqual(action["res_model"], "crm.cards.handover")
        self.assertTrue(self.leaver.active)

    def test_archiving_by_code_that_a_person_starts_does_not_ask(self):
        """Code that a person starts does not show what it gets back."""
        action = self.env["ir.actions.server"].create(
            {
                "name": "Archive",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "state": "code",
                "code": f"env['res.users'].browse({self.leaver.id}).action_archive()",
            }
        )
        self.env.user.password = "some_password"
        self.authenticate(self.env.user.login, "some_password")
        self.make_jsonrpc_request(
            "/web/action/run",
            {
                "action_id": action.id,
                "context": {"active_model": "res.partner", "active_id": 1},
            },
        )
        self.env.invalidate_all()
        self.assertFalse(self.leaver.active)
        self._assert_parked(self.activity)
