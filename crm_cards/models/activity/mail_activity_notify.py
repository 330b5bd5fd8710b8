from collections import defaultdict

from odoo import api, models


class MailActivity(models.Model):
    """Whoever gets many activities at once hears of it in one message."""

    _inherit = "mail.activity"

    def action_notify(self):
        many = self.browse()
        for user, activities in self.grouped("user_id").items():
            if user and len(activities) > 1:
                many |= activities
                activities._notify_at_once(user)
        return super(MailActivity, self - many).action_notify()

    def _notify_at_once(self, user):
        user._notify_of_activities(
            "crm_cards.activity_assigned_notice",
            lambda env: env._("%(count)s activities assigned to you", count=len(self)),
            author=self.env.user.partner_id,
            activities=self,
            giver=self.env.user,
        )

    @api.depends("res_model", "res_id")
    def _compute_res_name(self):
        """Name all documents of a model at once; Odoo reads one after the other."""
        batches = defaultdict(set)
        for activity in self:
            if activity.res_model and activity.res_id:
                batches[activity.res_model].add(activity.res_id)
        prefetched = {
            model: self.env[model].browse(ids) for model, ids in batches.items()
        }
        for activity in self:
            document = prefetched.get(activity.res_id and activity.res_model)
            activity.res_name = (
                document is not None
                and document.browse(activity.res_id)
                .with_prefetch(document._prefetch_ids)
                .display_name
            )
