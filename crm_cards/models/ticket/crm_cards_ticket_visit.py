from odoo import models


class Ticket(models.Model):
    """Visits to the customer, planned from the ticket (rows 65, 140)."""

    _inherit = "crm.cards.ticket"

    def action_plan_visit(self):
        """Open a new visit: on this ticket, for its technician and its product."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_cards.mail_activity_action_new"
        )
        visit_type = self.env.ref(
            "crm_cards.mail_activity_type_visit", raise_if_not_found=False
        )
        context = {
            "dialog_size": "large",
            "default_res_model": self._name,
            "default_res_model_id": self.env["ir.model"]._get_id(self._name),
            "default_res_id": self.id,
            "default_user_id": self.user_id.id or self.env.uid,
            "default_summary": self.name,
            "default_card_owned_product_id": self.owned_product_id.id,
        }
        if visit_type:
            context["default_activity_type_id"] = visit_type.id
        return {**action, "name": self.env._("Plan a visit"), "context": context}

    def action_open_schedule(self):
        """Open the schedule of the technician, or one's own where there is none."""
        self.ensure_one()
        # Colleagues may be named though their settings may not be read.
        user = (self.user_id or self.env.user).sudo()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_cards.crm_cards_activity_action_my_schedule"
        )
        return {
            **action,
            "display_name": self.env._("Schedule of %s", user.name),
            "path": False,
            "context": {"default_user_id": user.id},
            "domain": [
                ("activity_type_id.card_on_schedule", "=", True),
                "|",
                ("user_id", "=", user.id),
                ("card_colleague_ids", "in", user.ids),
            ],
        }
