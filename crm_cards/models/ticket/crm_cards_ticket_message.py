from odoo import models


class Ticket(models.Model):
    """Who wrote when: the customer, or we to him."""

    _inherit = "crm.cards.ticket"

    def _message_post_after_hook(self, message, msg_vals):
        result = super()._message_post_after_hook(message, msg_vals)
        event = self._get_message_event(message)
        if event:
            self._log({self: [event]}, message_id=message.id)
        return result

    def _get_message_event(self, message):
        """Return "customer" or "answer", or None for notes and what goes by itself.

        Only what a person wrote, and the other side may read, counts.
        """
        # Its author may be somebody the poster is not allowed to see.
        message = message.sudo()
        if message.message_type not in ("comment", "email"):
            return None
        if message.is_internal or message.subtype_id.internal or not message.subtype_id:
            return None
        if not self._may_say_who_wrote(message):
            return None
        if message.author_id and not message.author_id.partner_share:
            return "answer"
        return "customer"

    def _may_say_who_wrote(self, message):
        """Return whether whoever posts may do so in the name of the author.

        A call over the network may name any. Who handles the ticket writes down what
        the customer said on the phone; others speak for themselves.
        """
        user = self.env.user
        return (
            self.env.su
            or message.author_id == user.partner_id
            or user._is_internal()
            and self.has_access("write")
        )
