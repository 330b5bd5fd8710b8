from odoo import api, models
from odoo.exceptions import AccessError, UserError


class MailActivity(models.Model):
    """The one dialog in which activities are handled, wherever they are seen."""

    _inherit = "mail.activity"

    def action_card_handle(self):
        """Open the dialog for one activity, or for several that require nothing.

        :raises AccessError: the user may not change one of the activities
        :raises UserError: there is nothing to handle, or several require answers
        """
        activities = self.exists()
        activities._check_may_handle()
        activities._check_handled_together()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Handle activity")
            if len(activities) == 1
            else self.env._("Handle activities: %s", len(activities)),
            "res_model": "crm.cards.activity.handle",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_activity_ids": activities.ids,
                "dialog_size": "large",
            },
        }

    def action_card_upload(self, attachment_ids):
        """Close an activity that asked for a file, which has been uploaded.

        :param list attachment_ids: of the uploaded files
        :return: the dialog if the type requires more than the file, else ``False``
        """
        self.ensure_one()
        if self._filter_asked():
            action = self.action_card_handle()
            action["context"]["default_attachment_ids"] = attachment_ids
            return action
        self.action_feedback(self.feedback, attachment_ids=attachment_ids)
        return False

    def _check_may_handle(self):
        """:raises UserError: gone, closed by somebody else, or not one's to change"""
        self._check_internal()
        if not self:
            raise UserError(
                self.env._(
                    "There is no activity to handle any more. Reload to see what is "
                    "still open."
                )
            )
        forbidden = self - self._filtered_access("write")
        if forbidden:
            forbidden._refuse_to_handle()
        closed = self.filtered(lambda activity: not activity.active)
        if closed:
            raise UserError(
                self.env._(
                    "%(activity)s has been closed already, by %(user)s on %(date)s. "
                    "Reopen it if there is something to add.",
                    activity=closed[0].display_name,
                    user=closed[0].card_done_by_id.sudo().name
                    or self.env._("the system"),
                    date=closed[0].date_done,
                )
            )

    @api.model
    def _check_internal(self):
        """:raises AccessError: activities are not for users of the portal"""
        if not self.env.su and not self.env.user._is_internal():
            raise AccessError(self.env._("You may not change activities."))

    def _refuse_to_handle(self):
        """:raises AccessError: always; it names only what the user may read"""
        named = self._filtered_access("read")[:1]
        if not named:
            raise AccessError(
                self.env._(
                    "You may not handle these activities, which are not open to you. "
                    "Reload to see what is still yours."
                )
            )
        raise AccessError(
            self.env._(
                "You may not handle %(activity)s. Ask %(user)s, who is assigned to "
                "it, or have it passed on to you.",
                activity=named.display_name,
                # The name of a colleague, whose companies may be others.
                user=named.user_id.sudo().name or self.env._("a manager"),
            )
        )

    def _check_handled_together(self):
        """:raises UserError: answers are required, which differ from one to the next"""
        if len(self) < 2:
            return
        requiring = self._filter_asked().activity_type_id
        if requiring:
            raise UserError(
                self.env._(
                    "Activities of these types can only be handled one by one, because "
                    "closing them requires an answer for each: %s.",
                    ", ".join(requiring.mapped("display_name")),
                )
            )
