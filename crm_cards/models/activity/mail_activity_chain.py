from odoo import models
from odoo.fields import Command

_TAKEN_ALONG = (
    "card_priority",
    "card_private",
    "card_colleague_ids",
    "card_opportunity_id",
    "card_asked_by_id",
)


class MailActivity(models.Model):
    """What follows an activity belongs to the same matter.

    The category is that of the new type, see ``_compute_card_category_id``.
    """

    _inherit = "mail.activity"

    def _get_values_taken_along(self):
        """Return the values of ours that the next activity has in common."""
        self.ensure_one()
        values = {
            fname: self._fields[fname].convert_to_write(self[fname], self)
            for fname in _TAKEN_ALONG
        }
        contacts = self._get_fitting_contacts(self._get_document_customers())
        values["card_contact_ids"] = [Command.set(contacts.ids)]
        if self._is_customer_free():
            values["card_customer_id"] = self.card_customer_id.id
        return values

    def _is_customer_free(self):
        """Whether no document says whose activity it is."""
        sources = self.env["res.partner"]._get_customer_document_models()
        return self.res_model not in sources

    def _prepare_next_activity_values(self):
        values = super()._prepare_next_activity_values()
        # Computed for the draft of the next one, before what follows was known.
        for fname in ("card_customer_id", "card_category_id"):
            values.pop(fname, None)
        values.update(self._get_values_taken_along())
        if not self.activity_type_id.triggered_next_type_id.card_category_id:
            values["card_category_id"] = self.card_category_id.id
        return values

    def _action_done(self, feedback=False, attachment_ids=None):
        """Let free activities trigger the next one too; Odoo's loop leaves them out."""
        values_list = [
            activity.with_context(
                activity_previous_deadline=activity.date_deadline
            )._prepare_next_activity_values()
            for activity in self
            if not activity.res_model
            and activity.active
            and activity.chaining_type == "trigger"
        ]
        messages, next_activities = super()._action_done(
            feedback=feedback, attachment_ids=attachment_ids
        )
        return messages, next_activities | self.create(values_list)

    def action_feedback_schedule_next(self, feedback=False, attachment_ids=None):
        values = {} if len(self) != 1 else self._get_values_taken_along()
        action = super().action_feedback_schedule_next(
            feedback=feedback, attachment_ids=attachment_ids
        )
        if action:
            action["context"].update(
                {f"default_{fname}": value for fname, value in values.items()}
            )
        return action
