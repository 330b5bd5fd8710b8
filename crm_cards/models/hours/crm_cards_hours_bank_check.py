import logging

from odoo import api, models
from odoo.tools import SQL

from .crm_cards_hours_bank import BALANCES
from .crm_cards_hours_bank_book import get_sums

_logger = logging.getLogger(__name__)


class HoursBank(models.Model):
    """Proves every night that stored balances are what the entries say."""

    _inherit = "crm.cards.hours.bank"

    @api.model
    def _cron_check(self):
        """Tell the managers of hours of each bank that is not what its entries say."""
        gaps = self.browse(self._check())
        if gaps:
            _logger.warning("Hours banks differ from their entries: %s", gaps.ids)
        for bank in gaps:
            bank._report_gap()

    @api.model
    def _check(self):
        """Return the ids of the banks that differ from their entries, in one statement.

        Compared are all balances of the bank, and what is left and expired of each lot;
        what is left of the bank is besides what its lots hold, less what is beyond.
        """
        self.flush_model()
        self.env["crm.cards.hours.lot"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                WITH by_bank AS (
                    SELECT bank_id, SUM(minutes) AS left, %(sums)s
                      FROM crm_cards_hours_entry
                     GROUP BY bank_id
                ), by_lot AS (
                    SELECT lot_id, SUM(minutes) AS left,
                           -COALESCE(SUM(minutes) FILTER (WHERE kind = 'expiry'), 0)
                               AS expired
                      FROM crm_cards_hours_entry
                     WHERE lot_id IS NOT NULL
                     GROUP BY lot_id
                )
                SELECT bank.id
                  FROM crm_cards_hours_bank bank
                  LEFT JOIN by_bank ON by_bank.bank_id = bank.id
                 WHERE (%(stored)s) IS DISTINCT FROM (
                        COALESCE(by_bank.bought, 0), COALESCE(by_bank.used, 0),
                        COALESCE(by_bank.expired, 0), COALESCE(by_bank.beyond, 0),
                        COALESCE(by_bank.left, 0))
                 UNION
                SELECT lot.bank_id
                  FROM crm_cards_hours_lot lot
                  LEFT JOIN by_lot ON by_lot.lot_id = lot.id
                 WHERE (lot.left_minutes, lot.expired_minutes) IS DISTINCT FROM (
                        COALESCE(by_lot.left, 0), COALESCE(by_lot.expired, 0))
                 UNION
                SELECT bank.id
                  FROM crm_cards_hours_bank bank
                  LEFT JOIN (
                        SELECT bank_id, SUM(left_minutes) AS left
                          FROM crm_cards_hours_lot
                         GROUP BY bank_id) held ON held.bank_id = bank.id
                 WHERE bank.left_minutes + bank.beyond_minutes
                       <> COALESCE(held.left, 0)
                 ORDER BY 1
                """,
                sums=get_sums(),
                stored=SQL(", ").join(
                    SQL.identifier("bank", name) for name in BALANCES
                ),
            )
        )
        return [bank_id for [bank_id] in self.env.cr.fetchall()]

    def _report_gap(self):
        """Plan an activity for a manager of hours, unless there is one already."""
        self.ensure_one()
        todo = "mail.mail_activity_data_todo"
        summary = self.env._("Balance differs from the entries")
        if self.activity_search([todo], additional_domain=[("summary", "=", summary)]):
            return
        managers = self.env.ref("crm_cards.crm_cards_group_hours_manager").all_user_ids
        for user in managers.filtered(
            lambda user: self.company_id in user.company_ids and user.active
        ):
            self.activity_schedule(
                todo,
                summary=summary,
                note=self.env._(
                    "The nightly check found that what is stored of this hours bank is "
                    "not the sum of its entries. Have it looked at before the next "
                    "statement or invoice."
                ),
                user_id=user.id,
            )
