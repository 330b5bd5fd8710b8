import logging
from datetime import timedelta

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.tools import SQL, split_every

from ...tools import clock

_logger = logging.getLogger(__name__)
_BATCH = 200  # banks that are locked, and committed, at once
_DAY = timedelta(days=1)


class HoursBank(models.Model):
    """Takes away what is left in lots whose last day is over, or rolls it over.

    The day is that of the customer's time zone, else the company's. A lot that holds
    nothing any more is not looked at again: it may be done any number of times.
    """

    _inherit = "crm.cards.hours.bank"

    @api.model
    def _cron_expire(self):
        """Expire lots of all banks, a batch of banks in each transaction."""
        bank_ids = self._find_expiring(fields.Datetime.now())
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(bank_ids))
        for batch in split_every(_BATCH, bank_ids):
            try:
                self._expire(bank_ids=batch)
            except SerializationFailure:
                # Somebody has just drawn from one of them: the next run looks again.
                self.env.cr.rollback()
                _logger.info("Expiry of hours: something changed meanwhile")
            if not cron._commit_progress(len(batch)):
                break

    @api.model
    def _expire(self, now=None, bank_ids=None):
        """Expire or roll over what is left in lots that are over at a moment.

        :param now: naive UTC, the present moment if None
        :param bank_ids: look at these only, as :meth:`_find_expiring` returns them
        """
        now = now or fields.Datetime.now()
        if bank_ids is None:
            bank_ids = self._find_expiring(now)
        rows = self._lock(bank_ids)
        if not rows:
            return
        over = self._read_over(rows, now)
        self._roll_over([lot for lot in over if lot["is_rolled_over"]])
        self._book(
            [
                self._prepare_end(lot, "expiry", -lot["left_minutes"])
                for lot in over
                if not lot["is_rolled_over"]
            ]
        )

    @api.model
    def _find_expiring(self, now):
        """Return the ids of the banks with a lot that is over and not empty."""
        rows = self._read_over(None, now)
        return list(dict.fromkeys(lot["bank_id"] for lot in rows))

    @api.model
    def _read_over(self, bank_ids, now):
        """Return the lots of open banks that are over and hold something, by bank.

        :param bank_ids: of these banks; of all if None
        """
        self.flush_model()
        self.env["crm.cards.hours.lot"].flush_model()
        self.env["res.partner"].flush_model(["tz"])
        # Midnight comes to the first of all zones 14 hours before it comes to UTC.
        latest = (now + timedelta(hours=14)).date()
        self.env.cr.execute(
            SQL(
                """
                SELECT lot.id, lot.bank_id, lot.name, lot.date_to, lot.left_minutes,
                       lot.is_rolled_over, lot.rollover_days, lot.price_hour,
                       COALESCE(customer.tz, own.tz, 'UTC') AS tz
                  FROM crm_cards_hours_lot lot
                  JOIN crm_cards_hours_bank bank ON bank.id = lot.bank_id
                  JOIN res_partner customer ON customer.id = bank.partner_id
                  JOIN res_company company ON company.id = bank.company_id
                  JOIN res_partner own ON own.id = company.partner_id
                 WHERE lot.left_minutes > 0
                   AND bank.active
                   AND bank.state = 'open'
                   AND lot.date_to < %s
                   AND %s
                 ORDER BY lot.bank_id, lot.date_to, lot.id
                """,
                latest,
                SQL("TRUE")
                if bank_ids is None
                else SQL("lot.bank_id = ANY(%s)", list(bank_ids)),
            )
        )
        return [
            lot
            for lot in self.env.cr.dictfetchall()
            if lot["date_to"] < clock.get_local_time(now, lot["tz"]).date()
        ]

    @api.model
    def _prepare_end(self, lot, kind, minutes):
        """Return an entry of the day after the last one of a lot."""
        return {
            "bank_id": lot["bank_id"],
            "lot_id": lot["id"],
            "kind": kind,
            "minutes": minutes,
            "date": lot["date_to"] + _DAY,
            "name": lot["name"],
        }

    @api.model
    def _roll_over(self, lots):
        """Put what is left in these lots into new ones, which expire in the end."""
        if not lots:
            return
        self._book(
            [self._prepare_end(lot, "rollover", -lot["left_minutes"]) for lot in lots]
        )
        self._add_lots([self._prepare_rolled(lot) for lot in lots])

    @api.model
    def _prepare_rolled(self, lot):
        start = lot["date_to"] + _DAY
        days = lot["rollover_days"]
        return {
            "bank_id": lot["bank_id"],
            "name": lot["name"],
            "kind": "rolled",
            "minutes": lot["left_minutes"],
            "price_hour": lot["price_hour"],
            "date_from": start,
            "date_to": start + timedelta(days=days - 1) if days else False,
            "origin_lot_id": lot["id"],
        }


class HoursLot(models.Model):
    _inherit = "crm.cards.hours.lot"

    def write(self, vals):
        result = super().write(vals)
        if "date_to" in vals:
            self._revive()
        return result

    def _revive(self):
        """Give lots that last longer now what had expired in them."""
        banks = self.env["crm.cards.hours.bank"]
        rows = banks._lock(self.bank_id.ids)
        today = fields.Date.context_today(self)
        expired = self.filtered(
            lambda lot: (
                lot.expired_minutes and (not lot.date_to or lot.date_to >= today)
            )
        )
        banks._check_open(rows[bank_id] for bank_id in expired.bank_id.ids)
        banks._book(
            [
                {
                    "bank_id": lot.bank_id.id,
                    "lot_id": lot.id,
                    "kind": "expiry",
                    "minutes": lot.expired_minutes,
                    "date": today,
                    "name": lot.name,
                }
                for lot in expired
            ]
        )
        banks._settle(
            {bank.id: lots.ids for bank, lots in expired.grouped("bank_id").items()}
        )
