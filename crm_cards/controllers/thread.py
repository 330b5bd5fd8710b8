from odoo.http import request

from odoo.addons.portal.controllers.thread import PortalThreadController


class TicketThreadController(PortalThreadController):
    """What customers write on their tickets is their word, whatever they post."""

    def _prepare_message_data(self, post_data, *, thread, **kwargs):
        values = super()._prepare_message_data(post_data, thread=thread, **kwargs)
        if thread._name != "crm.cards.ticket" or request.env.user._is_internal():
            return values
        # The browser may name another type, a note, or a rating of its own. Ratings
        # are given on the page of Odoo that the closed ticket leads to.
        values.pop("rating_value", None)
        if kwargs.get("from_create"):
            values.update(message_type="comment", subtype_xmlid="mail.mt_comment")
        return values
