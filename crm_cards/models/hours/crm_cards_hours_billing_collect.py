from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...tools import hours_draw
from ...tools.sql_array import array_literal

# The columns of a collected line, with their types in the database.
_COLUMNS = {
    "partner_id": "int",
    "bank_id": "int",
    "source": "varchar",
    "entry_id": "int",
    "line_id": "int",
    "date": "date",
    "user_id": "int",
    "project_id": "int",
    "task_id": "int",
    "ticket_id": "int",
    "name": "varchar",
    "worked_minutes": "int",
    "minutes": "int",
    "bill_minutes": "int",
    "price_hour": "numeric",
    "currency_id": "int",
    "amount": "numeric",
}
# What must not have changed since it was collected.
_STANDING = ("partner_id", "bank_id", "entry_id", "minutes", "date")
_NAMED = 5  # of the lines that a refusal lists


class HoursBilling(models.Model):
    """Finds what there is to bill, in a few queries however much it is."""

    _inherit = "crm.cards.hours.billing"

    def _collect(self):
        """Make the open lines of the run be what is to be billed now.

        What still stands keeps what was typed; what does not is collected anew.
        """
        self.ensure_one()
        self.env.flush_all()
        found = {row["source"]: row for row in self._find_work()}
        lines = self._read_open_lines()
        self._delete_lines(
            [line["id"] for line in lines if not _is_standing(line, found)]
        )
        kept = {line["source"] for line in lines if _is_standing(line, found)}
        rows = [row for source, row in found.items() if source not in kept]
        self._add_prices(rows)
        self._insert_lines(rows)
        self.env["crm.cards.hours.billing.line"].invalidate_model()
        self.invalidate_recordset()

    def _read_open_lines(self, partner=None, currency=None):
        """Return the rows of what waits to be billed, as they are stored."""
        self.env["crm.cards.hours.billing.line"].flush_model()
        conditions = SQL()
        if partner:
            conditions = SQL(
                "AND partner_id = %s AND currency_id = %s AND is_included",
                partner.id,
                currency.id,
            )
        self.env.cr.execute(
            SQL(
                """
                SELECT id, is_included, %s
                  FROM crm_cards_hours_billing_line
                 WHERE billing_id = %s AND state = 'open' %s
                 ORDER BY bank_id, project_id, date, id
                """,
                SQL(", ").join(map(SQL.identifier, _COLUMNS)),
                self.id,
                conditions,
            )
        )
        return self.env.cr.dictfetchall()

    def _delete_lines(self, line_ids):
        self.env.cr.execute(
            SQL("DELETE FROM crm_cards_hours_billing_line WHERE id = ANY(%s)", line_ids)
        )

    def _insert_lines(self, rows):
        # Somebody else's run may have taken some since they were found.
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_cards_hours_billing_line (
                    billing_id, company_id, state, is_included, create_uid,
                    create_date, write_uid, write_date, %(names)s)
                SELECT %(run)s, %(company)s, 'open', TRUE, %(uid)s, %(now)s, %(uid)s,
                       %(now)s, %(names)s
                  FROM unnest(%(arrays)s) AS row (%(names)s)
                    ON CONFLICT (source) WHERE state IN ('open', 'billed') DO NOTHING
                """,
                run=self.id,
                company=self.company_id.id,
                uid=self.env.uid,
                now=SQL("now() AT TIME ZONE 'UTC'"),
                names=SQL(", ").join(map(SQL.identifier, _COLUMNS)),
                arrays=SQL(", ").join(
                    SQL(
                        "%s::" + kind + "[]",
                        array_literal([_to_plain(row.get(name)) for row in rows]),
                    )
                    for name, kind in _COLUMNS.items()
                ),
            )
        )

    # -- what there is --

    def _find_work(self, bank_ids=None, line_ids=None):
        """Return rows of what is to be billed and in no other living run.

        :param bank_ids: of draws beyond these banks only
        :param line_ids: of these timesheet lines only, where no bank pays for them
        """
        work = self._find_beyond(bank_ids)
        if self.with_lines:
            work += self._find_lines(line_ids)
        return work

    def _find_beyond(self, bank_ids=None):
        """Return rows of what was drawn beyond banks and is not settled.

        What lots have settled is taken from the oldest draws. The newest are billed
        as far as the balance of the bank says that they are not paid for.
        """
        if bank_ids is not None and not bank_ids:
            return []
        self.env.cr.execute(
            SQL(
                """
                WITH unbilled AS (
                    SELECT draw.*, bank.partner_id, bank.currency_id,
                           CASE WHEN bank.overdraft = 'bill' THEN bank.overdraft_price
                           END AS price_hour,
                           bank.beyond_minutes - draw.minutes
                           - SUM(-draw.minutes) OVER (
                                PARTITION BY draw.bank_id
                                ORDER BY draw.date DESC, draw.id DESC) AS unpaid
                      FROM crm_cards_hours_bank bank
                      JOIN crm_cards_hours_entry draw
                        ON draw.bank_id = bank.id
                       AND draw.kind = 'draw' AND draw.lot_id IS NULL
                     WHERE bank.company_id = %(company)s
                       AND bank.active AND bank.state = 'open'
                       AND bank.beyond_minutes > 0
                       AND %(banks)s
                       AND NOT EXISTS (
                            SELECT FROM crm_cards_hours_entry reversal
                             WHERE reversal.reversed_id = draw.id)
                       AND NOT EXISTS (
                            SELECT FROM crm_cards_hours_billing_line billed
                             WHERE billed.entry_id = draw.id
                               AND billed.state = 'billed')
                )
                SELECT unbilled.partner_id, unbilled.bank_id, unbilled.source,
                       unbilled.id AS entry_id, unbilled.line_id, unbilled.date,
                       unbilled.user_id, line.project_id, line.task_id,
                       unbilled.ticket_id,
                       CASE WHEN activity.card_private THEN NULL
                            ELSE COALESCE(line.name, unbilled.name) END AS name,
                       GREATEST(worked.minutes, 0) AS worked_minutes,
                       LEAST(-unbilled.minutes, unpaid)::int AS minutes,
                       unbilled.price_hour, unbilled.currency_id
                  FROM unbilled
                  LEFT JOIN account_analytic_line line ON line.id = unbilled.line_id
                  LEFT JOIN mail_activity activity
                         ON activity.id = unbilled.activity_id
                 CROSS JOIN LATERAL (
                    SELECT SUM(CASE kind WHEN 'draw' THEN worked_minutes
                                         ELSE -worked_minutes END)::int AS minutes
                      FROM crm_cards_hours_entry
                     WHERE source = unbilled.source AND kind IN ('draw', 'reversal')
                 ) worked
                 WHERE unpaid > 0
                   AND unbilled.date <= %(until)s
                   AND unbilled.source IS NOT NULL
                   AND %(unordered)s
                   AND NOT EXISTS (
                        SELECT FROM crm_cards_hours_billing_line other
                         WHERE other.source = unbilled.source
                           AND other.state IN ('open', 'billed')
                           AND other.billing_id <> %(run)s)
                 ORDER BY unbilled.partner_id, unbilled.bank_id, unbilled.date,
                       unbilled.id
                """,
                company=self.company_id.id,
                banks=SQL("TRUE")
                if self.with_all_banks and bank_ids is None
                else SQL("bank.overdraft = 'bill'")
                if bank_ids is None
                else SQL(
                    "bank.id = ANY(%s) AND %s",
                    list(bank_ids),
                    SQL("TRUE")
                    if self.with_all_banks
                    else SQL("bank.overdraft = 'bill'"),
                ),
                until=self.date_to,
                unordered=self._get_delivered_condition(),
                run=self.id,
            )
        )
        return self.env.cr.dictfetchall()

    @api.model
    def _get_delivered_condition(self):
        """Return the SQL condition that no order bills the line by its hours."""
        fields_there = self.env["account.analytic.line"]._fields
        if "timesheet_invoice_type" not in fields_there:
            return SQL("TRUE")
        return SQL(
            """COALESCE(line.timesheet_invoice_type, '')
                   NOT IN ('billable_time', 'timesheet_revenues')
               AND %s""",
            self._get_uninvoiced_condition(),
        )

    @api.model
    def _get_uninvoiced_condition(self):
        return SQL(
            """(line.timesheet_invoice_id IS NULL OR EXISTS (
                    SELECT FROM account_move invoice
                     WHERE invoice.id = line.timesheet_invoice_id
                       AND invoice.state = 'cancel'))"""
        )

    def _find_lines(self, line_ids=None):
        """Return rows of the timesheet lines that neither banks nor orders pay for.

        Of projects that are billed by hand, from the first day of the first run on:
        what was worked before has been billed in another way.
        """
        if line_ids is not None and not line_ids:
            return []
        fields_there = self.env["account.analytic.line"]._fields
        billable = [SQL("line.so_line IS NULL")]
        if "timesheet_invoice_id" in fields_there:
            billable += [
                SQL("project.billing_type = 'manually'"),
                SQL("line.is_so_line_edited IS NOT TRUE"),
                self._get_uninvoiced_condition(),
            ]
        if line_ids is not None:
            billable.append(SQL("line.id = ANY(%s)", list(line_ids)))
        self.env.cr.execute(
            SQL(
                """
                SELECT COALESCE(ticket.customer_id, named.commercial_partner_id)
                           AS partner_id,
                       NULL::int AS bank_id, 'line/' || line.id AS source,
                       NULL::int AS entry_id, line.id AS line_id, line.date,
                       line.user_id, line.project_id, line.task_id,
                       line.card_ticket_id AS ticket_id, line.name, line.unit_amount,
                       line.product_uom_id, line.card_hours_kind_id,
                       NULL::numeric AS price_hour, NULL::int AS currency_id
                  FROM account_analytic_line line
                  JOIN project_project project ON project.id = line.project_id
                  LEFT JOIN crm_cards_ticket ticket ON ticket.id = line.card_ticket_id
                  LEFT JOIN res_partner named ON named.id = line.partner_id
                  LEFT JOIN crm_cards_hours_kind kind
                         ON kind.id = line.card_hours_kind_id
                 WHERE line.company_id = %(company)s
                   AND line.date BETWEEN (
                        SELECT MIN(first.date_from)
                          FROM crm_cards_hours_billing first
                         WHERE first.company_id = %(company)s
                           AND first.state <> 'cancelled')
                       AND %(until)s
                   AND line.unit_amount > 0
                   AND COALESCE(ticket.customer_id, named.commercial_partner_id)
                       IS NOT NULL
                   AND (kind.id IS NULL OR kind.is_drawn)
                   AND %(billable)s
                   AND NOT EXISTS (
                        SELECT FROM crm_cards_hours_entry draw
                         WHERE draw.source = 'line/' || line.id
                           AND draw.kind = 'draw'
                           AND NOT EXISTS (
                                SELECT FROM crm_cards_hours_entry reversal
                                 WHERE reversal.reversed_id = draw.id))
                   AND NOT EXISTS (
                        SELECT FROM crm_cards_hours_billing_line other
                         WHERE other.source = 'line/' || line.id
                           AND other.state IN ('open', 'billed')
                           AND (other.billing_id <> %(run)s OR other.state = 'billed'))
                 ORDER BY partner_id, line.project_id, line.date, line.id
                """,
                company=self.company_id.id,
                until=self.date_to,
                billable=SQL(" AND ").join(billable),
                run=self.id,
            )
        )
        rows = self.env.cr.dictfetchall()
        hour = self.env.ref("uom.product_uom_hour")
        return [row for row in rows if self._weigh_line(row, hour)]

    def _weigh_line(self, row, hour):
        """Add to a row how many minutes were worked and are billed; False if none."""
        hours = row.pop("unit_amount")
        unit = hour.browse(row.pop("product_uom_id") or ())
        # Kinds of work weigh the same whoever bills.
        kinds = self.env["crm.cards.hours.kind"].sudo()
        kind = kinds.browse(row.pop("card_hours_kind_id") or ())
        if unit and unit != hour:
            hours = unit._compute_quantity(hours, hour, round=False)
        try:
            row["worked_minutes"] = hours_draw.get_minutes(hours)
        except (ValueError, OverflowError):
            return False
        row["minutes"] = kind._weigh(row["worked_minutes"], self.company_id.sudo())
        return bool(row["minutes"])

    # -- what it costs --

    def _add_prices(self, rows):
        """Add what an hour of each row costs: at the bank's price, or as sold."""
        company = self.company_id
        hour = self.env.ref("uom.product_uom_hour")
        unpriced = [row for row in rows if not row["price_hour"]]
        pricelists = self.env["product.pricelist"].with_company(company)
        pricelists = pricelists._get_partner_pricelist_multi(
            list({row["partner_id"] for row in unpriced})
        )
        product = self.product_id.with_company(company)
        prices = {}
        for row in unpriced:
            pricelist = pricelists[row["partner_id"]]
            currency = row["currency_id"] or (
                pricelist.currency_id.id or company.currency_id.id
            )
            if (pricelist, currency) not in prices:
                prices[pricelist, currency] = pricelist._get_product_price(
                    product,
                    1.0,
                    currency=self.env["res.currency"].browse(currency),
                    uom=hour,
                    date=self.date_to,
                )
            row["price_hour"] = prices[pricelist, currency]
            row["currency_id"] = currency
        for row in rows:
            currency = self.env["res.currency"].browse(row["currency_id"])
            price = float(row["price_hour"] or 0)
            row["price_hour"] = price
            row["bill_minutes"] = row["minutes"]
            row["amount"] = currency.round(row["minutes"] / 60 * price)

    # -- what still stands --

    def _find_changed(self, lines):
        """Return the ids of rows of lines that are not what is to be billed now."""
        bank_ids = {line["bank_id"] for line in lines if line["bank_id"]}
        line_ids = {line["line_id"] for line in lines if not line["bank_id"]} - {None}
        self.env.flush_all()
        found = {row["source"]: row for row in self._find_work(bank_ids, line_ids)}
        return [line["id"] for line in lines if not _is_standing(line, found)]

    def _check_standing(self):
        """Refuse to approve what has changed since it was collected."""
        self.ensure_one()
        lines = [line for line in self._read_open_lines() if line["is_included"]]
        changed = self._find_changed(lines)
        if not changed:
            return
        works = self.env["crm.cards.hours.billing.line"].browse(changed[:_NAMED])
        raise UserError(
            self.env._(
                "%(count)s pieces of work have changed since they were collected. "
                "Collect the hours again, and look at them:\n%(works)s",
                count=len(changed),
                works="\n".join(
                    f"{work.partner_id.display_name} · "
                    f"{fields.Date.to_string(work.date)} · {work.name or ''}"
                    for work in works
                ),
            )
        )


def _is_standing(line, found):
    row = found.get(line["source"])
    return bool(row) and all(line[name] == row[name] for name in _STANDING)


def _to_plain(value):
    if value is None or value is False:
        return None
    return value.isoformat() if hasattr(value, "isoformat") else value
