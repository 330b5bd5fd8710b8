import operator
import re
from datetime import date, datetime, timedelta

from lxml import etree

from odoo.exceptions import AccessError, MissingError
from odoo.fields import Command, Domain
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import SQL, mute_logger
from odoo.tools.safe_eval import safe_eval

from .test_ticket_sla import MONDAY, SlaCase

_REPORTS = ("crm.cards.ticket.sla.report", "crm.cards.service.report")


def _explain(records, domain):
    """Return how PostgreSQL searches, as if every table were too long to be read."""
    records.env.flush_all()
    records.env.cr.execute("SET LOCAL enable_seqscan = off")
    query = records._search(domain)
    rows = records.env.execute_query(SQL("EXPLAIN %s", query.select()))
    return "\n".join(line for (line,) in rows)


def _count_scans(plan, table):
    return len(re.findall(rf" on {table}\b(?!_)", plan))


@tagged("post_install", "-at_install")
class TestTicketReportScreens(SlaCase):
    def test_views_load_and_their_filters_hold(self):
        self._open_ticket()
        for model in _REPORTS:
            for user in (self.technician, self.service_manager, self.salesperson):
                records = self.env[model].with_user(user)
                for kind in ("list", "pivot", "graph", "search"):
                    with self.subTest(model=model, kind=kind, user=user.login):
                        arch = records.get_view(view_type=kind)["arch"]
                        self.assertTrue(etree.fromstring(arch).xpath(".//field"))
                for node in etree.fromstring(arch).iterfind(".//filter"):
                    with self.subTest(model=model, filter=node.get("name")):
                        if node.get("domain"):
                            domain = safe_eval(node.get("domain"), {"uid": user.id})
                            records.search_count(domain)
                        elif node.get("date"):
                            self.assertIn(node.get("date"), records._fields)
                        else:
                            context = safe_eval(node.get("context"), {})
                            records.formatted_read_group(
                                [], [context["group_by"]], ["__count"]
                            )


