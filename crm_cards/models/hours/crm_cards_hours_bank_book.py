from datetime import date, timedelta
from functools import partial
from weakref import WeakKeyDictionary

from psycopg2.errors import DeadlockDetected, SerializationFailure

from odoo import api, models
from odoo.tools import SQL

from ...tools import hours_draw
from ...tools.sql_array import array_literal
from .crm_cards_hours_bank import BALANCES

# The columns of an entry that may be said of it, with their types in the database.
_COLUMNS = {
    "bank_id": "int",
    "lot_id": "int",
    "kind": "varchar",
    "minutes": "int",
    "date": "date",
    "worked_minutes": "int",
    "factor": "numeric",
    "work_kind_id": "int",
    "source": "varchar",
    "line_id": "int",
    "activity_id": "int",
    "ticket_id": "int",
    "user_id": "int",
    "name": "varchar",
    "reason": "varchar",
    "chosen_by": "varchar",
    "reversed_id": "int",
    "invoice_line_id": "int",
}
_LOT_FIELDS = ["left_minutes", "left_hours", "expired_minutes", "expired_hours"]
# What entries of each kind count as, so that bought - used - expired is what is left.
BOUGHT = ("purchase", "rollover", "correction", "billing")
USED = ("draw", "reversal", "settlement")
_DAY = timedelta(days=1)
_late = WeakKeyDictionary()  # how often a cursor came second; Odoo clears its cache


