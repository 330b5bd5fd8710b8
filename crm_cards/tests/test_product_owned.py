"""What a customer has bought: from orders, by hand, and named by activities."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .common_product import ProductCase


@tagged("post_install", "-at_install")
class TestOwnedProductOfOrder(ProductCase):
    def test_confirmed_order_adds_one_row_per_unit(self):
        order = self._order({self.printer: 3, self.software: 5, self.paper: 7})
        with freeze_time("2026-03-04 12:00:00"):
            order.action_confirm()
        owned = self._owned_of(order)
        self.assertEqual(len(owned), 4)
        self.assertRecordValues(
            owned.filtered(lambda one: one.product_id == self.printer),
            [
                {
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "quantity": 1.0,
                    "license_type_id": self.license_type.id,
                    "date_bought": order.date_order.date(),
                    "state": "active",
                }
            ]
            * 3,
        )
        self.assertEqual(owned[-1].product_id, self.software)
        self.assertEqual(owned[-1].quantity, 5.0)

    @freeze_time("2026-01-31 12:00:00")
    def test_service_of_the_sale_lasts_its_months(self):
        order = self._order({self.printer: 1, self.software: 1})
        order.action_confirm()
        printer, software = self._owned_of(order)
        self.assertEqual(str(printer.service_start), "2026-01-31")
        self.assertEqual(str(printer.service_end), "2027-01-30")
        self.assertFalse(software.service_start or software.service_end)

    def test_order_of_a_contact_is_the_company_s(self):
        order = self._order({self.printer: 1}, partner=self.contact)
        order.action_confirm()
        owned = self._owned_of(order)
        self.assertEqual(owned.partner_id, self.customer)
        self.assertEqual(owned.contact_id, self.contact)

    def test_who_may_only_sell_confirms(self):
        seller = self._create_user(
            login="product_seller", groups="sales_team.group_sale_salesman_all_leads"
        )
        self.customer.user_id = self.accountant
        self.customer._open_account_card("button")
        order = self._order({self.printer: 1})
        order.with_user(seller).action_confirm()
        self.assertTrue(self._owned_of(order))

    def test_more_units_add_and_fewer_take_back(self):
        order = self._order({self.printer: 2, self.software: 5})
        order.action_confirm()
        kept = self._owned_of(order)[:1]
        kept.serial = "LP-1"
        printers, licences = order.order_line
        printers.product_uom_qty = 4
        licences.product_uom_qty = 8
        self.assertEqual(len(self._owned_of(order)), 6)
        printers.product_uom_qty = 1
        licences.product_uom_qty = 3
        owned = self._owned_of(order)
        self.assertEqual(owned[0], kept)
        self.assertEqual(owned.mapped("quantity"), [1.0, 3.0])

    def test_line_added_to_a_confirmed_order(self):
        order = self._order({self.paper: 1})
        order.action_confirm()
        order.order_line = [
            (0, 0, {"product_id": self.printer.id, "product_uom_qty": 2})
        ]
        self.assertEqual(len(self._owned_of(order)), 2)
        order.order_line._sync_owned_products()
        self.assertEqual(len(self._owned_of(order)), 2)

    def test_a_slip_of_the_pen_does_not_write_a_million_rows(self):
        order = self._order({self.printer: 1000000})
        order.action_confirm()
        self.assertEqual(self._owned_of(order).quantity, 1000000)

    def test_part_of_a_unit_is_not_lost(self):
        self.printer.uom_id.rounding = 0.01
        order = self._order({self.printer: 2.5})
        order.action_confirm()
        self.assertEqual(self._owned_of(order).mapped("quantity"), [1.0, 1.0, 0.5])

    def test_cancelled_order_takes_back_what_nobody_touched(self):
        order = self._order({self.printer: 2})
        order.action_confirm()
        order._action_cancel()
        self.assertFalse(self._owned_of(order))

    def test_cancelled_order_loses_nothing_people_added(self):
        order = self._order({self.printer: 8})
        order.action_confirm()
        owned = self._owned_of(order)
        owned[0].serial = "LP-1"
        owned[1].note = "Second floor"
        owned[2].message_post(body="Came with a scratch", message_type="comment")
        self._contract(items=owned[3])
        self.env["mail.activity"].create(
            {"card_owned_product_id": owned[4].id, "user_id": self.env.uid}
        )
        owned[5].service_end = "2030-01-01"
        self.env["crm.cards.ticket"].create(
            {"name": "Paper jam", "owned_product_id": owned[6].id}
        )
        order._action_cancel()
        self.assertEqual(self._owned_of(order), owned[:7])
        self.assertEqual(set(owned[:7].mapped("state")), {"returned"})

    def test_confirmed_again_the_same_products_come_back(self):
        order = self._order({self.printer: 2})
        order.action_confirm()
        kept = self._owned_of(order)[0]
        kept.serial = "LP-1"
        order._action_cancel()
        order.action_draft()
        order.action_confirm()
        owned = self._owned_of(order)
        self.assertEqual(len(owned), 2)
        self.assertIn(kept, owned)
        self.assertEqual(kept.state, "active")

    def test_what_came_back_by_hand_is_not_sold_twice(self):
        order = self._order({self.printer: 2})
        order.action_confirm()
        self._owned_of(order)[0].action_return()
        order.order_line.product_uom_qty = 3
        self.assertEqual(
            self._owned_of(order).mapped("state"), ["returned", "active", "active"]
        )
        order._action_cancel()
        order.action_draft()
        order.action_confirm()
        self.assertEqual(self._owned_of(order)[0].state, "returned")

    def test_queries_do_not_grow_with_the_lines(self):
        def measure(lines):
            order = self._create_order(
                self.customer,
                order_line=[
                    (0, 0, {"product_id": self.printer.id, "product_uom_qty": 2})
                ]
                * lines,
            )
            order.order_line.order_id.state = "sale"
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            order.order_line._sync_owned_products()
            self.env.flush_all()
            self.env.cr.flush()
            added = self.env.cr.sql_log_count - before
            before = self.env.cr.sql_log_count
            order._get_card_owned_products()._take_back()
            self.env.flush_all()
            self.assertFalse(self._owned_of(order))
            return added, self.env.cr.sql_log_count - before

        measure(1)  # fills the caches of the registry
        small_added, small_taken = measure(5)
        added, taken = measure(100)
        # 200 rows in batches of 100, as the ORM inserts and deletes them.
        self.assertLessEqual(added, small_added + 3)
        self.assertLessEqual(taken, small_taken + 3)

    def test_serials_of_deliveries_need_deliveries(self):
        order = self._order({self.printer: 1})
        order.action_confirm()
        with self.assertRaisesRegex(UserError, "type the numbers"):
            order.action_take_serials()


@tagged("post_install", "-at_install")
class TestOwnedProduct(ProductCase):
    def test_name_and_search_by_serial(self):
        owned = self._own(serial=" LP-100 ")
        self.assertEqual(owned.serial, "LP-100")
        self.assertEqual(owned.display_name, "Laser printer · LP-100")
        found = self.env["crm.cards.owned.product"].name_search("p-10")
        self.assertEqual([pair[0] for pair in found], owned.ids)

    def test_person_is_named_and_company_owns(self):
        owned = self._own(self.contact)
        self.assertEqual(owned.partner_id, self.customer)
        self.assertEqual(owned.contact_id, self.contact)

    def test_person_who_joins_another_company_leaves_the_products(self):
        owned = self._own(self.contact)
        kept = self._own(contact_id=self._create_contact("Noa").id)
        self.contact.parent_id = self.other_customer
        self.assertFalse(owned.contact_id)
        self.assertEqual(owned.partner_id, self.customer)
        self.assertEqual(kept.contact_id.name, "Noa")

    def test_person_who_becomes_independent_leaves_the_products(self):
        owned = self._own(self.contact, active=False)
        self.contact.write({"parent_id": False, "is_company": True})
        self.assertFalse(owned.contact_id)

    def _create_contact(self, name):
        return self.env["res.partner"].create(
            {"name": name, "parent_id": self.customer.id}
        )

    def test_attributes_are_of_the_kind_of_product(self):
        self.printers.card_owned_properties_definition = [
            {"name": "place", "string": "Place", "type": "char"}
        ]
        owned = self._own(attributes={"place": "Reception"})
        self.assertEqual(owned.attributes["place"], "Reception")

    def test_bad_input_names_field_and_way_out(self):
        self._own(serial="LP-1")
        stranger = self._create_partner("Stranger")
        for values, message in (
            ({"quantity": -1}, "Quantity: .* Type a number above zero"),
            ({"quantity": 0}, "Quantity: .* Type a number above zero"),
            (
                {"service_start": "2026-05-02", "service_end": "2026-05-01"},
                "Service until: .* Change one of the two days",
            ),
            ({"contact_id": stranger.id}, "Contact person: Stranger does not belong"),
            ({"serial": "LP-1 "}, "Serial number: .* type another serial number"),
            ({"serial": "LP\x00"}, "Serial number: .* cannot be printed"),
        ):
            with (
                self.subTest(values=values),
                self.assertRaisesRegex(ValidationError, message),
                self.env.cr.savepoint(),
            ):
                self._own(**values)

    def test_serial_is_free_again_once_returned(self):
        first = self._own(serial="LP-1")
        first.action_return()
        second = self._own(self.other_customer, serial="LP-1")
        self.assertEqual(second.state, "active")
        with self.assertRaisesRegex(ValidationError, "Kowalski"):
            first.action_put_in_use()

    def test_check_of_serials_is_not_skipped_from_outside(self):
        self._own(serial="SN-1")
        owned = self._own(self.other_customer)
        with self.assertRaisesRegex(ValidationError, "Levi"):
            owned.with_context(crm_cards_serials_checked=True).serial = "SN-1"

    def test_same_serial_of_another_product_or_company(self):
        self._own(serial="1")
        self._own(product=self.software, serial="1")
        company = self._create_company(name="Second company")
        self._own(serial="1", company_id=company.id)

    def test_customer_with_products_is_not_deleted(self):
        self._own()
        with self.assertRaisesRegex(UserError, "Archive the customer"):
            self.customer.unlink()

    def test_months_of_service_are_not_negative(self):
        with self.assertRaisesRegex(ValidationError, "Months of service"):
            self.printer.card_service_months = -1

    def test_merged_customer_keeps_products_and_contracts(self):
        owned = self._own(self.other_customer, serial="LP-1")
        contract = self._contract(self.other_customer, items=owned)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge(
            (self.other_customer | self.customer).ids,
            self.customer,
            extra_checks=False,
        )
        self.env.invalidate_all()
        self.assertEqual(owned.partner_id, self.customer)
        self.assertEqual(contract.partner_id, self.customer)
        self.assertEqual(contract.item_ids.owned_product_id, owned)

    def test_company_that_joins_another_brings_its_products(self):
        person = self.env["res.partner"].create({"name": "Adam"})
        owned = self._own(person)
        contract = self._contract(person, items=owned)
        person.parent_id = self.customer
        self.assertEqual(owned.partner_id, self.customer)
        self.assertEqual(contract.partner_id, self.customer)

    def test_activities_of_a_product_are_its_customer_s(self):
        owned = self._own()
        activity = owned.activity_schedule("mail.mail_activity_data_todo")
        self.assertEqual(activity.card_customer_id, self.customer)
        self.assertEqual(activity.card_owned_product_id, owned)


@tagged("post_install", "-at_install")
class TestOwnedProductRights(ProductCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.technician = cls._create_user(
            login="product_technician", groups="crm_cards.crm_cards_group_ticket_user"
        )

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_salesperson_edits_products_of_customers_he_may_edit(self):
        self.customer.user_id = self.salesperson
        self.other_customer.user_id = self.accountant
        for customer in (self.customer, self.other_customer):
            customer._open_account_card("button")
        mine, others = self._own(), self._own(self.other_customer)
        both = (mine | others).with_user(self.salesperson)
        self.assertEqual(both._filtered_access("read"), both)
        self.assertEqual(both._filtered_access("write").ids, mine.ids)
        with self.assertRaises(AccessError):
            self.env["crm.cards.owned.product"].with_user(self.salesperson).create(
                {"partner_id": self.other_customer.id, "product_id": self.printer.id}
            )
        both.with_user(self.technician).write({"note": "Seen"})

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_another_company_s_are_not_seen(self):
        company = self._create_company(name="Second company")
        theirs = self._own(company_id=company.id)
        contract = self._contract(company_id=company.id)
        for records in (theirs, contract):
            records = records.with_user(self.technician)
            self.assertFalse(records.search([("id", "in", records.ids)]))
            with self.assertRaises(AccessError):
                records.read(["partner_id"])

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_service_manager_defines_attributes_and_nothing_else_of_a_kind(self):
        manager = self._create_user(
            login="product_service_manager",
            groups="crm_cards.crm_cards_group_ticket_manager",
        )

        def changed():
            # anew each time: what is written loses its mark of a change
            place = {"name": "place", "string": "Place", "type": "char"}
            return [{**place, "value": "Reception", "definition_changed": True}]

        owned = self._own()
        with self.assertRaises(AccessError):
            owned.with_user(self.technician).write({"attributes": changed()})
        owned.with_user(manager).write({"attributes": changed()})
        self.assertEqual(owned.attributes["place"], "Reception")
        definition = self.printers.card_owned_properties_definition
        self.assertEqual([one["string"] for one in definition], ["Place"])
        with self.assertRaises(AccessError):
            self.printers.with_user(manager).write(
                {"card_owned_properties_definition": [], "name": "Mine"}
            )
        with self.assertRaises(AccessError):
            self.printers.with_user(manager).name = "Mine"

    def test_technician_does_not_write_contracts(self):
        contract = self._contract()
        with self.assertRaises(AccessError):
            contract.with_user(self.technician).write({"date_end": "2030-01-01"})
        contract.with_user(self.accountant).write({"date_end": "2030-01-01"})


@tagged("post_install", "-at_install")
class TestOwnedProductOfActivity(ProductCase):
    def test_serial_finds_product_and_customer(self):
        owned = self._own(serial="LP-1")
        activity = self.env["mail.activity"].create(
            {"card_serial": "LP-1 ", "user_id": self.env.uid}
        )
        self.assertEqual(activity.card_owned_product_id, owned)
        self.assertEqual(activity.card_customer_id, self.customer)
        self.assertEqual(activity.card_serial, "LP-1")

    def test_form_finds_the_customer_by_serial_and_by_product(self):
        owned = self._own(serial="LP-1")
        view = "crm_cards.mail_activity_view_form_card"
        with Form(self.env["mail.activity"], view) as form:
            form.activity_type_id = self.env.ref("mail.mail_activity_data_call")
            form.card_serial = "LP-1"
            self.assertEqual(form.card_owned_product_id, owned)
            self.assertEqual(form.card_customer_id, self.customer)
            self.assertEqual(form.coverage, "none")
        with Form(self.env["mail.activity"], view) as form:
            form.activity_type_id = self.env.ref("mail.mail_activity_data_call")
            form.card_owned_product_id = owned
            self.assertEqual(form.card_customer_id, self.customer)
            self.assertEqual(form.card_serial, "LP-1")

    def test_product_of_another_customer_is_refused(self):
        owned = self._own(self.other_customer, serial="LP-1")
        for values in ({"card_owned_product_id": owned.id}, {"card_serial": "LP-1"}):
            with (
                self.subTest(values=values),
                self.assertRaisesRegex(
                    ValidationError, "Customer's product: .* Choose"
                ),
                self.env.cr.savepoint(),
            ):
                self.env["mail.activity"].create(
                    {
                        "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                        "res_id": self.customer.id,
                        "user_id": self.env.uid,
                        **values,
                    }
                )

    def test_typed_serial_of_another_customer_warns(self):
        self._own(self.other_customer, serial="LP-1")
        activity = self.env["mail.activity"].new(
            {"card_customer_id": self.customer.id, "card_serial": "LP-1"}
        )
        warning = activity._onchange_card_serial()
        self.assertIn("Kowalski", warning["warning"]["message"])
        self.assertFalse(activity.card_owned_product_id)

    def test_unknown_serial_stays_as_text(self):
        activity = self.env["mail.activity"].create(
            {
                "card_serial": "LP-404",
                "card_customer_id": self.customer.id,
                "user_id": self.env.uid,
            }
        )
        self.assertEqual(activity.card_serial, "LP-404")
        self.assertFalse(activity.card_owned_product_id)

    def test_lists_of_activities_name_the_product(self):
        owned = self._own(serial="LP-1")
        activity = self.env["mail.activity"].create(
            {"card_owned_product_id": owned.id, "user_id": self.env.uid}
        )
        lines = self.env["crm.cards.activity"].search(
            [("card_owned_product_id", "=", owned.id), ("card_serial", "=", "LP-1")]
        )
        self.assertEqual(lines.ids, activity.ids)
