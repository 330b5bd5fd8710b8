"""Two people who sell the same hours at the same moment."""

from odoo.tests import tagged

from .common_hours_concurrency import HoursConcurrencyCase


@tagged("post_install", "-at_install")
class TestHoursSaleConcurrency(HoursConcurrencyCase):
    """Whatever the screens let through: one lot for each line."""

    def setUp(self):
        super().setUp()
        with self._environment() as env:
            self.product_id = (
                env["product.product"]
                .create(
                    {
                        "name": "Hours at once",
                        "type": "service",
                        "uom_id": env.ref("uom.product_uom_hour").id,
                        "invoice_policy": "order",
                        "card_is_hours_pack": True,
                    }
                )
                .id
            )
            self.order_ids = [self._create_order(env).id for _index in range(2)]
        self.addCleanup(self._remove_orders)

    def _create_order(self, env):
        return env["sale.order"].create(
            {
                "partner_id": self.partner_ids[0],
                "order_line": [
                    (0, 0, {"product_id": self.product_id, "product_uom_qty": 5})
                ],
            }
        )

    def _remove_orders(self):
        with self._environment(active_test=False) as env:
            orders = env["sale.order"].browse(self.order_ids)
            orders._action_cancel()
            orders.unlink()
            env["product.product"].browse(self.product_id).unlink()
            banks = env["crm.cards.hours.bank"].search(
                [("partner_id", "in", self.partner_ids)]
            )
            # Whoever has made the customer removes them with their entries.
            self.bank_ids = banks.ids

    def _sync(self, index):
        def act(env):
            order = env["sale.order"].sudo().browse(self.order_ids[index])
            order.order_line._sync_hours()
            return order.order_line.ids

        return act

    def _lots(self):
        with self._environment() as env:
            lots = env["crm.cards.hours.lot"].search(
                [("bank_id.partner_id", "in", self.partner_ids)]
            )
            return [(lot.bank_id.id, lot.order_line_id.id, lot.hours) for lot in lots]

    def _mark_confirmed(self):
        """Let orders be confirmed whose hours nobody has brought into a bank yet."""
        with self._environment() as env:
            env.cr.execute(
                "UPDATE sale_order SET state = 'sale' WHERE id = ANY(%s)",
                [self.order_ids],
            )

    def _create_paid_invoice(self):
        """Return the id of an invoice that is paid and has brought nothing yet."""
        with self._environment() as env:
            accounts = env["account.account"].create(
                [
                    {
                        "name": f"Hours at once {account_type}",
                        "code": f"HO{account_type[:4].upper()}",
                        "account_type": account_type,
                    }
                    for account_type in ("asset_receivable", "income")
                ]
            )
            journal = env["account.journal"].create(
                {
                    "name": "Hours at once",
                    "code": "HOAO",
                    "type": "sale",
                    "default_account_id": accounts[1].id,
                }
            )
            partner = env["res.partner"].browse(self.partner_ids[0])
            partner.property_account_receivable_id = accounts[0]
            invoice = env["account.move"].create(
                {
                    "move_type": "out_invoice",
                    "partner_id": partner.id,
                    "journal_id": journal.id,
                    "invoice_line_ids": [
                        (
                            0,
                            0,
                            {
                                "product_id": self.product_id,
                                "account_id": accounts[1].id,
                                "quantity": 5,
                                "price_unit": 100,
                                "tax_ids": [],
                            },
                        )
                    ],
                }
            )
            self._mark_invoice(invoice, "posted", "paid")
        self.addCleanup(self._remove_invoice, invoice.id, journal.id, accounts.ids)
        return invoice.id

    def _mark_invoice(self, invoice, state, payment_state):
        invoice.env.flush_all()
        for table, column in (("account_move", "id"), ("account_move_line", "move_id")):
            fname = "state" if column == "id" else "parent_state"
            invoice.env.cr.execute(
                f"UPDATE {table} SET {fname} = %s WHERE {column} = %s",
                [state, invoice.id],
            )
        invoice.env.cr.execute(
            "UPDATE account_move SET payment_state = %s WHERE id = %s",
            [payment_state, invoice.id],
        )
        invoice.env.invalidate_all()

    def _remove_invoice(self, invoice_id, journal_id, account_ids):
        with self._environment(force_delete=True) as env:
            invoice = env["account.move"].browse(invoice_id)
            self._mark_invoice(invoice, "draft", "not_paid")
            invoice.unlink()
            env["res.partner"].browse(
                self.partner_ids
            ).property_account_receivable_id = False
            env["account.journal"].browse(journal_id).unlink()
            env["account.account"].browse(account_ids).unlink()

    def test_one_paid_invoice_gives_its_hours_once(self):
        invoice_id = self._create_paid_invoice()

        def pay(env):
            env["account.move"].sudo().browse(invoice_id)._invoice_paid_hook()

        self._assert_no_error(self._run_at_once(pay, pay))
        self.assertEqual(self.retries, 1, "they met")
        self.assertEqual([hours for *_rest, hours in self._lots()], [5])

    def test_one_order_gives_its_hours_once(self):
        self._mark_confirmed()
        results = self._run_at_once(self._sync(0), self._sync(0))
        self._assert_no_error(results)
        self.assertEqual(self.retries, 1, "they met")
        self.assertEqual(
            self._lots(), [(self.bank_ids[0], results[0][0], 5)], "one lot of one line"
        )

    def test_two_orders_of_a_new_customer_open_one_bank(self):
        with self._environment() as env:
            env["crm.cards.hours.bank"].browse(self.bank_ids).active = False
        self._mark_confirmed()
        self._assert_no_error(self._run_at_once(self._sync(0), self._sync(1)))
        lots = self._lots()
        self.assertEqual(len(lots), 2)
        self.assertEqual(len({bank_id for bank_id, *_rest in lots}), 1)
