from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from ..tools import load_sharing
from .common_examples import ExamplesCase
from .common_ticket import TicketCase

_VIEWS = {
    "crm.cards.ticket": "form list kanban search calendar activity pivot graph",
    "crm.cards.department": "form list kanban search",
    "crm.cards.ticket.type": "form list search",
    "crm.cards.ticket.stage": "form list search",
    "crm.cards.ticket.tag": "list search",
}


@tagged("post_install", "-at_install")
class TestTicketScreens(TicketCase):
    """What the screens of tickets ask the server for."""

    def _as(self, records, user):
        return records.with_user(user).with_context(
            allowed_company_ids=self.company.ids
        )

    def _run_action(self, user, xmlid):
        action = self.env["ir.actions.act_window"]._for_xml_id(f"crm_cards.{xmlid}")
        context = safe_eval(action["context"], {"uid": user.id})
        return self._as(self.env[action["res_model"]], user).with_context(**context)

    # -- views ----------------------------------------------------------------

    def test_views_load_for_each_role(self):
        for model, kinds in _VIEWS.items():
            for user in (self.technician, self.service_manager, self.salesperson):
                for kind in kinds.split():
                    with self.subTest(model=model, kind=kind, user=user.login):
                        view = self.env[model].with_user(user).get_view(view_type=kind)
                        arch = etree.fromstring(view["arch"])
                        self.assertEqual(arch.tag, kind)
                        self.assertTrue(arch.xpath(".//field"))

    def test_salesperson_reads_tickets_without_buttons(self):
        for user, expected in ((self.technician, True), (self.salesperson, False)):
            tickets = self.env["crm.cards.ticket"].with_user(user)
            arch = etree.fromstring(tickets.get_view(view_type="form")["arch"])
            found = bool(arch.findall(".//button[@name='action_close']"))
            self.assertEqual(found, expected, user.login)

    def test_columns_of_the_board_are_dragged_by_whoever_may_sort_stages(self):
        for user, expected in ((self.technician, "0"), (self.service_manager, None)):
            tickets = self.env["crm.cards.ticket"].with_user(user)
            arch = tickets.get_views([(False, "kanban")])["views"]["kanban"]["arch"]
            self.assertEqual(etree.fromstring(arch).get("groups_draggable"), expected)

    def test_every_filter_is_valid(self):
        self._open_ticket()
        for model, kinds in _VIEWS.items():
            if "search" not in kinds:
                continue
            records = self._as(self.env[model], self.technician)
            arch = etree.fromstring(records.get_view(view_type="search")["arch"])
            names = {"uid": self.technician.id}
            for node in arch.iterfind(".//filter"):
                with self.subTest(model=model, filter=node.get("name")):
                    if node.get("domain"):
                        records.search_count(safe_eval(node.get("domain"), names))
                    elif node.get("date"):
                        self.assertIn(node.get("date"), records._fields)
                    else:
                        context = safe_eval(node.get("context"), names)
                        records.formatted_read_group(
                            [], [context["group_by"]], ["__count"]
                        )

    def test_filters_find_what_they_say(self):
        self.technician.name = "Piotr"
        late = self._open_ticket(stage_id=self.stage_supplier.id)
        late.date_supplier = "2020-01-01"
        asked = self._open_ticket(stage_id=self.stage_customer.id, priority="3")
        mine = self._open_ticket(user_id=self.technician.id)
        closed = self._open_ticket(stage_id=self.stage_solved.id)
        tickets = late | asked | mine | closed
        arch = etree.fromstring(
            self.env["crm.cards.ticket"].get_view(view_type="search")["arch"]
        )
        for name, expected in {
            "mine": mine,
            "unassigned": tickets - mine,
            "open": tickets - closed,
            "closed": closed,
            "with_us": mine,
            "with_customer": asked,
            "with_supplier": late,
            "supplier_late": late,
            "urgent": asked,
            "my_departments": tickets,
        }.items():
            with self.subTest(filter=name):
                node = arch.find(f".//filter[@name='{name}']")
                domain = safe_eval(node.get("domain"), {"uid": self.technician.id})
                found = tickets.with_user(self.technician).filtered_domain(domain)
                self.assertEqual(found, expected)

    def test_menus_lead_technicians_to_tickets_and_only_managers_to_set_up(self):
        def seen(user):
            menus = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
            names = menus if isinstance(menus, (set, frozenset)) else set(menus)
            return {
                name.removeprefix("crm_cards.")
                for menu, name in self.env["ir.ui.menu"]
                .browse(names)
                .get_external_id()
                .items()
                if name.startswith("crm_cards.")
            }

        technician = seen(self.technician)
        self.assertLessEqual(
            {
                "crm_cards_menu_root",
                "crm_cards_menu_service",
                "crm_cards_menu_ticket_mine",
                "crm_cards_menu_department_overview",
            },
            technician,
        )
        self.assertFalse(
            {name for name in technician if "conf" in name or "account" in name}
        )
        self.assertIn("crm_cards_menu_ticket_type", seen(self.service_manager))
        self.assertNotIn("crm_cards_menu_settings", seen(self.service_manager))
        self.assertIn("crm_cards_menu_ticket", seen(self.salesperson))
        self.assertNotIn("crm_cards_menu_ticket_mine", seen(self.salesperson))

    def test_board_shows_the_stages_of_the_department(self):
        own = self.env["crm.cards.ticket.stage"].create(
            {"name": "At the customer", "department_ids": self.field.ids}
        )
        for department, expected in ((self.support, False), (self.field, True)):
            tickets = self._as(self.env["crm.cards.ticket"], self.service_manager)
            groups = tickets.with_context(
                default_department_id=department.id, read_group_expand=True
            ).web_read_group([], ["stage_id"], ["__count"])["groups"]
            shown = {group["stage_id"][0] for group in groups if group["stage_id"]}
            self.assertEqual(own.id in shown, expected)

    # -- a new ticket ---------------------------------------------------------

    def test_new_ticket_goes_where_the_customer_was_helped_last(self):
        self._open_ticket(department_id=self.field.id)
        tickets = self._as(self.env["crm.cards.ticket"], self.service_manager)
        with Form(tickets) as form:
            form.name = "It is down again"
            form.partner_id = self.customer
            self.assertEqual(form.department_id, self.field)
            self.assertEqual(form.phone, "+972 3 555 0101")
        self.assertEqual(form.record.user_id, self.env["res.users"])

    def test_new_ticket_goes_to_the_only_department_of_whoever_opens_it(self):
        form = Form(self._run_action(self.technician, "crm_cards_ticket_action_mine"))
        self.assertEqual(form.department_id, self.support)
        self.assertEqual(form.user_id, self.technician)
        form.name = "Call"
        form.department_id = self.env["crm.cards.department"]
        self.assertFalse(form.save().department_id)

    def test_supplier_is_asked_for_where_the_ticket_waits_for_one(self):
        ticket = self._open_ticket()
        supplier = self.env["res.partner"].create({"name": "Toner Ltd"})
        with Form(self._as(ticket, self.technician)) as form:
            self.assertTrue(form._get_modifier("supplier_id", "invisible"))
            form.stage_id = self.stage_supplier
            self.assertFalse(form._get_modifier("supplier_id", "invisible"))
            form.supplier_id = supplier
            form.stage_id = self.stage_work
            self.assertFalse(form._get_modifier("supplier_id", "invisible"))

    # -- types ----------------------------------------------------------------

    def test_types_are_found_by_any_part_of_their_path(self):
        types = self.env["crm.cards.ticket.type"]
        top = types.create({"name": "Printers", "sequence": 20})
        middle = types.create({"name": "Paper", "parent_id": top.id})
        leaf = types.create({"name": "Jam", "parent_id": middle.id})
        other = types.create({"name": "Jam of traffic", "sequence": 1})
        for words, expected in {
            "printers": top | middle | leaf,
            "jam": other | leaf,
            "printers / jam": leaf,
            "Paper/": middle | leaf,
            "printers / traffic": types,
        }.items():
            with self.subTest(words=words):
                found = [row[0] for row in types.name_search(words)]
                self.assertEqual(found, expected.ids)
        leaf_path = types.name_search("Printers / Paper / Jam", operator="=")
        self.assertEqual(leaf_path, [(leaf.id, "Printers / Paper / Jam")])

    def test_types_sort_as_a_tree(self):
        types = self.env["crm.cards.ticket.type"]
        second = types.create({"name": "B", "sequence": 902})
        first = types.create({"name": "A", "sequence": 901})
        below_second = types.create({"name": "B1", "parent_id": second.id})
        below_first = types.create({"name": "A1", "parent_id": first.id})
        ours = [("id", "child_of", (first | second).ids)]
        self.assertEqual(
            types.search(ours).ids,
            [first.id, below_first.id, second.id, below_second.id],
        )
        first.sequence = 903
        self.assertEqual(
            types.search(ours).ids,
            [second.id, below_second.id, first.id, below_first.id],
        )

    # -- buttons --------------------------------------------------------------

    def test_assign_to_me_takes_all_that_are_selected(self):
        tickets = self._open_ticket() | self._open_ticket()
        self._as(tickets, self.technician).action_assign_to_me()
        self.assertEqual(tickets.user_id, self.technician)
        self.assertEqual(self._get_events(tickets[0]), ["opened", "assigned"])

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_buttons_are_for_whoever_may_change_the_ticket(self):
        theirs = self._open_ticket(department_id=self.field.id)
        for user in (self.technician, self.salesperson):
            for button in ("assign_to_me", "close", "open_assign"):
                with (
                    self.subTest(user=user.login, button=button),
                    self.assertRaises(AccessError),
                ):
                    getattr(self._as(theirs, user), f"action_{button}")()

    def test_close_and_reopen_by_the_stages_of_each_department(self):
        done = self.env["crm.cards.ticket.stage"].create(
            {
                "name": "Repaired",
                "clock": "stopped",
                "sequence": 1,
                "department_ids": self.field.ids,
            }
        )
        here, there = (
            self._open_ticket(),
            self._open_ticket(department_id=self.field.id),
        )
        (here | there).action_close()
        self.assertEqual(here.stage_id, self.stage_solved)
        self.assertEqual(there.stage_id, done)
        date_closed = here.date_closed
        (here | there).action_close()
        self.assertEqual(here.date_closed, date_closed)
        (here | there).action_reopen()
        self.assertEqual((here | there).stage_id, self.stage_new)

    def test_closing_without_a_closed_stage_tells_the_way_out(self):
        ticket = self._open_ticket()
        self.env["crm.cards.ticket.stage"].search(
            [("clock", "=", "stopped")]
        ).active = False
        with self.assertRaises(UserError) as refused:
            ticket.action_close()
        self.assertIn("Ticket stages", refused.exception.args[0])

    # -- overview, customer ---------------------------------------------------

    def test_overview_counts_what_the_user_may_see(self):
        self._open_ticket(priority="3")
        self._open_ticket(user_id=self.technician.id, stage_id=self.stage_customer.id)
        self._open_ticket(stage_id=self.stage_solved.id)
        self._open_ticket(department_id=self.field.id)
        departments = self._as(self.support | self.field, self.technician)
        self.assertRecordValues(
            departments,
            [
                {
                    "open_count": 2,
                    "my_count": 1,
                    "unassigned_count": 1,
                    "urgent_count": 1,
                    "waiting_count": 1,
                },
                {
                    "open_count": 0,
                    "my_count": 0,
                    "unassigned_count": 0,
                    "urgent_count": 0,
                    "waiting_count": 0,
                },
            ],
        )

    def test_overview_opens_the_board_of_the_department(self):
        action = self.support.with_context(ticket_filter="mine").action_open_tickets()
        self.assertEqual(action["context"]["search_default_mine"], 1)
        self.assertEqual(action["context"]["default_department_id"], self.support.id)

    def test_customer_shows_his_tickets_and_those_of_his_contacts(self):
        ticket = self._open_ticket()
        self._open_ticket(stage_id=self.stage_solved.id)
        direct = self._open_ticket(partner_id=self.customer.id)
        other = self.env["res.partner"].create({"name": "Other"})
        self._open_ticket(partner_id=other.id)
        customer = self._as(self.customer, self.technician)
        contact = self._as(self.contact, self.technician)
        self.assertEqual(customer.open_ticket_count, 2)
        self.assertEqual(contact.open_ticket_count, 1)
        found = ticket.search(customer.action_customer_open_tickets()["domain"])
        self.assertEqual(len(found), 3)
        self.assertEqual(ticket.customer_open_count, 2)
        self.assertLessEqual(ticket | direct, found)
        new = customer.action_customer_new_ticket()
        form = Form(
            self._as(self.env[new["res_model"]], self.technician).with_context(
                **new["context"]
            )
        )
        self.assertEqual(form.partner_id, self.customer)

    def test_activity_on_a_ticket_shows_the_customer(self):
        ticket = self._open_ticket(user_id=self.technician.id)
        activity = self._as(ticket, self.technician).activity_schedule(
            "mail.mail_activity_data_todo", summary="Visit"
        )
        self.assertEqual(activity.card_customer_id, self.customer)
        planned = self._run_action(self.technician, "crm_cards_activity_action_ticket")
        domain = self.env.ref("crm_cards.crm_cards_activity_action_ticket").domain
        line = planned.search([*safe_eval(domain), ("id", "=", activity.id)])
        self.assertEqual(line.card_customer_id, self.customer)
        ticket.partner_id = self.env["res.partner"].create({"name": "Other"})
        self.assertEqual(activity.card_customer_id, ticket.partner_id)


