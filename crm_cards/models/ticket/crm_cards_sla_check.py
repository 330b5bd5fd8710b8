import logging

from odoo import api, fields, models
from odoo.tools import SQL, split_every

from .crm_cards_ticket_clock import _ROW_COLUMNS, _to_row

_logger = logging.getLogger(__name__)
_CHUNK = 2000
_KEPT_DAYS = 90


class SlaCheck(models.Model):
    """What the nightly check found: whether what is stored is what the log proves."""

    _name = "crm.cards.sla.check"
    _description = "Check of Service Levels"
    _order = "date desc, id desc"
    _rec_name = "date"

    date = fields.Datetime(required=True, default=fields.Datetime.now, readonly=True)
    ticket_count = fields.Integer("Tickets checked", readonly=True)
    difference_count = fields.Integer("Differences", readonly=True)
    different_ticket_ids = fields.Many2many(
        "crm.cards.ticket", string="Tickets that differ", readonly=True
    )

    @api.model
    def _cron_check(self):
        """Derive open tickets anew, those closed since yesterday too, and compare."""
        tickets = self.env["crm.cards.ticket"].with_context(active_test=False)
        since = fields.Datetime.subtract(fields.Datetime.now(), days=2)
        domain = ["|", ("is_closed", "=", False), ("date_closed", ">=", since)]
        ids = tickets.search(domain).ids
        different = []
        for chunk in split_every(_CHUNK, ids):
            different += self._find_different(chunk)
        check = self.create(
            {
                "ticket_count": len(ids),
                "difference_count": len(different),
                "different_ticket_ids": different,
            }
        )
        if different:
            _logger.warning(
                "Service levels of %s tickets are not what their logs say: %s",
                len(different),
                different[:20],
            )
        return check

    @api.model
    def _find_different(self, ids):
        """Return the ids of the tickets whose stored rows differ from the derivation.

        Each is derived as of the moment at which it was measured.
        """
        self.env.flush_all()
        stored = self._read_stored(ids)
        moments = {}
        for ticket_id in ids:
            rows = stored.get(ticket_id)
            moment = rows[0][-1] if rows else fields.Datetime.now()
            moments.setdefault(moment, []).append(ticket_id)
        tickets = self.env["crm.cards.ticket"]
        different = []
        for moment, group in moments.items():
            measures = tickets._get_measures(group, moment)
            for ticket_id, (risk, found) in measures.items():
                derived = [_to_row(ticket_id, risk, one, moment) for one in found]
                if set(derived) != set(stored.get(ticket_id, [])):
                    different.append(ticket_id)
        return different

    @api.model
    def _read_stored(self, ids):
        self.env.cr.execute(
            SQL(
                "SELECT %s FROM crm_cards_ticket_sla WHERE ticket_id IN %s",
                SQL(", ").join(SQL.identifier(name) for name, _type in _ROW_COLUMNS),
                tuple(ids),
            )
        )
        stored = {}
        for row in self.env.cr.fetchall():
            stored.setdefault(row[0], []).append(row)
        return stored

    @api.autovacuum
    def _gc_old_checks(self):
        before = fields.Datetime.subtract(fields.Datetime.now(), days=_KEPT_DAYS)
        self.search([("date", "<", before), ("difference_count", "=", 0)]).unlink()
