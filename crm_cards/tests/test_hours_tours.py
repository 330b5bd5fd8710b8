from odoo.tests import HttpCase, tagged

from .common_hours_log import HoursLogCase


@tagged("post_install", "-at_install")
class TestHoursTours(HoursLogCase, HttpCase):
    """The screens of hours in a real browser."""

    def test_technician_logs_hours_on_a_ticket(self):
        self.technician.password = self.technician.login
        # Not the login notice but the work is to be toured.
        self.env["ir.config_parameter"].set_param("crm_cards.startup_done", "1")
        self._buy(10)
        self.bank.overdraft = "stop"
        self.start_tour(
            f"/odoo/action-crm_cards.crm_cards_ticket_action/{self.ticket.id}",
            "crm_cards_hours_log",
            login=self.technician.login,
        )
        self.assertEqual(
            sorted(self.ticket.timesheet_ids.mapped("unit_amount")), [1 / 60, 1.5]
        )
        self.assertEqual(self.bank.left_minutes, 509)
