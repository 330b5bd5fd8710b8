import logging

from odoo import api, fields, models
from odoo.tools import split_every

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
        """Return the ids of the tickets whose rows are not what their logs say now."""
        self.env.flush_all()
        tickets = self.env["crm.cards.ticket"]
        now = fields.Datetime.now()
        standings = tickets._get_standings(ids, now)
        steps = tickets._find_next_steps(standings)
        rows, obsolete = tickets._compare_sla_rows(standings, steps, now)
        excess = self.env["crm.cards.ticket.sla"].browse(obsolete)
        different = {row[0] for row in rows} | set(excess.sudo().ticket_id.ids)
        return [ticket_id for ticket_id in ids if ticket_id in different]

    @api.autovacuum
    def _gc_old_checks(self):
        before = fields.Datetime.subtract(fields.Datetime.now(), days=_KEPT_DAYS)
        self.search([("date", "<", before), ("difference_count", "=", 0)]).unlink()
