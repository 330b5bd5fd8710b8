from odoo import api, fields, models
from odoo.tools import SQL

from .crm_cards_sla_target import TARGETS
from .crm_cards_ticket import CHANNELS, PRIORITIES
from .crm_cards_ticket_sla import STATUSES

# What is told of the ticket, as it is now.
_TICKET_COLUMNS = (
    "company_id",
    "department_id",
    "user_id",
    "customer_id",
    "type_id",
    "type_level1_id",
    "type_level2_id",
    "type_level3_id",
    "priority",
    "channel",
    "contract_id",
    "sla_policy_id",
    "date_opened",
    "date_closed",
    "is_closed",
)
_SLA_COLUMNS = (
    "ticket_id",
    "kind",
    "cycle",
    "date_start",
    "deadline",
    "date_reached",
    "target_hours",
    "consumed_hours",
    "paused_hours",
)


class TicketSlaReport(models.Model):
    """What was promised and what was kept: a row for each target of each ticket.

    Seen as far as the tickets are. A row has the id of its ``crm.cards.ticket.sla``.
    """

    _name = "crm.cards.ticket.sla.report"
    _description = "Service Level Report"
    _inherit = "crm.cards.ticket.cut.mixin"
    _auto = False
    _order = "date_start desc, id desc"
    _rec_name = "ticket_id"
    _depends = {
        "crm.cards.ticket.sla": [*_SLA_COLUMNS, "date_at_risk", "is_paused"],
        "crm.cards.ticket": list(_TICKET_COLUMNS),
    }

    ticket_id = fields.Many2one("crm.cards.ticket", readonly=True)
    kind = fields.Selection(TARGETS, string="Target", readonly=True)
    cycle = fields.Integer(readonly=True, aggregator=None)
    status = fields.Selection(STATUSES, readonly=True)
    date_start = fields.Datetime("Counted since", readonly=True)
    deadline = fields.Datetime("Due on", readonly=True)
    date_reached = fields.Datetime("Reached on", readonly=True)
    target_hours = fields.Float("Promised (hours)", readonly=True, aggregator="avg")
    consumed_hours = fields.Float(
        "Used (hours)",
        readonly=True,
        aggregator="avg",
        help="Working time; of what still runs, until the last change.",
    )
    paused_hours = fields.Float("Paused (hours)", readonly=True, aggregator="avg")
    late_hours = fields.Float(
        "Late by (hours)",
        readonly=True,
        aggregator="avg",
        help="Time on the clock, nights included, from when it was due until it was "
        "reached, or until now. Empty where it was not missed.",
    )
    kept_percentage = fields.Float(
        "Kept (%)",
        readonly=True,
        aggregator="avg",
        help="How many of those that are reached or missed were kept. What still runs "
        "does not count.",
    )
    missed_count = fields.Integer("Missed", readonly=True)
    type_id = fields.Many2one("crm.cards.ticket.type", readonly=True)
    priority = fields.Selection(PRIORITIES, readonly=True)
    channel = fields.Selection(CHANNELS, "Came by", readonly=True)
    contract_id = fields.Many2one(
        "crm.cards.service.contract", "Service contract", readonly=True
    )
    sla_policy_id = fields.Many2one(
        "crm.cards.sla.policy", "Service level", readonly=True
    )
    date_opened = fields.Datetime("Opened on", readonly=True)
    date_closed = fields.Datetime("Closed on", readonly=True)
    is_closed = fields.Boolean("Closed", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT base.*,
                   CASE base.status WHEN 'missed' THEN 0.0 WHEN 'reached' THEN 100.0
                       END AS kept_percentage,
                   CASE base.status WHEN 'missed' THEN 1 ELSE 0 END AS missed_count,
                   CASE base.status WHEN 'missed' THEN
                       EXTRACT(EPOCH FROM COALESCE(base.date_reached, %(now)s)
                           - base.deadline)::float8 / 3600 END AS late_hours
              FROM (
                SELECT sla.id, %(sla_columns)s, %(ticket_columns)s,
                       %(status)s AS status
                  FROM crm_cards_ticket_sla sla
                  JOIN %(tickets)s ticket ON ticket.id = sla.ticket_id
              ) base
            """,
            now=SQL("%s::timestamp", fields.Datetime.now()),
            status=self.env["crm.cards.ticket.sla"]._get_status_sql("sla"),
            tickets=self._get_sight_sql("crm.cards.ticket"),
            sla_columns=_get_columns("sla", _SLA_COLUMNS),
            ticket_columns=_get_columns("ticket", _TICKET_COLUMNS),
        )

    @api.private
    def exists(self):
        # As superuser: whether a row is there does not depend on who asks, and who
        # may not see it is told so, not that it is gone.
        return super(TicketSlaReport, self.sudo()).exists().with_env(self.env)

    def action_open_ticket(self):
        """Open the ticket of the row."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.cards.ticket",
            "res_id": self.ticket_id.id,
            "views": [(False, "form")],
        }


def _get_columns(alias, names):
    return SQL(", ").join(SQL.identifier(alias, name) for name in names)
