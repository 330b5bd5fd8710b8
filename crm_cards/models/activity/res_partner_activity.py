from odoo import api, fields, models


class ResPartner(models.Model):
    """The activities of a customer on his card and in the quick look."""

    _inherit = "res.partner"

    @api.readonly
    def get_quick_look(self):
        look = super().get_quick_look()
        return {**look, "activities": self._quick_look_activities()}

    def _quick_look_activities(self):
        return self._quick_look_search(
            self.env["crm.cards.activity"],
            [("card_customer_id", "in", self.ids), ("is_open", "=", True)],
            "date_deadline, id",
            lambda activity: {
                "id": activity.id,
                "name": activity.display_name,
                "date_deadline": fields.Date.to_string(activity.date_deadline),
                "state": activity.card_status,
                # Only the name of a colleague, as many2one fields show it.
                "user": activity.user_id.sudo().name or False,
                # A free activity has no document but itself.
                "res_model": activity.res_model or "mail.activity",
                "res_id": activity.res_id or activity.id,
            },
        )

    def action_customer_open_activities(self):
        return self._prepare_activities_action("search_default_open")

    def action_customer_closed_activities(self):
        return self._prepare_activities_action("search_default_done")

    def _prepare_activities_action(self, chosen_filter):
        self.ensure_one()
        return self._prepare_customer_list_action(
            "crm_cards.crm_cards_activity_action_customer",
            domain=[("card_customer_id", "=", self.id)],
            context={chosen_filter: 1},
        )
