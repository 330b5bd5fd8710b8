from datetime import date
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from ...tools.hours_period import get_last_month
from .crm_cards_hours_bank_lots import format_minutes
from .crm_cards_hours_entry import KINDS

# The period a statement is printed for, where a report is asked by its banks alone.
FROM_KEY = "hours_statement_from"
TO_KEY = "hours_statement_to"


class StatementLine(NamedTuple):
    """A movement in a statement; ``balance`` is what was left after it, in minutes."""

    id: int
    date: date
    kind: str
    lot_id: int
    minutes: int
    balance: int
    person: str
    ticket: str
    task: str
    text: str


class StatementLot(NamedTuple):
    """What moved in a lot, in minutes; ``lot_id`` None is beyond what was bought."""

    lot_id: int
    opening: int
    closing: int


class Statement(NamedTuple):
    """What a bank of hours was, what moved and what it is; minutes and whole days."""

    bank: object
    date_from: date
    date_to: date
    opening: int
    closing: int
    lines: list
    lots: list

    def get_sums(self):
        """Return ``{kind: minutes}`` of the lines, in the order of the kinds."""
        sums = {}
        for line in self.lines:
            sums[line.kind] = sums.get(line.kind, 0) + line.minutes
        return {kind: sums[kind] for kind, _label in KINDS if kind in sums}


