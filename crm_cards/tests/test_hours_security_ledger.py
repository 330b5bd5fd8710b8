"""What nobody may forge or move: banks, lots, entries, and what projects belong to."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, new_test_user, tagged

from .common_hours_security import HoursSecurityCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 12:00:00")
class TestHoursSecurityLedger(HoursSecurityCase):
    """Banks, lots and entries."""

    def test_what_a_lot_came_from_is_said_by_nobody(self):
        """Otherwise cancelling the order would take the hours of another lot."""
        order = self._create_order(self.customer)
        invoice = self._create_invoice_of(self.customer)
        theirs = self.secret_bank.lot_ids
        lots = self.env["crm.cards.hours.lot"].with_user(self.hours_manager)
        lot = lots.create({"bank_id": self.bank.id, "hours": 1})
        for name, value in (
            ("origin_lot_id", theirs.id),
            ("order_line_id", order.order_line.id),
            ("invoice_line_id", invoice.invoice_line_ids.id),
        ):
            with self.subTest(name), self.assertRaises(AccessError):
                lot.write({name: value})
            vals = {"bank_id": self.bank.id, "hours": 1}
            with self.subTest(name), self.assertRaises(AccessError):
                lots.create({**vals, name: value})
            [lot_id] = self._call(
                self.hours_manager,
                "crm.cards.hours.lot",
                "create",
                [vals],
                **{f"default_{name}": value},
            )
            with self.subTest(name):
                self.assertFalse(lots.browse(lot_id)[name])

    def test_lot_goes_on_in_its_own_bank_only(self):
        with self.assertRaises(ValidationError):
            self._buy(1, self.secret_bank, origin_lot_id=self.bank.lot_ids.id)

    def test_closed_bank_gives_nothing_back_to_a_lot_that_is_extended(self):
        lot = self._buy(5, date_to="2026-01-31")
        self.env["crm.cards.hours.bank"]._expire(bank_ids=self.bank.ids)
        self.assertEqual(lot.expired_hours, 5)
        self.bank.action_close()
        with self.assertRaisesRegex(UserError, "closed"):
            lot.date_to = False
        self.assertBalances(self.bank, expired=5)

    def test_closed_bank_is_named_to_nobody_who_may_not_open_lots(self):
        self.secret_bank.action_close()
        portal = new_test_user(self.env, "hours_portal", "base.group_portal")
        vals = {"bank_id": self.secret_bank.id, "hours": 1}
        for user in (self.employee, portal):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self._call(user, "crm.cards.hours.lot", "create", [vals])

    def test_entries_are_made_by_the_engine_alone(self):
        """Not even with all rights: the balances would not follow."""
        vals = {
            "bank_id": self.bank.id,
            "kind": "purchase",
            "minutes": 60,
            "date": "2026-03-01",
            "company_id": self.company.id,
        }
        with self.assertRaises(UserError):
            self.env["crm.cards.hours.entry"].sudo().create(vals)
        with self.assertRaises(UserError):
            self.bank.sudo().write({"entry_ids": [(0, 0, vals)]})
        self.assertFalse(set(self.bank._check()) & set(self.bank.ids))

    def test_nightly_check_notices_an_entry_of_another_banks_lot(self):
        """Each bank and each lot would agree with its own entries."""
        self.env.flush_all()
        self.env["crm.cards.hours.bank"]._book(
            [
                {
                    "bank_id": self.bank.id,
                    "lot_id": self.secret_bank.lot_ids.id,
                    "kind": "correction",
                    "minutes": -60,
                    "date": "2026-03-01",
                }
            ]
        )
        found = set(self.bank._check())
        self.assertEqual(found & {self.bank.id, self.secret_bank.id}, found)
        self.assertTrue(found)

    def test_manager_puts_nothing_into_banks_of_other_companies(self):
        bank = self._create_bank_abroad()
        lots = self.env["crm.cards.hours.lot"].with_user(self.hours_manager)
        with self.assertRaises(AccessError):
            lots.create({"bank_id": bank.id, "hours": 1})
        with self.assertRaises(AccessError):
            bank.with_user(self.hours_manager).action_close()
        banks = self.env["crm.cards.hours.bank"].with_user(self.hours_manager)
        self.assertNotIn(bank, banks.search([]))
        with self.assertRaises(AccessError):
            banks.create({"partner_id": self.customer.id, "company_id": self.abroad.id})

    def test_customer_with_hours_stays_in_their_company(self):
        with self.assertRaisesRegex(ValidationError, "has hours in"):
            self.customer.company_id = self.abroad
        self.customer.company_id = self.company
        self.customer.company_id = False

    def test_import_says_itself_what_it_has_brought(self):
        """Otherwise undoing it would empty somebody else's lot."""
        hours_import = (
            self.env["crm.cards.accounts.import"]
            .with_user(self.hours_manager)
            .create({"target": "hours", "company_id": self.company.id})
        )
        row = (
            self.env["crm.cards.accounts.import.row"]
            .sudo()
            .create({"import_id": hours_import.id, "number": 1})
        )
        for vals in (
            {"hours_lot_id": self.secret_bank.lot_ids.id},
            {"is_hours_bank_created": True},
        ):
            with self.subTest(vals), self.assertRaises(AccessError):
                row.with_user(self.hours_manager).write(vals)

    def test_person_who_leaves_is_forgotten_and_the_entry_stays(self):
        person = new_test_user(self.env, "hours_leaver", "base.group_user")
        self.env["crm.cards.hours.bank"].with_user(person)._add_lots(
            [{"bank_id": self.bank.id, "hours": 1}]
        )
        entry = self.bank.entry_ids.sorted("id")[-1]
        self.assertEqual(entry.user_id, person)
        self.env.flush_all()
        self.cr.execute("DELETE FROM res_users WHERE id = %s", person.ids)
        self.env.invalidate_all()
        self.assertFalse(entry.user_id)
        self.assertBalances(self.bank, left=11)

    def test_part_of_a_hidden_project_is_made_by_nobody(self):
        """He would learn whose it is, and draw its hours."""
        self.secret_project.company_id = False
        abroad = self.secret_project.copy({"company_id": self.abroad.id})
        planner = new_test_user(
            self.env,
            "hours_planner",
            "project.group_project_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        projects = self.env["project.project"].with_user(planner)
        own = projects.create({"name": "Own", "company_id": False})
        with self.assertRaises(AccessError):
            own.card_parent_id = abroad.id
        with self.assertRaises(AccessError):
            projects.create(
                {"name": "Own", "company_id": False, "card_parent_id": abroad.id}
            )
        with self.assertRaises(AccessError):
            self._call(
                planner,
                "project.project",
                "create",
                [{"name": "Own", "company_id": False}],
                default_card_parent_id=abroad.id,
            )
