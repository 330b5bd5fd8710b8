from odoo import models


class MailActivity(models.Model):
    """What is private stays so when it is done.

    Odoo posts summary, note and feedback on the document and moves the files there.
    Of private activities nothing is posted: the feedback is read on the activity, and
    files hang on it, where only those who see it find them.
    """

    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        private = self.filtered("card_private")
        # Those whose document is gone post nothing anyway, and need Odoo's care.
        private -= private._filter_orphans()
        messages, next_activities = super(MailActivity, self - private)._action_done(
            feedback=feedback, attachment_ids=attachment_ids
        )
        if private:
            next_activities |= private._close_in_private(feedback, attachment_ids)
        return messages, next_activities

    def _close_in_private(self, feedback, attachment_ids):
        """Close the activities as Odoo does, without a word to others.

        :return: the next activities that were triggered
        """
        values_list = [
            activity.with_context(
                activity_previous_deadline=activity.date_deadline
            )._prepare_next_activity_values()
            for activity in self
            if activity.chaining_type == "trigger"
        ]
        files = self.env["ir.attachment"].browse(attachment_ids or [])
        for activity in self if files else self.browse():
            activity._keep_private_files(files)
        next_activities = self.create(values_list)
        self.action_archive()
        if feedback:
            self.feedback = feedback
        return next_activities

    def _keep_private_files(self, files):
        """Hang what the user uploaded for the activity on the activity itself."""
        self.ensure_one()
        # Who may handle an activity may add to it. Odoo's dialogs upload to the
        # document, ours to itself; files of others stay where they are.
        mine = files.sudo().filtered(
            lambda file: (
                file.create_uid == self.env.user
                and (
                    not file.res_id
                    or file.res_model == "crm.cards.activity.handle"
                    or (file.res_model, file.res_id) == (self.res_model, self.res_id)
                )
            )
        )
        mine.write({"res_model": self._name, "res_id": self.id})
        self.attachment_ids |= files
