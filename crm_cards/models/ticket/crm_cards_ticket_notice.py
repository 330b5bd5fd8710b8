from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .crm_cards_sla_target import TARGETS

NOTICES = [
    ("opened", "Opened"),
    ("closed", "Closed"),
    ("at_risk", "At risk"),
    ("breach", "Late"),
    ("escalation", "Escalated"),
    ("waiting", "No answer from the customer"),
    ("waiting_close", "Closed after waiting"),
]


class TicketNotice(models.Model):
    """An event of a ticket that was told or acted upon, once and for all.

    Written before anything leaves, in the same transaction. ``key`` names the event;
    a second worker that meets the same event finds it taken.
    """

    _name = "crm.cards.ticket.notice"
    _description = "Notice of a Ticket"
    _inherit = "crm.cards.detail.mixin"
    _order = "id desc"
    _rec_name = "event"
    _detail_of = "ticket_id"

    ticket_id = fields.Many2one(
        "crm.cards.ticket",
        required=True,
        ondelete="cascade",
        readonly=True,
        index=True,
    )
    key = fields.Char(required=True, readonly=True, export_string_translation=False)
    event = fields.Selection(NOTICES, required=True, readonly=True)
    kind = fields.Selection(TARGETS, string="Target", readonly=True)
    cycle = fields.Integer(readonly=True, aggregator=None)
    percent = fields.Integer("Used (%)", readonly=True, aggregator=None)
    date = fields.Datetime("Happened on", required=True, readonly=True)
    create_date = fields.Datetime("Told on")
    escalation_id = fields.Many2one(
        "crm.cards.sla.escalation",
        ondelete="set null",
        index="btree_not_null",
        readonly=True,
    )

    _ticket_key_unique = models.UniqueIndex("(ticket_id, key)")

    @api.model
    def _record(self, vals_list):
        """Write down events that nobody has written down yet.

        :param list vals_list: values of ``ticket_id``, ``key``, ``event``, ``date`` and
            whatever else is known
        :return: the new notices, in no order
        """
        names = ("kind", "cycle", "percent", "escalation_id")
        now = fields.Datetime.now()
        rows = [
            (
                *(vals[name] for name in ("ticket_id", "key", "event", "date")),
                *(vals.get(name) for name in names),
                self.env.uid,
                now,
            )
            for vals in vals_list
        ]
        if not rows:
            return self.browse()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_cards_ticket_notice (
                            ticket_id, key, event, date, kind, cycle, percent,
                            escalation_id, create_uid, create_date)
                     VALUES %s
                ON CONFLICT (ticket_id, key) DO NOTHING
                  RETURNING id
                """,
                SQL(", ").join(SQL("%s", row) for row in rows),
            )
        )
        notices = self.browse(row[0] for row in self.env.cr.fetchall())
        self.env["crm.cards.ticket"].invalidate_model(["notice_ids"])
        return notices

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(
            self.env._("Notices of a ticket are never edited; they say what was told.")
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_ticket(self):
        # Those of a deleted ticket go by the foreign key, past this.
        raise UserError(
            self.env._("Notices of a ticket are never deleted; they say what was told.")
        )


class Ticket(models.Model):
    _inherit = "crm.cards.ticket"

    notice_ids = fields.One2many(
        "crm.cards.ticket.notice",
        "ticket_id",
        string="What was told and done",
        readonly=True,
    )
