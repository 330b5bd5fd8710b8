from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .crm_cards_hours_billing import LIVE

_ROUNDING = 0.5  # of a minute: quantities have two decimals


class HoursBillingLine(models.Model):
    """Gives hours back whose invoice does not stand, and takes them again if it does.

    An invoice stands until it is cancelled or deleted. A posted credit note gives back
    as many hours as its lines credit: the work last done first, and of that only what
    is credited as a whole.
    """

    _inherit = "crm.cards.hours.billing.line"

    @api.model
    def _follow_invoices(self, invoices):
        """Make what is billed be what these invoices say now.

        :raises UserError: hours of an invoice that stands again are billed elsewhere
        """
        lines = self.search([("invoice_line_id", "in", invoices.invoice_line_ids.ids)])
        if not lines:
            return
        standing = lines._filter_standing()
        (lines - standing).filtered(lambda line: line.state == "billed")._free()
        standing.filtered(lambda line: line.state != "billed")._take_again()

    def _filter_standing(self):
        """Return the lines that their invoices still bill."""
        credited = self.invoice_line_id._get_credited_hours()
        standing = self.browse()
        for invoice_line, lines in self.grouped("invoice_line_id").items():
            if invoice_line.parent_state == "cancel":
                continue
            hours = credited.get(invoice_line.id, 0)
            if hours and hours >= invoice_line.quantity:
                continue
            rest = hours * 60 + _ROUNDING
            for line in lines.sorted(lambda one: (one.date, one.id), reverse=True):
                if not hours or line.bill_minutes > rest:
                    standing |= line
                else:
                    rest -= line.bill_minutes
        return standing

    def _free(self):
        """Let this work be billed by another run; its banks are beyond again."""
        if not self:
            return
        self._lock_banks()
        self._book_back()
        self._write_state("freed")
        self._attach(self.line_id.ids, self.env["account.move"])

    def _take_again(self):
        """Bill what had been given back, unless something has happened to it since."""
        if not self:
            return
        self._lock_banks()
        self.env.flush_all()
        taken = self.search(
            [
                ("source", "in", self.mapped("source")),
                ("state", "in", LIVE),
                ("id", "not in", self.ids),
            ]
        )
        changed = [
            line_id
            for run, lines in self.grouped("billing_id").items()
            for line_id in run._find_changed(lines._read_rows())
        ]
        refused = taken or self.browse(changed)
        if refused:
            raise UserError(
                self.env._(
                    "The invoice cannot stand again: “%(work)s” of %(customer)s was "
                    "given back when it was cancelled or credited, and has been "
                    "changed or billed since. Make a new invoice instead.",
                    work=refused[0].name or refused[0].date,
                    customer=refused[0].partner_id.display_name,
                )
            )
        for lines in self.grouped("invoice_id").values():
            rows = lines._read_rows()
            lines._mark_billed(
                [(row, row["invoice_line_id"]) for row in rows],
                lines.billing_id[:1].name,
            )

    def _move_to(self, invoice_line):
        """Bill on another invoice line what had been given back."""
        if not self:
            return
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                UPDATE crm_cards_hours_billing_line SET invoice_line_id = %s
                 WHERE id = ANY(%s)
                """,
                invoice_line.id,
                self.ids,
            )
        )
        self.invalidate_model(["invoice_line_id"])
        self._take_again()

    def _read_rows(self):
        """Return the lines as rows, as ``_read_open_lines`` does."""
        names = ("id", "source", "partner_id", "bank_id", "entry_id", "line_id")
        names += ("minutes", "date", "invoice_line_id")
        rows = []
        for line in self:
            row = {name: line[name] for name in names}
            rows.append(
                {
                    name: (value.id or None) if hasattr(value, "ids") else value
                    for name, value in row.items()
                }
            )
            rows[-1]["id"] = line.id
        return rows

    def _lock_banks(self):
        banks = self.env["crm.cards.hours.bank"]
        rows = banks._lock(self.bank_id.ids)
        banks._check_open(rows.values())

    def _book_back(self):
        sums = {}
        for line in self.filtered("bank_id"):
            place = line.bank_id.id, line.invoice_line_id.id
            sums[place] = sums.get(place, 0) + line.minutes
        whole = self._find_entries(sums)
        rows = []
        for (bank_id, invoice_line_id), minutes in sums.items():
            entry_id, name = whole.get((bank_id, invoice_line_id, minutes), (None, ""))
            run = self.filtered(
                lambda line, one=invoice_line_id: line.invoice_line_id.id == one
            ).billing_id[:1]
            row = self._prepare_entry(
                bank_id, invoice_line_id, -minutes, name or run.name
            )
            rows.append({**row, "reversed_id": entry_id})
        self.env["crm.cards.hours.bank"]._book(rows)

    @api.model
    def _find_entries(self, places):
        """Return ``{(bank, invoice line, minutes): (id, name)}`` still standing."""
        entries = self.env["crm.cards.hours.entry"]
        entries.flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT bank_id, invoice_line_id, minutes, id, name
                  FROM crm_cards_hours_entry entry
                 WHERE invoice_line_id = ANY(%s)
                   AND kind = 'billing' AND minutes > 0
                   AND NOT EXISTS (
                        SELECT FROM crm_cards_hours_entry reversal
                         WHERE reversal.reversed_id = entry.id)
                """,
                [invoice_line_id for _bank_id, invoice_line_id in places],
            )
        )
        return {tuple(row[:3]): tuple(row[3:]) for row in self.env.cr.fetchall()}

    def _write_state(self, state):
        self.flush_model()
        self.env.cr.execute(
            SQL(
                "UPDATE crm_cards_hours_billing_line SET state = %s WHERE id = ANY(%s)",
                state,
                self.ids,
            )
        )
        self.invalidate_model(["state"])
