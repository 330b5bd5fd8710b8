from odoo import fields
from odoo.tests import new_test_user

from .common import CardsCase


class HoursCase(CardsCase):
    """A customer with a bank of hours, projects, and people who log their hours."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "project.group_project_manager,hr_timesheet.group_timesheet_manager"
        for xmlid in groups.split(","):
            cls.env.user.group_ids += cls.env.ref(xmlid)
        for name, group in (
            ("employee", "hr_timesheet.group_hr_timesheet_user"),
            (
                "technician",
                "crm_cards.crm_cards_group_ticket_user,"
                "hr_timesheet.group_hr_timesheet_user",
            ),
            ("hours_manager", "crm_cards.crm_cards_group_hours_manager"),
        ):
            user = new_test_user(
                cls.env,
                login=f"hours_{name}",
                groups=f"base.group_user,{group}",
                company_id=cls.company.id,
                company_ids=[(6, 0, cls.company.ids)],
            )
            setattr(cls, name, user)
        people = cls.employee + cls.technician + cls.env.user
        cls.env["hr.employee"].create(
            [
                {
                    "name": user.name,
                    "user_id": user.id,
                    "company_id": cls.company.id,
                    "hourly_cost": 50,
                }
                for user in people
            ]
        )
        cls.customer = cls._create_customer("Levi Printing")
        cls.other_customer = cls._create_customer("Kowalski")
        cls.project = cls._create_project("Levi's press", cls.customer)
        cls.other_project = cls._create_project("Kowalski's mill", cls.other_customer)
        cls.bank = cls._create_bank()

    @classmethod
    def _create_customer(cls, name, **values):
        return cls.env["res.partner"].create(
            {"name": name, "is_company": True, **values}
        )

    @classmethod
    def _create_project(cls, name, partner=None, **values):
        # With sale_project, projects take part in sales only if billable.
        if partner and "allow_billable" in cls.env["project.project"]._fields:
            values["allow_billable"] = True
        return cls.env["project.project"].create(
            {
                "name": name,
                "partner_id": partner and partner.id,
                "company_id": cls.company.id,
                "allow_timesheets": True,
                **values,
            }
        )

    @classmethod
    def _create_bank(cls, partner=None, **values):
        return cls.env["crm.cards.hours.bank"].create(
            {
                "name": "Hours",
                "partner_id": (partner or cls.customer).id,
                "company_id": cls.company.id,
                **values,
            }
        )

    @classmethod
    def _buy(cls, hours, bank=None, **values):
        """Put a lot into a bank, valid from the beginning of 2026 unless said."""
        values = {"date_from": "2026-01-01", **values}
        return cls.env["crm.cards.hours.bank"]._add_lots(
            [{"bank_id": (bank or cls.bank).id, "hours": hours, **values}]
        )

    @classmethod
    def _log_hours(cls, hours, user=None, **values):
        """Log hours on a timesheet, on the project of the customer unless said."""
        user = user or cls.env.user
        lines = cls.env["account.analytic.line"].with_user(user)
        return lines.create(
            {
                "name": "Work",
                "project_id": cls.project.id,
                "unit_amount": hours,
                "date": fields.Date.to_date("2026-03-02"),
                **values,
            }
        )

    def _list_entries(self, bank=None, **conditions):
        """Return ``(kind, lot, hours)`` of the entries of a bank, in order."""
        entries = (bank or self.bank).entry_ids.sorted("id")
        for name, value in conditions.items():
            entries = entries.filtered(lambda one, n=name, v=value: one[n] == v)
        return [(entry.kind, entry.lot_id, entry.hours) for entry in entries]

    def assertBalances(self, bank, **expected):
        """Compare balances in hours; the bank agrees with its entries and lots."""
        found = {name: bank[f"{name}_hours"] for name in expected}
        self.assertEqual(found, expected)
        self.assertEqual(bank.left_minutes, sum(bank.entry_ids.mapped("minutes")))
        self.assertEqual(
            bank.left_minutes + bank.beyond_minutes,
            sum(bank.lot_ids.mapped("left_minutes")),
        )
        for lot in bank.lot_ids:
            self.assertEqual(lot.left_minutes, sum(lot.entry_ids.mapped("minutes")))
