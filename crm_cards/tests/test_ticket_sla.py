from datetime import datetime, timedelta
from unittest.mock import patch

from lxml import etree

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common_ticket import TicketCase

# A Monday, 08:00 in Warsaw.
MONDAY = datetime(2027, 3, 1, 7)


class SlaCase(TicketCase):
    """Support works nine to five in Warsaw, with half an hour for lunch."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "Support hours",
                "tz": "Europe/Warsaw",
                "company_id": cls.company.id,
                "attendance_ids": [(5, 0, 0)]
                + [
                    (
                        0,
                        0,
                        {
                            "name": "Work",
                            "dayofweek": str(day),
                            "hour_from": start,
                            "hour_to": stop,
                            "day_period": period,
                        },
                    )
                    for day in range(5)
                    for start, stop, period in (
                        (9, 12.5, "morning"),
                        (12.5, 13, "lunch"),
                        (13, 17, "afternoon"),
                    )
                ],
            }
        )
        cls.support.calendar_id = cls.calendar
        cls.policy = cls._create_policy("Standard", first_response=4, resolution=8)

    @classmethod
    def _create_policy(cls, name, time="working", **targets):
        values = targets.pop("values", {})
        return cls.env["crm.cards.sla.policy"].create(
            {
                "name": name,
                "company_id": cls.company.id,
                "target_ids": [
                    (0, 0, {"kind": kind, "hours": hours, "time": time})
                    for kind, hours in targets.items()
                ],
                **values,
            }
        )

    def _get_row(self, ticket, kind, cycle=1):
        return ticket.sla_ids.filtered(
            lambda row: row.kind == kind and row.cycle == cycle
        )

    def _answer(self, ticket):
        ticket.message_post(
            body="We look into it",
            message_type="comment",
            author_id=self.technician.partner_id.id,
            subtype_xmlid="mail.mt_comment",
        )


@tagged("post_install", "-at_install")
class TestTicketSla(SlaCase):
    @freeze_time(MONDAY)
    def test_deadline_is_counted_in_working_hours_around_lunch(self):
        ticket = self._open_ticket()
        first = self._get_row(ticket, "first_response")
        # 9:00 to 12:30, then 13:00 to 13:30 in Warsaw, an hour ahead of UTC.
        self.assertEqual(first.deadline, MONDAY.replace(hour=12, minute=30))
        self.assertEqual(first.date_at_risk, MONDAY.replace(hour=11))
        self.assertEqual(ticket.sla_next_due, first.deadline)
        self.assertEqual(ticket.sla_policy_id, self.policy)

    def test_answer_reaches_the_first_response_and_a_late_one_misses_it(self):
        for hour, status in ((12, "reached"), (13, "missed")):
            with self.subTest(hour=hour):
                with freeze_time(MONDAY):
                    ticket = self._open_ticket()
                with freeze_time(MONDAY.replace(hour=hour)):
                    self._answer(ticket)
                    row = self._get_row(ticket, "first_response")
                    self.assertEqual(row.date_reached, MONDAY.replace(hour=hour))
                    self.assertEqual(row.status, status)
                    self.assertEqual(ticket.sla_has_missed, status == "missed")

    def test_clock_stands_still_while_we_wait_for_the_customer(self):
        with freeze_time(MONDAY.replace(hour=8)):
            ticket = self._open_ticket()
        with freeze_time(MONDAY.replace(hour=9)):
            ticket.stage_id = self.stage_customer
            row = self._get_row(ticket, "resolution")
            self.assertEqual(row.status, "paused")
            self.assertFalse(row.deadline)
            self.assertFalse(ticket.sla_next_due)
            self.assertTrue(ticket.sla_is_paused)
        with freeze_time(MONDAY.replace(hour=8) + timedelta(days=1)):
            ticket.stage_id = self.stage_work
            row = self._get_row(ticket, "resolution")
            # An hour is used up, six and a half are left of Tuesday's seven and a half.
            expected = MONDAY.replace(hour=15, minute=30) + timedelta(days=1)
            self.assertEqual(row.deadline, expected)
            self.assertEqual(row.paused_hours, 6.5)

    def test_status_follows_the_clock_and_is_searched_and_grouped_in_sql(self):
        rows = self.env["crm.cards.ticket.sla"]
        with freeze_time(MONDAY):
            ticket = self._open_ticket()
            row = self._get_row(ticket, "first_response")
        for moment, status in (
            (MONDAY, "running"),
            (MONDAY.replace(hour=11), "at_risk"),
            (MONDAY.replace(hour=12, minute=30), "at_risk"),
            (MONDAY.replace(hour=12, minute=30, second=1), "missed"),
        ):
            with self.subTest(moment=moment), freeze_time(moment):
                self.env.invalidate_all()
                self.assertEqual(row.status, status)
                domain = [("id", "=", row.id)]
                found = rows.search([("status", "=", status), *domain])
                self.assertEqual(found, row)
                groups = rows._read_group(domain, ["status"], ["__count"])
                self.assertEqual(groups, [(status, 1)])

    @freeze_time(MONDAY)
    def test_changed_policy_holds_for_new_tickets_and_running_ones_keep_theirs(self):
        ticket = self._open_ticket()
        deadline = ticket.sla_next_due
        self.policy.target_ids.filtered(
            lambda target: target.kind == "first_response"
        ).hours = 1
        self.policy.risk_percent = 50
        fresh = self._open_ticket()
        ticket.priority = "2"
        self.assertEqual(ticket.sla_next_due, deadline)
        self.assertEqual(ticket.sla_version_id.number, 1)
        self.assertEqual(fresh.sla_version_id.number, 2)
        self.assertEqual(fresh.sla_next_due, MONDAY.replace(hour=9))

    @freeze_time(MONDAY)
    def test_changed_calendar_holds_for_new_tickets_and_running_ones_keep_theirs(self):
        ticket = self._open_ticket()
        deadline = ticket.sla_next_due
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.calendar.id,
                "date_from": MONDAY,
                "date_to": MONDAY.replace(hour=22),
            }
        )
        ticket.priority = "2"
        self.assertEqual(ticket.sla_next_due, deadline)
        fresh = self._open_ticket()
        self.assertEqual(fresh.sla_next_due, deadline + timedelta(days=1))
        self.assertEqual(fresh.sla_calendar_version_id.number, 2)

    def test_other_priority_brings_other_targets_and_keeps_the_time_used(self):
        urgent = self._create_policy("Urgent", resolution=2, values={"priority": "3"})
        with freeze_time(MONDAY.replace(hour=8)):
            ticket = self._open_ticket()
        with freeze_time(MONDAY.replace(hour=9)):
            ticket.priority = "3"
            self.assertEqual(ticket.sla_policy_id, urgent)
            row = self._get_row(ticket, "resolution")
            self.assertEqual(row.deadline, MONDAY.replace(hour=10))
            self.assertEqual(row.consumed_hours, 1)
            self.assertFalse(self._get_row(ticket, "first_response"))
        self.assertEqual(self._get_events(ticket), ["opened", "priority", "terms"])

    def test_reopened_ticket_goes_on_where_it_was_closed(self):
        with freeze_time(MONDAY.replace(hour=8)):
            ticket = self._open_ticket()
        with freeze_time(MONDAY.replace(hour=9)):
            ticket.stage_id = self.stage_solved
            self.assertEqual(self._get_row(ticket, "resolution").status, "reached")
        with freeze_time(MONDAY.replace(hour=8) + timedelta(days=7)):
            ticket.stage_id = self.stage_work
            row = self._get_row(ticket, "resolution")
            self.assertEqual(row.status, "running")
            self.assertEqual(row.consumed_hours, 1)

    @freeze_time(MONDAY)
    def test_most_specific_policy_wins_and_order_decides_between_equals(self):
        types = self.env["crm.cards.ticket.type"]
        top = types.create({"name": "Printers"})
        leaf = types.create({"name": "Ink", "parent_id": top.id})
        by_top = self._create_policy("Top", resolution=1, values={"type_ids": top.ids})
        by_leaf = self._create_policy(
            "Leaf", resolution=1, values={"type_ids": leaf.ids}
        )
        first = self._create_policy(
            "First",
            resolution=1,
            values={"department_ids": self.field.ids, "sequence": 1},
        )
        self._create_policy(
            "Second", resolution=1, values={"department_ids": self.field.ids}
        )
        both = self._create_policy(
            "Both", resolution=1, values={"type_ids": top.ids, "priority": "0"}
        )
        for values, policy in (
            ({}, self.policy),
            ({"type_id": top.id}, by_top),
            ({"type_id": leaf.id}, by_leaf),
            ({"type_id": leaf.id, "priority": "0"}, both),
            ({"department_id": self.field.id}, first),
        ):
            with self.subTest(policy=policy.name):
                self.assertEqual(self._open_ticket(**values).sla_policy_id, policy)

    def test_policy_of_another_company_holds_for_none_of_ours(self):
        other = self._create_company(name="Second company")
        self._create_policy(
            "Elsewhere",
            resolution=1,
            time="calendar",
            values={"company_id": other.id, "priority": "1"},
        )
        self.assertEqual(self._open_ticket().sla_policy_id, self.policy)

    def test_policies_without_targets_or_fixed_hours_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "Add a target"):
            self._create_policy("Empty")
        flexible = self.calendar.copy({"schedule_type": "flexible"})
        with self.assertRaisesRegex(ValidationError, "no fixed hours"):
            self._create_policy(
                "Flexible",
                resolution=1,
                values={"calendar_source": "policy", "calendar_id": flexible.id},
            )

    def test_working_hours_without_fixed_hours_are_refused_wherever_they_count(self):
        flexible = self.calendar.copy({"schedule_type": "flexible"})
        contract = self.env["crm.cards.service.contract"].create(
            {"partner_id": self.customer.id, "company_id": self.company.id}
        )
        for record, fname in (
            (self.support, "calendar_id"),
            (self.customer, "card_calendar_id"),
            (contract, "calendar_id"),
        ):
            with (
                self.subTest(model=record._name),
                self.assertRaises(ValidationError) as refused,
            ):
                record[fname] = flexible
            self.assertIn("no fixed hours", refused.exception.args[0])

    @freeze_time(MONDAY)
    def test_hours_of_contract_and_customer_count_where_the_policy_says_so(self):
        always = self.calendar.copy({"name": "Late shift"})
        always.attendance_ids.filtered(lambda row: row.day_period == "lunch").unlink()
        contract = self.env["crm.cards.service.contract"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "date_start": MONDAY.date(),
                "calendar_id": always.id,
            }
        )
        self.policy.calendar_source = "contract"
        ticket = self._open_ticket()
        self.assertEqual(ticket.contract_id, contract)
        self.assertEqual(ticket.sla_calendar_version_id.calendar_id, always)
        self.policy.calendar_source = "customer"
        self.assertEqual(
            self._open_ticket().sla_calendar_version_id.calendar_id, self.calendar
        )
        self.customer.card_calendar_id = always
        self.assertEqual(
            self._open_ticket().sla_calendar_version_id.calendar_id, always
        )

    @freeze_time(MONDAY)
    def test_calendar_in_use_does_not_lose_its_hours(self):
        self._open_ticket()
        with self.assertRaisesRegex(ValidationError, "no fixed hours"):
            self.calendar.attendance_ids = [(5, 0, 0)]

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_derived_rows_are_written_by_nobody(self):
        row = self._open_ticket().sla_ids[0]
        with self.assertRaises(AccessError):
            row.with_user(self.service_manager).write({"deadline": False})
        with self.assertRaises(UserError):
            self.policy.version_ids.unlink()


@tagged("post_install", "-at_install")
class TestTicketSlaScreens(SlaCase):
    def test_status_of_the_ticket_is_the_same_in_python_and_in_sql(self):
        tickets = self.env["crm.cards.ticket"]
        with freeze_time(MONDAY.replace(hour=8)):
            for _index in range(4):
                tickets |= self._open_ticket()
            tickets[1].stage_id = self.stage_customer
            tickets[2].stage_id = self.stage_solved
            tickets[3].sla_version_id.policy_id.active = False
            tickets |= self._open_ticket()
        for moment in (
            MONDAY.replace(hour=8, minute=5),
            MONDAY.replace(hour=11, minute=30),
            MONDAY + timedelta(days=4),
        ):
            with freeze_time(moment):
                self.env.invalidate_all()
                for status in {*tickets.mapped("sla_status")}:
                    with self.subTest(moment=moment, status=status):
                        found = tickets.search(
                            [("sla_status", "=", status), ("id", "in", tickets.ids)]
                        )
                        expected = tickets.filtered(
                            lambda ticket, status=status: ticket.sla_status == status
                        )
                        self.assertEqual(found, expected.sorted())
        self.assertEqual(
            tickets.mapped("sla_status"),
            ["missed", "paused", "reached", "missed", False],
        )

    def test_targets_are_called_by_words_not_by_keys(self):
        self.assertEqual(
            self.policy.target_ids.mapped("display_name"),
            ["First response: 04:00", "Resolution: 08:00"],
        )
        rows = self._open_ticket().sla_ids
        self.assertEqual(rows.mapped("display_name"), ["First response", "Resolution"])

    def test_list_keeps_red_for_what_is_late_and_the_day_it_was_opened(self):
        arch = etree.fromstring(
            self.env["crm.cards.ticket"].get_view(view_type="list")["arch"]
        )
        self.assertIn("sla_status", arch.get("decoration-danger"))
        self.assertTrue(arch.xpath("//field[@name='date_opened'][@optional='show']"))
        self.assertFalse(arch.xpath("//field[@name='create_date']"))

    def test_countdown_tells_working_time_left_and_when_it_passes(self):
        with freeze_time(MONDAY.replace(hour=8)):
            ticket = self._open_ticket()
        with freeze_time(MONDAY.replace(hour=11)):
            self.env.invalidate_all()
            countdown = ticket.sla_countdown
            self.assertEqual(countdown["kind"], "first_response")
            self.assertEqual(countdown["remaining"], 3600 + 1800 - 1800 + 0)
            self.assertEqual(countdown["risk"], 3600)
            start, stop = countdown["intervals"][0]
            self.assertEqual((stop - start) / 3600, 0.5)
        with freeze_time(MONDAY.replace(hour=15)):
            self.env.invalidate_all()
            self.assertLess(ticket.sla_countdown["remaining"], 0)
        ticket.stage_id = self.stage_solved
        self.assertFalse(ticket.sla_countdown)

    def test_explanation_adds_up_to_what_was_promised(self):
        with freeze_time(MONDAY.replace(hour=8)):
            ticket = self._open_ticket()
        with freeze_time(MONDAY.replace(hour=9)):
            ticket.stage_id = self.stage_customer
        with freeze_time(MONDAY.replace(hour=10)):
            ticket.stage_id = self.stage_work
            row = self._get_row(ticket, "resolution")
            values = row._prepare_explanation()
            ran = [line for line in values["lines"] if line["what"] == "ran"]
            total = sum(
                segment.seconds
                for segment in row._get_segments()
                if segment.what == "ran"
            )
            self.assertEqual(total, 8 * 3600)
            self.assertTrue(ran[-1]["is_expected"])
            self.assertIn("Waiting for customer", row.explanation)
            self.assertIn("Europe/Warsaw", row.explanation)

    def test_what_is_no_fact_does_not_have_the_clock_read_again(self):
        ticket = self._open_ticket()
        ticket.write({"description": "<p>Before</p>"})
        with patch.object(type(ticket), "_measure_sla") as measure:
            ticket.write({"description": "<p>After</p>"})
            ticket._log({})
        measure.assert_not_called()

    def test_open_tickets_follow_changed_terms_when_they_are_rebased(self):
        with freeze_time(MONDAY.replace(hour=8)):
            ticket = self._open_ticket()
        with freeze_time(MONDAY.replace(hour=9)):
            self.policy.target_ids.hours = 2
            self.policy.write({"risk_percent": 50})
            self.assertEqual(self.policy.outdated_count, 1)
            self.policy.with_user(self.service_manager).action_rebase()
            self.policy.invalidate_recordset()
            self.assertEqual(self.policy.outdated_count, 0)
            self.assertEqual(ticket.sla_next_due, MONDAY.replace(hour=10))
        self.assertEqual(self._get_events(ticket), ["opened", "terms"])
        with self.assertRaises(AccessError):
            self.policy.with_user(self.technician).action_rebase()

    def test_nightly_check_finds_what_differs_from_the_log(self):
        good, bad = self._open_ticket(), self._open_ticket()
        checks = self.env["crm.cards.sla.check"].sudo()
        self.assertFalse(checks._cron_check().difference_count)
        self.env.cr.execute(
            "UPDATE crm_cards_ticket_sla SET deadline = deadline + interval '1 hour'"
            " WHERE ticket_id = %s",
            [bad.id],
        )
        with mute_logger("odoo.addons.crm_cards.models.ticket.crm_cards_sla_check"):
            check = checks._cron_check()
        self.assertEqual(check.different_ticket_ids, bad)
        self.assertNotIn(good, check.different_ticket_ids)
