"""Whose activities a user sees, on every route, and what nobody may forge."""

from datetime import date, datetime, time, timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command, Date, Domain
from odoo.tests import new_test_user, tagged

from .common_activity import ActivityCase


@tagged("post_install", "-at_install")
class TestActivityAccess(ActivityCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        team = cls.env["crm.team"].create({"name": "North"})
        cls.mate = cls.salesperson
        team.member_ids = cls.team_agent + cls.mate
        agents = cls.own_agent + cls.team_agent + cls.all_agent + cls.accountant
        agents += cls.salesperson
        cls.env.ref("base.group_allow_export").user_ids += agents

    def _seen(self, activities, user):
        """Return which of the activities a user sees; all routes must agree."""
        self.env.invalidate_all()  # a request begins with nothing read
        domain = [("id", "in", activities.ids)]
        lines = self.env["crm.cards.activity"].with_user(user).search(domain)
        seen = set(lines.ids)
        for route, found in self._get_routes(activities, user, domain).items():
            self.assertEqual(found, seen, route)
        for activity in activities:
            for record in (lines.browse(activity.id), activity.with_user(user)):
                self.assertEqual(record.has_access("read"), activity.id in seen)
            hidden = activity.id not in seen
            for record in (lines.browse(activity.id), activity.with_user(user)):
                if hidden:
                    with self.assertRaises(AccessError):
                        record.read(["summary"])
                else:
                    self.assertTrue(record.read(["summary", "user_id"]))
        return activities.browse(lines.ids)

    def _get_routes(self, activities, user, domain):
        """Return ``{route: ids found}``; counts are checked on the way."""
        routes = {}
        for model in ("crm.cards.activity", "mail.activity"):
            records = self.env[model].with_user(user)
            found = records.search(domain)
            routes[f"{model} search"] = set(found.ids)
            self.assertEqual(records.search_count(domain), len(found))
            if model == "crm.cards.activity":
                groups = records._read_group(domain, ["user_id"], ["id:recordset"])
                routes["_read_group"] = {
                    id_ for _user, group in groups for id_ in group.ids
                }
                groups = records.web_read_group(domain, ["user_id"], ["__count"])
                total = sum(group["__count"] for group in groups["groups"])
                self.assertEqual(total, len(found))
                month = [
                    ("start", "<=", datetime.now() + timedelta(days=60)),
                    ("stop", ">=", datetime.now() - timedelta(days=60)),
                ]
                rows = records.search_read([*domain, *month], ["start", "stop"])
                routes["calendar"] = {row["id"] for row in rows}
                rows = records.get_schedule([*domain, *month], ["start"])
                routes["schedule"] = {row["id"] for row in rows}
            page = records.web_search_read(domain, {"summary": {}})
            self.assertEqual(page["length"], len(found))
            routes[f"{model} page"] = {row["id"] for row in page["records"]}
            names = records.name_search("", domain, limit=None)
            routes[f"{model} names"] = {id_ for id_, _name in names}
            # Database ids, one row each.
            rows = records.search(domain).export_data([".id"])["datas"]
            routes[f"{model} export"] = {int(id_) for (id_,) in rows}
        hands = self.env["crm.cards.activity.hand"].with_user(user)
        hands = hands.search([("activity_id", "in", activities.ids)])
        routes["hands"] = set(hands.activity_id.ids) | (
            routes["mail.activity search"]
            & set(activities.filtered(lambda line: not line.card_hand_ids).ids)
        )
        self.env.invalidate_all()
        partners = self.env["res.partner"].with_user(user)
        on_customer = set(
            activities.filtered_domain([("res_model", "=", "res.partner")]).ids
        )
        customer = partners.browse(self.customer.id)
        routes["document"] = set(customer.activity_ids.ids) & set(activities.ids) | (
            routes["mail.activity search"] - on_customer
        )
        data = partners.env["mail.activity"].get_activity_data("res.partner", [])
        cells = data["grouped_activities"].get(self.customer.id, {}).values()
        in_view = {id_ for cell in cells for id_ in cell["ids"]} & set(activities.ids)
        routes["activity view"] = in_view | (
            routes["mail.activity search"] - on_customer
        )
        routes["search on documents"] = {
            activity.id
            for activity in activities
            if self.env[activity.res_model]
            .with_user(user)
            .search([("activity_ids", "any", [("id", "=", activity.id)])])
        }
        return routes

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

    def test_without_a_scope_free_activities_are_ones_own(self):
        free = self._plan(False, card_customer_id=self.customer.id)
        lines = self.env["crm.cards.activity"]
        domain = [("id", "=", free.id)]
        self.assertFalse(lines.with_user(self.salesperson).search(domain))
        self.assertTrue(lines.with_user(self.all_agent).search(domain))

    def test_private_ones_of_who_left_are_found_by_administrators(self):
        leaver = self._plan(user=self.mate, card_private=True)
        self.mate.action_archive()
        self.env.invalidate_all()
        self.assertFalse(leaver.user_id)
        self.administrator.group_ids += self.env.ref("base.group_allow_export")
        self.assertEqual(self._seen(leaver, self.administrator), leaver)
        self.assertFalse(self._seen(leaver, self.all_agent))

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

    def test_systray_counts_ones_own(self):
        self._plan(user=self.mate, card_private=True, date_deadline=Date.today())
        for user, count in ((self.mate, 1), (self.all_agent, 0)):
            groups = user.with_user(user)._get_activity_groups()
            found = [group for group in groups if group["model"] == "res.partner"]
            self.assertEqual(sum(group["today_count"] for group in found), count)

    def test_portal_users_see_nothing(self):
        self._plan(user=self.mate)
        portal = new_test_user(self.env, "activity_portal", groups="base.group_portal")
        self.customer.child_ids = portal.partner_id
        for model in ("mail.activity", "crm.cards.activity", "crm.cards.activity.hand"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(portal).search([])
        customer = portal.partner_id.with_user(portal)
        for fname in ("activity_ids", "activity_summary", "activity_type_icon"):
            with self.assertRaises(AccessError):
                customer.read([fname])

    # -- documents ------------------------------------------------------------

    def _get_document_domains(self, activity):
        return [
            [("activity_ids.summary", "ilike", "secret")],
            [("activity_ids", "any", [("summary", "ilike", "secret")])],
            [("activity_summary", "ilike", "secret")],
            [("activity_type_id", "=", activity.activity_type_id.id)],
            [("activity_user_id", "=", activity.user_id.id)],
            [("activity_user_id", "!=", False)],
            [("activity_ids", "=", activity.id)],
            [("activity_ids", "in", activity.ids)],
            [("activity_ids", "!=", False)],
            [("activity_ids", "=", "Secret talks")],
            [("activity_date_deadline", "<", date(2001, 1, 1))],
            [("activity_state", "=", "overdue")],
            [("activity_state", "!=", False)],
            [("activity_state", "not in", ["today", "planned", False])],
        ]

    def test_hidden_activities_are_not_found_through_documents(self):
        activity = self._plan(
            user=self.mate,
            summary="Secret talks",
            date_deadline=date(2000, 1, 1),
            card_private=True,
        )
        # Another one is seen, and takes nothing from what is hidden.
        self._plan(self.contact, user=self.own_agent, date_deadline=date(2000, 1, 2))
        for domain in self._get_document_domains(activity):
            domain = Domain(domain) & Domain("id", "=", self.customer.id)
            for user, found in (
                (self.mate, self.customer),
                (self.all_agent, self.customer.browse()),
                (self.own_agent, self.customer.browse()),
            ):
                partners = self.env["res.partner"].with_user(user)
                with self.subTest(domain=domain, user=user.login):
                    self.assertEqual(partners.search(domain), found)
        for user, state in ((self.mate, "overdue"), (self.own_agent, False)):
            partners = self.env["res.partner"].with_user(user)
            domain = [("id", "=", self.customer.id)]
            groups = partners._read_group(domain, ["activity_state"], ["__count"])
            self.assertEqual(groups, [(state, 1)])
            by_state = partners.search([*domain, ("activity_state", "=", False)])
            self.assertEqual(bool(by_state), not state)

    def test_documents_show_what_the_reader_sees(self):
        self._plan(
            user=self.mate,
            summary="Secret talks",
            date_deadline=date(2000, 1, 1),
            card_private=True,
            activity_type_id=self.visit_type.id,
        )
        own = self._plan(
            user=self.own_agent, summary="Ring", date_deadline=date(2100, 1, 1)
        )
        spec = {
            "activity_ids": {"fields": {"summary": {}}},
            "activity_state": {},
            "activity_summary": {},
            "activity_type_id": {},
            "activity_type_icon": {},
            "activity_user_id": {},
            "activity_date_deadline": {},
            "activity_exception_decoration": {},
            "my_activity_date_deadline": {},
        }
        self.env.invalidate_all()
        customer = self.customer.with_user(self.own_agent)
        self.assertEqual(
            customer.web_read(spec),
            [
                {
                    "id": customer.id,
                    "activity_ids": [{"id": own.id, "summary": "Ring"}],
                    "activity_state": "planned",
                    "activity_summary": "Ring",
                    "activity_type_id": self.task_type.id,
                    "activity_type_icon": self.task_type.icon,
                    "activity_user_id": self.own_agent.id,
                    "activity_date_deadline": date(2100, 1, 1),
                    "activity_exception_decoration": False,
                    "my_activity_date_deadline": date(2100, 1, 1),
                }
            ],
        )

    def test_states_of_documents_are_odoos(self):
        partners = self.env["res.partner"].create([{"name": name} for name in "abcd"])
        today = Date.today()
        for partner, days in zip(partners, ([-1, 5], [0, 3], [2], []), strict=True):
            for day in days:
                self._plan(partner, date_deadline=today + timedelta(days=day))
        states = ["overdue", "today", "planned", False]
        self.assertEqual(partners.mapped("activity_state"), states)
        for partner, state in zip(partners, states, strict=True):
            domain = [("id", "in", partners.ids)]
            found = partners.search([*domain, ("activity_state", "=", state)])
            self.assertEqual(found, partner)
            found = partners.search([*domain, ("activity_state", "!=", state)])
            self.assertEqual(found, partners - partner)
        groups = dict(
            partners._read_group(domain, ["activity_state"], ["id:recordset"])
        )
        self.assertEqual(groups, dict(zip(states, partners, strict=True)))

    # -- closing what is private ----------------------------------------------

    def test_private_is_closed_in_private(self):
        private = self._plan(
            user=self.mate,
            summary="Secret talks",
            note="Secret note",
            card_private=True,
        )
        before = self.customer.message_ids
        as_mate = private.with_user(self.mate)
        uploads = self.env["ir.attachment"].with_user(self.mate)
        old = uploads.create(
            {"name": "old", "res_model": "mail.activity", "res_id": private.id}
        )
        new = uploads.create(
            {"name": "new", "res_model": "res.partner", "res_id": self.customer.id}
        )
        result = as_mate.action_feedback("Secret words", attachment_ids=new.ids)
        self.assertFalse(result)
        self.assertEqual(self.customer.message_ids, before)
        self.assertRecordValues(
            private,
            [
                {
                    "active": False,
                    "feedback": "Secret words",
                    "card_done_by_id": self.mate.id,
                    "attachment_ids": new.ids,
                }
            ],
        )
        for file in (old + new).sudo():
            self.assertEqual(
                (file.res_model, file.res_id), ("mail.activity", private.id)
            )
            self.assertTrue(file.with_user(self.mate).has_access("read"))
            self.assertFalse(file.with_user(self.all_agent).has_access("read"))
            others = file.with_user(self.all_agent).search([("id", "=", file.id)])
            self.assertFalse(others)

    def test_private_and_other_activities_are_closed_together(self):
        follow_up = self.call_type.copy(
            {
                "chaining_type": "trigger",
                "triggered_next_type_id": self.task_type.id,
            }
        )
        private, public, free = (
            self._plan(document, activity_type_id=follow_up.id, card_private=hidden)
            for document, hidden in ((None, True), (None, False), (False, True))
        )
        messages, next_activities = (private + public + free)._action_done("Done")
        self.assertEqual(len(messages), 1)
        self.assertEqual(len(next_activities), 3)
        self.assertEqual(next_activities.activity_type_id, self.task_type)
        self.assertEqual(
            sorted(next_activities.mapped("card_private")), [False, True, True]
        )
        self.assertFalse(any((private + public + free).mapped("active")))

    def test_dialog_keeps_files_and_words_private(self):
        private = self._plan(user=self.mate, card_private=True)
        before = self.customer.message_ids
        file = self.env["ir.attachment"].with_user(self.mate).create({"name": "f"})
        dialogs = self.env["crm.cards.activity.handle"].with_user(self.mate)
        dialogs.create(
            {
                "activity_ids": [Command.set(private.ids)],
                "feedback": "Secret words",
                "attachment_ids": [Command.set(file.ids)],
            }
        ).action_apply()
        self.assertEqual(private.attachment_ids, file)
        self.assertEqual(file.sudo().res_model, "mail.activity")
        self.assertEqual(self.customer.message_ids, before)
        self.assertEqual(private.feedback, "Secret words")

    def test_dialogs_tell_nothing_of_hidden_activities(self):
        private = self._plan(user=self.mate, summary="Secret", card_private=True)
        dialogs = self.env["crm.cards.activity.handle"].with_user(self.all_agent)
        answer = dialogs.onchange(
            {"activity_ids": [Command.set(private.ids)]},
            [],
            {"activity_ids": {}, "summary": {}, "activity_id": {}},
        )
        self.assertFalse(answer["value"].get("summary"))
        for method in ("action_card_handle", "action_reassign", "action_ask_cancel"):
            with self.assertRaises(AccessError) as caught:
                action = getattr(private.with_user(self.all_agent), method)()
                dialog = self.env[action["res_model"]].with_user(self.all_agent)
                dialog.with_context(**action["context"]).create(
                    {}
                ).action_cancel_activities()
            self.assertNotIn("Secret", str(caught.exception))

    def test_assigning_tells_the_assignee_only(self):
        private = self._plan(user=self.mate, summary="Secret", card_private=True)
        messages = self.env["mail.message"].sudo()
        notices = messages.search(
            [("model", "=", "res.partner"), ("res_id", "=", self.customer.id)]
        ).filtered(lambda message: "Secret" in (message.subject or ""))
        self.assertTrue(notices)
        self.assertTrue(notices.with_user(self.mate).has_access("read"))
        self.assertFalse(notices.with_user(self.all_agent).has_access("read"))
        self.assertTrue(private.active)

    # -- forged calls ---------------------------------------------------------

    def _get_forged_values(self):
        user = self.all_agent
        return {
            "card_done_by_id": user.id,
            "card_from_id": user.id,
            "card_parked_from_id": user.id,
            "card_cancelled": True,
            "card_cancel_reason": "Nobody knows",
            "card_reported": True,
            "card_timesheet_id": 1,
            "card_former_document": "Paper",
            "card_former_user": "Noa",
            "card_conversion_company_id": self.company.id,
            "card_hand_ids": [Command.clear()],
            "card_series_id": 1,
            "card_series_number": 7,
        }

    def test_what_the_system_records_is_not_forged(self):
        activity = self._plan(user=self.all_agent)
        activities = self.env["mail.activity"].with_user(self.all_agent)
        vals = {
            "summary": "Forged",
            "res_model_id": self.env["ir.model"]._get_id("res.partner"),
            "res_id": self.customer.id,
            "user_id": self.all_agent.id,
        }
        for fname, value in self._get_forged_values().items():
            with self.subTest(fname):
                with self.assertRaises(UserError):
                    activity.with_user(self.all_agent).write({fname: value})
                with self.assertRaises(UserError):
                    activities.create({**vals, fname: value})
        with self.assertRaises(UserError):
            activity.with_user(self.all_agent).automated = True
        self.assertFalse(activities.search([("summary", "=", "Forged")]))
        defaults = {
            f"default_{fname}": value
            for fname, value in self._get_forged_values().items()
        }
        planned = activities.with_context(**defaults).create(vals)
        for fname in defaults:
            value = planned.sudo()[fname.removeprefix("default_")]
            self.assertFalse(value, fname)

    def test_a_copy_has_no_history(self):
        activity = self._plan(user=self.all_agent)
        activity.with_user(self.own_agent.browse(self.env.uid)).user_id = self.all_agent
        activity._cancel("Closed down")
        copy = activity.with_user(self.all_agent).copy({"active": True})
        self.assertRecordValues(
            copy,
            [{"card_cancelled": False, "card_from_id": False, "card_reported": False}],
        )

    def test_who_asks_may_be_somebody_else(self):
        activity = self._plan(user=self.all_agent)
        activity.with_user(self.all_agent).card_asked_by_id = self.own_agent
        self.assertEqual(activity.card_asked_by_id, self.own_agent)

    def test_history_is_not_erased_by_a_forged_context(self):
        forged = {
            "card_clean_up": True,
            "_force_unlink": True,
            "crm_cards_event_sync": True,
            "crm_cards_ask": True,
            "mail_activity_quick_update": True,
        }
        for automated in (False, True):
            activity = self._plan(user=self.all_agent, automated=automated)
            as_person = activity.with_user(self.all_agent).with_context(**forged)
            as_person.unlink()
            self.assertTrue(activity.exists().card_cancelled)
            with self.assertRaises(UserError):
                as_person.unlink()
            self.assertTrue(activity.exists())

    def test_rules_hold_whatever_the_context_says(self):
        stranger = self._create_partner("Cohen Ltd")
        free = (
            self.env["mail.activity"]
            .with_user(self.all_agent)
            .create(
                {
                    "summary": "Free",
                    "card_customer_id": self.customer.id,
                    "user_id": self.all_agent.id,
                }
            )
        )
        owing = self._plan(user=self.all_agent, activity_type_id=self.visit_type.id)
        owing.activity_type_id.card_ask_hours = "required"
        handed = self._plan(user=self.all_agent)
        forged = {
            "crm_cards_event_sync": True,
            "mail_activity_quick_update": True,
            "calendar_event_meeting_update": True,
            "crm_cards_ask": False,
        }
        free, owing, handed = (
            activity.with_user(self.all_agent).with_context(**forged)
            for activity in (free, owing, handed)
        )
        with self.assertRaises(UserError):
            free.card_customer_id = stranger
        with self.assertRaises(ValidationError):
            owing.action_feedback()
        with self.assertRaises(ValidationError):
            owing.active = False
        before = len(handed.card_hand_ids)
        handed.user_id = self.own_agent
        self.assertEqual(len(handed.card_hand_ids), before + 1)
        narrowed = handed.with_user(self.own_agent).with_context(
            card_without_cancelled=False, bypass_access=True
        )
        hidden = self._plan(user=self.mate, card_private=True)
        self.assertFalse(narrowed.search([("id", "=", hidden.id)]))

    def test_activity_is_not_moved_where_one_may_not_plan(self):
        lead = self.env["crm.lead"].create({"name": "Paper", "user_id": self.mate.id})
        activity = self._plan(user=self.salesperson)
        stranger = new_test_user(
            self.env, "activity_stranger", groups="base.group_user"
        )
        activity.user_id = stranger
        with self.assertRaises(AccessError):
            activity.with_user(stranger).write(
                {
                    "res_model_id": self.env["ir.model"]._get_id("crm.lead"),
                    "res_id": lead.id,
                }
            )

    def test_meeting_of_somebody_else_is_not_taken_over(self):
        meeting = (
            self.env["calendar.event"]
            .with_user(self.mate)
            .create(
                {
                    "name": "Secret talks",
                    "privacy": "private",
                    "start": datetime.combine(date(2027, 1, 1), time(9)),
                    "stop": datetime.combine(date(2027, 1, 1), time(10)),
                    "user_id": self.mate.id,
                    "partner_ids": [Command.set(self.mate.partner_id.ids)],
                }
            )
        )
        activity = self._plan(user=self.all_agent)
        with self.assertRaises(AccessError):
            activity.with_user(self.all_agent).calendar_event_id = meeting.id
