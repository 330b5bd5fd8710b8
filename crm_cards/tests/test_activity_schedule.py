"""The schedule: whose it shows, and what dragging on it does."""

from datetime import date, datetime

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from .common_activity import ActivityCase


class ScheduleCase(ActivityCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mate = cls.salesperson
        cls.stranger = cls.administrator
        team = cls.env["crm.team"].create({"name": "North"})
        team.member_ids = cls.team_agent + cls.mate

    def _line(self, activity, user):
        return self.env["crm.cards.activity"].with_user(user).browse(activity.id)

    def _shown(self, xmlid, user, domain=()):
        """Return the activities of an action, as its calendar asks for them."""
        action = self.env["ir.actions.act_window"]._for_xml_id(f"crm_cards.{xmlid}")
        evaluated = self.env["ir.rule"]._eval_context() | {"uid": user.id}
        base = safe_eval(action["domain"], evaluated)
        lines = self.env["crm.cards.activity"].with_user(user)
        found = lines.search(Domain(base) & Domain(list(domain)))
        return self.env["mail.activity"].browse(found.ids)


@tagged("post_install", "-at_install")
class TestActivityScheduleBusy(ScheduleCase):
    """What people are busy with besides their activities."""

    def _meet(self, name, user, **values):
        return (
            self.env["calendar.event"]
            .with_user(user)
            .create(
                {
                    "name": name,
                    "start": "2026-05-11 09:00:00",
                    "stop": "2026-05-11 10:00:00",
                    "user_id": user.id,
                    "partner_ids": [(6, 0, user.partner_id.ids)],
                    **values,
                }
            )
        )

    def _busy(self, people, user):
        lines = self.env["crm.cards.activity"].with_user(user)
        # Odoo hides private meetings as they are read, not in what is read already.
        self.env.invalidate_all()
        week = ("2026-05-10 22:00:00", "2026-05-17 22:00:00")
        return [found["name"] for found in lines.get_busy_times(people.ids, *week)]

    def test_meetings_without_an_activity(self):
        self._meet("Board", self.team_agent)
        self._meet("Later", self.team_agent, start="2026-06-01", stop="2026-06-02")
        self._meet("Of somebody else", self.own_agent)
        self._plan(
            user=self.team_agent,
            summary="Ticked",
            card_on_calendar=True,
            card_start=datetime(2026, 5, 11, 12),
        )._action_done()
        self.assertEqual(self._busy(self.team_agent, self.team_agent), ["Board"])

    def test_private_meetings_are_busy(self):
        self._meet("Doctor", self.mate, privacy="private")
        self.assertEqual(self._busy(self.mate, self.mate), ["Doctor"])
        self.assertEqual(self._busy(self.mate, self.team_agent), ["Busy"])

    def test_only_of_people_one_may_see(self):
        self._meet("Board", self.stranger)
        self.assertEqual(self._busy(self.stranger, self.team_agent), [])
        self.assertEqual(self._busy(self.stranger, self.all_agent), ["Board"])

    def test_declined_meetings_do_not_count(self):
        self._meet("Board", self.mate).attendee_ids.state = "declined"
        self.assertEqual(self._busy(self.mate, self.mate), [])


@tagged("post_install", "-at_install")
class TestActivitySchedulePeople(ScheduleCase):
    def _add(self, person, user):
        people = self.env["crm.cards.schedule.person"].with_user(user)
        return people.create({"person_id": person.id})

    def _offered(self, user):
        """Return whom the side panel offers."""
        found = self.env["res.users"].with_user(user)
        candidates = self.mate | self.stranger | self.own_agent | self.team_agent
        domain = [("id", "in", candidates.ids), ("schedule_visible", "=", True)]
        offered = found.search(domain)
        for candidate in candidates.with_user(user):
            self.assertEqual(candidate.schedule_visible, candidate in offered)
        return offered.with_env(self.env)

    def test_people_offered_by_right(self):
        everybody = self.mate | self.stranger | self.own_agent | self.team_agent
        self.assertEqual(self._offered(self.own_agent), self.own_agent)
        self.assertEqual(self._offered(self.team_agent), self.team_agent | self.mate)
        self.assertEqual(self._offered(self.all_agent), everybody)

    def test_people_who_are_not_offered(self):
        found = self.env["res.users"].with_user(self.own_agent)
        hidden = found.search([("schedule_visible", "=", False)])
        self.assertIn(self.stranger, hidden)
        self.assertNotIn(self.own_agent, hidden)

    def test_only_people_one_may_see_are_taken(self):
        self._add(self.stranger, self.all_agent)
        self._add(self.mate, self.team_agent)
        for user, person in (
            (self.team_agent, self.stranger),
            (self.own_agent, self.mate),
        ):
            with self.assertRaises(ValidationError) as refusal:
                self._add(person, user)
            self.assertIn("Colleague: ", str(refusal.exception))
            self.assertIn(person.name, str(refusal.exception))

    def test_portal_users_have_no_schedule(self):
        portal = self.env["res.users"].create(
            {
                "name": "Customer",
                "login": "schedule_portal",
                "group_ids": [(6, 0, self.env.ref("base.group_portal").ids)],
            }
        )
        with self.assertRaises(ValidationError):
            self._add(portal, self.all_agent)

    @mute_logger("odoo.sql_db")
    def test_once_and_not_oneself(self):
        self._add(self.mate, self.all_agent)
        for person in (self.mate, self.all_agent):
            with self.assertRaises(IntegrityError), self.cr.savepoint():
                self._add(person, self.all_agent)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_choice_is_one_s_own(self):
        row = self._add(self.mate, self.all_agent)
        others = row.with_user(self.team_agent)
        self.assertFalse(others.search([("id", "=", row.id)]))
        with self.assertRaises(AccessError):
            others.checked = False
        with self.assertRaises(AccessError):
            others.unlink()
        with self.assertRaises(AccessError):
            others.create({"user_id": self.all_agent.id, "person_id": self.stranger.id})

    def test_who_leaves_is_not_shown_and_comes_back(self):
        row = self._add(self.mate, self.all_agent)
        people = row.search([("user_id", "=", self.all_agent.id)])
        self.assertEqual(people, row)
        self.mate.active = False
        self.assertFalse(row.search([("user_id", "=", self.all_agent.id)]))
        self.mate.active = True
        self.assertEqual(row.search([("user_id", "=", self.all_agent.id)]), row)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 09:00:00")
class TestActivitySchedule(ScheduleCase):
    MY = "crm_cards_activity_action_my_schedule"
    ALL = "crm_cards_activity_action_schedule"

    def test_my_schedule_is_what_one_does_or_takes_part_in(self):
        own = self._plan(user=self.own_agent)
        shared = self._plan(user=self.mate, card_colleague_ids=[(4, self.own_agent.id)])
        asked = self._plan(user=self.mate, card_asked_by_id=self.own_agent.id)
        domain = [("id", "in", (own + shared + asked).ids)]
        self.assertEqual(self._shown(self.MY, self.own_agent, domain), own + shared)

    def test_schedule_ends_where_the_right_ends(self):
        of_mate = self._plan(user=self.mate)
        of_stranger = self._plan(user=self.stranger)
        private = self._plan(user=self.mate, card_private=True)
        domain = [("id", "in", (of_mate + of_stranger + private).ids)]
        for user, expected in (
            (self.own_agent, self.env["mail.activity"]),
            (self.team_agent, of_mate),
            (self.all_agent, of_mate + of_stranger),
        ):
            with self.subTest(user=user.login):
                self.assertEqual(self._shown(self.ALL, user, domain), expected)

    def test_only_types_meant_for_the_schedule(self):
        """Also those nobody may choose any more: what was planned stays in view."""
        shown = self._plan(user=self.own_agent, activity_type_id=self.call_type.id)
        hidden = self._plan(user=self.own_agent)
        self.task_type.card_on_schedule = False
        self.call_type.active = False
        domain = [("id", "in", (shown + hidden).ids)]
        self.assertEqual(self._shown(self.MY, self.own_agent, domain), shown)

    def test_activity_without_an_hour_lies_on_its_date(self):
        activity = self._plan(user=self.own_agent, date_deadline="2026-03-12")
        line = self._line(activity, self.own_agent)
        noon = datetime(2026, 3, 12, 12)
        self.assertEqual((line.start, line.stop, line.all_day), (noon, noon, True))

    def test_drag_to_another_day(self):
        activity = self._plan(user=self.own_agent, date_deadline="2026-03-12")
        line = self._line(activity, self.own_agent)
        line.write({"date_deadline": "2026-03-14"})
        self.assertEqual(activity.date_deadline, date(2026, 3, 14))
        self.assertFalse(activity.card_start)
        self.assertEqual(line.start, datetime(2026, 3, 14, 12))

    def test_drag_to_an_hour_and_back(self):
        activity = self._plan(user=self.own_agent, date_deadline="2026-03-12")
        line = self._line(activity, self.own_agent)
        line.write({"start": "2026-03-13 08:00:00", "stop": "2026-03-13 09:00:00"})
        self.assertEqual(activity.card_start, datetime(2026, 3, 13, 8))
        self.assertEqual(activity.card_stop, datetime(2026, 3, 13, 9))
        self.assertFalse(line.all_day)
        line.write({"start": False, "stop": False, "date_deadline": "2026-03-16"})
        self.assertFalse(activity.card_start or activity.card_stop)
        self.assertEqual(activity.date_deadline, date(2026, 3, 16))
        self.assertTrue(line.all_day)

    def test_resize(self):
        activity = self._plan(
            user=self.own_agent,
            date_deadline="2026-03-12",
            card_start="2026-03-12 08:00:00",
            card_stop="2026-03-12 09:00:00",
        )
        line = self._line(activity, self.own_agent)
        line.write({"stop": "2026-03-12 10:30:00"})
        self.assertEqual(activity.card_start, datetime(2026, 3, 12, 8))
        self.assertEqual(activity.card_stop, datetime(2026, 3, 12, 10, 30))

    def test_drag_to_another_person(self):
        activity = self._plan(user=self.all_agent, date_deadline="2026-03-12")
        self._line(activity, self.all_agent).write({"user_id": self.mate.id})
        self.assertEqual(activity.user_id, self.mate)
        self.assertEqual(activity.card_from_id, self.all_agent)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_drag_needs_the_right_to_write(self):
        """Who may look at an activity does not for that reason move it."""
        activity = self._plan(user=self.mate, date_deadline="2026-03-12")
        self.env["ir.rule"].create(
            {
                "name": "Nobody writes customers",
                "model_id": self.env.ref("base.model_res_partner").id,
                "perm_read": False,
                "domain_force": "[(0, '=', 1)]",
            }
        )
        line = self._line(activity, self.all_agent)
        self.assertEqual(line.date_deadline, date(2026, 3, 12))
        with self.assertRaises(AccessError):
            line.write({"date_deadline": "2026-03-14"})
        self.assertEqual(activity.sudo().date_deadline, date(2026, 3, 12))

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_drag_of_what_one_may_not_see(self):
        activity = self._plan(user=self.mate, date_deadline="2026-03-12")
        with self.assertRaises(AccessError):
            self._line(activity, self.own_agent).write({"date_deadline": "2026-03-14"})


@tagged("post_install", "-at_install")
class TestActivityScheduleRead(ScheduleCase):
    """What the schedule reads is what ``search_read`` would tell the same user."""

    FIELDS = (
        *("display_name", "start", "stop", "all_day", "color", "icon"),
        *("activity_type_id", "card_customer_id", "card_contact_ids"),
        *("user_id", "card_colleague_ids", "card_status", "is_open"),
    )

    def _assert_same(self, activities, user, field_names, **context):
        """Return the rows by id, having compared them with those of the ORM."""
        lines = self.env["crm.cards.activity"].with_user(user).with_context(**context)
        domain = [("id", "in", activities.ids)]
        self.env.invalidate_all()
        rows = lines.get_schedule(domain, field_names)
        self.env.invalidate_all()
        self.assertEqual(rows, lines.search_read(domain, field_names))
        return {row["id"]: row for row in rows}

    def _plan_all_kinds(self):
        return (
            self._plan(
                user=self.team_agent,
                card_start=datetime(2026, 3, 12, 9),
                card_stop=datetime(2026, 3, 12, 10, 30),
                card_contact_ids=[(4, self.contact.id)],
                card_colleague_ids=[(6, 0, (self.own_agent + self.mate).ids)],
                card_hours=1.5,
            )
            + self._plan(user=self.mate, summary=False, date_deadline="2026-03-14")
            + self._plan(user=self.own_agent, card_private=True)
            + self._plan(user=self.mate, card_private=True, card_priority="2")
            + self._plan(False)
            + self._plan(user=self.stranger, activity_type_id=self.call_type.id)
        )

    def test_all_fields_for_every_scope(self):
        activities = self._plan_all_kinds()
        activities[1]._action_done()
        activities[4].activity_type_id = False
        activities[4].summary = False
        for user, count in (
            (self.own_agent, 2),
            (self.team_agent, 2),
            (self.all_agent, 4),
            (self.accountant, 3),  # of free ones only his own
        ):
            with self.subTest(user=user.login):
                lines = self.env["crm.cards.activity"].with_user(user)
                names = list(lines.fields_get(attributes=()))
                rows = self._assert_same(activities, user, names)
                self.assertEqual(len(rows), count)
                self._assert_same(activities, user, list(self.FIELDS))

    def test_names_of_what_one_may_not_read(self):
        """The line decides what it is called, the participants are read as such."""
        activity = self._plan(
            user=self.own_agent, card_contact_ids=[(4, self.contact.id)]
        )
        self.env["ir.rule"].create(
            {
                "name": "Not these",
                "model_id": self.env.ref("base.model_res_partner").id,
                "domain_force": [("id", "not in", (self.customer + self.contact).ids)],
            }
        )
        self.assertFalse(self.customer.with_user(self.own_agent).has_access("read"))
        row = self._assert_same(activity, self.own_agent, self.FIELDS)[activity.id]
        self.assertEqual(row["card_customer_id"], (self.customer.id, "Levi Printing"))
        self.assertEqual(row["card_contact_ids"], [])

    def test_participants_who_have_left(self):
        dan = self.contact.copy({"name": "Dan Levi"})
        activity = self._plan(
            user=self.own_agent,
            card_contact_ids=[(6, 0, (self.contact + dan).ids)],
            card_colleague_ids=[(6, 0, (self.mate + self.team_agent).ids)],
        )
        self.contact.active = False
        self.mate.active = False
        for context in ({}, {"active_test": False}):
            with self.subTest(**context):
                rows = self._assert_same(
                    activity, self.own_agent, self.FIELDS, **context
                )
                row = rows[activity.id]
                self.assertEqual(row["card_contact_ids"], dan.ids)
                self.assertEqual(row["card_colleague_ids"], self.team_agent.ids)

    def test_names_in_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("pl_PL")
        self.task_type.with_context(lang="pl_PL").name = "Zadanie"
        label = self.env["ir.model.fields.selection"].search(
            [("field_id.model", "=", "res.partner"), ("value", "=", "other")], limit=1
        )
        label.with_context(lang="pl_PL").name = "Inny adres"
        nameless = self.env["res.partner"].create(
            {"type": "other", "company_name": "Levi"}
        )
        activity = self._plan(user=self.own_agent, summary=False)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mail_activity SET card_customer_id = %s WHERE id = %s",
            [nameless.id, activity.id],
        )
        rows = self._assert_same(activity, self.own_agent, self.FIELDS, lang="pl_PL")
        row = rows[activity.id]
        self.assertEqual(row["display_name"], "Zadanie")
        self.assertEqual(row["card_customer_id"][1], "Levi, Inny adres")

    def test_names_as_the_context_asks_for_them(self):
        self.customer.email = "levi@example.com"
        activity = self._plan(user=self.own_agent)
        rows = self._assert_same(activity, self.own_agent, self.FIELDS, show_email=True)
        name = rows[activity.id]["card_customer_id"][1]
        self.assertEqual(name, "Levi Printing <levi@example.com>")

    def test_what_was_just_written(self):
        activity = self._plan(user=self.own_agent)
        lines = self.env["crm.cards.activity"].with_user(self.own_agent)
        activity.summary = "Call first"
        activity.card_colleague_ids = self.mate
        self.customer.name = "Levi and Sons"
        (row,) = lines.get_schedule([("id", "=", activity.id)], self.FIELDS)
        self.assertEqual(row["display_name"], "Call first")
        self.assertEqual(row["card_colleague_ids"], self.mate.ids)
        self.assertEqual(row["card_customer_id"][1], "Levi and Sons")

    def test_nothing_there(self):
        lines = self.env["crm.cards.activity"].with_user(self.own_agent)
        for domain in ([("id", "=", 0)], [("id", "in", [])]):
            self.assertEqual(lines.get_schedule(domain, self.FIELDS), [])

    def test_fields_one_may_not_read(self):
        lines = self.env["crm.cards.activity"].with_user(self.own_agent)
        with self.assertRaises(AccessError):
            lines.get_schedule([], ["card_overdue"])
        with self.assertRaisesRegex(ValueError, "nonsense"):
            lines.get_schedule([], ["nonsense"])

    def test_month_costs_the_same_number_of_queries(self):
        def plan(count):
            for number in range(count):
                customer = self._create_partner(f"{count}.{number}", is_company=True)
                self._plan(
                    customer,
                    user=self.own_agent,
                    date_deadline=f"2026-03-{number + 1:02}",
                    card_colleague_ids=[(4, self.mate.id)],
                )

        def read():
            self.env.invalidate_all()
            lines = self.env["crm.cards.activity"].with_user(self.own_agent)
            before = self.cr.sql_log_count
            found = lines.get_schedule(
                [("start", "<=", "2026-03-31 22:59:59"), ("stop", ">=", "2026-02-28")],
                self.FIELDS,
            )
            return len(found), self.cr.sql_log_count - before

        plan(2)
        read()
        few, queries = read()
        plan(20)
        many, queries_of_many = read()
        self.assertEqual((few, many), (2, 22))
        self.assertEqual(queries, queries_of_many)


