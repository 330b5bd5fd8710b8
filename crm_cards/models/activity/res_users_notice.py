from odoo import models

_SHOWN = 100  # activities named in one message


class ResUsers(models.Model):
    _inherit = "res.users"

    def _notify_of_activities(
        self, template, get_subject, author=None, activities=None, **values
    ):
        """Send the user one message about activities.

        As ``_notify_of``, and:

        :param activities: what it is about, where single ones are named; of very
            many the text says only how many ``more`` there are
        """
        if activities is not None:
            shown = activities[:_SHOWN]
            values.update(activities=shown, more=len(activities) - len(shown))
        self._notify_of(
            template,
            get_subject,
            lambda env: env._("Activities"),
            author=author,
            **values,
        )

    def _notify_of(self, template, get_subject, get_noun, author=None, **values):
        """Send the user one message in his language, as mail or to his inbox.

        :param str template: QWeb template of the text
        :param get_subject: called with the environment that has his language
        :param get_noun: likewise, says what the message is about
        :param author: partner who speaks, by default the system: people are not
            told of what they do themselves
        :param values: what else the template needs
        """
        self.ensure_one()
        # Whoever causes the message need not have rights on the user.
        user = self.sudo()
        user = user.with_context(lang=user.lang or self.env.lang)
        values = {
            name: value.with_env(user.env) if isinstance(value, models.Model) else value
            for name, value in values.items()
        }
        body = user.env["ir.qweb"]._render(
            template, {"user": user, **values}, minimal_qcontext=True
        )
        user.partner_id.message_notify(
            partner_ids=user.partner_id.ids,
            author_id=(author or self.env.ref("base.partner_root")).id,
            subject=get_subject(user.env),
            body=body,
            model_description=get_noun(user.env),
            email_layout_xmlid="mail.mail_notification_layout",
        )
