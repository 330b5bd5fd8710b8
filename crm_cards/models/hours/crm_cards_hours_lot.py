from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ...tools import hours_draw
from .crm_cards_hours_mixin import hours_of

KINDS = [
    ("bought", "Bought"),
    ("granted", "Granted"),
    ("opening", "Opening balance"),
    ("rolled", "Rolled over"),
    ("corrected", "Corrected"),
]
STATES = [
    ("planned", "Planned"),
    ("valid", "Valid"),
    ("used", "Used up"),
    ("expired", "Expired"),
]
_DAYS_AT_MOST = 3660


class HoursLot(models.Model):
    """Hours that came into a bank at once, and the days on which they may be used.

    What it held at the beginning is never changed: later changes are entries.
    """

    _name = "crm.cards.hours.lot"
    _inherit = "crm.cards.hours.mixin"
    _description = "Lot of Hours"
    _order = "date_to, date_from, id"
    _check_company_auto = True
    _hours_of = {
        "hours": "minutes",
        "left_hours": "left_minutes",
        "expired_hours": "expired_minutes",
    }

    bank_id = fields.Many2one(
        "crm.cards.hours.bank", required=True, ondelete="restrict", index=True
    )
    name = fields.Char("Description")
    partner_id = fields.Many2one(related="bank_id.partner_id")
    company_id = fields.Many2one(related="bank_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="bank_id.currency_id")
    kind = fields.Selection(KINDS, required=True, default="bought")
    minutes = fields.Integer(required=True, aggregator="sum")
    hours = hours_of("minutes", "Hours", inverse="_inverse_hours")
    left_minutes = fields.Integer("Left (minutes)", readonly=True, copy=False)
    left_hours = hours_of("left_minutes", "Left")
    expired_minutes = fields.Integer("Expired (minutes)", readonly=True, copy=False)
    expired_hours = hours_of("expired_minutes", "Expired")
    price_hour = fields.Monetary("Price per hour")
    date_from = fields.Date(
        "Valid from", required=True, default=fields.Date.context_today
    )
    date_to = fields.Date("Valid until", help="Last day. Empty: for ever.")
    is_rolled_over = fields.Boolean(
        "Roll over",
        help="What is left after the last day goes on in a new lot, instead of "
        "expiring.",
    )
    rollover_days = fields.Integer(
        "For (days)", help="How long the new lot is valid. Zero: for ever."
    )
    origin_lot_id = fields.Many2one(
        "crm.cards.hours.lot",
        string="Rolled over from",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )
    order_line_id = fields.Many2one(
        "sale.order.line",
        string="Order line",
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )
    invoice_line_id = fields.Many2one(
        "account.move.line",
        string="Invoice line",
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )
    entry_ids = fields.One2many(
        "crm.cards.hours.entry", "lot_id", string="Entries", readonly=True
    )
    state = fields.Selection(
        STATES, string="Status", compute="_compute_state", search="_search_state"
    )

    _ending_index = models.Index("(date_to) WHERE left_minutes > 0")
    _never_below_nothing = models.Constraint(
        "CHECK(left_minutes >= 0 AND expired_minutes >= 0)",
        "There are not as many hours left in the lot. Take back less.",
    )
    _minutes_sane = models.Constraint(
        f"CHECK(minutes > 0 AND minutes <= {hours_draw.LOT_AT_MOST})",
        "Hours: type more than 0 and no more than 1,000,000 hours.",
    )

    @api.depends("name", "kind", "date_to", "minutes")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for lot in self:
            until = lot.date_to and self.env._(
                "until %(day)s", day=format_date(self.env, lot.date_to)
            )
            parts = [lot.name or kinds.get(lot.kind), until]
            lot.display_name = " · ".join(part for part in parts if part)

    # -- state --

    @api.depends("date_from", "date_to", "left_minutes")
    @api.depends_context("tz")
    def _compute_state(self):
        today = fields.Date.context_today(self)
        for lot in self:
            lot.state = lot._get_state(today)

    def _get_state(self, day):
        """Return the state on ``day``; :meth:`_get_state_sql` says the same in SQL."""
        if self.date_to and self.date_to < day:
            return "expired"
        if not self.left_minutes:
            return "used"
        return "planned" if self.date_from and self.date_from > day else "valid"

    def _get_state_sql(self, alias):
        return SQL(
            """CASE
                WHEN %(date_to)s < %(day)s::date THEN 'expired'
                WHEN COALESCE(%(left)s, 0) = 0 THEN 'used'
                WHEN %(date_from)s > %(day)s::date THEN 'planned'
                ELSE 'valid' END""",
            day=fields.Date.context_today(self),
            date_to=SQL.identifier(alias, "date_to"),
            date_from=SQL.identifier(alias, "date_from"),
            left=SQL.identifier(alias, "left_minutes"),
        )

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        states = [state for state in value if state]
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s = ANY(%s)", model._get_state_sql(alias), states
            ),
            predicate=lambda lot: lot.state in states,
        )

    def _field_to_sql(self, alias, field_expr, query=None):
        """Let lists sort and group by the state, which is not a column."""
        if field_expr == "state":
            return self._get_state_sql(alias)
        return super()._field_to_sql(alias, field_expr, query)

    # -- constraints --

    @api.constrains("date_from", "date_to")
    def _check_days(self):
        for lot in self:
            if lot.date_to and lot.date_to < lot.date_from:
                raise ValidationError(
                    self.env._(
                        "Valid until: %(lot)s would end on %(end)s, before it begins "
                        "on %(start)s. Change one of the two days.",
                        lot=lot.name or lot.bank_id.display_name,
                        end=fields.Date.to_string(lot.date_to),
                        start=fields.Date.to_string(lot.date_from),
                    )
                )

    @api.constrains("origin_lot_id", "bank_id")
    def _check_origin(self):
        # Wherever it is said: hours that are taken back would leave another bank.
        for lot in self.sudo().filtered("origin_lot_id"):
            if lot.origin_lot_id.bank_id != lot.bank_id:
                raise ValidationError(
                    self.env._(
                        "Rolled over from: hours go on in the bank that they are in, "
                        "%(bank)s.",
                        bank=lot.origin_lot_id.bank_id.display_name,
                    )
                )

    @api.constrains("rollover_days", "price_hour")
    def _check_numbers(self):
        for lot in self:
            if not 0 <= lot.rollover_days <= _DAYS_AT_MOST:
                raise ValidationError(
                    self.env._(
                        "For (days): choose a number between 0 and %(most)s.",
                        most=_DAYS_AT_MOST,
                    )
                )
            if lot.price_hour < 0:
                raise ValidationError(
                    self.env._("Price per hour: type zero or more, not a negative one.")
                )

    @api.constrains("kind", "name")
    def _check_corrected(self):
        for lot in self:
            if lot.kind == "corrected" and not (lot.name or "").strip():
                raise ValidationError(
                    self.env._(
                        "Description: say why the hours are corrected; it stands on "
                        "the customer's statement."
                    )
                )

    @api.constrains("order_line_id", "invoice_line_id", "bank_id")
    def _check_currency(self):
        for lot in self:
            # What was sold to whom does not depend on who asks.
            for line in (lot.sudo().order_line_id, lot.sudo().invoice_line_id):
                if line and line.currency_id != lot.bank_id.currency_id:
                    raise ValidationError(
                        self.env._(
                            "Currency: %(bank)s is kept in %(currency)s and cannot "
                            "take hours sold in %(other)s. Open another bank for the "
                            "customer, in %(other)s.",
                            bank=lot.bank_id.display_name,
                            currency=lot.bank_id.currency_id.name,
                            other=line.currency_id.name,
                        )
                    )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._(
                "Lots of hours are never deleted: their entries prove what happened. "
                "Take the hours back by a correction instead."
            )
        )
