"""Serial numbers from the stock, where Odoo's stock is installed beside the add-on."""

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .common_product import ProductCase


@tagged("post_install", "-at_install", "-standard", "sale_stock")
class TestProductStock(ProductCase):
    """Three printers are sold; the stock knows each by its serial."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.printer.write({"is_storable": True, "tracking": "serial"})
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        ) or cls.env["stock.warehouse"].create(
            {"name": "Cards", "code": "CARDS", "company_id": cls.company.id}
        )
        cls.lots = cls.env["stock.lot"]
        for number in range(1, 6):
            cls.lots += cls._stock_up(f"LP-{number}")

    @classmethod
    def _stock_up(cls, name, product=None):
        product = product or cls.printer
        lot = cls.env["stock.lot"].create(
            {"name": name, "product_id": product.id, "company_id": cls.company.id}
        )
        cls.env["stock.quant"]._update_available_quantity(
            product, cls.warehouse.lot_stock_id, 1, lot_id=lot
        )
        return lot

    def _sell(self, quantity=3):
        order = self._order({self.printer: quantity}, warehouse_id=self.warehouse.id)
        order.action_confirm()
        return order

    def _deliver(self, order, lots):
        """Deliver these lots; what the order still lacks stays for later."""
        picking = order.picking_ids.filtered(
            lambda one: one.state not in ("done", "cancel")
        )
        picking.move_ids.move_line_ids.unlink()
        move = picking.move_ids
        self.env["stock.move.line"].create(
            [
                {
                    "move_id": move.id,
                    "picking_id": picking.id,
                    "product_id": self.printer.id,
                    "lot_id": lot.id,
                    "quantity": 1,
                    "picked": True,
                    "location_id": move.location_id.id,
                    "location_dest_id": move.location_dest_id.id,
                }
                for lot in lots
            ]
        )
        picking.with_context(skip_backorder=True).button_validate()
        self.assertEqual(picking.state, "done")
        return picking

    def _bring_back(self, picking, lot):
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        wizard.product_return_moves.quantity = 1
        returned = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        returned.move_ids.move_line_ids.unlink()
        returned.move_ids.move_line_ids = [
            (
                0,
                0,
                {
                    "product_id": self.printer.id,
                    "lot_id": lot.id,
                    "quantity": 1,
                    "picked": True,
                    "picking_id": returned.id,
                    "location_id": returned.location_id.id,
                    "location_dest_id": returned.location_dest_id.id,
                },
            )
        ]
        returned.button_validate()
        self.assertEqual(returned.state, "done")

    # -- button ---------------------------------------------------------------

    def test_delivered_serials_come_onto_the_list(self):
        order = self._sell()
        self.assertTrue(order.card_has_deliveries)
        owned = self._owned_of(order)
        self.assertEqual(owned.mapped("serial"), [False] * 3)
        with self.assertRaisesRegex(UserError, "Deliver the products first"):
            order.action_take_serials()
        self._deliver(order, self.lots[:2])
        action = order.action_take_serials()
        self.assertEqual(action["res_model"], "crm.cards.owned.product")
        self.assertEqual(owned.mapped("serial"), ["LP-1", "LP-2", False])
        with self.assertRaises(UserError):
            order.action_take_serials()
        self._deliver(order, self.lots[4])
        order.action_take_serials()
        self.assertEqual(owned.mapped("serial"), ["LP-1", "LP-2", "LP-5"])

    def test_what_was_typed_stays_and_what_came_back_is_left_out(self):
        order = self._sell()
        owned = self._owned_of(order)
        owned[0].serial = "LP-2"
        picking = self._deliver(order, self.lots[:3])
        self._bring_back(picking, self.lots[0])
        order.action_take_serials()
        self.assertEqual(owned.mapped("serial"), ["LP-2", "LP-3", False])

    def test_serial_that_another_customer_has_is_refused_by_name(self):
        self._own(self.other_customer, serial="LP-2")
        order = self._sell()
        self._deliver(order, self.lots[:3])
        with self.assertRaisesRegex(ValidationError, "Kowalski"):
            order.action_take_serials()

    def test_serials_are_checked_at_once_however_many_there_are(self):
        few, many = self._sell(1), self._sell(4)
        self._deliver(few, self.lots[0])
        self._deliver(many, self.lots[1:])
        checks = []
        products = type(self.env["crm.cards.owned.product"])
        check = products._check_serials_free

        def count(records, wanted):
            checks.append(len(wanted))
            return check(records, wanted)

        self.patch(products, "_check_serials_free", count)
        few.action_take_serials()
        many.action_take_serials()
        self.assertEqual(checks, [1, 4])
        self.assertEqual(
            self._owned_of(many).mapped("serial"), self.lots[1:].mapped("name")
        )

    # -- a lot of the stock ---------------------------------------------------

    def test_lot_is_found_by_the_serial_and_fills_it_in(self):
        owned = self._own(serial="LP-1")
        self.assertTrue(owned.has_stock)
        self.assertEqual(owned.lot_ref, self.lots[0])
        owned.serial = "nowhere"
        self.assertFalse(owned.lot_ref)
        owned.lot_ref = self.lots[1]
        self.assertEqual(owned.serial, "LP-2")
        cutter = self.env["product.product"].create(
            {"name": "Cutter", "is_storable": True, "tracking": "serial"}
        )
        other = self._stock_up("C-1", cutter)
        with self.assertRaisesRegex(UserError, "Choose a lot of this product"):
            owned.lot_ref = other

    def test_form_takes_product_and_serial_from_the_lot(self):
        with Form(self.env["crm.cards.owned.product"]) as form:
            form.partner_id = self.customer
            form.lot_ref = f"stock.lot,{self.lots[2].id}"
            self.assertEqual(form.serial, "LP-3")
        owned = form.save()
        self.assertEqual(owned.product_id, self.printer)
        self.assertEqual(owned.lot_ref, self.lots[2])

    def test_who_has_no_right_to_the_stock_still_reads_the_list(self):
        technician = self._create_user(
            login="stock_technician", groups="crm_cards.crm_cards_group_ticket_user"
        )
        owned = self._own(serial="LP-1").with_user(technician)
        self.assertFalse(owned.has_stock)
        self.assertFalse(owned.lot_ref)
        self.assertEqual(owned.serial, "LP-1")

    # -- taking back ----------------------------------------------------------

    def test_cancelled_order_keeps_what_has_a_serial_as_returned(self):
        order = self._sell()
        self._deliver(order, self.lots[:1])
        order.action_take_serials()
        delivered = self._owned_of(order)[0]
        order._action_cancel()
        owned = self._owned_of(order)
        self.assertEqual(owned, delivered)
        self.assertEqual(owned.state, "returned")
        self.assertEqual(owned.serial, "LP-1")
