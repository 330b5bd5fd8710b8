"""Many activities at once: one mail for each person, a fixed number of queries."""

from datetime import date

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common_activity_bulk import BulkCase


@tagged("post_install", "-at_install")
class TestActivityBulk(BulkCase):
    def _create_partners(self, size):
        return self.env["res.partner"].create(
            [{"name": f"Customer {index}", "is_company": True} for index in range(size)]
        )

    def test_planning_many_for_others_sends_one_mail_each(self):
        partners = self._create_partners(6)
        users = self.own_agent + self.team_agent
        with self.mock_mail_gateway():
            activities = self.env["mail.activity"].create(
                self._prepare_vals(partners, users)
            )
            self.env.cr.flush()
        self.assertEqual(activities.mapped("res_name"), partners.mapped("display_name"))
        for user in users:
            mail = self._mails_to(user)
            self.assertEqual(len(mail), 1)
            for activity in activities.filtered(lambda act, u=user: act.user_id == u):
                self.assertIn(activity.summary, mail.body)
                self.assertIn(activity.res_name, mail.body)

    def test_single_activity_keeps_the_mail_of_odoo(self):
        with self.mock_mail_gateway():
            self._plan(user=self.own_agent)
            self.env.cr.flush()
        self.assertIn("Do", self._mails_to(self.own_agent).subject)
        message = self._mails_to(self.own_agent).mail_message_id
        self.assertEqual(message.model, "res.partner")
        self.assertEqual(message.res_id, self.customer.id)

    def test_passing_on_to_another_time_zone_sends_one_mail(self):
        """Which day an hour near midnight falls on depends on who has it."""
        self.visit_type.card_to_calendar = "ask"
        activities = self.env["mail.activity"].union(
            *(
                self._plan(
                    user=self.own_agent,
                    activity_type_id=self.visit_type.id,
                    card_start=start,
                    card_on_calendar=on_calendar,
                    summary=start,
                )
                for start in ("2026-07-09 10:00:00", "2026-07-09 21:30:00")
                for on_calendar in (False, True)
            )
        )
        activities += self._plan(user=self.own_agent, date_deadline="2026-07-20")
        before, after = date(2026, 7, 9), date(2026, 7, 10)
        self.assertEqual(activities[:4].mapped("date_deadline"), [before] * 4)
        self.all_agent.tz = "Asia/Jerusalem"
        with self.mock_mail_gateway():
            activities.write({"user_id": self.all_agent.id, "summary": "Now yours"})
            self.env.cr.flush()
        self.assertEqual(
            activities[:4].mapped("date_deadline"), [before, before, after, after]
        )
        mail = self._mails_to(self.all_agent)
        self.assertEqual(len(mail), 1)
        self.assertEqual(mail.body.count("Now yours"), 5)
        self.assertEqual(mail.body.count("07/10/2026"), 2)

    def test_number_of_queries_of_planning_and_passing_on(self):
        planning, passing = [], []
        users = self.own_agent + self.team_agent
        activities = self.env["mail.activity"]
        passed_on = {"user_id": self.all_agent.id}
        for size in (10, 10, 100, 1000):  # the first fills the caches
            partners = self._create_partners(size)
            vals_list = self._prepare_vals(partners, users)
            with self.mock_mail_gateway():
                planning.append(
                    self._count_queries(lambda vals=vals_list: activities.create(vals))
                )
                planned = activities.search(
                    [("res_model", "=", "res.partner"), ("res_id", "in", partners.ids)]
                )
                self.assertEqual(len(planned), size)
                passing.append(
                    self._count_queries(lambda some=planned: some.write(passed_on))
                )
            self.assertEqual(len(self._mails_to(self.all_agent)), 1)
        for counts in (planning, passing):
            _warm_up, ten, hundred, thousand = counts
            self.assertLessEqual(hundred, ten + 1, counts)
            # The ORM writes a hundred rows, and follows a thousand, at a time.
            self.assertLessEqual(thousand, ten + 60, counts)


