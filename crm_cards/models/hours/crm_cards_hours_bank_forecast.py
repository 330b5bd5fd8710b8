from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL, format_date

from ...tools import hours_forecast
from .crm_cards_hours_bank_lots import format_minutes


class HoursBank(models.Model):
    """Says when the hours of a bank will be gone, and what that is concluded from."""

    _inherit = "crm.cards.hours.bank"

    forecast_date = fields.Date(
        "Runs out on",
        compute="_compute_forecast",
        help="If work goes on as in the last 90 days.",
    )
    forecast_text = fields.Char("Forecast", compute="_compute_forecast")

    @api.depends("left_minutes", "lot_ids.date_from", "lot_ids.date_to")
    @api.depends_context("lang", "tz")
    def _compute_forecast(self):
        forecasts = self._get_forecasts()
        for bank in self:
            said = forecasts.get(bank.id)
            bank.forecast_date = said and said.date
            bank.forecast_text = said and bank._describe_forecast(said)

    def _get_forecasts(self):
        """Return ``{bank id: Forecast}``, whoever may see what was drawn."""
        banks = self._origin
        if not banks:
            return {}
        today = fields.Date.context_today(self)
        self.env["crm.cards.hours.lot"].flush_model()
        self.env.cr.execute(banks._get_forecast_query(today))
        lots, pace = {}, {}
        for bank_id, minutes, date_from, date_to, used, first in self.env.cr.fetchall():
            lot = hours_forecast.LotLeft(minutes, date_from, date_to)
            lots.setdefault(bank_id, []).append(lot)
            # A bank that is young has not been used for as long.
            age = (today - first).days + 1 if first else 0
            pace[bank_id] = used, min(max(age, 1), hours_forecast.BASIS_DAYS)
        return {
            bank_id: hours_forecast.forecast(today, lots[bank_id], *pace[bank_id])
            for bank_id in lots
        }

    def _get_forecast_query(self, today):
        """Return a row for each lot with something in it, one at least for a bank."""
        return SQL(
            """
            SELECT bank.id, COALESCE(lot.left_minutes, 0), lot.date_from, lot.date_to,
                   COALESCE(drawn.minutes, 0), born.date
              FROM crm_cards_hours_bank bank
              LEFT JOIN crm_cards_hours_lot lot
                     ON lot.bank_id = bank.id AND lot.left_minutes > 0
              LEFT JOIN LATERAL (
                    SELECT SUM(-minutes) AS minutes
                      FROM crm_cards_hours_entry
                     WHERE bank_id = bank.id AND kind IN ('draw', 'reversal')
                       AND date > %(start)s AND date <= %(today)s
                   ) drawn ON TRUE
              LEFT JOIN LATERAL (
                    SELECT MIN(date) AS date
                      FROM crm_cards_hours_entry
                     WHERE bank_id = bank.id
                   ) born ON TRUE
             WHERE bank.id = ANY(%(banks)s)
            """,
            banks=self.ids,
            today=today,
            start=today - timedelta(days=hours_forecast.BASIS_DAYS),
        )

    def _describe_forecast(self, said):
        """Return a Forecast in words, with its basis."""
        values = {
            "used": format_minutes(said.used),
            "days": said.days,
            "left": format_minutes(said.left),
            "lost": format_minutes(said.lost),
            "day": said.date and format_date(self.env, said.date),
        }
        if said.state == "empty":
            return self.env._("Nothing is left.")
        if said.state == "unused":
            return self.env._(
                "No forecast: nothing was used in %(days)s days, %(left)s h are left.",
                **values,
            )
        if said.state == "never":
            return self.env._(
                "Will not run out: %(used)s h used in %(days)s days, %(left)s h left.",
                **values,
            )
        if said.state == "expires":
            return self.env._(
                "Expires first: on %(day)s, with %(lost)s h unused by then "
                "(%(used)s h used in %(days)s days, %(left)s h left).",
                **values,
            )
        if said.lost:
            return self.env._(
                "Runs out on %(day)s, after %(lost)s h have expired unused "
                "(%(used)s h used in %(days)s days, %(left)s h left).",
                **values,
            )
        return self.env._(
            "Runs out on %(day)s (%(used)s h used in %(days)s days, %(left)s h left).",
            **values,
        )
