from odoo import api, models

from ...tools.mail_kind import PERSON, get_mail_kind
from ...tools.trusted import TRUSTED


class MailThread(models.AbstractModel):
    """Lets everybody know that an e-mail comes from a machine."""

    _inherit = "mail.thread"

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        by_machine = get_mail_kind(message) != PERSON and TRUSTED
        this = self.with_context(crm_cards_mail_by_machine=by_machine)
        return super(MailThread, this)._message_route_process(
            message, message_dict, routes
        )
