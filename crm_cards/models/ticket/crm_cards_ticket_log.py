from odoo import api, fields, models
from odoo.exceptions import UserError

from .crm_cards_ticket import PRIORITIES
from .crm_cards_ticket_stage import CLOCKS, WAITING_FOR

EVENTS = [
    ("opened", "Opened"),
    ("stage", "Stage"),
    ("department", "Department"),
    ("assigned", "Technician"),
    ("priority", "Priority"),
    ("type", "Type"),
    ("customer", "Customer wrote"),
    ("answer", "Answered"),
    ("terms", "Service level"),
    ("merged", "Merged"),
]


class TicketLog(models.Model):
    """A fact about a ticket: what happened, and how the ticket stood afterwards.

    Rows are only added. Deadlines, times and reports are derived from them, so what
    a stage is called or does to the clock is written down as it was at the time.
    """

    _name = "crm.cards.ticket.log"
    _description = "Ticket Log"
    _inherit = "crm.cards.detail.mixin"
    _order = "date, id"
    _rec_name = "ticket_id"
    _detail_of = "ticket_id"

    ticket_id = fields.Many2one(
        "crm.cards.ticket", required=True, ondelete="cascade", index=True
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now, readonly=True)
    event = fields.Selection(EVENTS, required=True, readonly=True)
    stage_id = fields.Many2one(
        "crm.cards.ticket.stage", ondelete="restrict", readonly=True
    )
    clock = fields.Selection(CLOCKS, readonly=True)
    waiting_for = fields.Selection(WAITING_FOR, string="Waiting for", readonly=True)
    user_id = fields.Many2one(
        "res.users", string="Technician", ondelete="set null", readonly=True
    )
    department_id = fields.Many2one(
        "crm.cards.department", ondelete="set null", readonly=True
    )
    priority = fields.Selection(PRIORITIES, readonly=True)
    type_id = fields.Many2one(
        "crm.cards.ticket.type", ondelete="set null", readonly=True
    )
    sla_version_id = fields.Many2one(
        "crm.cards.sla.policy.version",
        string="Service level",
        ondelete="restrict",
        index="btree_not_null",
        readonly=True,
    )
    sla_calendar_version_id = fields.Many2one(
        "crm.cards.sla.calendar.version",
        string="Working schedule",
        ondelete="restrict",
        readonly=True,
    )
    by_user_id = fields.Many2one(
        "res.users", string="Done by", ondelete="set null", readonly=True
    )
    message_id = fields.Many2one(
        "mail.message", ondelete="set null", index="btree_not_null", readonly=True
    )

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(
            self.env._("The log of a ticket is never edited; it proves what happened.")
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_ticket(self):
        # The rows of a deleted ticket go by the foreign key, past this.
        raise UserError(
            self.env._("The log of a ticket is never deleted; it proves what happened.")
        )