@tagged("post_install", "-at_install")
class TestActivityScheduleTours(ScheduleCase, HttpCase):
    """The schedule in a real browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls.team_agent
        cls.user.password = cls.user.login
        cls.env["ir.config_parameter"].set_param("crm_cards.startup_done", "1")

    def _tour(self, path, name):
        self.start_tour(f"/odoo/{path}", name, login=self.user.login)

    def _find(self, summary):
        # Other users of the test see no activities of this one.
        return self.env["mail.activity"].sudo().search([("summary", "=", summary)])

    def _hours(self, activity):
        """Return start and end on the clock of the browser, which runs in UTC."""
        return [
            moment.strftime("%H:%M")
            for moment in (activity.card_start, activity.card_stop)
        ]

    def test_plan_and_move_by_dragging(self):
        self._tour("my-schedule", "crm_cards_schedule_drag")
        activity = self._find("Offer paper")
        self.assertEqual(activity.user_id, self.user)
        self.assertEqual(self._hours(activity), ["13:00", "15:00"])

    def test_plan_by_right_click(self):
        self._tour("my-schedule", "crm_cards_schedule_right_click")
        activity = self._find("Call back")
        self.assertEqual(activity.user_id, self.user)
        self.assertEqual(self._hours(activity), ["12:00", "13:00"])

    def test_people_in_the_side_panel(self):
        self.mate.name = "Schedule Mate"
        self.stranger.name = "Schedule Stranger"
        self._plan(user=self.mate, summary="Of the mate")
        self._tour("schedule", "crm_cards_schedule_people")
        people = (
            self.env["crm.cards.schedule.person"]
            .sudo()
            .search([("user_id", "=", self.user.id)])
        )
        self.assertEqual(people.person_id, self.mate)
        self.assertFalse(people.checked)
