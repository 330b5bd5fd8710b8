from odoo import fields, models
from odoo.tools import SQL


class MailActivity(models.Model):
    """Activities of people who left wait, unassigned, for somebody to take them."""

    _inherit = "mail.activity"

    card_parked_from_id = fields.Many2one(
        "res.users",
        string="Parked from",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="Who had it when he left; nobody has taken it since.",
    )
    card_former_user = fields.Char(
        string="Former assignee",
        readonly=True,
        copy=False,
        help="Name of the deleted user it was assigned to.",
    )

    def write(self, vals):
        if vals.get("user_id"):
            vals = {**vals, "card_parked_from_id": False}
        return super().write(vals)

    def _park(self, user):
        """Take the activities from a user, and remember that they were his."""
        # Odoo demands an assignee of activities without a document.
        self.filtered(lambda activity: not activity.res_model)._hang_on_customers()
        self.write({"user_id": False, "card_parked_from_id": user.id})

    def _outlive_users(self, users):
        """Keep the activities of users who are about to be deleted.

        PostgreSQL would delete them along with the users.
        """
        everywhere = self.sudo().with_context(active_test=False)
        free = everywhere.search(
            [("user_id", "in", users.ids), ("res_model", "=", False)]
        )
        free._hang_on_customers()
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                UPDATE mail_activity activity
                   SET user_id = NULL, card_parked_from_id = NULL,
                       card_former_user = partner.name
                  FROM res_users former
                  JOIN res_partner partner ON partner.id = former.partner_id
                 WHERE former.id IN %s
                   AND former.id IN (activity.user_id, activity.card_parked_from_id)
                """,
                tuple(users.ids),
            )
        )
        self.invalidate_model()
