from datetime import datetime, timedelta

from odoo.tests import Form, HttpCase, freeze_time, tagged

from .common_ticket import TicketCase
from .test_ticket_sla import SlaCase

# A Monday, noon in Jerusalem.
NOON = datetime(2027, 3, 1, 10)


@tagged("post_install", "-at_install")
class TestServiceDesk(SlaCase):
    """The figures of the service desk, and that they are those of the lists."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        targets = cls.policy.target_ids
        targets.filtered(lambda target: target.kind == "first_response").hours = 3.25

    def _open_at(self, moment, **values):
        with freeze_time(moment):
            ticket = self._open_ticket(**values)
            ticket.flush_recordset()
        return ticket

    def _get_desk(self, user, filters=None):
        self.env.invalidate_all()
        return self._as(user).get_service_desk(filters)

    def _as(self, user):
        return (
            self.env["crm.cards.ticket"]
            .with_user(user)
            .with_context(allowed_company_ids=self.company.ids)
        )

    def _get_figures(self, desk):
        """Return every figure of the desk, with a name for it."""
        found = {f"tile {name}": row for name, row in desk["figures"].items()}
        found["earlier"] = desk["earlier"]
        found |= {f"hour {row['hour']}": row for row in desk["hours"]}
        for cut in ("technicians", "departments"):
            for row in desk[cut]:
                found |= {
                    f"{cut} {row['name']} {name}": figure
                    for name, figure in row["figures"].items()
                }
        return found

    def _open_some(self):
        """Tickets of all kinds, as they are on Monday at noon."""
        # 3:15 of working time for the first response, from nine in Warsaw.
        self.friday = self._open_at(NOON - timedelta(days=3), name="Friday")
        self.early = self._open_at(NOON.replace(hour=5), user_id=self.technician.id)
        self.today = self._open_at(
            NOON.replace(hour=8, minute=30), user_id=self.technician.id
        )
        self.asked = self._open_at(
            NOON.replace(hour=9), stage_id=self.stage_customer.id
        )
        self.ordered = self._open_at(
            NOON.replace(hour=9),
            stage_id=self.stage_supplier.id,
            department_id=self.field.id,
            user_id=self.field_technician.id,
        )
        self.closed = self._open_at(NOON.replace(hour=9), stage_id=self.stage_solved.id)
        return self.friday + self.early + self.today + self.asked + self.ordered

    @freeze_time(NOON)
    def test_every_figure_is_that_of_its_list(self):
        tickets = self._open_some()
        for user in (self.technician, self.service_manager, self.salesperson):
            for filters in (None, {"department_id": self.support.id}):
                desk = self._get_desk(user, filters)
                for name, figure in self._get_figures(desk).items():
                    with self.subTest(user=user.login, figure=name, filters=filters):
                        found = self._as(user).search_count(figure["domain"])
                        self.assertEqual(figure["count"], found)
        desk = self._get_desk(self.service_manager)
        counts = {name: row["count"] for name, row in desk["figures"].items()}
        self.assertEqual(
            counts,
            {
                "open": len(tickets),
                "late": 1,  # from Friday
                "soon": 1,  # came before nine in Warsaw, due at a quarter past twelve
                "customer": 1,
                "supplier": 1,
                "nobody": 2,
            },
        )

    @freeze_time(NOON)
    def test_technician_sees_only_what_is_his_to_see(self):
        self._open_some()
        desk = self._get_desk(self.technician)
        self.assertEqual(desk["figures"]["open"]["count"], 4)
        self.assertNotIn(
            self.field_technician.id, [row["id"] for row in desk["technicians"]]
        )
        self.assertNotIn(self.ordered.id, [row["id"] for row in desk["oldest"]])

    @freeze_time(NOON)
    def test_hours_are_those_of_the_users_clock(self):
        self._open_some()
        desk = self._get_desk(self.service_manager)
        hours = {row["hour"]: row["count"] for row in desk["hours"] if row["count"]}
        self.assertEqual(hours, {"07:00": 1, "10:00": 1, "11:00": 2})
        self.assertEqual(desk["hours"][0]["hour"], "07:00")
        self.assertEqual(desk["hours"][-1]["hour"], "12:00")
        self.assertEqual(desk["earlier"]["count"], 1)
        tickets = self._as(self.service_manager).with_context(tz="Europe/Warsaw")
        desk = tickets.get_service_desk()
        self.assertEqual(desk["hours"][0]["hour"], "06:00")

    def test_day_the_clock_changes_has_its_own_number_of_hours(self):
        for day, count in ((datetime(2027, 3, 26, 12), 23), (NOON, 24)):
            with freeze_time(day):
                hours = self._as(self.technician)._get_hours_of_today()
            self.assertEqual(len(hours) - 1, count)

    @freeze_time(NOON)
    def test_oldest_comes_first_and_says_since_when(self):
        self._open_some()
        oldest = self._get_desk(self.service_manager)["oldest"]
        self.assertEqual(oldest[0]["id"], self.friday.id)
        self.assertEqual(oldest[0]["date_opened"], "2027-02-26 10:00:00")
        self.assertEqual(oldest[0]["customer"], self.customer.name)
        self.assertFalse(oldest[0]["user"])
        self.assertEqual(oldest[0]["status"], "missed")

    @freeze_time(NOON)
    def test_rows_begin_with_nobody_and_then_with_who_is_most_behind(self):
        self._open_some()
        self.friday.user_id = self.field_technician
        desk = self._get_desk(self.service_manager)
        self.assertEqual(
            [row["id"] for row in desk["technicians"]],
            [False, self.field_technician.id, self.technician.id],
        )
        row = desk["technicians"][1]
        self.assertEqual(row["figures"]["open"]["count"], 2)
        self.assertEqual(row["figures"]["late"]["count"], 1)

    @freeze_time(NOON)
    def test_department_is_chosen_and_nonsense_refused(self):
        self._open_some()
        desk = self._get_desk(self.service_manager, {"department_id": self.field.id})
        self.assertEqual(desk["figures"]["open"]["count"], 1)
        self.assertEqual([row["id"] for row in desk["departments"]], [self.field.id])
        self.assertIn(self.support.id, [row["id"] for row in desk["choices"]])
        desk = self._get_desk(self.service_manager, {"department_id": 2**31 - 1})
        self.assertEqual(desk["figures"]["open"]["count"], 0)
        with self.assertRaises(ValueError):
            self._get_desk(self.service_manager, {"department_id": "1 OR 1=1"})

    def test_nothing_open_is_all_zero(self):
        desk = self._get_desk(self.technician, {"department_id": self.field.id})
        for name, figure in self._get_figures(desk).items():
            self.assertEqual(figure["count"], 0, name)
        self.assertEqual(desk["oldest"], [])

    @freeze_time(NOON)
    def test_as_many_queries_for_many_tickets_as_for_few(self):
        self._open_some()
        costs = []
        for _round in range(3):
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self._get_desk(self.service_manager)
            costs.append(self.env.cr.sql_log_count - before)
            for _index in range(6):
                self._open_at(NOON, user_id=self.technician.id)
        self.assertEqual(costs[1], costs[2])


@tagged("post_install", "-at_install")
class TestTicketVisit(TicketCase):
    """A visit that is planned from the ticket (rows 65, 140)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.env["crm.cards.owned.product"].create(
            {
                "partner_id": cls.customer.id,
                "product_id": cls.product_a.id,
                "company_id": cls.company.id,
                "serial": "SN-17",
            }
        )

    def _plan(self, ticket, user, **values):
        """Fill in the dialog as a person would, and save it."""
        action = ticket.with_user(user).action_plan_visit()
        activities = self.env[action["res_model"]].with_user(user)
        activities = activities.with_context(**action["context"])
        names = [
            name.removeprefix("default_")
            for name in action["context"]
            if name.startswith("default_")
        ]
        defaults = activities.default_get(names)
        return activities.create({**defaults, **values})

    def test_visit_is_for_the_technician_with_customer_and_product(self):
        ticket = self._open_ticket(
            owned_product_id=self.product.id, user_id=self.technician.id
        )
        visit = self._plan(
            ticket, self.service_manager, card_start="2027-03-01 08:00:00"
        )
        self.assertRecordValues(
            visit.sudo(),
            [
                {
                    "activity_type_id": self.env.ref(
                        "crm_cards.mail_activity_type_visit"
                    ).id,
                    "user_id": self.technician.id,
                    "card_customer_id": self.customer.id,
                    "card_owned_product_id": self.product.id,
                    "card_serial": "SN-17",
                    "summary": ticket.name,
                }
            ],
        )
        self.assertIn(visit, ticket.activity_ids)

    def test_visit_shows_on_the_schedule_of_the_technician(self):
        ticket = self._open_ticket(user_id=self.technician.id)
        visit = self._plan(
            ticket, self.service_manager, card_start="2027-03-01 08:00:00"
        )
        for user in (self.technician, self.service_manager):
            action = ticket.with_user(user).action_open_schedule()
            lines = self.env[action["res_model"]].with_user(user)
            self.assertIn(visit.id, lines.search(action["domain"]).ids)
        self.assertEqual(action["context"]["default_user_id"], self.technician.id)

    def test_choosing_the_type_leaves_it_with_the_technician(self):
        ticket = self._open_ticket(user_id=self.technician.id)
        action = ticket.with_user(self.service_manager).action_plan_visit()
        activities = self.env["mail.activity"].with_user(self.service_manager)
        with Form(
            activities.with_context(**action["context"]),
            "crm_cards.mail_activity_view_form_card",
        ) as form:
            self.assertEqual(form.user_id, self.technician)
            form.activity_type_id = self.env.ref("crm_cards.mail_activity_type_task")
            self.assertEqual(form.user_id, self.technician)
            form.activity_type_id = self.env.ref("crm_cards.mail_activity_type_visit")

    def test_without_a_technician_it_is_for_whoever_plans(self):
        ticket = self._open_ticket()
        visit = self._plan(ticket, self.technician)
        self.assertEqual(visit.user_id, self.technician)


@tagged("post_install", "-at_install")
class TestServiceDeskTour(TicketCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service_manager.password = cls.service_manager.login
        cls.technician.name = "Piotr"
        # Not the login notice but the work is to be toured.
        cls.env["ir.config_parameter"].set_param("crm_cards.startup_done", "1")

    def test_desk_leads_to_tickets_and_a_visit_is_planned(self):
        ticket = self._open_ticket(user_id=self.technician.id)
        self._open_ticket(name="Nobody's", department_id=self.field.id)
        self.start_tour(
            "/odoo", "crm_cards_service_desk", login=self.service_manager.login
        )
        self.assertEqual(
            ticket.activity_ids.activity_type_id,
            self.env.ref("crm_cards.mail_activity_type_visit"),
        )
        self.assertEqual(ticket.activity_ids.user_id, self.technician)
