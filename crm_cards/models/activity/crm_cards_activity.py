from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .mail_activity import PRIORITIES

# Columns taken over from mail.activity as they are.
_COLUMNS = (
    "activity_type_id",
    "summary",
    "user_id",
    "user_tz",
    "res_model_id",
    "res_model",
    "res_id",
    "res_name",
    "date_deadline",
    "date_done",
    "feedback",
    "create_uid",
    "create_date",
    "calendar_event_id",
    "card_customer_id",
    "card_category_id",
    "card_priority",
    "card_private",
    "card_outcome_id",
    "card_hours",
    "card_distance",
    "card_opportunity_id",
    "card_asked_by_id",
    "card_from_id",
    "card_done_by_id",
    "card_cancelled",
    "card_cancel_reason",
    "card_former_document",
    "card_parked_from_id",
    "card_former_user",
)
# What the schedule and the lists may change, and where it is kept.
_WRITABLE = {
    "start": "card_start",
    "stop": "card_stop",
    "date_deadline": "date_deadline",
    "user_id": "user_id",
    "card_priority": "card_priority",
    "card_category_id": "card_category_id",
    "summary": "summary",
}


class Activity(models.Model):
    """Every activity, open or closed, for lists, schedules and statistics.

    Reads the table of ``mail.activity`` with its rights in SQL: Odoo's model checks
    them in Python, one row at a time, which years of history do not bear. A record
    has the id of its activity.
    """

    _name = "crm.cards.activity"
    _inherit = ["crm.cards.activity.status.mixin", "crm.cards.sight.mixin"]
    _description = "Activity of a Customer"
    _auto = False
    _order = "date_deadline desc, id desc"
    _rec_name = "summary"
    _depends = {
        "mail.activity": [*_COLUMNS, "active", "card_start", "card_stop"],
        "mail.activity.type": ["icon", "card_color", "card_on_start_page"],
    }

    activity_type_id = fields.Many2one("mail.activity.type", readonly=True)
    summary = fields.Char()
    user_id = fields.Many2one("res.users", string="Assigned to")
    user_tz = fields.Char(readonly=True, export_string_translation=False)
    res_model_id = fields.Many2one("ir.model", string="Kind of document", readonly=True)
    res_model = fields.Char(readonly=True, export_string_translation=False)
    res_id = fields.Many2oneReference(
        model_field="res_model", readonly=True, export_string_translation=False
    )
    res_name = fields.Char(string="Document", readonly=True)
    date_deadline = fields.Date(string="Due date")
    date_done = fields.Date(string="Closed on", readonly=True)
    start = fields.Datetime(string="Starts")
    stop = fields.Datetime(string="Ends")
    all_day = fields.Boolean(readonly=True, help="It has a date but no hour.")
    feedback = fields.Text(string="What was done", readonly=True)
    create_uid = fields.Many2one("res.users", readonly=True)
    create_date = fields.Datetime(readonly=True)
    calendar_event_id = fields.Many2one(
        "calendar.event", string="Meeting", readonly=True
    )
    is_open = fields.Boolean(string="Open", readonly=True)
    card_cancelled = fields.Boolean(string="Cancelled", readonly=True)
    card_cancel_reason = fields.Text(string="Reason of cancelling", readonly=True)
    card_former_document = fields.Char(string="Former document", readonly=True)
    card_parked_from_id = fields.Many2one(
        "res.users", string="Parked from", readonly=True
    )
    card_former_user = fields.Char(string="Former assignee", readonly=True)
    card_customer_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    card_contact_ids = fields.Many2many(
        "res.partner",
        "mail_activity_card_contact_rel",
        "activity_id",
        "partner_id",
        string="Contact persons",
        readonly=True,
    )
    card_colleague_ids = fields.Many2many(
        "res.users",
        "mail_activity_card_colleague_rel",
        "activity_id",
        "user_id",
        string="Colleagues",
        readonly=True,
    )
    card_category_id = fields.Many2one("crm.cards.activity.category", string="Category")
    card_priority = fields.Selection(PRIORITIES, string="Priority")
    card_private = fields.Boolean(string="Private", readonly=True)
    card_outcome_id = fields.Many2one(
        "crm.cards.activity.outcome", string="Outcome", readonly=True
    )
    card_hours = fields.Float(string="Hours worked", readonly=True)
    card_distance = fields.Float(string="Distance (km)", readonly=True)
    card_opportunity_id = fields.Many2one(
        "crm.lead", string="Opportunity", readonly=True
    )
    card_asked_by_id = fields.Many2one("res.users", string="Asked by", readonly=True)
    card_from_id = fields.Many2one("res.users", string="Handed over by", readonly=True)
    card_done_by_id = fields.Many2one("res.users", string="Closed by", readonly=True)
    # A column here, so that pages of thousands need not ask for what it depends on.
    card_status = fields.Selection(compute=None, readonly=True)
    color = fields.Integer(string="Colour of the type", readonly=True)
    icon = fields.Char(string="Icon of the type", readonly=True)
    on_start_page = fields.Boolean(string="On the start page", readonly=True)

    @property
    def _table_query(self):
        # The times are spelt as the index of mail.activity is. PostgreSQL leaves the
        # type out where nothing of it is asked for.
        return SQL(
            """
            SELECT activity.id, %(columns)s,
                   activity.active AS is_open,
                   %(status)s AS card_status,
                   COALESCE(activity.card_start,
                            activity.date_deadline + INTERVAL '12 hours') AS start,
                   COALESCE(activity.card_stop, activity.card_start,
                            activity.date_deadline + INTERVAL '12 hours') AS stop,
                   activity.card_start IS NULL AS all_day,
                   type.card_color AS color,
                   type.icon,
                   type.card_on_start_page AS on_start_page
              FROM mail_activity activity
              LEFT JOIN mail_activity_type type ON type.id = activity.activity_type_id
            """,
            columns=SQL(", ").join(
                SQL.identifier("activity", name) for name in self._get_columns()
            ),
            status=self.env["mail.activity"]._get_status_sql("activity"),
        )

    @api.model
    def _get_columns(self):
        """Return the columns that are the activity's own; higher rooms add theirs."""
        return _COLUMNS

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr == "card_status":  # a column, unlike on the activity itself
            return SQL.identifier(alias, field_expr)
        return super()._field_to_sql(alias, field_expr, query)

    def _get_open_field(self):
        return "is_open"

    def _get_activities(self):
        """Return the activities themselves, with the user's rights on them."""
        return self.env["mail.activity"].browse(self.ids)

    @api.depends("summary", "activity_type_id")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line.summary or line.activity_type_id.display_name

    def write(self, vals):  # pylint: disable=method-required-super
        """Change the activities themselves, with the user's rights on them."""
        unknown = vals.keys() - _WRITABLE.keys()
        if unknown:
            raise UserError(
                self.env._(
                    "%(field)s cannot be changed here. Open the activity instead.",
                    field=self._fields[min(unknown)]._description_string(self.env),
                )
            )
        activity_vals = {_WRITABLE[fname]: value for fname, value in vals.items()}
        result = self._get_activities().write(activity_vals)
        self.invalidate_recordset()
        return result
