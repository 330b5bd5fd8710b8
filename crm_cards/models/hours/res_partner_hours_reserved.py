from odoo import fields, models
from odoo.tools import SQL

from .crm_cards_hours_work_mixin import GROUPS


class ResPartner(models.Model):
    """What planned visits are going to take of the hours that are left."""

    _inherit = "res.partner"

    card_hours_reserved = fields.Float(
        "Hours reserved",
        compute="_compute_card_hours_reserved",
        groups=GROUPS,
        help="The length of open activities of the customer that have a start and an "
        "end, and whose type asks for hours.",
    )

    def _compute_card_hours_reserved(self):
        activities = self.env["mail.activity"]
        activities.flush_model()
        customers = self.commercial_partner_id
        # How long they are together says nothing of activities one may not read.
        self.env.cr.execute(
            SQL(
                """
                SELECT person.commercial_partner_id,
                       SUM(EXTRACT(EPOCH FROM card_stop - card_start)) / 3600
                  FROM mail_activity activity
                  JOIN mail_activity_type type ON type.id = activity.activity_type_id
                  JOIN res_partner person ON person.id = activity.card_customer_id
                 WHERE person.commercial_partner_id = ANY(%s)
                   AND activity.active
                   AND activity.card_cancelled IS NOT TRUE
                   AND activity.card_stop > activity.card_start
                   AND type.card_ask_hours IN ('optional', 'required')
                 GROUP BY person.commercial_partner_id
                """,
                customers.ids,
                to_flush=self._fields["commercial_partner_id"],
            )
        )
        hours = dict(self.env.cr.fetchall())
        for partner in self:
            customer = partner.commercial_partner_id
            partner.card_hours_reserved = float(hours.get(customer.id, 0))
