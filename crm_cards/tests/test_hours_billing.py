"""Hours that are billed at the end of a month."""

from datetime import date
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_cron import IrCron
from odoo.addons.crm_cards.exceptions import HoursRefusedError

from .common_hours_billing import BillingCase


@tagged("post_install", "-at_install")
class TestHoursBilling(BillingCase):
    def test_from_collecting_to_the_reversed_invoice(self):
        self._buy(2)
        self._log_hours(1.5)
        line = self._log_hours(2, name="Print server")
        self.assertBalances(self.bank, beyond=1.5, left=-1.5)
        run = self._collect()
        [work] = run.line_ids
        self.assertEqual((work.partner_id, work.bank_id), (self.customer, self.bank))
        self.assertEqual((work.worked_minutes, work.minutes), (120, 90))
        self.assertEqual((work.price_hour, work.amount), (90, 135))
        self.assertEqual((work.line_id, work.name), (line, "Print server"))
        run.action_approve()
        run.action_invoice()
        self.assertEqual((run.state, work.state), ("invoiced", "billed"))
        invoice = work.invoice_id
        self.assertEqual((invoice.state, invoice.partner_id), ("draft", self.customer))
        self.assertEqual(invoice.invoice_line_ids.quantity, 1.5)
        self.assertEqual(invoice.invoice_line_ids.price_unit, 90)
        self.assertEqual(invoice.card_hours_billing_count, 1)
        self.assertBalances(self.bank, beyond=0, left=0)
        self.assertBooked()
        self.assertFalse(self._collect().line_ids, "billed once")
        invoice.action_post()
        invoice._reverse_moves([{}], cancel=True)
        self.assertEqual(work.state, "freed")
        self.assertBalances(self.bank, beyond=1.5, left=-1.5)
        self.assertBooked()
        [again] = self._collect().line_ids
        self.assertEqual((again.entry_id, again.minutes), (work.entry_id, 90))

    # -- what is collected --

    def test_lots_have_settled_the_oldest_draws(self):
        self.bank.overdraft = "warn"
        self._log_hours(2, name="old")
        self._log_hours(1, name="new", date="2026-03-20")
        self._buy(1.5)
        self.bank.write({"overdraft": "bill"})
        run = self._collect()
        works = run.line_ids.sorted("date")
        self.assertEqual(works.mapped("name"), ["old", "new"])
        self.assertEqual(works.mapped("minutes"), [30, 60])
        run.action_approve()
        run.action_invoice()
        self.assertBalances(self.bank, beyond=0)
        self.assertBooked()
        self.assertFalse(self._collect().line_ids)

    def test_banks_with_another_rule_are_billed_if_the_run_says_so(self):
        self.bank.overdraft = "warn"
        self._log_hours(2)
        self.assertFalse(self._collect().line_ids)
        [work] = self._collect(with_all_banks=True).line_ids
        self.assertEqual((work.minutes, work.price_hour), (120, 80), "list price")

    def test_late_hours_come_with_the_next_run(self):
        self._log_hours(1, date="2026-03-31")
        self._log_hours(4, date="2026-04-01")
        run = self._bill()
        self.assertEqual(run.line_ids.minutes, 60)
        self._log_hours(2, date="2026-03-15", name="late")
        run = self._collect(date_from="2026-04-01", date_to="2026-04-30")
        self.assertEqual(run.line_ids.mapped("minutes"), [120, 240])
        self.assertEqual(run.line_ids.mapped("is_late"), [True, False])

    def test_work_is_in_one_living_run_only(self):
        self._log_hours(1)
        run = self._collect()
        self.assertFalse(self._collect().line_ids)
        run.action_cancel()
        self.assertEqual((run.state, run.line_ids.state), ("cancelled", "left"))
        self.assertTrue(self._collect().line_ids)

    def test_closed_banks_and_other_companies_are_left_alone(self):
        self._log_hours(1)
        self.bank.action_close()
        self.assertFalse(self._collect().line_ids)

    def test_collecting_again_keeps_what_was_typed_and_follows_changes(self):
        kept = self._log_hours(1, name="kept")
        changed = self._log_hours(2, name="changed")
        gone = self._log_hours(3, name="gone")
        run = self._collect()
        works = {work.line_id: work for work in run.line_ids}
        for work in works.values():
            work.write({"bill_minutes": 30, "reason": "Half price"})
        changed.unit_amount = 2.5
        gone.unlink()
        self._log_hours(4, name="added")
        run.action_collect()
        found = [
            (work.name, work.minutes, work.bill_minutes)
            for work in run.line_ids.sorted("minutes")
        ]
        self.assertEqual(
            found, [("kept", 60, 30), ("changed", 150, 150), ("added", 240, 240)]
        )
        self.assertIn(kept, run.line_ids.line_id)

    # -- hours without a bank --

    def test_lines_of_customers_without_a_bank_are_billed_by_weight(self):
        night = self.env["crm.cards.hours.kind"].create({"name": "N", "factor": 1.5})
        free = self.env["crm.cards.hours.kind"].create({"name": "F", "is_drawn": False})
        self._mark_billable(self.other_project)
        values = {"project_id": self.other_project.id}
        line = self._log_hours(2, card_hours_kind_id=night.id, **values)
        self._log_hours(1, card_hours_kind_id=free.id, **values)
        [work] = self._collect().line_ids
        self.assertEqual((work.line_id, work.bank_id.id), (line, False))
        self.assertEqual((work.worked_minutes, work.minutes), (120, 180))
        self.assertEqual((work.price_hour, work.amount), (80, 240))
        self.assertEqual(work.partner_id, self.other_customer)

    def test_lines_that_others_bill_or_nobody_are_not(self):
        values = {"project_id": self.other_project.id}
        line = self._log_hours(2, **values)
        if "billing_type" in self.other_project._fields:
            self.assertFalse(self._collect().line_ids, "the project is not billable")
        self._mark_billable(self.other_project)
        self.assertFalse(self._collect(with_lines=False).line_ids)
        run = self._collect()
        self.assertEqual(run.line_ids.line_id, line)
        order = self._create_order(self.other_customer)
        line.so_line = order.order_line
        run.action_collect()
        self.assertFalse(run.line_ids, "the order bills it")

    def test_what_was_worked_before_the_first_run_is_not_billed(self):
        self._mark_billable(self.other_project)
        values = {"project_id": self.other_project.id}
        self._log_hours(2, date="2026-02-27", **values)
        self._log_hours(1, date="2026-03-02", **values)
        self.assertEqual(self._collect().line_ids.minutes, 60)

    def test_setting_of_the_company_begins_the_run(self):
        self.company.crm_cards_hours_bill_lines = False
        product = self.product.copy({"name": "Ours"})
        self.company.crm_cards_hours_product_id = product
        run = self._create_run()
        self.assertFalse(run.with_lines)
        self.assertEqual(run.product_id, product)

    # -- editing --

    def test_other_hours_need_a_reason_and_make_sense(self):
        self._log_hours(1)
        work = self._collect().line_ids
        with self.assertRaisesRegex(ValidationError, "Say why"):
            work.bill_hours = 2
        with self.assertRaisesRegex(ValidationError, "at least 0"):
            work.write({"bill_hours": -1, "reason": "less"})
        with self.assertRaisesRegex(ValidationError, "at most"):
            work.write({"bill_hours": 1e6, "reason": "more"})
        work.write({"bill_hours": 1})
        with self.assertRaisesRegex(ValidationError, "negative"):
            work.price_hour = -1
        work.write({"bill_hours": 2, "price_hour": 90, "reason": "By phone"})
        self.assertEqual(work.amount, 180)

    def test_billing_less_settles_all_of_it(self):
        self._log_hours(3)
        run = self._collect()
        run.line_ids.write({"bill_hours": 2, "reason": "Goodwill"})
        run.action_approve()
        run.action_invoice()
        self.assertEqual(run.line_ids.invoice_line_id.quantity, 2)
        self.assertBalances(self.bank, beyond=0, left=0)
        self.assertFalse(self._collect().line_ids)

    def test_what_is_left_out_waits_for_the_next_run(self):
        self._log_hours(1, name="now")
        self._log_hours(2, name="later")
        run = self._collect()
        later = run.line_ids.filtered(lambda work: work.name == "later")
        later.is_included = False
        run.action_approve()
        run.action_invoice()
        self.assertEqual(later.state, "left")
        self.assertBalances(self.bank, beyond=2)
        self.assertEqual(self._collect().line_ids.name, "later")

    def test_price_is_asked_for(self):
        self.bank.overdraft_price = 0
        self.product.list_price = 0
        self._log_hours(1)
        run = self._collect()
        with self.assertRaisesRegex(UserError, "Price per hour"):
            run.action_approve()
        run.line_ids.price_hour = 70
        run.action_approve()
        with self.assertRaisesRegex(UserError, "not a draft"):
            run.line_ids.price_hour = 60
        run.action_draft()
        run.line_ids.price_hour = 60

    def test_nothing_else_of_a_line_or_run_is_written(self):
        self._log_hours(1)
        run = self._collect()
        for vals in ({"state": "billed"}, {"minutes": 5}, {"partner_id": 1}):
            with self.assertRaises(AccessError):
                run.line_ids.write(vals)
        with self.assertRaises(AccessError):
            run.state = "approved"
        with self.assertRaises(AccessError):
            self._create_run(state="approved")

    def test_empty_run_is_not_approved(self):
        with self.assertRaisesRegex(UserError, "nothing to bill"):
            self._collect().action_approve()

    # -- what changes meanwhile --

    def test_approval_refuses_what_has_changed(self):
        line = self._log_hours(1, name="Fuser")
        run = self._collect()
        line.unit_amount = 2
        with self.assertRaisesRegex(UserError, "(?s)1 pieces of work.*Fuser"):
            run.action_approve()

    def test_only_what_still_stands_is_billed(self):
        line = self._log_hours(1, name="changed")
        self._log_hours(2, name="stands")
        run = self._collect()
        run.action_approve()
        line.unit_amount = 1.5
        run.action_invoice()
        works = {work.name: work for work in run.line_ids}
        self.assertEqual(works["changed"].state, "changed")
        self.assertIn("1 pieces of work", run.message_ids[:1].body)
        self.assertEqual(works["stands"].invoice_line_id.quantity, 2)
        self.assertBalances(self.bank, beyond=1.5)
        self.assertBooked()
        self.assertEqual(self._collect().line_ids.minutes, 90)

    def test_run_of_which_nothing_stands_makes_no_invoice(self):
        line = self._log_hours(1)
        run = self._collect()
        run.action_approve()
        line.unit_amount = 1.5
        with self.assertRaisesRegex(UserError, "All of it has changed"):
            run.action_invoice()

    def test_billed_work_does_not_change_any_more(self):
        line = self._log_hours(1, name="Fuser")
        run = self._bill()
        for vals in ({"unit_amount": 2}, {"date": "2026-03-05"}):
            with self.assertRaisesRegex(UserError, "has been billed to Levi"):
                line.write(vals)
        with self.assertRaisesRegex(UserError, "has been billed"):
            line.unlink()
        line.name = "Fuser and rollers"
        run._get_invoices().sudo().button_cancel()
        line.unit_amount = 2

    def test_changing_what_the_hours_hang_on_is_refused_too(self):
        self._log_hours(1)
        run = self._bill()
        with self.assertRaisesRegex(HoursRefusedError, "has been billed"):
            self.env["crm.cards.hours.bank"]._follow([run.line_ids.source], [])

    def test_billed_line_of_nobodys_bank_does_not_change_either(self):
        self._mark_billable(self.other_project)
        line = self._log_hours(2, project_id=self.other_project.id)
        self._bill()
        with self.assertRaisesRegex(UserError, "has been billed"):
            line.unit_amount = 3
        if "timesheet_invoice_id" in line._fields:
            self.assertTrue(line.timesheet_invoice_id)
            line.timesheet_invoice_id.button_cancel()
            self.assertFalse(line.timesheet_invoice_id)

    # -- invoices --

    def test_invoice_is_as_the_customers_own(self):
        address = self.env["res.partner"].create(
            {"name": "Books", "type": "invoice", "parent_id": self.customer.id}
        )
        self.customer.property_payment_term_id = self.pay_terms_b
        tax, other = self.tax_sale_a, self.tax_sale_b
        self.product.taxes_id = tax
        fiscal = self.env["account.fiscal.position"].create({"name": "Abroad"})
        other.write({"fiscal_position_ids": fiscal.ids, "original_tax_ids": tax.ids})
        self.customer.property_account_position_id = fiscal
        self._log_hours(1)
        invoice = self._bill()._get_invoices()
        self.assertEqual(invoice.partner_id, address)
        self.assertEqual(invoice.invoice_payment_term_id, self.pay_terms_b)
        self.assertEqual(invoice.fiscal_position_id, fiscal)
        self.assertEqual(invoice.invoice_line_ids.tax_ids, other)

    def test_one_invoice_for_each_customer_and_currency(self):
        self._mark_billable(self.other_project)
        currency = self.setup_other_currency("EUR")
        project = self._create_project("In euros", self.customer)
        self._create_bank(
            name="Euros",
            project_id=project.id,
            currency_id=currency.id,
            overdraft="bill",
            overdraft_price=50,
        )
        self._log_hours(1)
        self._log_hours(2, project_id=project.id)
        self._log_hours(3, project_id=self.other_project.id)
        run = self._bill()
        found = {
            (one.partner_id, one.currency_id, one.amount_untaxed)
            for one in run._get_invoices()
        }
        own = self.company.currency_id
        self.assertEqual(
            found,
            {
                (self.customer, own, 90),
                (self.customer, currency, 100),
                (self.other_customer, own, 240),
            },
        )
        self.assertEqual(run.partner_count, 2)
        self.assertBooked()

    def test_lines_are_grouped_or_one_by_one(self):
        for day in (2, 3, 4):
            self._log_hours(1, date=date(2026, 3, day), name=f"Day {day}")
        invoice = self._bill()._get_invoices()
        self.assertEqual(invoice.invoice_line_ids.quantity, 3)
        self.assertIn("3:00 h", invoice.invoice_line_ids.name)
        invoice.button_cancel()
        invoice = self._bill(detail="detailed")._get_invoices()
        self.assertEqual(invoice.invoice_line_ids.mapped("quantity"), [1, 1, 1])
        self.assertIn("Day 2", invoice.invoice_line_ids[0].name)
        self.assertBooked()

    def test_statement_shows_what_was_billed(self):
        self._log_hours(2)
        run = self._bill()
        today = date.today()
        statement = self.bank._get_statement(date(2026, 1, 1), today)
        self.assertEqual(statement.get_sums(), {"draw": -120, "billing": 120})
        self.assertEqual(statement.lines[-1].text, run.name)
        self.assertEqual((statement.opening, statement.closing), (0, 0))
        invoice = run._get_invoices()
        invoice.action_post()
        statement = self.bank._get_statement(date(2026, 1, 1), today)
        self.assertEqual(statement.lines[-1].text, invoice.name)
        invoice._reverse_moves([{}], cancel=True)
        statement = self.bank._get_statement(date(2026, 1, 1), today)
        self.assertEqual(statement.get_sums(), {"draw": -120})

    # -- the way back --

    def test_deleting_or_cancelling_the_draft_gives_the_hours_back(self):
        self._log_hours(2)
        for action in ("unlink", "button_cancel"):
            run = self._bill()
            getattr(run._get_invoices(), action)()
            self.assertEqual(run.line_ids.state, "freed")
            self.assertBalances(self.bank, beyond=2)
            self.assertBooked()

    def test_deleting_a_line_of_the_draft_gives_back_its_hours(self):
        self._log_hours(1, name="first")
        self._log_hours(2, name="second")
        run = self._bill(detail="detailed")
        invoice = run._get_invoices()
        line = invoice.invoice_line_ids[0]
        invoice.write({"invoice_line_ids": [(2, line.id)]})
        self.assertEqual(
            {work.name: work.state for work in run.line_ids},
            {"first": "freed", "second": "billed"},
        )
        self.assertBalances(self.bank, beyond=1)
        self.assertBooked()

    def test_part_of_a_credit_note_frees_whole_pieces_of_work(self):
        for day in (2, 3, 4):
            self._log_hours(1, date=date(2026, 3, day))
        run = self._bill()
        invoice = run._get_invoices()
        invoice.action_post()
        refund = invoice._reverse_moves([{}])
        refund.invoice_line_ids.quantity = 1.5
        refund.action_post()
        states = run.line_ids.sorted("date").mapped("state")
        self.assertEqual(states, ["billed", "billed", "freed"], "the last one")
        self.assertBalances(self.bank, beyond=1)
        self.assertBooked()
        # And what is left of it, later.
        rest = invoice._reverse_moves([{}])
        rest.invoice_line_ids.quantity = 1.5
        rest.action_post()
        self.assertEqual({*run.line_ids.mapped("state")}, {"freed"})
        self.assertBalances(self.bank, beyond=3)
        self.assertBooked()

    def test_whole_credit_of_an_edited_invoice_frees_all(self):
        self._log_hours(3)
        run = self._bill()
        invoice = run._get_invoices()
        invoice.invoice_line_ids.quantity = 2
        invoice.action_post()
        invoice._reverse_moves([{}], cancel=True)
        self.assertEqual(run.line_ids.state, "freed")
        self.assertBalances(self.bank, beyond=3)

    def test_invoice_that_stands_again_takes_its_hours_again(self):
        self._log_hours(2)
        run = self._bill()
        invoice = run._get_invoices()
        invoice.button_cancel()
        self.assertEqual(run.line_ids.state, "freed")
        invoice.button_draft()
        self.assertEqual(run.line_ids.state, "billed")
        self.assertBalances(self.bank, beyond=0)
        self.assertBooked()
        invoice.button_cancel()
        self._bill()
        with self.assertRaisesRegex(UserError, "cannot stand again"):
            invoice.button_draft()

    def test_invoice_that_is_corrected_by_odoo_keeps_its_hours(self):
        self._log_hours(2)
        run = self._bill()
        invoice = run._get_invoices()
        invoice.action_post()
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id})
        )
        copy = self.env["account.move"].browse(wizard.modify_moves()["res_id"])
        self.assertEqual(copy.state, "draft")
        self.assertEqual(run.line_ids.invoice_id, copy)
        self.assertEqual(run.line_ids.state, "billed")
        self.assertBalances(self.bank, beyond=0)
        self.assertBooked()
        copy.unlink()
        self.assertEqual(run.line_ids.state, "freed")

    def test_copy_of_an_invoice_bills_nothing(self):
        self._log_hours(2)
        run = self._bill()
        copy = run._get_invoices().copy()
        self.assertFalse(copy.card_hours_billing_count)
        copy.unlink()
        self.assertEqual(run.line_ids.state, "billed")

    # -- rights --

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_who_may_collect_and_who_may_invoice(self):
        self._log_hours(1)
        run = self._create_run(self.hours_manager)
        run.action_collect()
        with self.assertRaises(AccessError):
            run.with_user(self.invoicer).action_approve()
        run.action_approve()
        for user in (self.hours_manager, self.invoicer, self.technician):
            with self.assertRaises(AccessError):
                run.with_user(user).action_invoice()
        self.assertFalse(run.may_invoice)
        self.assertTrue(run.with_user(self.biller).may_invoice)
        run.with_user(self.biller).action_invoice()
        work = run.line_ids.with_user(self.invoicer)
        self.assertEqual(work.read(["hours"])[0]["hours"], 1)
        with self.assertRaises(AccessError):
            run.line_ids.with_user(self.technician).read(["hours"])

    def test_invoices_are_made_once(self):
        self._log_hours(1)
        run = self._bill()
        with self.assertRaisesRegex(UserError, "made already"):
            run.action_invoice()

    def test_run_with_invoices_is_kept(self):
        self._log_hours(1)
        run = self._bill()
        with self.assertRaisesRegex(UserError, "kept as their proof"):
            run.unlink()
        with self.assertRaisesRegex(UserError, "cannot be cancelled"):
            run.action_cancel()

    def test_absurd_runs_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "end before it begins"):
            self._create_run(date_to="2026-02-01")
        unit = self.env.ref("uom.product_uom_kgm")
        product = self.product.copy({"uom_id": unit.id})
        with self.assertRaisesRegex(ValidationError, "unit of time"):
            self._create_run(product_id=product.id)

    def test_companies_bill_their_own_hours(self):
        self._log_hours(1)
        theirs = self.setup_other_company()["company"]
        other = self._create_run(self.env.user, company_id=theirs.id)
        other.action_collect()
        self.assertFalse(other.line_ids)
        with self.assertRaises(AccessError):
            other.with_user(self.biller).read(["name"])
        with self.assertRaisesRegex(UserError, "(?i)company"):
            product = self.product.copy({"company_id": theirs.id})
            self._create_run(product_id=product.id)

    # -- in the background --

    def _run_in_background(self, run):
        module = "odoo.addons.crm_cards.models.hours.crm_cards_hours_billing_invoice"
        run.action_approve()
        with (
            patch(f"{module}.AT_ONCE", 0),
            patch.object(IrCron, "_commit_progress", lambda *_args, **_kwargs: 60),
        ):
            run.action_invoice()
            self.assertEqual(run.state, "invoicing")
            self.env["crm.cards.hours.billing"].sudo()._cron_invoice()

    def test_many_invoices_are_made_in_the_name_of_who_asked(self):
        self._log_hours(1)
        run = self._collect()
        self._run_in_background(run)
        self.assertEqual((run.state, run.line_ids.state), ("invoiced", "billed"))
        self.assertEqual(run._get_invoices().create_uid, self.biller)
        self.assertBooked()

    def test_what_is_in_the_way_of_one_invoice_stops_no_other(self):
        self._mark_billable(self.other_project)
        self._log_hours(1)
        self._log_hours(1, project_id=self.other_project.id)
        run = self._collect()
        create, blocked = type(run)._create_invoice, self.customer
        reason = "His account is blocked"

        def refuse(run, partner, *args):
            if partner == blocked:
                raise UserError(reason)
            return create(run, partner, *args)

        with patch.object(type(run), "_create_invoice", refuse):
            self._run_in_background(run)
        self.assertEqual(run.state, "approved")
        works = {work.partner_id: work for work in run.line_ids}
        self.assertEqual(works[blocked].note, reason)
        self.assertEqual(works[self.other_customer].state, "billed")
        self.assertBalances(self.bank, beyond=1)
        run.action_invoice()
        self.assertEqual((run.state, works[blocked].note), ("invoiced", False))
        self.assertBooked()

    def test_hours_pack_is_not_what_hours_are_billed_as(self):
        pack = self.product.copy({"card_is_hours_pack": True})
        with self.assertRaisesRegex(ValidationError, "no hours pack"):
            self._create_run(product_id=pack.id)

    # -- many --

    def test_queries_do_not_grow_with_the_hours(self):
        self._mark_billable(self.other_project)
        counts = []
        # The first fills the caches; Odoo writes a hundred rows at a time.
        for number in (1, 5, 45):
            lines = self.env["account.analytic.line"].create(
                [
                    {
                        "name": f"Work {index}",
                        "project_id": project.id,
                        "unit_amount": 1,
                        "date": "2026-03-02",
                    }
                    for index in range(number)
                    for project in (self.project, self.other_project)
                ]
            )
            run = self._create_run()
            collected = self._count_queries(run.action_collect)
            self.assertEqual(len(run.line_ids), len(lines))
            approved = self._count_queries(run.action_approve)
            invoiced = self._count_queries(run.action_invoice)
            counts.append((collected, approved, invoiced))
        self.assertEqual(counts[1], counts[2])
