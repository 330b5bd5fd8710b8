from odoo import api, fields, models
from odoo.tools import SQL

from ..models.ticket.crm_cards_sla_target import TARGETS

SIDES = [
    ("real", "Real"),
    ("supposed", "Supposed"),
    ("difference", "Difference"),
]
VERDICTS = [
    ("missed", "Missed"),
    ("reached", "Reached"),
    ("open", "Still open"),
    ("none", "Not promised"),
]


class SlaWhatIfResult(models.TransientModel):
    """How many targets of a kind were reached and missed, on one side of the question.

    *Difference* is what would have been less what was.
    """

    _name = "crm.cards.sla.what.if.result"
    _description = "Answer to a Supposition"
    _order = "id"

    what_if_id = fields.Many2one(
        "crm.cards.sla.what.if", required=True, ondelete="cascade", index=True
    )
    kind = fields.Selection(TARGETS, string="Target", required=True)
    side = fields.Selection(SIDES, string="Terms", required=True)
    ticket_count = fields.Integer("Tickets")
    reached_count = fields.Integer(
        "Reached", help="In time. Of next responses, each one counts."
    )
    missed_count = fields.Integer("Missed")
    open_count = fields.Integer("Still open", help="Neither reached nor late yet.")
    kept_percentage = fields.Float(
        "Kept (%)",
        digits=(16, 1),
        help="How many of those that are reached or missed were kept; of the "
        "difference, in percentage points.",
    )
    has_percentage = fields.Boolean(help="Anything was reached or missed.")


class SlaWhatIfChange(models.TransientModel):
    """A target that was missed and would not have been, or the other way round.

    Seen as far as the ticket is.
    """

    _name = "crm.cards.sla.what.if.change"
    _description = "Target with Another Verdict"
    _inherit = "crm.cards.detail.mixin"
    _order = "id"
    _rec_name = "ticket_id"
    _detail_of = "ticket_id"

    what_if_id = fields.Many2one(
        "crm.cards.sla.what.if", required=True, ondelete="cascade", index=True
    )
    ticket_id = fields.Many2one("crm.cards.ticket", required=True, ondelete="cascade")
    customer_id = fields.Many2one(related="ticket_id.customer_id")
    department_id = fields.Many2one(related="ticket_id.department_id")
    user_id = fields.Many2one(related="ticket_id.user_id")
    type_id = fields.Many2one(related="ticket_id.type_id")
    kind = fields.Selection(TARGETS, string="Target", required=True)
    cycle = fields.Integer(aggregator=None)
    verdict = fields.Selection(VERDICTS, string="As it was", required=True)
    supposed_verdict = fields.Selection(VERDICTS, string="As supposed", required=True)
    deadline = fields.Datetime("Was due")
    supposed_deadline = fields.Datetime("Would have been due")
    date_reached = fields.Datetime("Reached on")

    @api.model
    def _insert_rows(self, what_if, rows):
        """Insert changes in one statement.

        :param rows: ``[(ticket id, kind, cycle, verdict, supposed verdict, deadline,
            supposed deadline, reached)]``
        """
        if not rows:
            return
        uid = self.env.uid
        self.env.cr.execute_values(
            """INSERT INTO crm_cards_sla_what_if_change
               (ticket_id, kind, cycle, verdict, supposed_verdict, deadline,
                supposed_deadline, date_reached, what_if_id, create_uid, write_uid,
                create_date, write_date) VALUES %s""",
            rows,
            template=self.env.cr.mogrify(
                "(%%s, %%s, %%s, %%s, %%s, %%s, %%s, %%s, %s, %s, %s, %s, %s)",
                (what_if.id, uid, uid, fields.Datetime.now(), fields.Datetime.now()),
            ).decode(),
            page_size=len(rows),
        )

    @api.model
    def _delete_of(self, what_if):
        """Delete all changes of an answer in one statement; nothing refers to them."""
        self.env.cr.execute(
            SQL(
                "DELETE FROM crm_cards_sla_what_if_change WHERE what_if_id = %s",
                what_if.id,
            )
        )
        self.invalidate_model()

    def action_open_ticket(self):
        """Open the ticket of the row."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.cards.ticket",
            "res_id": self.ticket_id.id,
            "views": [(False, "form")],
        }
