from datetime import date

from .common_hours import HoursCase

MARCH = (date(2026, 3, 1), date(2026, 3, 31))


class BillingCase(HoursCase):
    """Customers who use more than they bought, and somebody who bills it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.biller = cls._create_user(
            login="hours_biller",
            groups="base.group_user,crm_cards.crm_cards_group_hours_manager,"
            "account.group_account_invoice",
        )
        cls.product = cls.env.ref("crm_cards.product_hours_beyond")
        cls.product.list_price = 80
        cls.bank.write({"overdraft": "bill", "overdraft_price": 90})

    @classmethod
    def _create_run(cls, user=None, **values):
        date_from, date_to = MARCH
        return (
            cls.env["crm.cards.hours.billing"]
            .with_user(user or cls.biller)
            .create(
                {
                    "company_id": cls.company.id,
                    "date_from": date_from,
                    "date_to": date_to,
                    **values,
                }
            )
        )

    @classmethod
    def _collect(cls, **values):
        run = cls._create_run(**values)
        run.action_collect()
        return run

    @classmethod
    def _bill(cls, **values):
        """Return a run whose invoices are made."""
        run = cls._collect(**values)
        run.action_approve()
        run.action_invoice()
        return run

    @classmethod
    def _mark_billable(cls, project):
        """Have a project billed by hand, which sale_timesheet asks for."""
        if "billing_type" in project._fields:
            project.write({"allow_billable": True, "billing_type": "manually"})

    def _list_lines(self, run):
        """Return ``(customer, bank, minutes, to bill, price, state)`` of a run."""
        return [
            (
                line.partner_id,
                line.bank_id,
                line.minutes,
                line.bill_minutes,
                line.price_hour,
                line.state,
            )
            for line in run.sudo().line_ids.sorted("id")
        ]

    def assertBooked(self):
        """What the banks say is billed is what living lines say."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            SELECT bank.id, COALESCE((
                    SELECT SUM(minutes) FROM crm_cards_hours_entry entry
                     WHERE entry.bank_id = bank.id AND kind = 'billing'), 0),
                   COALESCE((
                    SELECT SUM(minutes) FROM crm_cards_hours_billing_line line
                     WHERE line.bank_id = bank.id AND line.state = 'billed'), 0)
              FROM crm_cards_hours_bank bank
            """
        )
        for bank_id, booked, billed in self.env.cr.fetchall():
            self.assertEqual(booked, billed, f"bank {bank_id}")
        self.assertFalse(self.env["crm.cards.hours.bank"]._check())
