from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

# What closing asks for, by the field of the type that says whether it does.
ASKED_FIELDS = {
    "card_ask_hours": "card_hours",
    "card_ask_distance": "card_distance",
    "card_ask_outcome": "card_outcome_id",
    "card_ask_note": "feedback",
}


class MailActivity(models.Model):
    """Closing an activity: what its type asks for is there, and who closed it is kept.

    All ways of closing end in ``active``, so the rules hang on that field. Cancelled
    activities were not done and owe no answers.
    """

    _inherit = "mail.activity"

    card_no_travel = fields.Boolean(
        string="No travel",
        copy=False,
        help="Answers a required distance with 0 km, for example of a visit in the "
        "same building. Without it, 0 km counts as not answered; beside a distance "
        "it means nothing.",
    )

    @api.constrains(
        "active", "card_cancelled", "card_no_travel", *ASKED_FIELDS.values()
    )
    def _check_asked(self):
        self.filtered(
            lambda activity: not activity.active and not activity.card_cancelled
        )._check_answers()

    def _check_answers(self, **answers):
        """Refuse to close activities that lack what their types require.

        :param answers: values about to be written, by field
        :raises ValidationError: an answer is missing; it names the field
        """
        for activity in self:
            for ask, fname in ASKED_FIELDS.items():
                if activity.activity_type_id[ask] != "required":
                    continue
                value = answers.get(fname) or activity[fname]
                if fname == "card_distance":
                    value = value or activity.card_no_travel
                if not (value.strip() if isinstance(value, str) else value):
                    raise ValidationError(activity._describe_missing(ask))

    def _describe_missing(self, ask):
        field = self.env["mail.activity.type"]._fields[ask]
        return self.env._(
            "%(field)s: %(activity)s cannot be closed without it, because activities "
            "of the type %(type)s require it. Use Handle to fill it in.",
            field=field._description_string(self.env),
            activity=self.display_name,
            type=self.activity_type_id.display_name,
        )

    @api.constrains("card_outcome_id", "activity_type_id")
    def _check_outcome(self):
        for activity in self.filtered("card_outcome_id"):
            outcome = activity.card_outcome_id
            offered = activity.activity_type_id.card_outcome_ids
            if not offered or not outcome.type_ids:
                continue
            if outcome not in offered:
                raise ValidationError(
                    self.env._(
                        "Outcome: %(outcome)s is not an outcome of the type %(type)s. "
                        "Choose one of: %(outcomes)s.",
                        outcome=outcome.display_name,
                        type=activity.activity_type_id.display_name,
                        outcomes=", ".join(offered.mapped("display_name")),
                    )
                )

    def _filter_asked(self):
        """Return the activities whose types require an answer to close them."""
        return self.filtered(
            lambda activity: any(
                activity.activity_type_id[ask] == "required" for ask in ASKED_FIELDS
            )
        )

    def _get_outcomes(self):
        """Return what may come of an activity: of all types if its own lists none."""
        offered = self.activity_type_id.card_outcome_ids
        domain = [("type_ids", "=", False)] if offered else Domain.TRUE
        general = self.env["crm.cards.activity.outcome"].search(domain)
        return (offered | general).sorted()

    def _action_done(self, feedback=False, attachment_ids=None):
        # Who comes second has nothing to close any more.
        activities = self.filtered("active")
        # Before the message is posted and the next activity made.
        activities._check_answers(feedback=feedback)
        if feedback:
            # Odoo writes it after archiving, which is too late for those who owe it.
            activities.filtered(
                lambda activity: activity.activity_type_id.card_ask_note == "required"
            ).feedback = feedback
        return super(MailActivity, activities)._action_done(
            feedback=feedback, attachment_ids=attachment_ids
        )

    @api.model_create_multi
    def create(self, vals_list):
        activities = super().create(vals_list)
        closed = activities.filtered(
            lambda activity: not activity.active and not activity.card_done_by_id
        )
        closed._record_closing(False)
        return activities

    def write(self, vals):
        if "active" not in vals:
            return super().write(vals)
        changed = self.filtered(lambda activity: activity.active != vals["active"])
        result = super().write(vals)
        changed._record_closing(vals["active"])
        return result

    def _record_closing(self, is_open):
        if self:
            # Recorded by the system, and written by nobody else.
            self.sudo().card_done_by_id = False if is_open else self.env.user