@tagged("post_install", "-at_install")
class TestTicketSlaReport(SlaCase):
    """What was promised and kept, by any cut (row 133)."""

    def _get_rows(self, tickets, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        rows = self.env["crm.cards.ticket.sla.report"]
        return rows.with_user(user or self.env.user).search(
            [("ticket_id", "in", tickets.ids)]
        )

    def test_row_for_each_target_with_what_came_of_it(self):
        top = self.env["crm.cards.ticket.type"].create({"name": "Printers"})
        leaf = self.env["crm.cards.ticket.type"].create(
            {"name": "Jam", "parent_id": top.id}
        )
        with freeze_time(MONDAY):
            ticket = self._open_ticket(type_id=leaf.id, user_id=self.technician.id)
        with freeze_time(MONDAY + timedelta(hours=7)):
            # The first response was due at 13:30 in Warsaw; it is 15:00 there.
            self._answer(ticket)
        with freeze_time(MONDAY + timedelta(hours=8)):
            rows = self._get_rows(ticket)
            first = rows.filtered(lambda row: row.kind == "first_response")
            self.assertRecordValues(
                first,
                [
                    {
                        "ticket_id": ticket.id,
                        "status": "missed",
                        "missed_count": 1,
                        "kept_percentage": 0.0,
                        "target_hours": 4.0,
                        "late_hours": 1.5,
                        "user_id": self.technician.id,
                        "department_id": self.support.id,
                        "customer_id": self.customer.id,
                        "type_level1_id": top.id,
                        "type_level2_id": leaf.id,
                        "sla_policy_id": self.policy.id,
                    }
                ],
            )
            resolution = rows - first
            self.assertEqual(resolution.kind, "resolution")
            self.assertEqual(resolution.status, "at_risk")
            self.assertFalse(resolution.missed_count)
            self.assertEqual(first.action_open_ticket()["res_id"], ticket.id)

    def test_what_still_runs_does_not_count_as_kept_or_missed(self):
        with freeze_time(MONDAY):
            kept = self._open_ticket()
            self._answer(kept)
            missed = self._open_ticket()
        with freeze_time(MONDAY + timedelta(hours=6)):
            running = self._open_ticket()
            tickets = kept + missed + running
            rows = self._get_rows(tickets)
            groups = rows._read_group(
                [("id", "in", rows.ids)],
                ["kind"],
                ["kept_percentage:avg", "missed_count:sum", "__count"],
            )
        groups = {kind: numbers for kind, *numbers in groups}
        self.assertEqual(groups["first_response"], [50.0, 1, 3])
        self.assertEqual(groups["resolution"], [False, 0, 3])

    def test_statuses_are_those_of_the_ticket(self):
        with freeze_time(MONDAY):
            tickets = self._open_ticket() + self._open_ticket()
            tickets[1].stage_id = self.stage_customer
            tickets.flush_recordset()
        for hours in (1, 4, 6, 30):
            with freeze_time(MONDAY + timedelta(hours=hours)):
                rows = self._get_rows(tickets)
                self.assertEqual(
                    {row.id: row.status for row in rows},
                    {row.id: row.status for row in tickets.sla_ids},
                )

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_seen_as_far_as_the_tickets_are(self):
        seen = self._open_ticket()
        hidden = self._open_ticket(department_id=self.field.id)
        rows = self._get_rows(seen + hidden, self.technician)
        self.assertEqual(rows.ticket_id, seen)
        groups = rows._read_group([], ["ticket_id"], ["__count"])
        self.assertNotIn(hidden, [ticket for ticket, _count in groups])
        self.assertEqual(
            self._get_rows(seen + hidden, self.service_manager).ticket_id, seen + hidden
        )
        with self.assertRaises(AccessError):
            rows.browse(hidden.sla_ids[0].id).read(["deadline"])

    def test_rights_do_not_read_the_tickets_again(self):
        rows = self.env["crm.cards.ticket.sla.report"].with_user(self.technician)
        domain = Domain("date_opened", ">=", MONDAY)
        domain &= Domain("date_opened", "<", MONDAY + timedelta(days=31))
        self.assertEqual(_count_scans(_explain(rows, domain), "crm_cards_ticket"), 1)
        # Among few tickets PostgreSQL may take any index that it likes: the period is
        # asked of the tickets themselves, and there is an index for it.
        self.assertRegex(
            _explain(rows.sudo(), domain), r" on crm_cards_ticket .*\n.*date_opened"
        )
        self.env.cr.execute(
            "SELECT indexdef FROM pg_indexes"
            " WHERE indexname = 'crm_cards_ticket_report_moment_index'"
        )
        self.assertIn("(date_opened)", self.env.cr.fetchone()[0])

    def test_opens_with_a_month(self):
        action = self.env.ref("crm_cards.crm_cards_ticket_sla_report_action")
        self.assertTrue(safe_eval(action.context)["search_default_opened"])

    def test_other_companies_are_not_shown(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self._create_policy(
            "Theirs", "calendar", resolution=8, values={"company_id": other.id}
        )
        tickets = self.env["crm.cards.ticket"].sudo()
        ticket = tickets.create({"name": "Call", "company_id": other.id})
        self.assertTrue(ticket.sla_ids)
        self.assertFalse(self._get_rows(ticket, self.service_manager))


@tagged("post_install", "-at_install")
class TestServiceReport(SlaCase):
    """Activities and tickets together, each as its own rules show it (row 137)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mate = cls.salesperson
        for scope in ("own", "team", "all"):
            user = new_test_user(
                cls.env,
                login=f"report_{scope}",
                groups="sales_team.group_sale_salesman_all_leads,"
                f"crm_cards.crm_cards_group_activity_{scope},"
                "base.group_allow_export",
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
            )
            setattr(cls, f"{scope}_agent", user)
        cls.env["crm.team"].create(
            {"name": "North", "member_ids": (cls.team_agent + cls.mate).ids}
        )
        cls.env.ref("base.group_allow_export").user_ids += (
            cls.technician + cls.field_technician + cls.service_manager + cls.mate
        )
        cls.visit_type = cls.env.ref("crm_cards.mail_activity_type_visit")

    def _plan(self, document, user, **values):
        return self.env["mail.activity"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id(document._name),
                "res_id": document.id,
                "activity_type_id": self.visit_type.id,
                "summary": "Go there",
                "user_id": user.id,
                **values,
            }
        )

    def _get_records(self, rows):
        """Return what the rows stand for: ``{("activity" or "ticket", id)}``."""
        return {
            (
                row.kind,
                (row.activity_id if row.kind == "activity" else row.ticket_id).id,
            )
            for row in rows.sudo()
        }

    def _seen(self, user):
        """Return what a user sees of the customer; all routes must agree."""
        self.env.flush_all()
        self.env.invalidate_all()
        domain = [("customer_id", "=", self.customer.id)]
        reports = self.env["crm.cards.service.report"].with_user(user)
        reports = reports.with_context(allowed_company_ids=self.company.ids)
        rows = reports.search(domain)
        self.assertEqual(reports.search_count(domain), len(rows))
        groups = reports._read_group(domain, ["kind"], ["id:recordset"])
        grouped = {id_ for _kind, group in groups for id_ in group.ids}
        self.assertEqual(grouped, set(rows.ids))
        groups = reports.web_read_group(domain, ["user_id"], ["__count"])["groups"]
        self.assertEqual(sum(group["__count"] for group in groups), len(rows))
        page = reports.web_search_read(domain, {"name": {}})
        self.assertEqual({row["id"] for row in page["records"]}, set(rows.ids))
        exported = rows.export_data([".id"])["datas"]
        self.assertEqual({int(id_) for (id_,) in exported}, set(rows.ids))
        return rows

    def test_both_sides_are_one_list_with_the_same_columns(self):
        product = self.env["crm.cards.owned.product"].create(
            {
                "partner_id": self.customer.id,
                "product_id": self.product_a.id,
                "company_id": self.company.id,
            }
        )
        with freeze_time(MONDAY):
            ticket = self._open_ticket(
                owned_product_id=product.id,
                user_id=self.technician.id,
                stage_id=self.stage_customer.id,
            )
            visit = self._plan(ticket, self.technician, card_hours=1.5)
            call = self._plan(self.customer, self.mate, date_deadline="2027-03-02")
            rows = self._seen(self.service_manager)
        self.assertEqual(
            self._get_records(rows),
            {("ticket", ticket.id), ("activity", visit.id), ("activity", call.id)},
        )
        by_record = {
            (row.kind, row.activity_id.id if row.kind == "activity" else 0): row
            for row in rows
        }
        common = {
            "customer_id": self.customer.id,
            "user_id": self.technician.id,
            "ticket_id": ticket.id,
            "department_id": self.support.id,
            "owned_product_id": product.id,
            "product_id": self.product_a.id,
            "categ_id": self.product_a.categ_id.id,
        }
        row = by_record["ticket", 0]
        self.assertRecordValues(
            row, [{**common, "status": "waiting", "hours": 0.0, "name": ticket.name}]
        )
        self.assertEqual(str(row.date), "2027-03-01")
        self.assertRecordValues(
            by_record["activity", visit.id],
            [
                {
                    **common,
                    "status": "open",
                    "hours": 1.5,
                    "activity_type_id": self.visit_type.id,
                    "name": "Go there",
                }
            ],
        )
        self.assertFalse(by_record["activity", call.id].ticket_id)
        self.assertEqual(str(by_record["activity", call.id].date), "2027-03-02")

    def test_hours_add_up_by_any_cut(self):
        ticket = self._open_ticket(user_id=self.technician.id)
        for hours in (1.0, 2.5):
            self._plan(ticket, self.technician, card_hours=hours)
        self.env.flush_all()
        reports = self.env["crm.cards.service.report"].with_user(self.service_manager)
        for cut in ("department_id", "user_id", "ticket_id", "activity_type_id"):
            groups = reports._read_group(
                [("ticket_id", "=", ticket.id), ("kind", "=", "activity")],
                [cut],
                ["hours:sum"],
            )
            self.assertEqual([hours for _key, hours in groups], [3.5], cut)

    def test_what_was_done_and_what_was_cancelled(self):
        call_type = self.env.ref("mail.mail_activity_data_call")
        done = self._plan(self.customer, self.mate, activity_type_id=call_type.id)
        cancelled = self._plan(self.customer, self.mate)
        done._action_done(feedback="Went there")
        cancelled._cancel("Rain")
        closed = self._open_ticket(stage_id=self.stage_solved.id)
        rows = self._seen(self.service_manager)
        statuses = {
            (row.kind, row.activity_id.id or row.ticket_id.id): row.status
            for row in rows
        }
        self.assertEqual(statuses["activity", done.id], "done")
        self.assertEqual(statuses["activity", cancelled.id], "cancelled")
        self.assertEqual(statuses["ticket", closed.id], "done")

    def test_scopes_of_activities_and_departments_of_tickets_both_hold(self):
        mine = self._open_ticket()
        others = self._open_ticket(department_id=self.field.id)
        of_mate = self._plan(self.customer, self.mate)
        of_own = self._plan(self.customer, self.own_agent)
        private = self._plan(self.customer, self.mate, card_private=True)
        tickets = {("ticket", mine.id), ("ticket", others.id)}
        for user, expected in (
            (self.own_agent, tickets | {("activity", of_own.id)}),
            (self.team_agent, tickets | {("activity", of_mate.id)}),
            (
                self.all_agent,
                tickets | {("activity", of_mate.id), ("activity", of_own.id)},
            ),
            (
                self.mate,
                tickets | {("activity", one.id) for one in of_mate + of_own + private},
            ),
        ):
            with self.subTest(user=user.login):
                self.assertEqual(self._get_records(self._seen(user)), expected)
        seen = self._get_records(self._seen(self.technician))
        self.assertIn(("ticket", mine.id), seen)
        self.assertNotIn(("ticket", others.id), seen)
        self.assertNotIn(("activity", private.id), seen)

    def test_each_row_is_seen_exactly_as_its_record(self):
        tickets = self._open_ticket() + self._open_ticket(department_id=self.field.id)
        activities = self._plan(self.customer, self.mate)
        activities += self._plan(tickets[0], self.field_technician)
        activities += self._plan(tickets[1], self.technician)
        activities += self._plan(tickets[1], self.field_technician, card_private=True)
        for user in (
            self.technician,
            self.field_technician,
            self.service_manager,
            self.mate,
            self.own_agent,
            self.team_agent,
            self.all_agent,
        ):
            lines = self.env["crm.cards.activity"].with_user(user)
            found = lines.search([("id", "in", activities.ids)])
            expected = {("activity", id_) for id_ in found.ids}
            found = tickets.with_user(user).search([("id", "in", tickets.ids)])
            expected |= {("ticket", id_) for id_ in found.ids}
            with self.subTest(user=user.login):
                self.assertEqual(self._get_records(self._seen(user)), expected)

    def test_ones_own_visit_tells_nothing_of_a_ticket_one_may_not_see(self):
        hidden = self._open_ticket(department_id=self.field.id)
        visit = self._plan(hidden, self.technician)
        # Whoever is assigned follows the ticket; here he no longer does.
        hidden.message_unsubscribe(self.technician.partner_id.ids)
        self.env.flush_all()
        self.env.invalidate_all()
        rows = self.env["crm.cards.service.report"].with_user(self.technician)
        row = rows.search([("activity_id", "=", visit.id)])
        self.assertEqual(len(row), 1)
        self.assertFalse(row.ticket_id)
        self.assertFalse(row.department_id)
        self.assertFalse(rows.search([("ticket_id", "=", hidden.id)]))
        self.assertFalse(rows.search([("department_id", "=", self.field.id)]))

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_hidden_row_is_refused_by_its_id(self):
        hidden = self._open_ticket(department_id=self.field.id)
        reports = self.env["crm.cards.service.report"]
        row = reports.search([("ticket_id", "=", hidden.id)])
        self.env.invalidate_all()
        row = row.with_user(self.technician)
        self.assertFalse(row.has_access("read"))
        with self.assertRaises(AccessError):
            row.check_access("read")
        # For him there is no such row.
        self.assertEqual(row.read(["name"]), [])
        with self.assertRaises(MissingError):
            row.name  # noqa: B018
        with self.assertRaises(MissingError):
            row.action_open_record()

    def test_rows_open_their_records(self):
        ticket = self._open_ticket()
        visit = self._plan(ticket, self.technician)
        for row in self._seen(self.service_manager):
            action = row.action_open_record()
            expected = {
                "activity": ("mail.activity", visit.id),
                "ticket": ("crm.cards.ticket", ticket.id),
            }[row.kind]
            self.assertEqual((action["res_model"], action["res_id"]), expected)

    # -- among a million ------------------------------------------------------

    def test_dates_are_found_on_every_clock(self):
        moments = (
            datetime(2027, 3, 9, 10), datetime(2027, 3, 9, 23, 30),
            datetime(2027, 3, 10, 11, 59), datetime(2027, 3, 10, 12),
            datetime(2027, 3, 11, 0, 30), datetime(2027, 3, 11, 13),
        )  # fmt: skip
        for moment in moments:
            with freeze_time(moment):
                self._open_ticket()
        for day in (9, 10, 11):
            self._plan(self.customer, self.mate, date_deadline=f"2027-03-{day:02}")
        call = self.env.ref("mail.mail_activity_data_call")
        self._plan(self.customer, self.mate, activity_type_id=call.id)._action_done()
        reports = self.env["crm.cards.service.report"]
        compare = {
            "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le,
            ">": operator.gt, ">=": operator.ge,
        }  # fmt: skip
        mine = Domain("customer_id", "=", self.customer.id)
        for zone in ("Pacific/Kiritimati", "Europe/Warsaw", "Etc/GMT+12"):
            clock = reports.with_context(tz=zone)
            clock.invalidate_model()
            rows = clock.search(mine)
            self.assertEqual(len(rows), 10)
            for sign, holds in compare.items():
                for day in (9, 10, 11, 12):
                    day = date(2027, 3, day)
                    with self.subTest(zone=zone, sign=sign, day=day):
                        expected = rows.filtered(lambda row: holds(row.date, day))  # noqa: B023
                        condition = Domain("date", sign, day)
                        self.assertEqual(clock.search(mine & condition), expected)
                        self.assertEqual(
                            clock.search(mine & ~condition), rows - expected
                        )
            days = [date(2027, 3, 9), date(2027, 3, 11)]
            found = clock.search(mine & Domain("date", "in", days))
            self.assertEqual(found, rows.filtered(lambda row: row.date in days))  # noqa: B023

    def test_dates_at_the_ends_of_the_calendar(self):
        ticket = self._open_ticket()
        self.env.flush_all()
        rows = self.env["crm.cards.service.report"]
        of_ticket = [("ticket_id", "=", ticket.id)]
        for condition in (("date", ">=", date.min), ("date", "<=", date.max)):
            self.assertTrue(rows.search([*of_ticket, condition]))
        self.assertFalse(rows.search([*of_ticket, ("date", "=", False)]))
        self.assertFalse(rows.search([*of_ticket, ("date", "in", [])]))
        days = [False, rows.search(of_ticket).date]
        self.assertTrue(rows.search([*of_ticket, ("date", "in", days)]))

    def test_period_and_rows_are_found_by_index(self):
        rows = self.env["crm.cards.service.report"].sudo()
        month = [("date", ">=", "2027-03-01"), ("date", "<=", "2027-03-31")]
        plan = _explain(rows, month)
        self.assertIn("mail_activity_card_report_moment", plan)
        self.assertIn("crm_cards_ticket_report_moment_index", plan)
        plan = _explain(rows, [("id", "in", [10, 11, 13])])
        for index in ("mail_activity_pkey", "crm_cards_ticket_pkey"):
            self.assertIn(index, plan)

    def test_rights_do_not_read_a_side_again(self):
        rows = self.env["crm.cards.service.report"].with_user(self.technician)
        plan = _explain(rows, [("kind", "=", "ticket")])
        self.assertEqual(_count_scans(plan, "crm_cards_ticket"), 1)
        self.assertNotIn("mail_activity", plan)
        plan = _explain(rows, [("kind", "=", "activity")])
        self.assertEqual(_count_scans(plan, "mail_activity"), 1)

    def test_page_takes_as_many_queries_for_any_length(self):
        reports = self.env["crm.cards.service.report"].with_user(self.technician)
        spec = {
            "name": {},
            "date": {},
            "customer_id": {"fields": {"display_name": {}}},
            "ticket_id": {"fields": {"display_name": {}}},
            "product_id": {"fields": {"display_name": {}}},
        }

        def count(length):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            page = reports.web_search_read(
                [("customer_id", "=", self.customer.id)], spec, limit=80
            )
            self.assertEqual(page["length"], length)
            return self.env.cr.sql_log_count - before

        self._plan(self._open_ticket(), self.technician)
        count(2)
        few = count(2)
        for _number in range(5):
            self._plan(self._open_ticket(), self.technician)
        self.assertEqual(count(12), few)
