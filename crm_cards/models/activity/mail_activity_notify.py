from odoo import models


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
            lambda env: env._("Activities assigned to you: %(count)s", count=len(self)),
            author=self.env.user.partner_id,
            activities=self,
            giver=self.env.user,
        )
