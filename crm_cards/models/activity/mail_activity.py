from odoo import api, fields, models

PRIORITIES = [("0", "Low"), ("1", "Normal"), ("2", "High")]


class MailActivity(models.Model):
    """What an activity of a customer knows beyond Odoo's own.

    Times are UTC; ``card_timezone`` says on whose clock they were planned.
    """

    _inherit = "mail.activity"

    card_priority = fields.Selection(
        PRIORITIES, string="Priority", default="1", required=True
    )
    card_category_id = fields.Many2one(
        "crm.cards.activity.category",
        string="Category",
        compute="_compute_card_category_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    card_contact_ids = fields.Many2many(
        "res.partner",
        "mail_activity_card_contact_rel",
        "activity_id",
        "partner_id",
        string="Contact persons",
        help="Who takes part on the customer's side.",
    )
    card_colleague_ids = fields.Many2many(
        "res.users",
        "mail_activity_card_colleague_rel",
        "activity_id",
        "user_id",
        string="Colleagues",
        domain="[('share', '=', False)]",
        help="Who takes part on our side, besides the one it is assigned to.",
    )
    card_private = fields.Boolean(
        string="Private",
        help="Only those who take part see it, whatever others may read.",
    )

    # -- when --
    card_start = fields.Datetime(string="Starts", index="btree_not_null")
    card_stop = fields.Datetime(string="Ends")
    card_timezone = fields.Char(string="Time zone", readonly=True)

    # -- what came of it; a copy is work still to be done --
    card_outcome_id = fields.Many2one(
        "crm.cards.activity.outcome",
        string="Outcome",
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )
    card_hours = fields.Float(string="Hours worked", copy=False)
    card_distance = fields.Float(string="Distance (km)", copy=False)
    card_done_by_id = fields.Many2one(
        "res.users",
        string="Closed by",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )

    _card_times = models.Constraint(
        "CHECK(card_stop IS NULL "
        "OR (card_start IS NOT NULL AND card_stop >= card_start))",
        "Ends: an activity cannot end before it starts.",
    )
    _card_hours_positive = models.Constraint(
        "CHECK(card_hours >= 0)", "Hours worked cannot be negative."
    )
    _card_distance_positive = models.Constraint(
        "CHECK(card_distance >= 0)", "Distance (km) cannot be negative."
    )
    # Serves the first page of a customer's history.
    _card_customer_history = models.Index("(card_customer_id, date_deadline)")

    @api.depends("activity_type_id")
    def _compute_card_category_id(self):
        for activity in self:
            activity.card_category_id = (
                activity.activity_type_id.card_category_id or activity.card_category_id
            )
