from odoo import api, fields, models
from odoo.tools import email_normalize


class Ticket(models.Model):
    """Proposes a contact for somebody who wrote and is not known yet."""

    _inherit = "crm.cards.ticket"

    is_contact_unknown = fields.Boolean(
        "Contact unknown", compute="_compute_is_contact_unknown"
    )

    @api.depends("partner_id", "email_normalized")
    def _compute_is_contact_unknown(self):
        for ticket in self:
            ticket.is_contact_unknown = bool(
                ticket.email_normalized and not ticket.partner_id
            )

    def action_create_contact(self):
        """Ask whether the sender becomes a contact, or is one already."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Who wrote?"),
            "res_model": "crm.cards.ticket.contact",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_ticket_id": self.id},
        }

    def _get_tickets_of_sender(self):
        """Return the open tickets of this unknown address that the user may see."""
        self.ensure_one()
        if not self.email_normalized:
            return self
        return self | self.search(
            [
                ("partner_id", "=", False),
                ("email_normalized", "=", self.email_normalized),
                ("company_id", "=", self.company_id.id),
                ("is_closed", "=", False),
            ]
        )

    def _set_contact(self, partner):
        """Say who wrote these tickets, and the e-mails in them."""
        addresses = set(self.mapped("email_normalized")) - {False}
        self.write({"partner_id": partner.id})
        # Authors of messages are not the user's to write; these had none.
        messages = self.env["mail.message"].sudo()
        messages.search(
            [
                ("model", "=", self._name),
                ("res_id", "in", self.ids),
                ("message_type", "=", "email"),
                ("author_id", "=", False),
            ]
        ).filtered(
            lambda message: email_normalize(message.email_from) in addresses
        ).author_id = partner

    def _message_post_after_hook(self, message, msg_values):
        result = super()._message_post_after_hook(message, msg_values)
        by_us = message.message_type == "comment" and self.env.user._is_internal()
        if by_us and self.is_contact_unknown:
            # The chatter makes a contact of the proposed recipient when it sends.
            made = message.partner_ids.filtered(
                lambda partner: partner.email_normalized == self.email_normalized
            )
            if made:
                self._get_tickets_of_sender()._set_contact(made[0])
        return result
