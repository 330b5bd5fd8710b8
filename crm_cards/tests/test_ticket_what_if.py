"""What other service levels would have made of past tickets."""

import random
from collections import Counter
from datetime import date, timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .common_ticket_time import MINUTE, working_minutes
from .test_ticket_sla import MONDAY, SlaCase

# Tables that tell what really was, and what is promised.
_FACTS = (
    "crm_cards_ticket",
    "crm_cards_ticket_log",
    "crm_cards_ticket_sla",
    "crm_cards_ticket_notice",
    "crm_cards_sla_policy",
    "crm_cards_sla_target",
    "crm_cards_sla_policy_version",
    "crm_cards_sla_calendar_version",
    "resource_calendar",
    "resource_calendar_attendance",
    "mail_message",
)
_LATER = MONDAY + timedelta(days=20)


class WhatIfCase(SlaCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.target_ids = [
            Command.create({"kind": "next_response", "hours": 3}),
        ]

    def _suppose(self, targets=None, user=None, **values):
        """Return a supposition about March 2027.

        :param dict targets: kind -> hours; those of the service level if None
        """
        values = {"policy_id": self.policy.id, **values}
        if targets is not None:
            values["target_ids"] = [
                Command.create({"kind": kind, "hours": hours})
                for kind, hours in targets.items()
            ]
        suppositions = self.env["crm.cards.sla.what.if"]
        return suppositions.with_user(user or self.service_manager).create(
            {"date_from": "2027-03-01", "date_to": "2027-03-31", **values}
        )

    def _count(self, targets=None, **values):
        """Return a supposition that was counted three weeks after MONDAY."""
        what_if = self._suppose(targets, **values)
        with freeze_time(_LATER):
            what_if.action_count()
        return what_if

    def _get_result(self, what_if, kind, side):
        """Return ``(tickets, reached, missed, open)``."""
        row = what_if.result_ids.filtered(
            lambda row: row.kind == kind and row.side == side
        )
        return (
            row.ticket_count,
            row.reached_count,
            row.missed_count,
            row.open_count,
        )

    def _answer_after(self, hours, **values):
        """Return a ticket of MONDAY that was answered so many hours later."""
        with freeze_time(MONDAY):
            ticket = self._open_ticket(**values)
        with freeze_time(MONDAY + timedelta(hours=hours)):
            self._answer(ticket)
        return ticket


@tagged("post_install", "-at_install")
class TestTicketWhatIf(WhatIfCase):
    def test_shorter_target_would_have_been_missed(self):
        late = self._answer_after(4)
        self._answer_after(2)
        what_if = self._count({"first_response": 2})
        for side, expected in (
            ("real", (2, 2, 0, 0)),
            ("supposed", (2, 1, 1, 0)),
            ("difference", (0, -1, 1, 0)),
        ):
            found = self._get_result(what_if, "first_response", side)
            self.assertEqual(found, expected, side)
        shares = what_if.result_ids.filtered(lambda row: row.kind == "first_response")
        self.assertEqual(shares.mapped("kept_percentage"), [100, 50, -50])
        change = what_if.change_ids.filtered(lambda row: row.kind == "first_response")
        self.assertRecordValues(
            change,
            [
                {
                    "ticket_id": late.id,
                    "customer_id": self.customer.id,
                    "verdict": "reached",
                    "supposed_verdict": "missed",
                    "deadline": MONDAY.replace(hour=12, minute=30),
                    # Two hours after nine in Warsaw.
                    "supposed_deadline": MONDAY.replace(hour=10),
                    "date_reached": MONDAY.replace(hour=11),
                }
            ],
        )
        self.assertEqual(change.action_open_ticket()["res_id"], late.id)

    def test_longer_target_would_not_have_been_missed(self):
        ticket = self._answer_after(9)
        what_if = self._count({"first_response": 10})
        change = what_if.change_ids.filtered(lambda row: row.kind == "first_response")
        self.assertEqual(change.ticket_id, ticket)
        self.assertEqual(
            (change.verdict, change.supposed_verdict), ("missed", "reached")
        )

    def test_target_that_is_not_supposed_is_promised_on_one_side_only(self):
        self._answer_after(2)
        what_if = self._count({"first_response": 2})
        for side, expected in (("real", (1, 0, 1, 0)), ("supposed", (0, 0, 0, 0))):
            found = self._get_result(what_if, "resolution", side)
            self.assertEqual(found, expected, side)
        change = what_if.change_ids
        self.assertEqual((change.verdict, change.supposed_verdict), ("missed", "none"))
        difference = what_if.result_ids.filtered(
            lambda row: row.kind == "resolution" and row.side == "difference"
        )
        self.assertFalse(difference.has_percentage)

    def test_other_working_hours_and_hours_of_the_clock(self):
        """On Sunday nobody works here; elsewhere they do."""
        sunday = MONDAY - timedelta(days=1)
        with freeze_time(sunday):
            ticket = self._open_ticket()
        with freeze_time(sunday + timedelta(hours=5)):
            self._answer(ticket)
        always = self.calendar.copy({"name": "Every day"})
        always.attendance_ids.filtered(lambda row: row.dayofweek == "0").copy(
            {"dayofweek": "6"}
        )
        period = {"date_from": "2027-02-28", "date_to": "2027-02-28"}
        for values, verdict in (
            ({}, "reached"),
            ({"calendar_id": always.id}, "missed"),
        ):
            what_if = self._count({"first_response": 2}, **period, **values)
            found = self._get_result(what_if, "first_response", "supposed")
            expected = (1, 1, 0, 0) if verdict == "reached" else (1, 0, 1, 0)
            self.assertEqual(found, expected)
        self.assertEqual(
            self._get_result(what_if, "first_response", "real"), (1, 1, 0, 0)
        )
        what_if = self._suppose({"first_response": 2}, **period)
        what_if.target_ids.time = "calendar"
        with freeze_time(_LATER):
            what_if.action_count()
        self.assertEqual(
            self._get_result(what_if, "first_response", "supposed"), (1, 0, 1, 0)
        )

    def test_open_ticket_stays_open_until_its_supposed_deadline(self):
        with freeze_time(MONDAY):
            self._open_ticket()
        for hours, expected in ((2, (1, 0, 1, 0)), (200, (1, 0, 0, 1))):
            what_if = self._count({"resolution": hours})
            found = self._get_result(what_if, "resolution", "supposed")
            self.assertEqual(found, expected, hours)

    def test_tickets_without_service_level_count_in_the_hours_of_their_department(self):
        self.policy.active = False
        self._answer_after(4)
        what_if = self._count(
            {"first_response": 2}, policy_id=False, department_ids=self.support.ids
        )
        self.assertEqual(
            self._get_result(what_if, "first_response", "real"), (0, 0, 0, 0)
        )
        self.assertEqual(
            self._get_result(what_if, "first_response", "supposed"), (1, 0, 1, 0)
        )
        self.assertEqual(what_if.change_ids.supposed_deadline, MONDAY.replace(hour=10))

    def test_supposed_terms_hold_from_the_opening_on(self):
        """A ticket that was urgent only later is counted as if it always had been."""
        self._create_policy("Urgent", resolution=2, values={"priority": "3"})
        with freeze_time(MONDAY):
            ticket = self._open_ticket()
        with freeze_time(MONDAY.replace(hour=9)):
            ticket.priority = "3"
        with freeze_time(MONDAY.replace(hour=11)):
            ticket.priority = "1"
            ticket.stage_id = self.stage_solved
        what_if = self._count({"resolution": 2.5})
        self.assertEqual(
            what_if.change_ids.supposed_deadline, MONDAY.replace(hour=10, minute=30)
        )

    def test_which_tickets(self):
        top = self.env["crm.cards.ticket.type"].create({"name": "Printers"})
        leaf = self.env["crm.cards.ticket.type"].create(
            {"name": "Jam", "parent_id": top.id}
        )
        self._create_policy("Urgent", resolution=2, values={"priority": "3"})
        with freeze_time(MONDAY):
            jam = self._open_ticket(type_id=leaf.id)
            urgent = self._open_ticket(priority="3")
            field = self._open_ticket(department_id=self.field.id)
            archived = self._open_ticket(active=False)
        ours = jam + urgent + field + archived
        for values, expected in (
            ({}, jam + field + archived),
            ({"policy_id": urgent.sla_policy_id.id}, urgent),
            ({"policy_id": False}, ours),
            ({"policy_id": False, "type_ids": top.ids}, jam),
            ({"policy_id": False, "department_ids": self.field.ids}, field),
        ):
            with self.subTest(values=values):
                found = self._suppose(**values)._find_ticket_ids()
                self.assertEqual(set(found) & set(ours.ids), set(expected.ids))

    def test_days_are_those_of_the_users_time_zone(self):
        # The service manager's midnight in Jerusalem, two hours ahead.
        midnight = MONDAY.replace(hour=22)
        with freeze_time(midnight - MINUTE):
            monday = self._open_ticket()
        with freeze_time(midnight):
            tuesday = self._open_ticket()
        for day, expected in (("2027-03-01", monday), ("2027-03-02", tuesday)):
            found = self._suppose(date_from=day, date_to=day)._find_ticket_ids()
            self.assertEqual(found, expected.ids)

    @freeze_time("2027-05-03 12:00:00")
    def test_last_quarter_is_proposed(self):
        what_if = self.env["crm.cards.sla.what.if"].new()
        self.assertEqual(what_if.date_from, date(2027, 1, 1))
        self.assertEqual(what_if.date_to, date(2027, 3, 31))

    def test_answer_is_gone_once_something_else_is_asked(self):
        self._answer_after(4)
        what_if = self._count({"first_response": 2})
        self.assertTrue(what_if.date_counted)
        what_if.target_ids.hours = 5
        self.assertFalse(what_if.date_counted)
        with freeze_time(_LATER):
            what_if.action_count()
        self.assertEqual(len(what_if.result_ids), 6)
        self.assertEqual(set(what_if.change_ids.mapped("kind")), {"resolution"})

    def test_nothing_is_changed_by_asking(self):
        self._answer_after(4)
        # Something that would make a version if a deadline were counted by it.
        self.calendar.attendance_ids.filtered(
            lambda row: row.hour_to == 17
        ).hour_to = 18
        self.env.flush_all()
        before = self._read_facts()
        what_if = self._count({"first_response": 2}, calendar_id=self.calendar.id)
        self.env.flush_all()
        self.assertTrue(what_if.change_ids)
        self.assertEqual(self._read_facts(), before)

    def _read_facts(self):
        """Return every row of the tables of facts, by what tells a written row."""
        facts = {}
        for table in _FACTS:
            self.env.cr.execute(
                f"SELECT id, ctid::text, xmin::text, md5(t::text) FROM {table} t"
                " ORDER BY id"
            )
            facts[table] = self.env.cr.fetchall()
        return facts

    def test_queries_do_not_grow_with_the_tickets(self):
        for day, count in (("05", 20), ("06", 200)):
            with freeze_time(f"2027-03-{day} 09:00:00"):
                self.env["crm.cards.ticket"].create(
                    [
                        {"name": f"Printer {number}", "department_id": self.support.id}
                        for number in range(count)
                    ]
                )
        self._count_queries("05")
        few, changed = self._count_queries("05")
        many, changed_many = self._count_queries("06")
        self.assertEqual((changed, changed_many), (20, 200))
        self.assertLessEqual(many, few)

    def _count_queries(self, day):
        """Return the queries of counting a day, and how many verdicts change."""
        what_if = self._suppose(
            {"first_response": 4000, "resolution": 8},
            date_from=f"2027-03-{day}",
            date_to=f"2027-03-{day}",
        )
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        with freeze_time(_LATER):
            what_if.action_count()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before, what_if.change_count


@tagged("post_install", "-at_install")
class TestTicketWhatIfClock(WhatIfCase):
    """Random tickets: both sides agree with what is stored, and with the minutes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        rnd = random.Random(19)
        cls.tickets = cls.env["crm.cards.ticket"]
        for _number in range(30):
            cls.tickets |= cls._live_through(rnd)

    @classmethod
    def _live_through(cls, rnd):
        """Return a ticket to which a few random things happened."""
        tickets = cls.env["crm.cards.ticket"]
        moment = MONDAY + rnd.randrange(4 * 1440) * MINUTE
        with freeze_time(moment):
            ticket = tickets.create({"name": "Noise", "department_id": cls.support.id})
        stages = cls.stage_work + cls.stage_customer + cls.stage_solved
        for _step in range(rnd.randrange(9)):
            moment += rnd.randrange(1, 600) * MINUTE
            with freeze_time(moment):
                if rnd.random() < 0.5:
                    tickets._log({ticket: [rnd.choice(("customer", "answer"))]})
                else:
                    ticket.stage_id = rnd.choice(stages)
        return ticket

    def test_same_terms_bring_the_verdicts_that_are_stored(self):
        what_if = self._count()
        self.assertFalse(what_if.change_ids)
        with freeze_time(_LATER):
            self.env.invalidate_all()
            stored = Counter(
                (
                    row.kind,
                    row.status if row.status in ("missed", "reached") else "open",
                )
                for row in self.tickets.sla_ids
            )
        for kind in ("first_response", "next_response", "resolution"):
            real = self._get_result(what_if, kind, "real")
            self.assertEqual(self._get_result(what_if, kind, "supposed"), real)
            self.assertEqual(
                real[1:],
                tuple(
                    stored[kind, verdict] for verdict in ("reached", "missed", "open")
                ),
            )
            self.assertEqual(
                real[0],
                len(self.tickets.sla_ids.grouped("kind")[kind].ticket_id),
            )
            for verdict in ("reached", "missed", "open"):
                self.assertTrue(stored[kind, verdict], (kind, verdict))

    def test_supposed_verdicts_agree_with_the_minutes_counted(self):
        other = self.calendar.copy({"name": "Elsewhere", "tz": "Asia/Jerusalem"})
        other.attendance_ids.filtered(lambda row: row.dayofweek == "0").copy(
            {"dayofweek": "5"}
        )
        what_if = self._count(
            {"first_response": 2, "resolution": 5}, calendar_id=other.id
        )
        expected = {
            kind: Counter(
                self._judge(ticket, kind, hours, other) for ticket in self.tickets
            )
            for kind, hours in (("first_response", 2), ("resolution", 5))
        }
        for kind, verdicts in expected.items():
            self.assertEqual(
                self._get_result(what_if, kind, "supposed")[1:],
                tuple(verdicts[verdict] for verdict in ("reached", "missed", "open")),
            )
            self.assertGreater(verdicts["reached"], 2)
            self.assertGreater(verdicts["missed"], 2)

    def _judge(self, ticket, kind, hours, calendar):
        """Return the verdict about a ticket, minute by minute."""
        log = ticket.log_ids.sorted("id")
        reached = self._find_reached(log, kind)
        until = reached or _LATER
        start = log[0].date
        worked = working_minutes(
            calendar._get_sla_snapshots()[calendar], start, (until - start) // MINUTE
        )
        used = 0
        for minute, works in enumerate(worked):
            moment = start + minute * MINUTE
            clock = log.filtered(lambda row, at=moment: row.date <= at)[-1].clock
            used += works and clock == "runs"
            if used == hours * 60 and moment + MINUTE < until:
                return "missed"
        return "reached" if reached else "open"

    def _find_reached(self, log, kind):
        if kind == "first_response":
            answers = log.filtered(
                lambda row: row.event == "answer" or row.clock == "stopped"
            )
            return answers[:1].date
        if log[-1].clock != "stopped":
            return False
        open_rows = log.filtered(lambda row: row.clock != "stopped")
        return log.filtered(lambda row: row.id > open_rows[-1].id)[0].date


@tagged("post_install", "-at_install")
class TestTicketWhatIfScreens(WhatIfCase):
    def test_from_the_button_of_a_service_level_to_the_answer(self):
        ticket = self._answer_after(4)
        action = self.policy.with_user(self.service_manager).action_what_if()
        self.assertEqual(action["res_model"], "crm.cards.sla.what.if")
        suppositions = self.env[action["res_model"]].with_user(self.service_manager)
        with (
            freeze_time("2027-05-03 12:00:00"),
            Form(suppositions.with_context(**action["context"])) as form,
        ):
            self.assertEqual(form.policy_id, self.policy)
            self.assertEqual(
                sorted((row["kind"], row["hours"]) for row in form.target_ids._records),
                [("first_response", 4), ("next_response", 3), ("resolution", 8)],
            )
            form.target_ids.remove(2)
            with form.target_ids.edit(0) as target:
                target.hours = 2
            form.date_from = "2027-02-01"
        what_if = form.record
        self.assertEqual(sorted(what_if.target_ids.mapped("hours")), [2, 8])
        self.assertFalse(what_if.date_counted)
        with freeze_time("2027-05-03 12:00:00"):
            what_if.action_count()
        change = what_if.change_ids.filtered(lambda row: row.kind == "first_response")
        self.assertEqual(change.ticket_id, ticket)
        action = what_if.action_open_changes()
        rows = self.env[action["res_model"]].with_user(self.service_manager)
        self.assertEqual(rows.search(action["domain"]), what_if.change_ids)
        groups = rows._read_group(
            action["domain"], ["department_id", "supposed_verdict"], ["__count"]
        )
        self.assertEqual({group[0] for group in groups}, {self.support})

    def test_period_without_tickets_is_told_and_no_error(self):
        what_if = self._count(date_from="2020-01-01", date_to="2020-01-31")
        self.assertTrue(what_if.date_counted)
        self.assertFalse(what_if.ticket_count)
        self.assertFalse(what_if.result_ids)

    @mute_logger("odoo.sql_db")
    def test_period_and_hours_that_make_no_sense_are_refused(self):
        for constraint, values in (
            ("period_ordered", {"date_from": "2027-04-01"}),
            ("hours_range", {"targets": {"resolution": 0}}),
            ("hours_range", {"targets": {"resolution": -1}}),
            ("hours_range", {"targets": {"resolution": 1e9}}),
            ("hours_range", {"targets": {"resolution": float("nan")}}),
            ("hours_range", {"targets": {"resolution": float("inf")}}),
        ):
            with (
                self.subTest(values=values),
                self.assertRaisesRegex(IntegrityError, constraint),
                self.env.cr.savepoint(),
            ):
                self._suppose(**values).flush_recordset()
        for dates in (("0001-01-01", "2027-01-01"), ("2027-01-01", "9999-12-31")):
            what_if = self._suppose(date_from=dates[0], date_to=dates[1])
            with self.assertRaisesRegex(UserError, "no calendar reaches that far"):
                what_if.action_count()

    def test_suppositions_that_cannot_be_counted_are_refused(self):
        with self.assertRaisesRegex(UserError, "Supposed targets"):
            self._suppose({}, policy_id=False).action_count()
        flexible = self.calendar.copy({"schedule_type": "flexible"})
        empty = self.calendar.copy({"attendance_ids": [Command.clear()]})
        for calendar in (flexible, empty):
            what_if = self._suppose({"resolution": 4}, calendar_id=calendar.id)
            with self.assertRaisesRegex(ValidationError, "no fixed hours"):
                what_if.action_count()

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_only_managers_ask_and_each_sees_his_own(self):
        self._answer_after(4)
        what_if = self._count({"first_response": 2})
        mate = new_test_user(
            self.env,
            login="ticket_second_manager",
            groups="crm_cards.crm_cards_group_ticket_manager",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        for records in (
            what_if,
            what_if.target_ids,
            what_if.result_ids,
            what_if.change_ids,
        ):
            self.env.invalidate_all()
            with self.subTest(model=records._name):
                self.assertTrue(records.has_access("read"))
                self.assertFalse(records.with_user(mate).has_access("read"))
                self.assertFalse(records.with_user(mate).search([]) & records)
                with self.assertRaises(AccessError):
                    records.with_user(self.technician).read(["display_name"])
        with self.assertRaises(AccessError):
            what_if.with_user(mate).action_count()
        with self.assertRaises(AccessError):
            self._suppose({"resolution": 4}, user=self.technician)

    def test_tickets_of_other_companies_are_left_out(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        tickets = self.env["crm.cards.ticket"].sudo()
        with freeze_time(MONDAY):
            tickets.create({"name": "Call", "company_id": other.id})
            ours = self._open_ticket()
        what_if = self._count({"resolution": 4}, policy_id=False)
        found = what_if._find_ticket_ids()
        self.assertIn(ours.id, found)
        companies = tickets.browse(found).company_id
        self.assertNotIn(other, companies)

    def test_menu_and_button_are_for_managers(self):
        menu = "crm_cards.crm_cards_menu_sla_what_if"
        policies = self.env["crm.cards.sla.policy"]
        for user, offered in ((self.service_manager, True), (self.technician, False)):
            with self.subTest(user=user.login):
                menus = self.env["ir.ui.menu"].with_user(user)
                self.assertEqual(
                    self.env.ref(menu).id in menus._visible_menu_ids(), offered
                )
                arch = policies.with_user(user).get_view(view_type="form")["arch"]
                self.assertEqual("action_what_if" in arch, offered)
