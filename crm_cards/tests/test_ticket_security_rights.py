"""What colleagues may not see or do, though a call over the network asks for it."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common_ticket_portal import PortalCase

_REFUSAL_LOGS = ("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")


class RightsCase(PortalCase):
    """A second company, where nobody of the first one works."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.elsewhere = cls.env["res.company"].create({"name": "Elsewhere"})
        cls.their_department = cls.env["crm.cards.department"].create(
            {"name": "Theirs", "company_id": cls.elsewhere.id}
        )
        cls.product = cls.env["product.product"].create(
            {"name": "Laser printer", "card_is_owned": True}
        )

    def setUp(self):
        super().setUp()
        self.enterContext(mute_logger(*_REFUSAL_LOGS))

    def _own(self, **values):
        return self.env["crm.cards.owned.product"].create(
            {
                "partner_id": self.customer.id,
                "product_id": self.product.id,
                "company_id": self.company.id,
                **values,
            }
        )

    def _assert_hidden(self, user, records):
        for record in records:
            with self.subTest(record=record):
                mine = self._as(user, record)
                self.assertFalse(mine.has_access("read"))
                self.assertFalse(mine.search([("id", "=", record.id)]))


@tagged("post_install", "-at_install")
class TestTicketSecurityRights(RightsCase):
    # -- companies ------------------------------------------------------------

    def _make_policy(self, company):
        policy = self.env["crm.cards.sla.policy"].create(
            {
                "name": "Gold",
                "company_id": company.id,
                "target_ids": [(0, 0, {"kind": "resolution", "hours": 8})],
                "escalation_ids": [(0, 0, {"percent": 50, "note": "Hurry"})],
            }
        )
        self.env.flush_all()
        return [
            policy,
            policy.target_ids,
            policy.escalation_ids,
            policy.version_ids,
        ]

    def _make_calendar_version(self, company):
        calendar = self.env["resource.calendar"].create(
            {"name": "Days", "company_id": company.id}
        )
        return self.env["crm.cards.sla.calendar.version"]._get_current(calendar)[
            calendar
        ]

    def test_service_levels_of_another_company_are_hidden(self):
        self.assertTrue(all(self._make_policy(self.elsewhere)))
        for records in self._make_policy(self.elsewhere):
            self._assert_hidden(self.service_manager, records)
        self._assert_hidden(
            self.service_manager, self._make_calendar_version(self.elsewhere)
        )

    def test_service_levels_of_the_own_company_and_shared_ones_are_seen(self):
        for company in (self.company, self.env["res.company"]):
            for records in self._make_policy(company):
                self.assertTrue(
                    self._as(self.service_manager, records).has_access("read")
                )
            version = self._make_calendar_version(company)
            self.assertTrue(self._as(self.technician, version).has_access("read"))

    def test_stages_and_types_of_another_company_are_not_changed(self):
        both = self.support | self.their_department
        stages = self.env["crm.cards.ticket.stage"]
        types = self.env["crm.cards.ticket.type"]
        for departments, may in (
            (stages.department_ids, True),
            (self.support, True),
            (self.their_department, False),
            (both, False),
        ):
            records = [stages.create({"name": "S", "department_ids": departments.ids})]
            if len(departments) < 2:
                records.append(
                    types.create({"name": "T", "department_id": departments.id})
                )
            for record in records:
                mine = self._as(self.service_manager, record)
                self.assertTrue(mine.has_access("read"))
                self.assertEqual(mine.has_access("write"), may, record)
                self.assertEqual(mine.has_access("unlink"), may, record)
        with self.assertRaises(AccessError):
            self._as(self.service_manager, types).create(
                {"name": "T", "department_id": self.their_department.id}
            )

    def test_ticket_is_not_given_to_another_company(self):
        for vals in (
            {"company_id": self.elsewhere.id, "department_id": False, "user_id": False},
            {"department_id": self.their_department.id, "user_id": False},
        ):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                self._as(self.service_manager, self.ticket).write(vals)
        self._as(self.service_manager, self.ticket).department_id = self.field

    def test_loads_are_those_of_the_tickets_companies(self):
        self.technician.company_ids += self.elsewhere
        self._open(
            self.contact,
            "There",
            department_id=False,
            company_id=self.elsewhere.id,
        )
        loads = self.env["crm.cards.ticket"]._get_open_load(
            self.technician, self.company
        )
        self.assertEqual(loads, {self.technician: 3})
        rows = self.env["crm.cards.ticket.assign.load"]._get_load_vals(self.ticket)
        counts = {row["user_id"]: row["open_count"] for row in rows}
        self.assertEqual(counts[self.technician.id], 3)

    # -- technicians ----------------------------------------------------------

    def test_following_lets_read_and_not_write(self):
        other = self._as(self.field_technician, self.ticket)
        self.assertFalse(other.has_access("read"))
        self.ticket.message_subscribe(self.field_technician.partner_id.ids)
        other = self._as(self.field_technician, self.ticket)
        self.assertTrue(other.has_access("read"))
        self.assertFalse(other.has_access("write"))
        with self.assertRaises(AccessError):
            other.name = "Mine"
        self.ticket.user_id = self.field_technician
        self._as(self.field_technician, self.ticket).name = "Mine"

    def test_customers_are_no_technicians(self):
        with self.assertRaises(ValidationError):
            self.ticket.user_id = self.dana

    def test_dialog_gives_tickets_to_those_it_offers_only(self):
        for user in (self.dana, self.field_technician):
            for values in (
                {"method": "one", "user_id": user.id},
                {
                    "method": "round_robin",
                    "load_ids": [(0, 0, {"user_id": user.id, "is_chosen": True})],
                },
            ):
                dialog = self._as(
                    self.technician, self.env["crm.cards.ticket.assign"]
                ).create({"ticket_ids": self.ticket.ids, **values})
                with self.assertRaises(UserError):
                    dialog.action_assign()
        self.assertEqual(self.ticket.user_id, self.technician)

    def test_sheets_offer_whom_the_user_s_tickets_show(self):
        self._open(
            self.contact,
            "In the field",
            department_id=self.field.id,
            user_id=self.field_technician.id,
        )
        sheets = self._as(self.technician, self.env["crm.cards.ticket.sheet"])
        users = sheets.create({}).user_ids
        self.assertIn(self.technician, users)
        self.assertNotIn(self.field_technician, users)

    def test_colleagues_without_rights_are_told_nothing(self):
        outsider = new_test_user(
            self.env,
            login="rights_outsider",
            groups="base.group_user",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        self.support.member_ids += outsider
        rule = self.env["crm.cards.ticket.message.rule"].create(
            {"event": "opened", "side": "inside", "is_to_members": True}
        )
        self.assertEqual(rule._get_colleagues(self.ticket), self.technician)

    # -- customers ------------------------------------------------------------

    def test_old_tickets_stay_with_the_company_that_was_left(self):
        self.colleague.card_sees_company_tickets = True
        self.klein.partner_id.card_sees_company_tickets = True
        self.contact.parent_id = self.stranger
        self.assertEqual(self.ticket.customer_id, self.customer)
        self.assertTrue(self._as(self.uri, self.ticket).has_access("read"))
        self.assertFalse(self._as(self.klein, self.ticket).has_access("read"))
        self.assertTrue(self._as(self.dana, self.ticket).has_access("read"))

    def test_tickets_of_his_own_go_along(self):
        self.stranger.parent_id = self.customer
        self.assertEqual(self.strangers_ticket.customer_id, self.customer)
        self.assertEqual(self.ticket.customer_id, self.customer)
        self.contact.parent_id = False
        self.assertEqual(self.ticket.customer_id, self.customer)

    def test_whoever_did_not_ask_reads_on_no_more(self):
        partners = self.contact | self.colleague | self.technician.partner_id
        self.ticket.message_subscribe(partners.ids)
        token = self.ticket._portal_ensure_token()
        self._as(self.technician, self.ticket).partner_id = self.colleague
        self.assertFalse(self.contact & self.ticket.message_partner_ids)
        self.assertIn(self.colleague, self.ticket.message_partner_ids)
        self.assertNotEqual(self.ticket.access_token, token)
        self.ticket.message_subscribe(self.contact.ids)
        self._as(self.technician, self.ticket).partner_id = self.stranger
        left = self.ticket.message_partner_ids
        self.assertFalse(left & (self.contact | self.colleague))
        self.assertIn(self.technician.partner_id, left)

    # -- products -------------------------------------------------------------

    def test_taken_serial_names_nothing_of_another_company(self):
        self._own(serial="S-1", company_id=self.elsewhere.id)
        self._own(serial="S-2")
        self.technician.company_ids += self.elsewhere
        products = self._as(self.technician, self.env["crm.cards.owned.product"])
        vals = {"partner_id": self.customer.id, "product_id": self.product.id}
        with self.assertRaises(ValidationError) as refused:
            products.create({**vals, "serial": "S-1", "company_id": self.elsewhere.id})
        self.assertNotIn(self.customer.name, str(refused.exception))
        self.assertIn("taken", str(refused.exception))
        with self.assertRaises(ValidationError) as refused:
            products.create({**vals, "serial": "S-2", "company_id": self.company.id})
        self.assertIn(self.customer.name, str(refused.exception))

    def test_what_an_order_says_is_not_written_by_a_call(self):
        owned = self._own()
        order = self._create_order(self.customer)
        for user in (self.technician, self.service_manager):
            mine = self._as(user, owned)
            for vals in (
                {"order_line_id": order.order_line.id},
                {"order_id": order.id},
                {"is_order_cancelled": True},
            ):
                with self.subTest(vals=vals), self.assertRaises(AccessError):
                    mine.write(vals)
                new = {"partner_id": self.customer.id, "product_id": self.product.id}
                with self.assertRaises(AccessError):
                    mine.create({**new, **vals})
                with self.assertRaises(AccessError):
                    defaults = {f"default_{name}": vals[name] for name in vals}
                    mine.with_context(**defaults).create(new)
            mine.state = "retired"

    def test_activity_tells_nothing_of_products_that_are_not_seen(self):
        owned = self._own(serial="S-1", company_id=self.elsewhere.id)
        seen = self._own(serial="S-2")
        todo = {
            "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id,
        }
        for user, product in ((self.technician, owned), (self.invoicer, seen)):
            activities = self._as(user, self.env["mail.activity"])
            vals = {**todo, "user_id": user.id}
            with self.assertRaises(AccessError):
                activities.create({**vals, "card_owned_product_id": product.id})
            with self.assertRaises(AccessError):
                activities.with_context(
                    default_card_owned_product_id=product.id
                ).create({**vals, "card_customer_id": self.customer.id})
            activity = activities.create({**vals, "card_customer_id": self.customer.id})
            with self.assertRaises(AccessError):
                activity.write({"card_owned_product_id": product.id})
        activity = self._as(self.technician, self.env["mail.activity"]).create(
            {
                **todo,
                "user_id": self.technician.id,
                "card_owned_product_id": seen.id,
            }
        )
        self.assertEqual(activity.card_serial, "S-2")


@tagged("post_install", "-at_install")
class TestTicketSecurityRightsPages(RightsCase, HttpCase):
    def _close(self, ticket, user, **data):
        login = new_password = user.login
        user.sudo().password = new_password
        self.authenticate(login, new_password)
        data["csrf_token"] = Request.csrf_token(self)
        page = self.url_open(ticket.access_url).text
        self.url_open(f"{ticket.access_url}/close", data=data, allow_redirects=False)
        self.env.invalidate_all()
        return f"{ticket.access_url}/close" in page, ticket.is_closed

    def test_salespeople_read_and_do_not_close(self):
        self.assertTrue(self._as(self.salesperson, self.ticket).has_access("read"))
        self.assertEqual(self._close(self.ticket, self.salesperson), (False, False))

    def test_technicians_close_by_their_own_right(self):
        self.ticket.message_subscribe(self.field_technician.partner_id.ids)
        closed = self._close(self.ticket, self.field_technician)
        self.assertEqual(closed, (False, False))
        self.assertEqual(self._close(self.ticket, self.technician), (True, True))
