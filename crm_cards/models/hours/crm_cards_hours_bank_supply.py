from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools import clock
from ...tools.sql_array import array_literal
from .crm_cards_hours_bank_book import USED

SUPPLIES = [("low", "Running low"), ("empty", "Used up")]
# The entry by which hours last came into a bank; what is rolled over was there before.
_STOCK = """
    SELECT entry.id, lot.date_from
      FROM crm_cards_hours_entry entry
      JOIN crm_cards_hours_lot lot ON lot.id = entry.lot_id
     WHERE entry.bank_id = bank.bank_id
       AND entry.minutes > 0
       AND entry.kind IN ('purchase', 'correction')
       AND lot.date_from <= bank.day
     ORDER BY entry.id DESC
     LIMIT 1
"""
# Of a stock that runs low, so many per cent are left; nothing if that is not told.
_REST = """CASE WHEN company.crm_cards_hours_notice_percent > 0
                THEN 100 - company.crm_cards_hours_notice_percent
                ELSE 0 END"""


class HoursBank(models.Model):
    """Says of which banks the hours come to an end.

    The **stock** of a bank is what the lots that are valid today held when hours last
    came in, or could be used for the first time, with what came in then. It runs *low*
    when the percentage of the company has been drawn from it; it is *used up* when the
    lots valid today are empty, or there is none. It *expires soon* when so few days
    are left as the company says before the last of the valid lots that hold something
    is over, unless one of them lasts for ever or is rolled over. Today is the
    customer's day, as for expiry. Nothing is said of banks that are closed or have
    never had hours.
    """

    _inherit = "crm.cards.hours.bank"

    supply = fields.Selection(
        SUPPLIES,
        string="Supply of hours",
        compute="_compute_supply",
        search="_search_supply",
    )
    date_end = fields.Date(
        "Expires on",
        compute="_compute_supply",
        help="Last day of the valid lots that hold something. Empty: none, or for "
        "ever.",
    )
    ends_soon = fields.Boolean(
        "Expires soon", compute="_compute_supply", search="_search_ends_soon"
    )

    @api.depends(
        "state",
        "active",
        "left_minutes",
        "lot_ids.date_from",
        "lot_ids.date_to",
        "lot_ids.is_rolled_over",
    )
    def _compute_supply(self):
        found = {}
        if self._origin:
            self.env.cr.execute(
                SQL(
                    """
                    SELECT bank_id, NULLIF(supply, 'good'), date_end, ends_soon
                      FROM (%s) bank
                     WHERE stock_id IS NOT NULL
                    """,
                    self._get_supply_query(SQL("bank.id = ANY(%s)", self._origin.ids)),
                )
            )
            found = {bank_id: said for bank_id, *said in self.env.cr.fetchall()}
        for bank in self:
            said = found.get(bank._origin.id, (None, None, None))
            bank.supply, bank.date_end, bank.ends_soon = said

    @api.model
    def _search_supply(self, operator, value):
        if operator != "in":
            return NotImplemented
        wanted = {supply for supply in value if supply}
        maybe = self._get_maybe_low_sql()
        domain = self._get_supply_domain(
            maybe,
            SQL("supply = ANY(%s)", list(wanted)),
            lambda bank: bank.supply in wanted,
        )
        if False in value:
            domain |= ~self._get_supply_domain(
                maybe, SQL("supply <> 'good'"), lambda bank: bank.supply
            )
        return domain

    @api.model
    def _search_ends_soon(self, operator, value):
        if operator != "in":
            return NotImplemented
        soon = self._get_supply_domain(
            self._get_maybe_ending_sql(), SQL("ends_soon"), lambda bank: bank.ends_soon
        )
        domain = Domain.FALSE
        if True in value:
            domain |= soon
        if False in value:
            domain |= ~soon
        return domain

    @api.model
    def _get_supply_domain(self, maybe, condition, predicate):
        """Return the banks of which a condition on :meth:`_get_supply_query` holds.

        :param SQL maybe: of which banks it may hold
        """
        supplies = self._get_supply_query(maybe)
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s IN (SELECT bank_id FROM (%s) bank WHERE stock_id IS NOT NULL AND "
                "%s)",
                SQL.identifier(alias, "id"),
                supplies,
                condition,
            ),
            predicate=predicate,
        )

    @api.model
    def _get_supply_query(self, where):
        """Return the SQL of what is to be said of open banks.

        Its columns are ``bank_id``, ``company_id``, ``left_minutes`` of the lots that
        are valid today, ``date_end``, ``supply`` (or ``'good'``), ``ends_soon``, and
        ``stock_id``, the entry by which hours last came in; NULL if none ever has.

        :param SQL where: condition on the table ``bank``
        """
        return SQL(
            f"""
            SELECT bank.*, (SELECT id FROM ({_STOCK}) stock) AS stock_id
              FROM (
                SELECT bank.*,
                       CASE WHEN left_minutes <= 0 THEN 'empty'
                            WHEN left_minutes * 100 > rest * bought_minutes THEN 'good'
                            WHEN rest * (
                                  SELECT COALESCE(SUM(-drawn.minutes), 0)
                                    FROM ({_STOCK}) stock
                                    JOIN crm_cards_hours_entry drawn
                                      ON drawn.bank_id = bank.bank_id
                                     AND drawn.id > stock.id
                                   WHERE drawn.lot_id = ANY(bank.lot_ids)
                                     AND drawn.kind IN %(used)s
                                     -- not before a lot that was bought long before
                                     AND (drawn.date >= stock.date_from
                                          OR drawn.kind = 'settlement')
                                 ) >= (100 - rest) * left_minutes
                            THEN 'low'
                            ELSE 'good' END AS supply,
                       COALESCE(days > 0 AND date_end <= day + days, FALSE) AS ends_soon
                  FROM (%(valid)s) bank
                   ) bank
            """,
            used=USED,
            valid=self._get_valid_query(where),
        )

    @api.model
    def _get_valid_query(self, where):
        """Return the SQL of what the lots hold that are valid on the customer's day.

        :param SQL where: condition on the table ``bank``
        """
        self.flush_model()
        self.env["crm.cards.hours.lot"].flush_model()
        self.env["res.partner"].flush_model(["tz"])
        self.env["res.company"].flush_model()
        now = fields.Datetime.now()
        days = clock.get_days(now)
        return SQL(
            f"""
            SELECT bank.id AS bank_id, bank.company_id, bank.bought_minutes, today.day,
                   {_REST}::bigint AS rest, company.crm_cards_hours_notice_days AS days,
                   COALESCE(SUM(lot.left_minutes), 0) AS left_minutes,
                   ARRAY_AGG(lot.id) AS lot_ids,
                   NULLIF(MAX(CASE WHEN lot.is_rolled_over THEN 'infinity'::date
                                   ELSE COALESCE(lot.date_to, 'infinity'::date) END)
                          FILTER (WHERE lot.left_minutes > 0),
                          'infinity'::date) AS date_end
              FROM crm_cards_hours_bank bank
              JOIN res_partner customer ON customer.id = bank.partner_id
              JOIN res_company company ON company.id = bank.company_id
              JOIN res_partner own ON own.id = company.partner_id
              LEFT JOIN unnest(%(zones)s::text[], %(days)s::date[]) AS zone (name, day)
                     ON zone.name = COALESCE(NULLIF(customer.tz, ''), own.tz)
             CROSS JOIN LATERAL (SELECT COALESCE(zone.day, %(day)s::date) AS day) today
              LEFT JOIN crm_cards_hours_lot lot
                     ON lot.bank_id = bank.id
                    AND lot.date_from <= today.day
                    AND (lot.date_to IS NULL OR lot.date_to >= today.day
                         -- about to be rolled over, within the hour
                         OR lot.is_rolled_over AND lot.left_minutes > 0)
             WHERE bank.active
               AND bank.state = 'open'
               AND %(where)s
             GROUP BY bank.id, company.id, today.day
            """,
            zones=array_literal(days),
            days=array_literal(day.isoformat() for day in days.values()),
            day=now.date(),
            where=where,
        )

    @api.model
    def _get_maybe_sql(self):
        """Return the SQL of the banks of which anything may have to be said."""
        low, ending = self._get_maybe_low_sql(), self._get_maybe_ending_sql()
        return SQL("(%s OR %s)", low, ending)

    @api.model
    def _get_maybe_low_sql(self):
        """Return an SQL condition without which a bank is neither low nor used up.

        At least what was drawn from the stock was once bought. What is left may be in
        lots that are not valid today.
        """
        return SQL(
            f"""
            ((bank.left_minutes + bank.beyond_minutes) * 100
             <= {_REST}::bigint * bank.bought_minutes
             OR bank.id IN (SELECT lot.bank_id
                              FROM crm_cards_hours_lot lot
                             WHERE lot.left_minutes > 0 AND %s))
            """,
            self._get_maybe_invalid_sql(),
        )

    @api.model
    def _get_maybe_ending_sql(self):
        """Return an SQL condition without which no bank expires soon."""
        return SQL(
            """
            bank.id IN (SELECT lot.bank_id
                          FROM crm_cards_hours_lot lot
                         WHERE lot.left_minutes > 0
                           AND lot.date_to <= %s + (
                                SELECT MAX(crm_cards_hours_notice_days)
                                  FROM res_company))
            """,
            _get_days_on_earth()[1],
        )

    @api.model
    def _get_maybe_low_now_sql(self):
        """Return :meth:`_get_maybe_low_sql` for a posting, in what is at hand there.

        That is the row of ``bank`` after it, ``company``, and the lots before it.
        """
        return SQL(
            f"""
            (bank.left_minutes + bank.beyond_minutes - (
                SELECT COALESCE(SUM(lot.left_minutes), 0)
                  FROM crm_cards_hours_lot lot
                 WHERE lot.bank_id = bank.id AND lot.left_minutes > 0 AND %s
            )) * 100 <= {_REST}::bigint * bank.bought_minutes
            """,
            self._get_maybe_invalid_sql(),
        )

    @api.model
    def _get_maybe_invalid_sql(self):
        """Return the SQL of the lots that are not valid today, somewhere on earth."""
        first, last = _get_days_on_earth()
        return SQL("(lot.date_from > %s OR lot.date_to < %s)", first, last)


class HoursEntry(models.Model):
    _inherit = "crm.cards.hours.entry"

    _came_in_index = models.Index(
        "(bank_id, id) WHERE minutes > 0 AND kind IN ('purchase', 'correction')"
    )


def _get_days_on_earth():
    """Return the first and the last of the days that it is anywhere at this moment."""
    now = fields.Datetime.now()
    return (now - timedelta(hours=12)).date(), (now + timedelta(hours=14)).date()