class HoursBank(models.Model):
    """Says what happened to a customer's hours, as a bank says it of money."""

    _inherit = "crm.cards.hours.bank"

    def _get_statement(self, date_from, date_to):
        self.ensure_one()
        return self._get_statements(date_from, date_to)[self.id]

    def _get_statements(self, date_from, date_to):
        """Return ``{bank id: Statement}`` of a period, both days included.

        Whoever reads a bank reads its statement, with the names of people, tickets and
        tasks in it, but no word of private activities. A draw that was taken back
        within the period is left out, and so is its reversal.

        One query, however many banks there are.

        :raises UserError: the period ends before it begins, or a statement does not
            add up
        """
        self.check_access("read")
        self._check_period(date_from, date_to)
        self.env.flush_all()
        # Past the rules of tickets and people; the bank was asked for above.
        self.env.cr.execute(self._get_statement_query(date_from, date_to))
        rows = {bank_id: [] for bank_id in self.ids}
        for row in self.env.cr.dictfetchall():
            rows[row.pop("bank_id")].append(row)
        return {
            bank.id: bank._make_statement(date_from, date_to, rows[bank.id])
            for bank in self
        }

    @api.model
    def _check_period(self, date_from, date_to):
        if not date_from or not date_to or date_to < date_from:
            raise UserError(
                self.env._(
                    "Period: it would end before it begins. Choose the first and the "
                    "last day again."
                )
            )

    def _get_statement_query(self, date_from, date_to):
        """Return rows of lots, which have no ``id``, and after them those of entries.

        Both in one statement, so that they cannot have been read at different moments.
        """
        return SQL(
            """
            SELECT bank_id, lot_id, NULL::int AS id, NULL::date AS date,
                   NULL::varchar AS kind, NULL::bigint AS minutes,
                   COALESCE(SUM(minutes) FILTER (WHERE date < %(date_from)s), 0)
                       AS opening,
                   SUM(minutes) AS closing, NULL::varchar AS person,
                   NULL::varchar AS ticket, NULL::varchar AS task,
                   NULL::varchar AS text
              FROM crm_cards_hours_entry
             WHERE bank_id = ANY(%(banks)s) AND date <= %(date_to)s
             GROUP BY bank_id, lot_id
             UNION ALL
            SELECT entry.bank_id, entry.lot_id, entry.id, entry.date, entry.kind,
                   entry.minutes, NULL, NULL,
                   CASE WHEN entry.kind IN ('draw', 'reversal') THEN person.name END,
                   '#' || ticket.number || ' ' || ticket.name, task.name,
                   CASE WHEN activity.card_private THEN NULL
                        ELSE COALESCE(
                            entry.reason, NULLIF(invoice.name, '/'), entry.name) END
              FROM crm_cards_hours_entry entry
              LEFT JOIN crm_cards_hours_entry reversal
                     ON reversal.reversed_id = entry.id
                    AND reversal.date BETWEEN %(date_from)s AND %(date_to)s
              LEFT JOIN crm_cards_hours_entry reversed
                     ON reversed.id = entry.reversed_id
                    AND reversed.date BETWEEN %(date_from)s AND %(date_to)s
              LEFT JOIN res_users login ON login.id = entry.user_id
              LEFT JOIN res_partner person ON person.id = login.partner_id
              LEFT JOIN crm_cards_ticket ticket ON ticket.id = entry.ticket_id
              LEFT JOIN account_analytic_line line ON line.id = entry.line_id
              LEFT JOIN project_task task ON task.id = line.task_id
              LEFT JOIN mail_activity activity ON activity.id = entry.activity_id
              LEFT JOIN account_move_line billed
                     ON billed.id = entry.invoice_line_id
                    AND entry.kind = 'billing'
              LEFT JOIN account_move invoice ON invoice.id = billed.move_id
             WHERE entry.bank_id = ANY(%(banks)s)
               AND entry.date BETWEEN %(date_from)s AND %(date_to)s
               AND reversal.id IS NULL AND reversed.id IS NULL
             ORDER BY date NULLS FIRST, id, lot_id
            """,
            banks=self.ids,
            date_from=date_from,
            date_to=date_to,
        )

    def _make_statement(self, date_from, date_to, rows):
        lots = [
            StatementLot(row["lot_id"], int(row["opening"]), int(row["closing"]))
            for row in rows
            if row["id"] is None
        ]
        opening = balance = sum(lot.opening for lot in lots)
        closing = sum(lot.closing for lot in lots)
        lines = []
        for row in rows:
            if row["id"] is None:
                continue
            balance += row["minutes"]
            values = {name: row[name] for name in StatementLine._fields if name in row}
            lines.append(StatementLine(**values, balance=balance))
        if balance != closing:
            raise UserError(
                self.env._(
                    "The statement of %(bank)s does not add up. Please tell your "
                    "administrator.",
                    bank=self.display_name,
                )
            )
        moved = {line.lot_id for line in lines}
        lots = [
            lot for lot in lots if lot.opening or lot.closing or lot.lot_id in moved
        ]
        return Statement(self, date_from, date_to, opening, closing, lines, lots)

    @api.model
    def _get_statement_period(self):
        """Return the first and last day a statement was asked for in the context.

        Last month if nothing sensible was; the context comes from whoever calls.
        """
        days = [self._read_day(key) for key in (FROM_KEY, TO_KEY)]
        if not all(days):
            return get_last_month(fields.Date.context_today(self))
        return tuple(days)

    @api.model
    def _read_day(self, key):
        try:
            return fields.Date.to_date(self.env.context.get(key))
        except (TypeError, ValueError):
            return None

    def _for_period(self, date_from, date_to):
        """Return the banks, asking of reports and templates for this period."""
        return self.with_context(
            **{
                FROM_KEY: fields.Date.to_string(date_from),
                TO_KEY: fields.Date.to_string(date_to),
            }
        )

    # -- what is shown --

    @api.model
    def _format_minutes(self, minutes):
        """Return minutes as papers and pages write hours."""
        return format_minutes(minutes)

    def _prepare_statements(self, date_from, date_to):
        """Return the statements of these banks, in words of the language at hand."""
        statements = self._get_statements(date_from, date_to)
        lot_ids = {
            lot.lot_id
            for statement in statements.values()
            for lot in statement.lots
            if lot.lot_id
        }
        lots = self.env["crm.cards.hours.lot"].browse(lot_ids)
        # The dates within follow the customer's language, too.
        names = {lot.id: lot._get_statement_name() for lot in lots}
        names[None] = self.env._("Beyond what was bought")
        kinds = dict(
            self.env["crm.cards.hours.entry"]
            ._fields["kind"]
            ._description_selection(self.env)
        )
        return [
            {
                "bank": statement.bank,
                "date_from": statement.date_from,
                "date_to": statement.date_to,
                "opening": statement.opening,
                "closing": statement.closing,
                "lines": [
                    {
                        **line._asdict(),
                        "kind_name": kinds[line.kind],
                        "about": line.ticket or line.task or "",
                        "lot_name": names[line.lot_id],
                    }
                    for line in statement.lines
                ],
                "sums": [
                    (kinds[kind], minutes)
                    for kind, minutes in statement.get_sums().items()
                ],
                "lots": [
                    {**lot._asdict(), "name": names[lot.lot_id]}
                    for lot in statement.lots
                ],
                "forecast": statement.bank.forecast_text,
            }
            for statement in statements.values()
        ]


class HoursLot(models.Model):
    _inherit = "crm.cards.hours.lot"

    def _get_statement_name(self):
        """Return what the customer knows the lot by."""
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        parts = [self.name or kinds[self.kind]]
        if self.date_to:
            day = format_date(self.env, self.date_to)
            parts.append(self.env._("until %(day)s", day=day))
        return " · ".join(parts)
