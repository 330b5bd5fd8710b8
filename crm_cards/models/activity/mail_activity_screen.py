from odoo import api, fields, models


class MailActivity(models.Model):
    """What only the screens of activities need."""

    _name = "mail.activity"
    _inherit = ["mail.activity", "crm.cards.activity.balance.mixin"]

    # What the form shows depends on the type.
    card_to_calendar = fields.Selection(
        related="activity_type_id.card_to_calendar",
        string="Calendar of the type",
        export_string_translation=False,
    )
    card_show_balance = fields.Boolean(
        related="activity_type_id.card_show_balance", export_string_translation=False
    )
    card_ask_outcome = fields.Selection(
        related="activity_type_id.card_ask_outcome",
        string="Asks for an outcome",
        export_string_translation=False,
    )
    card_ask_hours = fields.Selection(
        related="activity_type_id.card_ask_hours",
        string="Asks for hours",
        export_string_translation=False,
    )
    card_ask_distance = fields.Selection(
        related="activity_type_id.card_ask_distance",
        string="Asks for a distance",
        export_string_translation=False,
    )

    @api.onchange("activity_type_id")
    def _onchange_activity_type_id(self):
        # Odoo gives it to the user at the screen; whom the screen plans for stays.
        user = self.user_id
        result = super()._onchange_activity_type_id()
        planned_for = self.env.context.get("default_user_id")
        of_type = self.activity_type_id.default_user_id
        if planned_for and planned_for == user.id and not of_type:
            self.user_id = user
        return result

    @api.onchange("card_alarm_ids")
    def _onchange_card_alarm_ids(self):
        # A reminder is one of the calendar: without the meeting it never comes.
        if self.card_alarm_ids and self.card_to_calendar != "no":
            self.card_on_calendar = True

    @api.model_create_multi
    def create(self, vals_list):
        """Let an activity planned for a customer, on no document, hang on him.

        Odoo lets nobody plan a free activity for a colleague, nor read a colleague's.
        On the customer both work, and his chatter shows it. Asked for by our screens
        with ``card_hang_on_customer``.
        """
        if self.env.context.get("card_hang_on_customer"):
            vals_list = [self._hang_on_customer(vals) for vals in vals_list]
        return super().create(vals_list)

    @api.model
    def _hang_on_customer(self, vals):
        if vals.get("res_model_id") or vals.get("res_id"):
            return vals
        customer = self.env["res.partner"].browse(vals.get("card_customer_id") or [])
        if not customer or not customer.has_access("write"):
            return vals
        model_id = self.env["ir.model"]._get_id(customer._name)
        return {**vals, "res_model_id": model_id, "res_id": customer.id}

    def action_open_customer(self):
        """Open the customer's card, see ``crm.cards.activity``."""
        lines = self.env["crm.cards.activity"].browse(self.ids)
        return lines.action_open_customer()
