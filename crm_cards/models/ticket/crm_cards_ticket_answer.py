from odoo import models


class Ticket(models.Model):
    """Answers to the customer, written or chosen from templates."""

    _inherit = "crm.cards.ticket"
    # Whoever was answered gets what is said afterwards, too.
    _mail_thread_customer = True

    def action_answer(self):
        """Open the composer, addressed to whoever asked, with the answers to choose."""
        self.ensure_one()
        if self.is_contact_unknown:
            # Odoo writes to contacts only.
            return self.action_create_contact()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Answer"),
            "res_model": "mail.compose.message",
            "views": [[False, "form"]],
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_composition_mode": "comment",
                "default_partner_ids": self.partner_id.ids,
                "default_subject": self._message_compute_subject(),
            },
        }
