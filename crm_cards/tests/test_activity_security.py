"""What a browser may send, and must not get: activities, meetings and hand-overs."""

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .common_activity import ActivityCase

_START = "2030-07-09 08:00:00"
_STOP = "2030-07-09 10:00:00"


class SecurityCase(ActivityCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = new_test_user(
            cls.env, login="activity_portal", groups="base.group_portal"
        )
        cls.secret = cls.env["mail.activity"].create(
            {
                "activity_type_id": cls.task_type.id,
                "summary": "Secret plan",
                "note": "<p>Hidden note</p>",
                "feedback": "Hidden answer",
                "card_hours": 7.5,
                "card_private": True,
                "res_model_id": cls.env["ir.model"]._get_id("res.partner"),
                "res_id": cls.customer.id,
                "user_id": cls.all_agent.id,
            }
        )


@tagged("post_install", "-at_install")
class TestActivitySecurityMessages(SecurityCase):
    def _get_error(self, user, method):
        with self.assertRaises(AccessError) as caught:
            getattr(self.secret.with_user(user), method)()
        return str(caught.exception)

    def test_refusal_names_nothing_hidden(self):
        for user in (self.portal, self.own_agent):
            for method in ("action_card_handle", "action_reassign"):
                with self.subTest(user=user.login, method=method):
                    error = self._get_error(user, method)
                    self.assertNotIn("Secret plan", error)
                    self.assertNotIn(self.all_agent.name, error)

    def test_portal_is_refused_before_anything_else(self):
        activities = self.env["mail.activity"].with_user(self.portal)
        for method in ("action_card_handle", "action_reassign"):
            with self.assertRaisesRegex(AccessError, "may not change activities"):
                getattr(activities, method)()


@tagged("post_install", "-at_install")
class TestActivitySecurityDialogs(SecurityCase):
    def _onchange(self, model, values, changed, names):
        """Return what a browser of another user learns, errors included."""
        spec = {
            name: {"fields": {"display_name": {}}}
            if self.env[model]._fields[name].relational
            else {}
            for name in names
        }
        records = self.env[model].with_user(self.own_agent)
        self.env.invalidate_all()
        try:
            return records.onchange(values, changed, spec).get("value", {})
        except AccessError:
            return {}

    _HANDLE = (
        "summary",
        "instructions",
        "done_so_far",
        "customer_id",
        "date_deadline",
        "activity_type_id",
        "document_model",
        "document_name",
        "hours",
    )

    def _assert_nothing(self, learned):
        self.assertFalse({name: value for name, value in learned.items() if value})

    def test_handle_shows_no_forged_activities(self):
        for name in self._HANDLE:
            with self.subTest(name=name):
                learned = self._onchange(
                    "crm.cards.activity.handle",
                    {"activity_ids": [Command.link(self.secret.id)]},
                    ["activity_ids"],
                    ["activity_ids", "activity_id", name],
                )
                learned.pop("activity_ids", None)
                self._assert_nothing(learned)

    def test_handle_shows_no_forged_activity(self):
        for name in self._HANDLE:
            with self.subTest(name=name):
                learned = self._onchange(
                    "crm.cards.activity.handle",
                    {"activity_id": self.secret.id},
                    ["activity_id"],
                    [name],
                )
                self._assert_nothing(learned)
        # What was read for one field must not serve the others.
        learned = self._onchange(
            "crm.cards.activity.handle",
            {"activity_id": self.secret.id, "feedback": "Done"},
            ["feedback"],
            ["ask_hours", *self._HANDLE],
        )
        self._assert_nothing(learned)

    def test_handle_shows_what_may_be_read(self):
        mine = self._plan(user=self.own_agent, summary="Mine", card_hours=2.0)
        learned = self._onchange(
            "crm.cards.activity.handle",
            {"activity_ids": [Command.link(mine.id)]},
            ["activity_ids"],
            ["activity_ids", "summary", "hours"],
        )
        self.assertEqual((learned["summary"], learned["hours"]), ("Mine", 2.0))

    def test_cancel_tells_nothing_of_a_forged_activity(self):
        self.secret.with_user(self.all_agent).card_repeat = True
        learned = self._onchange(
            "crm.cards.activity.cancel",
            {"activity_ids": [Command.link(self.secret.id)]},
            ["activity_ids"],
            ["is_repeated", "has_meeting"],
        )
        self._assert_nothing(learned)

    def test_series_tells_nothing_of_a_forged_activity(self):
        mine = self._plan(user=self.own_agent, card_repeat=True)
        series = mine.card_series_id.with_user(self.own_agent)
        self.env.invalidate_all()
        for name in ("summary", "user_id", "is_private", "display_name"):
            with self.subTest(name=name):
                spec = {name: {}, "last_activity_id": {}}
                values = {"last_activity_id": self.secret.id}
                learned = series.onchange(values, ["last_activity_id"], spec)
                self.assertFalse(learned.get("value"))
        learned = series.onchange(
            {"card_repeat_interval": 2, "last_activity_id": self.secret.id},
            ["card_repeat_interval"],
            {"card_repeat_interval": {}, "summary": {}, "display_name": {}},
        )
        self.assertNotIn("Secret", str(learned))


@tagged("post_install", "-at_install")
class TestActivitySecurityMeetings(SecurityCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.task_type.card_to_calendar = "ask"
        cls.event = cls._create_event(cls.env(user=cls.all_agent))

    @classmethod
    def _create_event(cls, env, **values):
        return env["calendar.event"].create(
            {
                "name": "Doctor",
                "start": _START,
                "stop": _STOP,
                "privacy": "private",
                **values,
            }
        )

    def _create_mine(self, context=None, **values):
        activities = self.env["mail.activity"].with_user(self.own_agent)
        return activities.with_context(**(context or {})).create(
            {
                "activity_type_id": self.task_type.id,
                "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                "res_id": self.customer.id,
                "user_id": self.own_agent.id,
                "summary": "Mine",
                **values,
            }
        )

    def test_a_private_meeting_of_another_is_refused(self):
        stolen = {"calendar_event_id": self.event.id}
        forged = {"crm_cards_event_sync": True}
        mine = self._create_mine()
        with self.assertRaisesRegex(AccessError, "Meeting"):
            self._create_mine(**stolen)
        with self.assertRaisesRegex(AccessError, "Meeting"):
            self._create_mine({"default_calendar_event_id": self.event.id})
        with self.assertRaisesRegex(AccessError, "Meeting"):
            mine.write(stolen)
        with self.assertRaisesRegex(AccessError, "Meeting"):
            mine.with_context(**forged).write(stolen)
        with self.assertRaisesRegex(AccessError, "Meeting"):
            self._create_mine(forged, **stolen)
        self.assertEqual(self.event.name, "Doctor")

    def test_a_browser_cannot_part_an_activity_from_its_meeting(self):
        mine = self._create_mine(
            {"crm_cards_event_sync": True}, card_on_calendar=True, card_start=_START
        )
        self.assertTrue(mine.calendar_event_id)
        mine.with_context(crm_cards_event_sync=True).summary = "Another"
        self.assertEqual(mine.calendar_event_id.name, "Another")

    def test_my_own_meeting_may_be_linked(self):
        event = self._create_event(self.env(user=self.own_agent))
        self.assertEqual(
            self._create_mine(calendar_event_id=event.id).calendar_event_id, event
        )
        mine = self._create_mine()
        mine.calendar_event_id = event
        self.assertEqual(mine.calendar_event_id, event)

    def test_planning_a_meeting_for_a_colleague(self):
        mine = self._create_mine(user_id=self.team_agent.id)
        env = self.env(user=self.own_agent)
        context = mine.action_create_calendar_event()["context"]
        partners = self.team_agent.partner_id + self.own_agent.partner_id
        event = self._create_event(
            env(context={**env.context, **context}),
            partner_ids=[Command.set(partners.ids)],
            privacy=False,
        )
        self.assertEqual(mine.calendar_event_id, event)


@tagged("post_install", "-at_install")
class TestActivitySecurityHandover(SecurityCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leaver = new_test_user(
            cls.env,
            login="security_leaver",
            name="Noa Leaver",
            groups="base.group_user",
        )
        cls.boss = new_test_user(
            cls.env,
            login="security_boss",
            groups="base.group_user,base.group_erp_manager,"
            "crm_cards.crm_cards_group_manager",
            company_id=cls.company.id,
            company_ids=[(6, 0, (cls.company + cls.leaver.company_id).ids)],
        )
        # He may hand over, but has no right on users.
        cls.manager = cls.administrator

    def _create_handover(self, user, context=None, **values):
        handovers = self.env["crm.cards.handover"].with_user(user)
        return handovers.with_context(**(context or {})).create(
            {
                "user_id": self.leaver.id,
                "customer_user_id": self.own_agent.id,
                "date_from": "2026-03-06",
                **values,
            }
        )

    def _run_cron(self, day):
        with freeze_time(f"{day} 12:00:00"), self.enter_registry_test_mode():
            self.env.ref("crm_cards.ir_cron_crm_cards_handover").method_direct_trigger()
        self.env.invalidate_all()

    def _schedule(self, user, archive=False, **values):
        handover = self._create_handover(user, **values)
        with freeze_time("2026-03-04 12:00:00"):
            if archive:
                handover.action_hand_over_and_archive()
            else:
                handover.action_hand_over()
        self.assertEqual(handover.state, "scheduled")
        return handover.sudo()

    def test_system_fields_are_refused(self):
        for vals in (
            {"state": "scheduled"},
            {"archive_user": True},
            {"date_done": _START},
            {"started_by_id": self.boss.id},
            {"date_failed": "2026-03-06"},
        ):
            with self.subTest(vals=vals):
                defaults = {f"default_{name}": vals[name] for name in vals}
                with self.assertRaises(AccessError):
                    self._create_handover(self.manager, **vals)
                with self.assertRaises(AccessError):
                    self._create_handover(self.manager, defaults)
                with self.assertRaises(AccessError):
                    self._create_handover(self.manager).write(vals)

    def test_only_drafts_are_changed(self):
        handover = self._create_handover(self.manager)
        handover.date_from = "2026-03-07"
        with freeze_time("2026-03-04 12:00:00"):
            handover.action_hand_over()
        for vals in (
            {"user_id": self.own_agent.id},
            {"date_from": "2026-03-08"},
            {"activity_user_id": self.own_agent.id},
        ):
            with self.assertRaisesRegex(UserError, "draft"):
                handover.write(vals)
        handover.action_back_to_draft()
        handover.date_from = "2026-03-08"
        self.assertEqual(handover.state, "draft")

    def test_buttons_work_for_who_has_no_other_rights(self):
        self.customer.user_id = self.leaver
        handover = self._create_handover(self.manager)
        with freeze_time("2026-03-06 12:00:00"):
            handover.action_hand_over()
        self.assertEqual(handover.state, "done")
        self.assertEqual(self.customer.user_id, self.own_agent)
        handover.action_undo()
        self.assertEqual(self.customer.user_id, self.leaver)
        copied = handover.copy()
        self.assertEqual(copied.state, "draft")

    def test_archiving_takes_the_right_of_who_started(self):
        with self.assertRaises(AccessError):
            self._create_handover(self.manager).action_hand_over_and_archive()
        handover = self._schedule(self.boss, archive=True)
        self.assertEqual(handover.started_by_id, self.boss)
        self._run_cron("2026-03-06")
        self.assertFalse(self.leaver.active)

    @mute_logger("odoo.addons.crm_cards.models.activity.crm_cards_handover")
    def test_right_that_was_taken_away_meanwhile(self):
        handover = self._schedule(self.boss, archive=True)
        self.boss.group_ids -= self.env.ref("base.group_erp_manager")
        self._run_cron("2026-03-06")
        self.assertTrue(self.leaver.active)
        self.assertEqual(handover.state, "scheduled")

    @mute_logger("odoo.addons.crm_cards.models.activity.crm_cards_handover")
    def test_one_that_fails_keeps_back_no_other(self):
        self.customer.user_id = self.leaver
        good = self._schedule(self.manager)
        # The newest comes first.
        bad = self._schedule(self.boss, archive=True)
        rights = self.env.ref("base.group_erp_manager")
        self.boss.group_ids -= rights

        def count_notices():
            messages = self.env["mail.message"].sudo()
            return messages.search_count(
                [
                    ("partner_ids", "=", self.boss.partner_id.id),
                    ("subject", "ilike", "could not be carried out"),
                ]
            )

        for day in ("2026-03-06", "2026-03-06", "2026-03-07"):
            self._run_cron(day)
            self.assertEqual(str(bad.date_failed), day)
            self.assertEqual(bad.state, "scheduled")
            self.assertEqual(count_notices(), 1)
        self.assertEqual(good.state, "done")
        self.assertEqual(self.customer.user_id, self.own_agent)
        self.boss.group_ids += rights
        self._run_cron("2026-03-07")
        self.assertEqual(bad.state, "scheduled", "not before the next day")
        self._run_cron("2026-03-08")
        self.assertEqual(bad.state, "done")
        self.assertFalse(self.leaver.active)

    def test_recipients_share_the_companies(self):
        other = self.env["res.company"].create({"name": "Second Company"})
        self.leaver.company_ids += other
        self.customer.write({"company_id": other.id, "user_id": self.leaver.id})
        handover = self._create_handover(self.manager)
        with (
            freeze_time("2026-03-04 12:00:00"),
            self.assertRaisesRegex(ValidationError, "Customers go to: .*Second"),
        ):
            handover.action_hand_over()
        self.own_agent.company_ids += other
        with freeze_time("2026-03-04 12:00:00"):
            handover.action_hand_over()
        self.assertEqual(handover.state, "scheduled")
