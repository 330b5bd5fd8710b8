from datetime import date

from odoo import fields
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common_hours_log import HoursLogCase
from .common_hours_sale import HoursSaleCase


@tagged("post_install", "-at_install")
class TestHoursLine(HoursSaleCase, HoursLogCase, HttpCase):
    """Hours from their sale to what is told of them, on everybody's screens.

    After each part the ledger says what it should.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls._create_user(
            login="hours_seller",
            groups="sales_team.group_sale_manager,crm_cards.crm_cards_group_user",
        )
        for user in (cls.seller, cls.technician, cls.hours_manager):
            user.password = user.login
        cls.hours_manager.email = "manager@cards.example.com"
        cls.customer.email = "office@levi.example.com"
        cls.customer.action_convert_to_customer()
        cls._create_pack(
            "Pack of 10 hours",
            uom_id=cls.unit.id,
            card_pack_hours=10,
            list_price=1000,
        )
        cls.hours_manager.group_ids += cls.env.ref("account.group_account_invoice")
        # What is beyond waits for the invoice of the month.
        cls.bank.write({"overdraft": "bill", "overdraft_price": 90})
        # Not the login notice but the work is to be toured.
        cls.env["ir.config_parameter"].set_param("crm_cards.startup_done", "1")

    def _tour(self, path, name, user):
        self.start_tour(path, f"crm_cards_hours_line_{name}", login=user.login)
        self.env.invalidate_all()

    def assertMoved(self, *entries):
        """Assert all movements of the bank: ``(kind, lot, hours, by whom)``."""
        found = self.bank.entry_ids.sorted("id")
        self.assertEqual(
            [(one.kind, one.lot_id, one.hours, one.user_id) for one in found],
            list(entries),
        )
        self.assertFalse(self.env["crm.cards.hours.bank"]._check())

    def test_sell_log_statement_bill(self):
        self._tour("/odoo/action-sale.action_quotations/new", "sell", self.seller)
        lot = self._lots()
        sold = ("purchase", lot, 10, self.seller)
        self.assertMoved(sold)
        self.assertEqual(lot.order_id.state, "sale")
        self.assertBalances(self.bank, bought=10, left=10)

        ticket = f"/odoo/action-crm_cards.crm_cards_ticket_action/{self.ticket.id}"
        self._tour(ticket, "log", self.technician)
        drawn = [
            ("draw", lot, -10, self.technician),
            ("draw", lot.browse(), -2.5, self.technician),
        ]
        self.assertMoved(sold, *drawn)
        self.assertBalances(self.bank, used=12.5, left=-2.5, beyond=2.5)
        self.assertEqual(self.ticket.timesheet_ids.unit_amount, 12.5)

        bank = f"/odoo/hours-banks/{self.bank.id}"
        self._tour(bank, "statement", self.hours_manager)
        self.assertMoved(sold, *drawn)
        message = self.bank.message_ids.filtered("attachment_ids")
        self.assertEqual(message.partner_ids, self.customer)
        today = fields.Date.context_today(self.bank)
        statement = self.bank._get_statement(today.replace(day=1), today)
        self.assertEqual((statement.opening, statement.closing), (0, -150))
        self.assertEqual(
            [(line.kind, line.minutes, line.text) for line in statement.lines],
            [
                ("purchase", 600, lot.name),
                ("draw", -600, "Changed the roller"),
                ("draw", -150, "Changed the roller"),
            ],
        )

        self._tour("/odoo/hours-to-bill/new", "bill", self.hours_manager)
        billed = ("billing", lot.browse(), 2.5, self.hours_manager)
        self.assertMoved(sold, *drawn, billed)
        self.assertBalances(self.bank, bought=12.5, used=12.5, left=0, beyond=0)
        invoice = self.bank.entry_ids.invoice_line_id.move_id
        self.assertRecordValues(
            invoice,
            [
                {
                    "state": "posted",
                    "partner_id": self.customer.id,
                    "amount_untaxed": 225,
                }
            ],
        )


@tagged("post_install", "-at_install")
class TestHoursStatementTour(HoursSaleCase, HttpCase):
    """The statement in a real browser: of one bank, and of several."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hours_manager.write(
            {"password": cls.hours_manager.login, "email": "manager@example.com"}
        )
        cls.customer.email = "office@levi.example.com"
        cls.nights = cls._create_bank(name="Nights")
        cls._create_bank(cls.other_customer, name="Elsewhere")
        cls._buy(10)
        cls._buy(5, cls.nights)
        cls._log_hours(1)
        cls.env["ir.config_parameter"].set_param("crm_cards.startup_done", "1")

    def setUp(self):
        super().setUp()
        self.printed = printed = []

        def render(reports, report_ref, res_ids=None, data=None):
            period = reports.env["crm.cards.hours.bank"]._get_statement_period()
            printed.append((sorted(res_ids), *period))
            return b"%PDF-1.4", "pdf"

        reports = type(self.env["ir.actions.report"])
        self.patch(reports, "_render_qweb_pdf", render)
        self.patch(reports, "get_wkhtmltopdf_state", lambda reports: "ok")

    def _tour(self, path, name):
        user = self.hours_manager
        self.start_tour(path, f"crm_cards_hours_statement_{name}", login=user.login)
        self.env.invalidate_all()
        # Dialogs are one's own, so not the test's.
        dialog = self.env["crm.cards.hours.statement"].sudo().search([], limit=1)
        self.assertTrue(dialog.workbook, "Excel was made")
        return dialog

    @mute_logger("odoo.http")  # the refusal
    def test_of_one_bank(self):
        self._tour(f"/odoo/hours-banks/{self.bank.id}", "one")
        march = date(2026, 3, 1), date(2026, 3, 31)
        # On paper, and in the mail.
        self.assertEqual(self.printed, [([self.bank.id], *march)] * 2)
        message = self.bank.message_ids.filtered("attachment_ids")
        self.assertEqual(message.partner_ids, self.customer)

    def test_of_several_banks(self):
        dialog = self._tour("/odoo/hours-banks", "several")
        banks = self.bank + self.nights
        self.assertEqual(dialog.bank_ids, banks)
        days = dialog.date_from, dialog.date_to
        self.assertEqual(self.printed[0], (banks.ids, *days))
        self.assertEqual({one[1:] for one in self.printed}, {days})
        for bank in banks:
            with self.subTest(bank.name):
                self.assertTrue(bank.message_ids.filtered("attachment_ids"))