@tagged("post_install", "-at_install")
class TestActivityReassign(BulkCase):
    def _open(self, activities, user=None):
        lines = self.env["crm.cards.activity"].browse(activities.ids)
        action = lines.with_user(user or self.all_agent).action_reassign()
        dialogs = self.env[action["res_model"]].with_user(user or self.all_agent)
        return dialogs.browse(action["res_id"])

    def _plan_hours(self, start, stop):
        return self._plan(user=self.own_agent, card_start=start, card_stop=stop)

    def _get_load(self, dialog, user):
        return dialog.load_ids.filtered(lambda line: line.user_id == user)

    @freeze_time("2026-03-04 12:00:00")
    def test_load_of_each_colleague(self):
        self._plan_hours("2026-03-05 08:00:00", "2026-03-05 10:30:00")
        self._plan_hours("2026-03-02 08:00:00", "2026-03-02 09:00:00")
        last_week = self._plan_hours("2026-02-25 08:00:00", "2026-02-25 12:00:00")
        self._plan(user=self.own_agent).action_feedback()
        self._plan(user=self.own_agent, date_deadline="2026-03-06")  # without hours
        dialog = self._open(last_week)
        self.assertRecordValues(
            self._get_load(dialog, self.own_agent),
            [{"open_count": 4, "overdue_count": 2, "planned_hours": 3.5}],
        )
        self.assertEqual(self._get_load(dialog, self.team_agent).open_count, 0)

    def test_week_begins_at_midnight_of_the_user_on_the_day_of_his_language(self):
        english = self.env["res.lang"].search([("code", "=", "en_US")])
        activity = self._plan_hours("2026-02-28 22:00:00", "2026-03-01 01:00:00")
        self._plan_hours("2026-03-01 20:00:00", "2026-03-02 00:00:00")
        for week_start, zone, now, hours in (
            ("7", "Europe/Warsaw", "2026-03-04 12:00:00", 6),  # from Saturday, 23:00
            ("1", "Europe/Warsaw", "2026-03-04 12:00:00", 1),  # from Sunday, 23:00
            ("1", "UTC", "2026-03-04 12:00:00", 0),
            ("1", "Europe/Warsaw", "2026-03-01 23:30:00", 1),  # on Monday already
            ("7", "Europe/Warsaw", "2026-02-28 22:30:00", 1),  # on Saturday still
        ):
            english.week_start = week_start
            self.all_agent.tz = zone
            with freeze_time(now):
                load = self._get_load(self._open(activity), self.own_agent)
            self.assertEqual(load.planned_hours, hours, (week_start, zone, now))

    def test_one_sees_the_load_one_may_see(self):
        self.env["crm.team"].create(
            {
                "name": "North",
                "member_ids": [
                    Command.set((self.own_agent + self.team_agent).ids),
                ],
            }
        )
        activity = self._plan(user=self.own_agent)
        team = self.own_agent + self.team_agent
        for user, seen in ((self.own_agent, self.own_agent), (self.team_agent, team)):
            dialog = self._open(activity, user)
            self.assertEqual(dialog.load_ids.user_id, seen)
        dialog = self._open(activity, self.own_agent)
        dialog.user_id = self.team_agent
        dialog.action_reassign()
        self.assertEqual(activity.user_id, self.team_agent)

    def test_many_go_to_one_with_a_note_and_one_mail(self):
        activities = self._plan(user=self.own_agent) + self._plan(user=self.own_agent)
        dialog = self._open(activities)
        dialog.write({"user_id": self.team_agent.id, "note": "Holiday"})
        with self.mock_mail_gateway():
            dialog.action_reassign()
            self.env.cr.flush()
        self.assertEqual(activities.user_id, self.team_agent)
        self.assertEqual(
            set(activities.card_hand_ids.mapped("note")), {False, "Holiday"}
        )
        self.assertEqual(activities.card_from_id, self.all_agent)
        self.assertEqual(len(self._mails_to(self.team_agent)), 1)

    def test_refused_activities_are_named(self):
        lead = self.env["crm.lead"].create({"name": "Paper"})
        refused = self._plan(lead, user=self.team_agent, summary="Not yours")
        activities = refused + self._plan(user=self.all_agent, summary="Yours")
        self.all_agent.group_ids -= self.env.ref(
            "sales_team.group_sale_salesman_all_leads"
        )
        with self.assertRaisesRegex(
            AccessError, r"of these activities \(1\): some that"
        ):
            self.env["crm.cards.activity.reassign"].with_user(self.all_agent)._open(
                activities.with_user(self.all_agent)
            )


@tagged("post_install", "-at_install")
class TestActivityDigest(BulkCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.crm_cards_activity_digest = True

    def _close(self, **values):
        activity = self._plan(
            user=self.own_agent, card_asked_by_id=self.team_agent.id, **values
        )
        activity._cancel("Nobody at home")
        return activity

    def _send(self):
        with self.mock_mail_gateway(), self.enter_registry_test_mode():
            self.env.ref(
                "crm_cards.ir_cron_crm_cards_activity_digest"
            ).method_direct_trigger()

    def test_asker_gets_one_message_and_never_again(self):
        activities = self._close(summary="Visit") + self._close(summary="Invoice")
        self._send()
        mail = self._mails_to(self.team_agent)
        self.assertEqual(len(mail), 1)
        for activity in activities:
            self.assertIn(activity.summary, mail.body)
        self.assertIn("Nobody at home", mail.body)
        self.assertIn(
            "action-crm_cards.crm_cards_activity_action_asked_by_me", mail.body
        )
        self.assertTrue(all(activities.mapped("card_reported")))
        self._send()
        self.assertFalse(self._mails_to(self.team_agent))

    def test_digest_comes_in_the_morning(self):
        cron = self.env.ref("crm_cards.ir_cron_crm_cards_activity_digest")
        self.assertEqual(str(cron.nextcall.time()), "06:00:00")

    def test_reopened_and_closed_again_is_news_again(self):
        activity = self._close()
        self._send()
        activity.action_unarchive()
        activity._cancel()
        self._send()
        self.assertEqual(len(self._mails_to(self.team_agent)), 1)

    def test_what_one_closed_oneself_is_no_news(self):
        activity = self._plan(user=self.team_agent, card_asked_by_id=self.team_agent.id)
        activity.with_user(self.team_agent)._cancel()
        self._send()
        self.assertFalse(self._mails_to(self.team_agent))

    def test_company_may_switch_it_off_without_a_flood_later(self):
        self.company.crm_cards_activity_digest = False
        self._close()
        self._send()
        self.company.crm_cards_activity_digest = True
        self._send()
        self.assertFalse(self._mails_to(self.team_agent))

    def test_message_is_in_the_language_of_the_asker(self):
        self.env["res.lang"]._activate_lang("pl_PL")
        self.team_agent.lang = "pl_PL"
        languages = []
        notice = type(self.env["res.users"])._notify_of_activities

        def record(user, template, get_subject, **values):
            def subject(env):
                languages.append(env.lang)
                return get_subject(env)

            return notice(user, template, subject, **values)

        self.patch(type(self.env["res.users"]), "_notify_of_activities", record)
        self._close()
        self._send()
        self.assertEqual(languages, ["pl_PL"])
