import logging

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import SQL, format_date

from ...tools.superuser import as_superuser
from .crm_cards_hours_bank_lots import format_minutes

_logger = logging.getLogger(__name__)
# Invoices that a button makes in one transaction; more are made in the background, or
# the request would be stopped for taking too long.
AT_ONCE = 20


class HoursBilling(models.Model):
    """Makes the draft invoices of a run, and books what they bill.

    An invoice, what it books and that its lines are billed are one transaction:
    whenever the process dies, the next one goes on with the customers who have no
    invoice yet.
    """

    _inherit = "crm.cards.hours.billing"

    def action_invoice(self):
        """Make the invoices of what was approved, one for each customer and currency.

        Of many customers, the scheduled action makes them, each in a transaction of
        its own.
        """
        self._check_invoicer()
        for billing in self:
            billing._hold()
            if billing.state != "approved":
                raise UserError(
                    self.env._(
                        "%(run)s is not approved, or its invoices are made already.",
                        run=billing.display_name,
                    )
                )
            waiting = billing._list_waiting()
            if len(waiting) > AT_ONCE:
                billing._start_invoicing()
                continue
            for partner, currency in waiting:
                billing._invoice_customer(partner, currency)
            billing._check_invoiced()
            billing._finish()
        made = len(self) == 1 and self.state == "invoiced"
        return self.action_open_invoices() if made else True

    def _check_invoiced(self):
        if "billed" not in self.line_ids.mapped("state"):
            raise UserError(
                self.env._(
                    "All of it has changed since it was approved. Set %(run)s back to "
                    "draft, and collect the hours again.",
                    run=self.display_name,
                )
            )

    def _check_invoicer(self):
        self._check_manager()
        if not self.env.user.has_group("account.group_account_invoice"):
            raise AccessError(
                self.env._(
                    "Invoices are made by who may invoice in accounting. Ask somebody "
                    "there to make those of this run, or for that right."
                )
            )

    def _start_invoicing(self):
        self._set_state("invoicing", invoicer_id=self.env.uid)
        # Whoever may make invoices may have them made.
        self.env.ref("crm_cards.ir_cron_crm_cards_hours_billing").sudo()._trigger()

    @api.model
    def _cron_invoice(self):
        """Make the invoices of runs that wait for them, each in a transaction."""
        cron = self.env["ir.cron"]
        for billing in self.search([("state", "=", "invoicing")], order="id"):
            billing = billing._as_invoicer()
            waiting = billing._list_waiting()
            cron._commit_progress(remaining=len(waiting))
            for partner, currency in waiting:
                billing._try_invoice_customer(partner, currency)
                if not cron._commit_progress(1):
                    return
            # What met somebody else's work waits for the next time.
            if not billing._list_waiting():
                billing._finish()
                cron._commit_progress()

    def _as_invoicer(self):
        """Return the run as whoever had its invoices made, in its company."""
        self.ensure_one()
        run = self.with_user(self.invoicer_id or self.user_id)
        return run.with_context(allowed_company_ids=self.company_id.ids)

    def _try_invoice_customer(self, partner, currency):
        """Make an invoice, or write down what is in the way; others go on."""
        try:
            with self.env.cr.savepoint():
                self._hold()
                self._invoice_customer(partner, currency)
        except OperationalError:
            self.env.cr.rollback()
            _logger.info("Billing of hours: something changed meanwhile")
        except UserError as error:
            self._note_failure(partner, currency, str(error))

    def _note_failure(self, partner, currency, text):
        self.env.cr.execute(
            SQL(
                """
                UPDATE crm_cards_hours_billing_line SET note = %s
                 WHERE billing_id = %s AND partner_id = %s AND currency_id = %s
                   AND state = 'open' AND is_included
                """,
                text,
                self.id,
                partner.id,
                currency.id,
            )
        )
        self.env["crm.cards.hours.billing.line"].invalidate_model(["note"])

    def _list_waiting(self):
        """Return ``[(customer, currency)]`` without an invoice and nothing noted."""
        self.ensure_one()
        rows = self.env["crm.cards.hours.billing.line"]._read_group(
            [
                ("billing_id", "=", self.id),
                ("state", "=", "open"),
                ("is_included", "=", True),
                ("note", "=", False) if self.state == "invoicing" else (1, "=", 1),
            ],
            ["partner_id", "currency_id"],
        )
        return sorted(rows, key=lambda row: (row[0].id, row[1].id))

    def _finish(self):
        """Close the run, unless something was in the way of some invoices."""
        self.ensure_one()
        failed = self.env["crm.cards.hours.billing.line"].search(
            [
                ("billing_id", "=", self.id),
                ("state", "=", "open"),
                ("is_included", "=", True),
                ("note", "!=", False),
            ]
        )
        if failed:
            self._set_state("approved")
            self.message_post(
                body=self.env._(
                    "Some invoices could not be made; the lines say why. Make them "
                    "again once that is mended."
                ),
                partner_ids=self.user_id.partner_id.ids,
            )
            return
        self._let_go("left")
        self._set_state("invoiced")
        changed = self.line_ids.filtered(lambda line: line.state == "changed")
        if changed:
            self.message_post(
                body=self.env._(
                    "Not billed, because it has changed since it was approved: %s "
                    "pieces of work. The next run collects them.",
                    len(changed),
                )
            )

    def _let_go(self, state):
        """Let other runs collect what is still open in this one."""
        self.env["crm.cards.hours.billing.line"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                UPDATE crm_cards_hours_billing_line SET state = %s
                 WHERE billing_id = %s AND state = 'open'
                """,
                state,
                self.id,
            )
        )
        self.env["crm.cards.hours.billing.line"].invalidate_model(["state"])

    # -- one customer --

    def _invoice_customer(self, partner, currency):
        """Make the invoice of what still stands; the run must be held.

        :raises UserError: the invoice cannot be made
        """
        self.ensure_one()
        lines = self._read_open_lines(partner, currency)
        # In the order in which logging hours takes them.
        self._lock_work([line["line_id"] for line in lines if line["line_id"]])
        banks = self.env["crm.cards.hours.bank"]
        banks._lock(line["bank_id"] for line in lines)
        changed = {*self._find_changed(lines)}
        self._drop_changed(changed)
        groups = self._group_lines(
            [line for line in lines if line["id"] not in changed]
        )
        if not groups:
            return self.env["account.move"]
        invoice = self._create_invoice(partner, currency, groups)
        invoice_lines = invoice.invoice_line_ids.sorted(
            lambda line: (line.sequence, line.id)
        )
        billed = [
            (line, invoice_line.id)
            for group, invoice_line in zip(groups, invoice_lines, strict=True)
            for line in group
        ]
        works = self.env["crm.cards.hours.billing.line"]
        works._mark_billed(billed, self.name)
        return invoice

    def _lock_work(self, line_ids):
        """Let whoever edits these timesheet lines at the same moment begin anew."""
        if not line_ids:
            return
        query = """
            WITH work AS (
                SELECT id FROM account_analytic_line
                 WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE)
            UPDATE account_analytic_line line SET id = line.id
              FROM work WHERE line.id = work.id
        """
        self.env.cr.execute(SQL(query, line_ids))

    def _drop_changed(self, line_ids):
        if not line_ids:
            return
        self.env.cr.execute(
            SQL(
                """
                UPDATE crm_cards_hours_billing_line SET state = 'changed'
                 WHERE id = ANY(%s)
                """,
                list(line_ids),
            )
        )
        self.env["crm.cards.hours.billing.line"].invalidate_model(["state"])

    def _group_lines(self, lines):
        """Return lists of rows, one for each line of the invoice."""
        if self.detail == "detailed":
            return [[line] for line in lines]
        groups = {}
        for line in lines:
            place = line["bank_id"], line["price_hour"]
            if not line["bank_id"]:
                place += (line["project_id"],)
            groups.setdefault(place, []).append(line)
        return list(groups.values())

    def _create_invoice(self, partner, currency, groups):
        moves = self.env["account.move"].with_company(self.company_id)
        return moves.create(self._prepare_invoice(partner, currency, groups))

    def _prepare_invoice(self, partner, currency, groups):
        """Return the values of an invoice; journal, term and fiscal position follow.

        As for an order of the customer's, they are those of his invoice address.
        """
        address = partner.address_get(["invoice"])["invoice"]
        run = self.with_context(lang=partner.lang or self.env.lang)
        hour = self.env.ref("uom.product_uom_hour")
        return {
            "move_type": "out_invoice",
            "company_id": self.company_id.id,
            "partner_id": address,
            "currency_id": currency.id,
            "invoice_origin": run.env._(
                "Hours until %(day)s", day=format_date(run.env, self.date_to)
            ),
            "invoice_user_id": (partner.user_id or self.user_id or self.env.user).id,
            "invoice_line_ids": [
                Command.create(
                    {
                        **run._prepare_line(group),
                        "product_uom_id": hour.id,
                        "sequence": number,
                    }
                )
                for number, group in enumerate(groups, 10)
            ],
        }

    def _prepare_line(self, group):
        minutes = sum(line["bill_minutes"] for line in group)
        values = {
            "product_id": self.product_id.id,
            "quantity": minutes / 60,
            "price_unit": float(group[0]["price_hour"]),
            "name": self._describe_group(group),
        }
        projects = {line["project_id"] for line in group}
        # Which account the work is on does not depend on who sees the project.
        project = self.env["project.project"].sudo().browse(projects - {None})
        if len(project) == 1 and len(projects) == 1:
            values["analytic_distribution"] = project._get_analytic_distribution()
        return values

    def _describe_group(self, group):
        """Return the text of an invoice line, in the language of the context."""
        line = group[0]
        # Names for the customer, whoever may see bank and project.
        bank = self.env["crm.cards.hours.bank"].sudo().browse(line["bank_id"] or ())
        project = self.env["project.project"].sudo().browse(line["project_id"] or ())
        about = bank.name or project.name or ""
        parts = [self.product_id.display_name, about]
        if len(group) == 1:
            person = self.env["res.users"].sudo().browse(line["user_id"] or ())
            day = format_date(self.env, line["date"])
            parts = [day, line["name"] or self.product_id.display_name, person.name]
        else:
            days = [one["date"] for one in group]
            parts.append(
                self.env._(
                    "%(hours)s h, %(start)s – %(end)s",
                    hours=format_minutes(sum(one["bill_minutes"] for one in group)),
                    start=format_date(self.env, min(days)),
                    end=format_date(self.env, max(days)),
                )
            )
        return " · ".join(part for part in parts if part)


class HoursBillingLine(models.Model):
    _inherit = "crm.cards.hours.billing.line"

    @api.model
    def _mark_billed(self, billed, text):
        """Book that work is on invoice lines; its banks must be locked.

        :param billed: ``[(row of a line, invoice line id)]``, all of one invoice
        :param str text: what the entries say
        """
        self.env.cr.execute(
            SQL(
                """
                UPDATE crm_cards_hours_billing_line line
                   SET state = 'billed', note = NULL,
                       invoice_line_id = row.invoice_line_id
                  FROM unnest(%s, %s) AS row (id, invoice_line_id)
                 WHERE line.id = row.id
                """,
                [line["id"] for line, _invoice_line_id in billed],
                [invoice_line_id for _line, invoice_line_id in billed],
            )
        )
        self.invalidate_model()
        sums = {}
        for line, invoice_line_id in billed:
            if line["bank_id"]:
                place = line["bank_id"], invoice_line_id
                sums[place] = sums.get(place, 0) + line["minutes"]
        self.env["crm.cards.hours.bank"]._book(
            [
                self._prepare_entry(bank_id, invoice_line_id, minutes, text)
                for (bank_id, invoice_line_id), minutes in sums.items()
            ]
        )
        invoice_lines = self.env["account.move.line"]
        invoice_line = invoice_lines.browse(billed[0][1] if billed else ())
        line_ids = [line["line_id"] for line, _invoice_line_id in billed]
        self._attach(line_ids, invoice_line.move_id)

    @api.model
    def _prepare_entry(self, bank_id, invoice_line_id, minutes, text):
        return {
            "bank_id": bank_id,
            "kind": "billing",
            "minutes": minutes,
            "date": fields.Date.context_today(self),
            "name": text,
            "invoice_line_id": invoice_line_id,
            "user_id": self.env.uid,
        }

    @api.model
    def _attach(self, line_ids, invoice):
        """Tell timesheet lines which invoice they are on, as Odoo's sale does."""
        lines = self.env["account.analytic.line"]
        if "timesheet_invoice_id" not in lines._fields:
            return
        # Whoever invoices need not see what others have worked.
        lines = as_superuser(lines).browse([one for one in line_ids if one]).exists()
        lines.write({"timesheet_invoice_id": invoice.id})
