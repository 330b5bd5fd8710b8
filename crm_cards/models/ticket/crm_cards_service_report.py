from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

KINDS = [("activity", "Activity"), ("ticket", "Ticket")]
STATUSES = [
    ("open", "Open"),
    ("waiting", "Waiting for others"),
    ("done", "Done"),
    ("cancelled", "Cancelled"),
]
# When an activity was closed, or is due: the report's date, of the type of a ticket's.
_MOMENT = "COALESCE(date_done, date_deadline)::timestamp"


class MailActivity(models.Model):
    _inherit = "mail.activity"

    _card_report_moment = models.Index(f"(({_MOMENT}))")


class Ticket(models.Model):
    _inherit = "crm.cards.ticket"

    _report_moment_index = models.Index("(date_opened)")


class ServiceReport(models.Model):
    """The detailed activity report: activities and tickets in one list (row 137).

    Reads both as the user may: what their own rules hide from him is not in the
    query, and an activity on a ticket he may not see tells nothing of that ticket.
    The id of a row is twice that of the activity, or of the ticket and one more.
    """

    _name = "crm.cards.service.report"
    _description = "Detailed Activity Report"
    _inherit = "crm.cards.ticket.cut.mixin"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "name"
    _depends = {
        "mail.activity": [
            "active",
            "summary",
            "date_deadline",
            "date_done",
            "user_id",
            "res_model",
            "res_id",
            "activity_type_id",
            "card_cancelled",
            "card_customer_id",
            "card_category_id",
            "card_outcome_id",
            "card_hours",
            "card_distance",
            "card_owned_product_id",
        ],
        "crm.cards.ticket": [
            "active",
            "name",
            "date_opened",
            "date_closed",
            "is_closed",
            "waiting_for",
            "user_id",
            "customer_id",
            "company_id",
            "department_id",
            "stage_id",
            "channel",
            "type_level1_id",
            "type_level2_id",
            "type_level3_id",
            "owned_product_id",
        ],
        "crm.cards.owned.product": ["product_id", "categ_id"],
        "res.partner": ["customer_type_id"],
    }

    kind = fields.Selection(KINDS, readonly=True)
    name = fields.Char("Subject", readonly=True)
    date = fields.Date(
        readonly=True,
        help="Of an activity when it was closed, or is due; of a ticket when it was "
        "opened.",
    )
    date_closed = fields.Date("Closed on", readonly=True)
    status = fields.Selection(STATUSES, readonly=True)
    customer_type_id = fields.Many2one(
        "crm.cards.customer.type", "Customer type", readonly=True
    )
    activity_type_id = fields.Many2one(
        "mail.activity.type", "Type of activity", readonly=True
    )
    category_id = fields.Many2one("crm.cards.activity.category", readonly=True)
    outcome_id = fields.Many2one("crm.cards.activity.outcome", readonly=True)
    ticket_id = fields.Many2one("crm.cards.ticket", readonly=True)
    stage_id = fields.Many2one("crm.cards.ticket.stage", readonly=True)
    owned_product_id = fields.Many2one(
        "crm.cards.owned.product", "Customer's product", readonly=True
    )
    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one("product.category", "Kind of product", readonly=True)
    hours = fields.Float("Hours worked", readonly=True)
    distance = fields.Float("Distance (km)", readonly=True)
    activity_id = fields.Many2one("crm.cards.activity", readonly=True)

    @property
    def _table_query(self):
        # Each side joins for itself: PostgreSQL leaves out what nobody asks for only
        # there, and with it the tickets of the activities.
        return SQL(
            "%s UNION ALL %s", self._get_activities_sql(), self._get_tickets_sql()
        )

    # -- the two sides, each as its own rules let the user see it --------------

    def _get_activities_sql(self):
        return SQL(
            """
            SELECT activity.id::int8 * 2 AS id, activity.id AS record_id,
                   'activity' AS kind,
                   COALESCE(activity.summary, activity.res_name) AS name,
                   COALESCE(activity.date_done, activity.date_deadline) AS date,
                   %(moment)s AS moment,
                   activity.date_done AS date_closed,
                   CASE WHEN activity.is_open THEN 'open'
                        WHEN activity.card_cancelled THEN 'cancelled'
                        ELSE 'done' END AS status,
                   activity.user_id, activity.card_customer_id AS customer_id,
                   activity.activity_type_id,
                   activity.card_category_id AS category_id,
                   activity.card_outcome_id AS outcome_id,
                   ticket.id AS ticket_id,
                   ticket.type_level1_id, ticket.type_level2_id,
                   ticket.type_level3_id, ticket.department_id, ticket.company_id,
                   ticket.stage_id,
                   COALESCE(activity.card_owned_product_id, ticket.owned_product_id)
                       AS owned_product_id,
                   activity.card_hours AS hours, activity.card_distance AS distance,
                   activity.id AS activity_id,
                   product.product_id, product.categ_id, customer.customer_type_id
              FROM %(activities)s activity
              LEFT JOIN %(tickets)s ticket
                     ON activity.res_model = 'crm.cards.ticket'
                    AND ticket.id = activity.res_id
              LEFT JOIN crm_cards_owned_product product
                     ON product.id = COALESCE(activity.card_owned_product_id,
                                              ticket.owned_product_id)
              LEFT JOIN res_partner customer ON customer.id = activity.card_customer_id
            """,
            activities=self._get_sight_sql("crm.cards.activity"),
            tickets=self._get_sight_sql("crm.cards.ticket"),
            moment=SQL(_MOMENT),
        )

    def _get_tickets_sql(self):
        return SQL(
            """
            SELECT ticket.id::int8 * 2 + 1, ticket.id, 'ticket', ticket.name,
                   (ticket.date_opened AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date,
                   ticket.date_opened,
                   (ticket.date_closed AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date,
                   CASE WHEN ticket.is_closed THEN 'done'
                        WHEN ticket.waiting_for <> 'us' THEN 'waiting'
                        ELSE 'open' END,
                   ticket.user_id, ticket.customer_id,
                   NULL::int4, NULL::int4, NULL::int4,
                   ticket.id,
                   ticket.type_level1_id, ticket.type_level2_id,
                   ticket.type_level3_id, ticket.department_id, ticket.company_id,
                   ticket.stage_id, ticket.owned_product_id,
                   NULL::float8, NULL::float8, NULL::int4,
                   product.product_id, product.categ_id, customer.customer_type_id
              FROM %(tickets)s ticket
              LEFT JOIN crm_cards_owned_product product
                     ON product.id = ticket.owned_product_id
              LEFT JOIN res_partner customer ON customer.id = ticket.customer_id
            """,
            zone=str(self.env.tz),
            tickets=self._get_sight_sql("crm.cards.ticket"),
        )

    # -- searching ------------------------------------------------------------

    @api.model
    def search_fetch(self, domain, field_names=None, offset=0, limit=None, order=None):
        """Find first, and read only what was found.

        A page is sorted out of all that fits; joined before that, tickets and products
        would be read for every row of it.
        """
        records = super().search_fetch(domain, [], offset, limit, order)
        records.fetch(field_names)
        return records

    @api.model
    def _search(self, domain, *args, **kwargs):
        """Add to what is asked of ``id`` and ``date`` what an index can answer.

        Both are reckoned from columns: a page of one month, and even the look whether
        one row may be read, would have to reckon them for all history.
        """
        domain = Domain(domain).optimize_full(self).map_conditions(_add_indexed)
        return super()._search(domain, *args, **kwargs)

    # -- opening --------------------------------------------------------------

    def action_open_record(self):
        """Open the activity or the ticket itself."""
        self.ensure_one()
        if self.kind == "activity":
            return self.activity_id.action_open_activity()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.cards.ticket",
            "res_id": self.ticket_id.id,
            "views": [(False, "form")],
        }


def _add_indexed(condition):
    """Return a condition of the report and what follows from it for bare columns."""
    name, operator, value = condition.field_expr, condition.operator, condition.value
    values = value if operator == "in" else [value]
    if name == "id" and operator == "in" and all(isinstance(id_, int) for id_ in value):
        records = [id_ // 2 for id_ in value]
        return condition & _compare("record_id", SQL("= ANY(%s)", records))
    if name == "date" and all(values):  # asked for "no date" there is nothing to add
        # A local date is at most a day away from the same date in UTC.
        if operator in ("in", ">", ">="):
            condition &= _compare("moment", SQL(">= %s::date - 1", min(values)))
        if operator in ("in", "<", "<="):
            condition &= _compare("moment", SQL("< %s::date + 2", max(values)))
    return condition


def _compare(column, comparison):
    return Domain.custom(
        to_sql=lambda _model, alias, _query: SQL(
            "%s %s", SQL.identifier(alias, column), comparison
        )
    )
