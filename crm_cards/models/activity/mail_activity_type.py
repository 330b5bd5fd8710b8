from odoo import api, fields, models
from odoo.fields import Command

ASKED = [
    ("no", "Not asked"),
    ("optional", "Asked, may stay empty"),
    ("required", "Required"),
]


# How Odoo's own types are set up when the add-on comes, with outcomes by external id.
_OF_ODOO = {
    "mail.mail_activity_data_call": (
        {"card_color": 4, "card_to_calendar": "ask", "card_ask_outcome": "optional"},
        ("reached", "not_reached"),
    ),
    "mail.mail_activity_data_email": ({"card_color": 2, "card_to_calendar": "ask"}, ()),
    "mail.mail_activity_data_meeting": (
        {
            "card_color": 10,
            "card_to_calendar": "default",
            "card_ask_outcome": "optional",
            "card_ask_hours": "optional",
            "card_ask_distance": "optional",
        },
        ("order", "offer", "refusal"),
    ),
}


class MailActivityType(models.Model):
    """Where activities of a type are shown and what closing them asks for."""

    _inherit = "mail.activity.type"

    card_color = fields.Integer(string="Colour")
    card_on_schedule = fields.Boolean(string="On the schedule", default=True)
    card_on_start_page = fields.Boolean(string="On the start page", default=True)
    card_to_calendar = fields.Selection(
        [
            ("no", "Never"),
            ("ask", "When ticked"),
            ("default", "Ticked, may be unticked"),
        ],
        string="In the personal calendar",
        default="no",
        help="Whether an activity may also be a meeting of the assigned user, which "
        "Odoo takes on to Outlook or Google where that is set up.",
    )
    card_show_balance = fields.Boolean(
        string="Shows the overdue balance",
        help="What the customer owes stands beside the activity, for those who may "
        "see it.",
    )
    card_category_id = fields.Many2one(
        "crm.cards.activity.category",
        string="Category of activities",
        ondelete="restrict",
    )
    card_ask_hours = fields.Selection(ASKED, string="Hours worked", default="no")
    card_ask_distance = fields.Selection(ASKED, string="Distance (km)", default="no")
    card_ask_outcome = fields.Selection(ASKED, string="Outcome", default="no")
    card_ask_note = fields.Selection(ASKED, string="What was done", default="optional")
    card_outcome_ids = fields.Many2many(
        "crm.cards.activity.outcome",
        "crm_cards_activity_outcome_type_rel",
        "type_id",
        "outcome_id",
        string="Outcomes of this type",
    )

    def _may_go_to_calendar(self):
        """Whether activities of this type, if there is one, may also be meetings."""
        return self.card_to_calendar in ("ask", "default")

    @api.model
    def _get_model_info_by_xmlid(self):
        # Collection calls, visits and mailings are started by name; see the rooms.
        return {
            **super()._get_model_info_by_xmlid(),
            **{
                f"crm_cards.mail_activity_type_{name}": {
                    "res_model": False,
                    "unlink": False,
                }
                for name in ("collection", "promotion", "visit", "task", "mailing")
            },
        }

    @api.model
    def _set_up_for_customers(self):
        """Set up Odoo's own types as customers' work needs them.

        Called once, when the add-on or this room of it comes to a database.
        """
        for xmlid, (vals, outcomes) in _OF_ODOO.items():
            found = self.env["crm.cards.activity.outcome"].union(
                *(
                    self.env.ref(f"crm_cards.crm_cards_activity_outcome_{name}")
                    for name in outcomes
                )
            )
            activity_type = self.env.ref(xmlid, raise_if_not_found=False)
            if activity_type:
                activity_type.write(
                    {**vals, "card_outcome_ids": [Command.set(found.ids)]}
                )
