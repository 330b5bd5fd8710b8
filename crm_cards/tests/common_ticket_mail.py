from odoo.tools import file_open, mute_logger

from .common_ticket import TicketCase

ADDRESS = "support@service.example.com"
# What Odoo tells about e-mails that are passed over or broken is expected here.
_GATEWAY = "odoo.addons.mail.models.mail_thread"


def read_mail(name, **values):
    """Return a stored e-mail, its ``{placeholders}`` filled in."""
    with file_open(f"crm_cards/tests/data/mail/{name}.eml", "rb") as file:
        source = file.read()
    for key, value in values.items():
        source = source.replace(b"{%s}" % key.encode(), value.encode())
    return source


class TicketMailCase(TicketCase):
    """The department Support has an address that e-mails are fed to."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        domain = cls.env["mail.alias.domain"].create({"name": "service.example.com"})
        cls.company.alias_domain_id = domain
        (cls.support | cls.field).alias_domain_id = domain

    def _receive(self, name, **values):
        """Feed a stored e-mail to the gateway; return the tickets it opened."""
        return self._receive_source(read_mail(name, **values))

    @mute_logger(_GATEWAY)
    def _receive_source(self, source):
        tickets = self.env["crm.cards.ticket"].with_context(active_test=False)
        before = tickets.search([])
        gateway = self.env["mail.thread"].with_user(self.env.ref("base.user_root"))
        gateway.message_process(None, source)
        self.env.flush_all()
        return tickets.search([]) - before

    def _answer(self, ticket, **values):
        """Answer the customer as the technician; return the message."""
        return ticket.with_user(self.technician).message_post(
            body="Is it plugged in?",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.contact.ids,
            **values,
        )

    def _reply(self, message, number=1, name="reply"):
        """Let the customer answer a message by e-mail; return tickets opened by it."""
        return self._receive(
            name,
            reference=message.message_id,
            message_id=f"<reply-{number}@levi.example.com>",
        )
