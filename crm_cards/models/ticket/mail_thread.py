import functools
import logging

from odoo import api, models
from odoo.service.model import retrying
from odoo.tools import email_normalize

from ...tools.mail_kind import LIST, MACHINE, get_mail_kind

_logger = logging.getLogger(__name__)


class MailThread(models.AbstractModel):
    """Which e-mails may open a ticket, and which are no words of a person."""

    _inherit = "mail.thread"

    @api.model
    def message_process(self, model, message, *args, **kwargs):
        process = functools.partial(
            super().message_process, model, message, *args, **kwargs
        )
        if not self.env.context.get("fetchmail_cron_running"):
            return process()
        # An e-mail that puts a ticket back meets people who work on that ticket. The
        # fetcher gives up an e-mail at the first error and has it marked as read; it
        # processes each in a transaction of its own, so that one starts again.
        return retrying(process, self.env)

    @api.model
    def message_route(self, message, message_dict, *args, **kwargs):
        routes = super().message_route(message, message_dict, *args, **kwargs)
        return [
            route
            for route in routes
            if not self._is_ticket_refused(message, message_dict, route)
        ]

    @api.model
    def _is_ticket_refused(self, message, message_dict, route):
        """Return whether this route would open a ticket for nobody."""
        model, thread_id, values, *_rest = route
        if model != "crm.cards.ticket" or thread_id:
            return False
        kind = get_mail_kind(message)
        if kind == LIST:
            # A gateway runs without rights of its own on departments.
            departments = self.env["crm.cards.department"].sudo()
            department = departments.browse((values or {}).get("department_id") or [])
            refused = not department.is_list_allowed
        else:
            refused = kind == MACHINE
        if not refused or self._is_gateway_allowed(message_dict):
            return False
        _logger.info(
            "Mail with Message-Id %s of %s opens no ticket: it comes from a %s",
            message_dict["message_id"],
            message_dict["email_from"],
            kind,
        )
        return True

    @api.model
    def _is_gateway_allowed(self, message_dict):
        """Return whether an administrator listed the sender as one to be heard."""
        sender = email_normalize(message_dict["email_from"])
        # The list belongs to system administrators; everybody's e-mails obey it.
        allowed = self.env["mail.gateway.allowed"].sudo()
        return bool(
            sender and allowed.search_count([("email_normalized", "=", sender)])
        )

    def _message_parse_post_process(self, message, message_dict, routes):
        values = super()._message_parse_post_process(message, message_dict, routes)
        to_ticket = any(
            route[0] == "crm.cards.ticket" and route[1] for route in routes or ()
        )
        if to_ticket and get_mail_kind(message) == MACHINE:
            # A note: colleagues read it, and no other machine is sent an e-mail.
            values["is_internal"] = True
            # Odoo tells the author of the message that was answered.
            parent_id = message_dict.get("parent_id") or []
            parent = self.env["mail.message"].sudo().browse(parent_id)
            if parent.author_id.partner_share:
                values["parent_id"] = False
        return values
