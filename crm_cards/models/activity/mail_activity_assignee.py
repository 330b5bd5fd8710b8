from collections import defaultdict

from odoo import api, models
from odoo.exceptions import ValidationError


class MailActivity(models.Model):
    """An activity of a customer goes to somebody who can open its document.

    Activities planned by code are left alone: there nobody waits who could choose
    somebody else, and refusing would undo what the code was about.
    """

    _inherit = "mail.activity"

    @api.model_create_multi
    def create(self, vals_list):
        activities = super().create(vals_list)
        activities._check_assignee()
        return activities

    def write(self, vals):
        if vals.get("user_id"):
            user = self.env["res.users"].browse(vals["user_id"])
            self.filtered(lambda activity: activity.user_id != user)._check_assignee(
                user
            )
        return super().write(vals)

    def _check_assignee(self, user=None):
        # Constraints do not know who asks, they always run as superuser.
        if not self.env.su:
            by_hand = self.filtered(lambda activity: not activity.automated)
            by_hand._check_assignee_access(self.env._("Assigned to"), user)

    def _check_assignee_access(self, label, user=None):
        """Refuse an assignee who may not read the document of an activity.

        :param str label: the field to be named in the error
        :param user: the one to be assigned, by default those who are
        :raises ValidationError: the assignee has no access to the document
        """
        ids = defaultdict(set)
        for activity in self:
            assignee = user or activity.user_id
            if assignee and activity.res_model and activity.card_customer_id:
                ids[assignee, activity.res_model].add(activity.res_id)
        for (assignee, model), document_ids in ids.items():
            # In all companies of the assignee, not those of whoever assigns; which
            # these are, only he himself and the administrators may read.
            company_ids = assignee.sudo().company_ids.ids
            documents = self.env[model].browse(document_ids).with_user(assignee)
            documents = documents.with_context(allowed_company_ids=company_ids)
            hidden = documents - documents._filtered_access("read")
            if hidden:
                document = hidden[0].with_env(self.env).sudo()
                raise ValidationError(
                    self.env._(
                        "%(field)s: %(user)s has no access to %(document)s, where the "
                        "activity belongs. Choose somebody who has, or give access "
                        "first.",
                        field=label,
                        user=assignee.sudo().name,
                        document=document.display_name,
                    )
                )