class HoursBank(models.Model):
    """Locks banks, reads what is in them, and books entries: the only way they move.

    All of it in SQL: nobody has the right to write entries, and the sums have to be
    right whoever else works at the same moment.
    """

    _inherit = "crm.cards.hours.bank"

    @api.model
    def _lock(self, bank_ids):
        """Hold these banks until the end of the transaction, in a fixed order.

        Who comes second begins anew (``odoo.service.model.retrying``): the winner has
        written the row of the bank since the snapshot of the other was taken.

        :return: ``{bank id: row}`` of those that exist, with rule and balances
        """
        try:
            return self._read_banks(bank_ids, SQL("ORDER BY id FOR NO KEY UPDATE"))
        except (DeadlockDetected, SerializationFailure):
            self._queue_up()
            raise

    @api.model
    def _queue_up(self):
        """Have whoever comes late for the second time wait for his turn.

        Odoo lets a request begin anew a few times only. Of many at once, all that come
        late begin anew together, and all but one come late again. Those queue before
        they begin: the lock is taken after the rollback, and LOCK TABLE takes no
        snapshot, so that they see what those before them have done. It holds up nobody
        who does not queue, and ends with the transaction.
        """
        cr = self.env.cr
        _late[cr] = _late.get(cr, 0) + 1
        if _late[cr] > 1:
            cr.postrollback.add(partial(_take_turn, cr))

    @api.model
    def _read_banks(self, bank_ids, suffix=None):
        bank_ids = [bank_id for bank_id in {*bank_ids} if bank_id]
        if not bank_ids:
            return {}
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT id, name, partner_id, company_id, state, active, overdraft,
                       COALESCE(overdraft_minutes, 0) AS overdraft_minutes,
                       beyond_minutes, left_minutes
                  FROM crm_cards_hours_bank
                 WHERE id = ANY(%s)
                %s
                """,
                bank_ids,
                suffix or SQL(),
            )
        )
        return {row["id"]: row for row in self.env.cr.dictfetchall()}

    @api.model
    def _open_accounts(self, banks, lot_ids=()):
        """Return ``{bank id: Account}`` with the lots that may take part.

        :param dict banks: rows of :meth:`_lock`
        :param lot_ids: lots that take part though there is nothing in them
        """
        self.env["crm.cards.hours.lot"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT bank_id, id, date_from, date_to, left_minutes, expired_minutes,
                       origin_lot_id
                  FROM crm_cards_hours_lot
                 WHERE bank_id = ANY(%s)
                   AND (left_minutes > 0 OR expired_minutes > 0 OR is_rolled_over
                        OR id = ANY(%s))
                """,
                list(banks),
                list(lot_ids),
            )
        )
        lots = {bank_id: [] for bank_id in banks}
        for bank_id, *values in self.env.cr.fetchall():
            lots[bank_id].append(hours_draw.Lot(*values))
        return {
            bank_id: hours_draw.Account(lots[bank_id], banks[bank_id]["beyond_minutes"])
            for bank_id in banks
        }

    @api.model
    def _prepare_entries(self, bank_id, account, moves, **values):
        """Return the rows of entries that say what has moved in an account.

        :param account: the Account after the moves
        :param values: of each of them; ``date`` of those that have no day of their own
        """
        rows = []
        for move in moves:
            row = {"bank_id": bank_id, **values, **move._asdict()}
            lot = account.lots.get(move.lot_id)
            if move.kind == "expiry" or (move.kind == "rollover" and move.minutes > 0):
                row["date"] = lot.date_to + _DAY
            elif move.kind == "rollover":
                row["date"] = lot.date_from
            rows.append(row)
        return rows

    @api.model
    def _book(self, rows):
        """Add entries and bring the balances in step, in one statement.

        The banks must be locked, and with them every lot that is named.

        :param rows: values of the entries by column, see ``_COLUMNS``
        """
        if not rows:
            return
        self.flush_model()
        self.env["crm.cards.hours.lot"].flush_model()
        arrays = [
            SQL("%s::" + kind + "[]", array_literal(_get_column(rows, name)))
            for name, kind in _COLUMNS.items()
        ]
        names = SQL(", ").join(map(SQL.identifier, _COLUMNS))
        # Entries are written for whoever causes them and by nobody himself.
        self.env.cr.execute(
            SQL(
                """
                WITH entry AS (
                    INSERT INTO crm_cards_hours_entry (
                        %(names)s, company_id, create_uid, create_date)
                    SELECT %(values)s, bank.company_id, %(uid)s,
                           now() AT TIME ZONE 'UTC'
                      FROM unnest(%(arrays)s)
                           WITH ORDINALITY AS row (%(names)s, number)
                      JOIN crm_cards_hours_bank bank ON bank.id = row.bank_id
                  ORDER BY row.number
                    RETURNING bank_id, lot_id, kind, minutes
                ), by_lot AS (
                    SELECT lot_id, SUM(minutes) AS moved,
                           COALESCE(SUM(-minutes) FILTER (WHERE kind = 'expiry'), 0)
                               AS expired
                      FROM entry
                     WHERE lot_id IS NOT NULL
                     GROUP BY lot_id
                ), lots AS (
                    UPDATE crm_cards_hours_lot lot
                       SET left_minutes = left_minutes + moved,
                           expired_minutes = expired_minutes + expired
                      FROM by_lot
                     WHERE lot.id = lot_id
                ), by_bank AS (
                    SELECT bank_id, SUM(minutes) AS moved, %(sums)s
                      FROM entry
                     GROUP BY bank_id
                )
                UPDATE crm_cards_hours_bank bank
                   SET bought_minutes = bought_minutes + bought,
                       used_minutes = used_minutes + used,
                       expired_minutes = expired_minutes + expired,
                       beyond_minutes = beyond_minutes + beyond,
                       left_minutes = left_minutes + moved
                  FROM by_bank
                 CROSS JOIN res_company company
                 WHERE bank.id = bank_id
                   AND company.id = bank.company_id
             RETURNING bank.id, %(low)s
                """,
                names=names,
                low=self._get_maybe_low_now_sql(),
                values=SQL(", ").join(SQL.identifier("row", name) for name in _COLUMNS),
                arrays=SQL(", ").join(arrays),
                sums=get_sums(),
                uid=self.env.uid,
            )
        )
        moved = self.env.cr.fetchall()
        self._forget_balances(rows)
        self._notice_later([bank_id for bank_id, maybe_low in moved if maybe_low])

    @api.model
    def _forget_balances(self, rows):
        """Let the caches know that these entries were added."""
        banks = self.browse({row["bank_id"] for row in rows})
        shown = [*BALANCES]
        shown += [name for name, minutes in self._hours_of.items() if minutes in shown]
        shown += ["entry_ids", "supply", "date_end", "ends_soon"]
        banks.invalidate_recordset(shown, flush=False)
        lots = self.env["crm.cards.hours.lot"].browse(
            {row["lot_id"] for row in rows if row.get("lot_id")}
        )
        lots.invalidate_recordset([*_LOT_FIELDS, "state", "entry_ids"], flush=False)


def _take_turn(cr):
    # A cursor that is being closed begins nothing anew.
    if "_obj" in vars(cr):
        cr.execute("LOCK TABLE crm_cards_hours_bank IN SHARE UPDATE EXCLUSIVE MODE")


def get_sums():
    """Return the SQL of the balances, but for what is left, as sums of entries."""
    return SQL(
        """COALESCE(SUM(minutes) FILTER (WHERE kind IN %s), 0) AS bought,
           COALESCE(SUM(-minutes) FILTER (WHERE kind IN %s), 0) AS used,
           COALESCE(SUM(-minutes) FILTER (WHERE kind = 'expiry'), 0) AS expired,
           COALESCE(SUM(-minutes) FILTER (WHERE lot_id IS NULL), 0) AS beyond""",
        BOUGHT,
        USED,
    )


def _get_column(rows, name):
    return [_to_plain(row.get(name)) for row in rows]


def _to_plain(value):
    if isinstance(value, date):
        return value.isoformat()
    return None if value is False else value
