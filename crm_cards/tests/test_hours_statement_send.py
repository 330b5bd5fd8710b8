"""Statements that are mailed on the 1st, once to everybody who wants them."""

from datetime import date
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_cron import IrCron

from .common_concurrency import ConcurrencyCase
from .common_hours import HoursCase

_FIRST = "2026-04-01 12:00:00"


@tagged("post_install", "-at_install")
class TestHoursStatementSend(HoursCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.write(
            {"email": "office@levi.example.com", "card_hours_statement": True}
        )
        cls._buy(10)
        cls._log_hours(1.5)

    def setUp(self):
        super().setUp()
        self.startPatcher(
            patch.object(IrCron, "_commit_progress", lambda *_args, **_kwargs: 60)
        )

    def _send(self):
        sends = self.env["crm.cards.hours.statement.send"].sudo()
        sends._cron_send()
        self.env.flush_all()
        return sends.search(
            [("bank_id.partner_id", "in", (self.customer + self.other_customer).ids)]
        )

    def _find_mails(self, bank=None):
        return self.env["mail.mail"].search(
            [
                ("model", "=", "crm.cards.hours.bank"),
                ("res_id", "=", (bank or self.bank).id),
            ]
        )

    @freeze_time(_FIRST)
    def test_statement_of_last_month_goes_out_once(self):
        send = self._send()
        self.assertEqual(send.bank_id, self.bank)
        self.assertEqual((send.month, send.state), (date(2026, 3, 1), "sent"))
        [mail] = self._find_mails()
        self.assertEqual(mail.recipient_ids, self.customer)
        self.assertEqual(len(mail.attachment_ids), 1)
        self.assertIn("03/31/2026", mail.subject)
        self.assertEqual(self._send(), send)
        self.assertEqual(self._find_mails(), mail)

    @freeze_time(_FIRST)
    def test_only_those_who_want_it_get_it(self):
        other = self._create_bank(self.other_customer)
        self._buy(5, bank=other)
        self.assertEqual(self._send().bank_id, self.bank)

    def test_month_begins_on_the_clock_of_the_customer(self):
        self.customer.tz = "Asia/Jerusalem"
        other = self._create_bank(self.other_customer)
        self._buy(5, bank=other)
        self.other_customer.write(
            {"email": "k@k.example.com", "card_hours_statement": True, "tz": "UTC"}
        )
        with freeze_time("2026-03-31 20:30:00"):
            self.assertFalse(self._send())
        with freeze_time("2026-03-31 21:30:00"):
            self.assertEqual(self._send().bank_id, self.bank)
        with freeze_time("2026-04-01 00:30:00"):
            self.assertEqual(self._send().bank_id, self.bank + other)

    def test_server_that_was_down_on_the_first_sends_later_but_not_weeks_later(self):
        with freeze_time("2026-04-20 12:00:00"):
            self.assertFalse(self._send())
        with freeze_time("2026-04-05 12:00:00"):
            self.assertTrue(self._send())

    @freeze_time(_FIRST)
    def test_chosen_contacts_get_it_instead(self):
        contact = self.env["res.partner"].create(
            {"name": "Dana", "email": "d@l.example.com", "parent_id": self.customer.id}
        )
        self.customer.card_hours_statement_contact_ids = contact
        self._send()
        self.assertEqual(self._find_mails().recipient_ids, contact)

    @freeze_time(_FIRST)
    def test_failure_is_written_down_and_tried_again_by_hand(self):
        self.customer.email = False
        send = self._send()
        self.assertEqual(send.state, "failed")
        self.assertIn("no e-mail address", send.error)
        self.assertEqual(self._send().state, "failed")
        self.customer.email = "office@levi.example.com"
        send.with_user(self.hours_manager).action_send_again()
        self.assertEqual(self._send().state, "sent")
        self.assertEqual(len(self._find_mails()), 1)
        # What was sent is not sent again, whoever asks.
        send.with_user(self.hours_manager).action_send_again()
        self.assertEqual(send.state, "sent")

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_only_managers_send_again(self):
        with freeze_time(_FIRST):
            send = self._send()
        with self.assertRaises(AccessError):
            send.with_user(self.technician).action_send_again()

    @freeze_time(_FIRST)
    def test_closed_bank_counts_as_long_as_something_moved(self):
        self.bank.action_close()
        self.assertTrue(self._send())
        with freeze_time("2026-05-01 12:00:00"):
            self.assertEqual(len(self._send()), 1)

    @mute_logger("odoo.sql_db")
    @freeze_time(_FIRST)
    def test_database_keeps_one_for_a_bank_and_month(self):
        send = self._send()
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            send.create({"bank_id": self.bank.id, "month": send.month})
            self.env.flush_all()


@tagged("post_install", "-at_install")
class TestHoursStatementConcurrency(ConcurrencyCase):
    """Two workers, each with a connection, on the first of a month."""

    user_ids = (1, 1)

    def setUp(self):
        super().setUp()
        with self._environment() as env:
            self.company_id = env.company.id
            partner = env["res.partner"].create(
                {
                    "name": "Statement at once",
                    "email": "once@example.com",
                    "card_hours_statement": True,
                }
            )
            bank = env["crm.cards.hours.bank"].create(
                {"partner_id": partner.id, "company_id": env.company.id}
            )
            env["crm.cards.hours.bank"]._add_lots(
                [{"bank_id": bank.id, "hours": 5, "date_from": "2026-01-01"}]
            )
            self.partner_id, self.bank_id = partner.id, bank.id
        self.addCleanup(self._remove)
        self.enterContext(freeze_time(_FIRST))

    def _remove(self):
        with self._environment() as env:
            self._find_mails(env).unlink()
            env.cr.execute(
                "DELETE FROM crm_cards_hours_statement_send WHERE bank_id = %s",
                [self.bank_id],
            )
            # Entries are proof and never deleted, but these are a test's.
            env.cr.execute(
                """
                ALTER TABLE crm_cards_hours_entry DISABLE TRIGGER USER;
                DELETE FROM crm_cards_hours_entry WHERE bank_id = %(bank)s;
                ALTER TABLE crm_cards_hours_entry ENABLE TRIGGER USER;
                DELETE FROM crm_cards_hours_lot WHERE bank_id = %(bank)s;
                """,
                {"bank": self.bank_id},
            )
            env["crm.cards.hours.bank"].browse(self.bank_id).unlink()
            env["res.partner"].browse(self.partner_id).unlink()

    def _find_mails(self, env):
        domain = [("model", "=", "crm.cards.hours.bank"), ("res_id", "=", self.bank_id)]
        return env["mail.mail"].search(domain)

    def test_two_workers_send_one_mail(self):
        def send(env):
            env["crm.cards.hours.statement.send"]._cron_send()

        self._assert_no_error(self._run_at_once(send, send))
        with self._environment() as env:
            domain = [("bank_id", "=", self.bank_id)]
            sends = env["crm.cards.hours.statement.send"].search(domain)
            self.assertEqual(sends.mapped("state"), ["sent"])
            self.assertEqual(len(self._find_mails(env)), 1)

    def test_worker_that_dies_leaves_nothing_half_done(self):
        with self._environment() as env:
            env["crm.cards.hours.statement.send"]._record_due()
        domain = [("bank_id", "=", self.bank_id)]
        with self._environment() as env:
            env["crm.cards.hours.statement.send"].search(domain)._send_waiting()
            env.cr.rollback()
        with self._environment() as env:
            send = env["crm.cards.hours.statement.send"].search(domain)
            self.assertEqual(send.state, "waiting")
            self.assertFalse(self._find_mails(env))
            send._cron_send()
        with self._environment() as env:
            self.assertEqual(len(self._find_mails(env)), 1)
