from odoo import api, fields, models
from odoo.exceptions import ValidationError


class SchedulePerson(models.Model):
    """Somebody whose activities a user has taken into *Schedule*.

    The rows are the user's own choice and grant nothing: what is shown of the person
    is decided by the rights on activities.
    """

    _name = "crm.cards.schedule.person"
    _description = "Person on a Schedule"
    _rec_name = "person_id"

    user_id = fields.Many2one(
        "res.users",
        string="Schedule of",
        required=True,
        default=lambda self: self.env.user,
        index=True,
        ondelete="cascade",
    )
    person_id = fields.Many2one(
        "res.users",
        string="Colleague",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('schedule_visible', '=', True)]",
    )
    # Who leaves is no longer offered, and is back on the day of return.
    active = fields.Boolean(related="person_id.active", store=True)
    checked = fields.Boolean(default=True, help="Shown at present.")

    _person_once = models.UniqueIndex(
        "(user_id, person_id)", "Colleague: this person is on your schedule already."
    )
    _person_is_another = models.Constraint(
        "CHECK(user_id != person_id)",
        "Colleague: you are on your schedule without being added.",
    )

    @api.constrains("user_id", "person_id")
    def _check_person(self):
        for user, rows in self.grouped("user_id").items():
            # Compared, not shown; the choice is checked for whoever made it.
            people = rows.sudo().person_id
            hidden = people - people.filtered_domain(user._get_schedule_domain())
            if hidden:
                raise ValidationError(
                    self.env._(
                        "Colleague: the schedule of %(person)s is not open to "
                        "%(user)s. Choose somebody from the list, or ask an "
                        "administrator for a wider right to activities and schedules.",
                        person=hidden[0].name,
                        user=user.name,
                    )
                )