@tagged("post_install", "-at_install")
class TestTicketAssign(ExamplesCase, TicketCase):
    """Who gets a ticket."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.support.member_ids = cls.technician | cls.field_technician
        cls.tickets = cls.env["crm.cards.ticket"]

    def _open_tickets(self, count, **values):
        values = {"name": "Call", "department_id": self.support.id, **values}
        return self.tickets.create([dict(values) for _index in range(count)])

    def _count_by_user(self, tickets):
        return {user: len(group) for user, group in tickets.grouped("user_id").items()}

    def test_examples_hold(self):
        self.assertExamplesHold(load_sharing)
        with self.assertRaises(ValueError):
            load_sharing.share_out(1, {})

    def test_by_hand_nobody_is_given_it(self):
        self.assertFalse(self._open_tickets(2).user_id)

    def test_in_turn(self):
        self.support.assign_method = "round_robin"
        one_by_one = self.tickets.union(*(self._open_tickets(1) for _i in range(4)))
        first, second = one_by_one[0].user_id, one_by_one[1].user_id
        self.assertEqual({first, second}, set(self.support.member_ids))
        self.assertEqual(
            [ticket.user_id for ticket in one_by_one], [first, second, first, second]
        )
        many = self._open_tickets(5)
        self.assertEqual(
            [ticket.user_id for ticket in many], [first, second, first, second, first]
        )
        self.assertEqual(self._get_events(many[0]), ["opened", "assigned"])

    def test_to_whoever_has_least_to_do(self):
        self._open_tickets(3, user_id=self.technician.id)
        self._open_tickets(4, user_id=self.field_technician.id).action_close()
        self._open_tickets(
            1, user_id=self.field_technician.id, department_id=self.field.id
        )
        self.support.assign_method = "least_loaded"
        self.assertEqual(
            self._count_by_user(self._open_tickets(6)),
            {self.field_technician: 4, self.technician: 2},
        )

    def test_what_somebody_has_to_do_for_another_company_is_not_counted(self):
        company = self._create_company(name="Second company")
        self.technician.company_ids += company
        department = self.env["crm.cards.department"].create(
            {"name": "Support", "company_id": company.id}
        )
        elsewhere = self._open_tickets(
            3, user_id=self.technician.id, department_id=department.id
        )
        self.assertEqual(elsewhere.company_id, company)
        self.support.assign_method = "least_loaded"
        self.assertEqual(
            self._count_by_user(self._open_tickets(2)),
            {self.field_technician: 1, self.technician: 1},
        )

    def test_logins_of_customers_are_given_none(self):
        login = self.env["res.users"].create(
            {
                "name": "Dana Levi",
                "login": "dana.levi",
                "partner_id": self.contact.id,
                "group_ids": [(6, 0, self.env.ref("base.group_portal").ids)],
            }
        )
        with self.assertRaisesRegex(ValidationError, "a customer's login"):
            self._open_tickets(1, user_id=login.id)

    def test_whoever_is_named_keeps_it_and_closed_tickets_go_to_nobody(self):
        self.support.assign_method = "least_loaded"
        named = self._open_tickets(2, user_id=self.technician.id)
        self.assertEqual(named.user_id, self.technician)
        closed = self._open_tickets(1, stage_id=self.stage_solved.id)
        self.assertFalse(closed.user_id)

    def test_those_who_left_get_nothing(self):
        self.support.assign_method = "round_robin"
        self.field_technician.active = False
        self.assertEqual(self._open_tickets(4).user_id, self.technician)
        self.technician.active = False
        self.assertFalse(self._open_tickets(1).user_id)

    def test_department_found_by_the_type_gives_it_as_well(self):
        self.support.assign_method = "least_loaded"
        ticket_type = self.env["crm.cards.ticket.type"].create(
            {"name": "Ink", "department_id": self.support.id}
        )
        ticket = self._open_tickets(1, department_id=False, type_id=ticket_type.id)
        self.assertFalse(ticket.department_id)
        ticket = self.tickets.create({"name": "Ink", "type_id": ticket_type.id})
        self.assertIn(ticket.user_id, self.support.member_ids)

    def test_technician_who_opens_one_need_not_know_whose_turn_it_is(self):
        self.support.assign_method = "round_robin"
        tickets = self.tickets.with_user(self.technician)
        ticket = tickets.create({"name": "Call", "department_id": self.support.id})
        self.assertTrue(ticket.user_id)
        with self.assertRaises(AccessError):
            self.support.with_user(self.technician).read(["assign_sequence_id"])

    def test_service_manager_sets_up_turns_and_their_sequence_goes_along(self):
        departments = self.env["crm.cards.department"].with_user(self.service_manager)
        department = departments.create(
            {"name": "Third", "company_id": self.company.id}
        )
        department.assign_method = "round_robin"
        sequence = department.sudo().assign_sequence_id
        self.assertTrue(sequence)
        copy = department.copy()
        self.assertNotEqual(copy.sudo().assign_sequence_id, sequence)
        self.assertTrue(copy.sudo().assign_sequence_id)
        department.unlink()
        self.assertFalse(sequence.exists())

    def test_many_are_given_in_as_many_queries_as_few(self):
        for method in ("round_robin", "least_loaded"):
            self.support.assign_method = method
            costs = []
            for count in (4, 4, 24):
                tickets = self._open_tickets(count, user_id=self.technician.id)
                tickets.user_id = False
                self.env.flush_all()
                before = self.env.cr.sql_log_count
                self.support._choose_technicians(count)
                costs.append(self.env.cr.sql_log_count - before)
            self.assertEqual(costs[1], costs[2], method)

    # -- the dialog -----------------------------------------------------------

    def _open_dialog(self, tickets, user):
        tickets = tickets.with_user(user).with_context(
            allowed_company_ids=self.company.ids
        )
        action = tickets.action_open_assign()
        return self.env[action["res_model"]].with_user(user).browse(action["res_id"])

    def test_dialog_shows_what_everybody_has_to_do(self):
        self._open_tickets(2, user_id=self.technician.id, priority="3")
        self._open_tickets(
            1,
            user_id=self.technician.id,
            department_id=self.field.id,
            stage_id=self.stage_customer.id,
        )
        self._open_tickets(1, user_id=self.technician.id).action_close()
        dialog = self._open_dialog(self._open_tickets(3), self.field_technician)
        self.assertEqual(dialog.ticket_count, 3)
        self.assertRecordValues(
            dialog.load_ids.sorted("open_count"),
            [
                {
                    "user_id": self.field_technician.id,
                    "open_count": 0,
                    "waiting_count": 0,
                    "urgent_count": 0,
                    "is_chosen": True,
                },
                {
                    "user_id": self.technician.id,
                    "open_count": 3,
                    "waiting_count": 1,
                    "urgent_count": 2,
                    "is_chosen": True,
                },
            ],
        )

    def test_service_manager_chooses_among_all_technicians(self):
        tickets = self._open_tickets(1, department_id=self.field.id)
        self.field.member_ids = self.field_technician
        dialog = self._open_dialog(tickets, self.service_manager)
        everybody = self.technician | self.field_technician | self.service_manager
        self.assertLessEqual(everybody, dialog.load_ids.user_id)
        taking_part = dialog.load_ids.filtered("is_chosen").user_id
        self.assertEqual(taking_part, self.field_technician)

    def test_dialog_gives_to_one(self):
        tickets = self._open_tickets(3)
        dialog = self._open_dialog(tickets, self.technician)
        with self.assertRaisesRegex(UserError, "choose who gets"):
            dialog.action_assign()
        dialog.user_id = self.field_technician
        dialog.action_assign()
        self.assertEqual(tickets.user_id, self.field_technician)

    def test_dialog_shares_out_by_load_and_in_turn(self):
        self._open_tickets(3, user_id=self.technician.id)
        for method, expected in (
            ("least_loaded", {self.field_technician: 4, self.technician: 1}),
            ("round_robin", {self.field_technician: 3, self.technician: 2}),
        ):
            tickets = self._open_tickets(5)
            dialog = self._open_dialog(tickets, self.service_manager)
            dialog.method = method
            dialog.action_assign()
            self.assertEqual(self._count_by_user(tickets), expected, method)
            tickets.action_close()

    def test_dialog_asks_who_takes_part(self):
        dialog = self._open_dialog(self._open_tickets(1), self.technician)
        dialog.method = "round_robin"
        dialog.load_ids.is_chosen = False
        with self.assertRaisesRegex(UserError, "Takes part"):
            dialog.action_assign()

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_dialog_is_no_way_to_the_tickets_of_others(self):
        self.support.member_ids = self.technician
        theirs = self._open_tickets(1, department_id=self.field.id)
        dialog = self._open_dialog(self._open_tickets(1), self.technician)
        dialog.sudo().ticket_ids = [Command.link(theirs.id)]
        self.env.invalidate_all()
        dialog.user_id = self.technician
        dialog.action_assign()
        self.assertFalse(theirs.user_id)

    def test_whoever_passes_on_a_ticket_of_another_department_may(self):
        self.support.member_ids = self.technician
        ticket = self._open_tickets(
            1, department_id=self.field.id, user_id=self.technician.id
        )
        ticket.with_user(self.technician).user_id = self.field_technician
        self.env.flush_all()
        self.assertEqual(ticket.user_id, self.field_technician)
