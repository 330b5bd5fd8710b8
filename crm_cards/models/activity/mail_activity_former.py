from odoo import fields, models
from odoo.tools import SQL


class MailActivity(models.Model):
    """What was done for a customer outlives the document it was done on."""

    _inherit = "mail.activity"

    card_former_document = fields.Char(
        string="Former document",
        readonly=True,
        copy=False,
        help="The deleted document on which the activity was planned.",
    )

    def _filter_orphans(self):
        """Return the activities whose document is gone."""
        orphans = self.browse()
        for model, activities in self.grouped("res_model").items():
            if model and model in self.env:
                # Whether a document is there does not depend on who asks.
                documents = (
                    self.env[model].sudo().browse(set(activities.mapped("res_id")))
                )
                alive = set(documents.exists()._ids)
                orphans |= activities.filtered(
                    lambda activity, alive=alive: activity.res_id not in alive
                )
        return orphans

    def _keep_on_customer(self):
        """Hang the history of deleted documents on their customers.

        What was still open is cancelled, unless code had scheduled it.

        :return: the activities that are kept; the others have no customer
        """
        kept = self.filtered(
            lambda activity: (
                activity.sudo().card_customer_id
                and not (activity.active and activity.automated)
            )
        )
        if kept:
            # The document is gone, so nobody has rights on it that could be asked.
            system = kept.sudo()
            system.filtered("active")._cancel(self.env._("Document deleted"))
            system._hang_on_customers()
        return kept

    def _hang_on_customers(self):
        """Move activities to their customers, or else to the partner of the assignee.

        One statement: thousands of activities may have thousands of customers.
        """
        if not self:
            return
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                UPDATE mail_activity activity
                   SET card_former_document = COALESCE(
                            activity.res_name, activity.card_former_document),
                       res_model_id = %(model_id)s, res_model = 'res.partner',
                       res_id = partner.id, res_name = partner.complete_name,
                       card_customer_id = partner.commercial_partner_id,
                       write_uid = %(uid)s, write_date = %(now)s
                  FROM res_partner partner
                 WHERE activity.id IN %(ids)s
                   AND partner.id = COALESCE(
                        activity.card_customer_id,
                        (SELECT partner_id FROM res_users
                          WHERE res_users.id = activity.user_id))
                """,
                model_id=self.env["ir.model"]._get_id("res.partner"),
                uid=self.env.uid,
                now=self.env.cr.now(),
                ids=tuple(self.ids),
            )
        )
        self.invalidate_recordset()
