from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import email_normalize

from ...tools.superuser import as_superuser
from ...tools.trusted import TRUSTED


class Department(models.Model):
    _inherit = "crm.cards.department"

    is_list_allowed = fields.Boolean(
        "Mailing lists open tickets",
        help="Otherwise e-mails that a mailing list or a newsletter sends to the "
        "address of this department are passed over.",
    )


class Ticket(models.Model):
    """Opens tickets for e-mails to the address of a department (row 130)."""

    _inherit = "crm.cards.ticket"

    email_normalized = fields.Char(
        "Address",
        compute="_compute_email_normalized",
        store=True,
        precompute=True,
        index="btree_not_null",
    )

    @api.depends("email_from")
    def _compute_email_normalized(self):
        for ticket in self:
            ticket.email_normalized = email_normalize(ticket.email_from)

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        values = {
            "name": msg_dict.get("subject") or self.env._("(no subject)"),
            "channel": "email",
            **(custom_values or {}),
        }
        sender = self._find_sender(msg_dict["email_from"], self._get_company_of(values))
        msg_dict["author_id"] = sender.id
        values.setdefault("partner_id", sender.id)
        # Anybody may write any sender into an e-mail.
        this = self.with_context(crm_cards_ticket_by_nobody=TRUSTED)
        return super(Ticket, this).message_new(msg_dict, values)

    @api.model
    def _find_sender(self, email_from, company):
        """Return the contact with this address that the company may use, or none."""
        if not email_from:
            return self.env["res.partner"]
        return self._partner_find_from_emails_single(
            [email_from],
            filter_found=lambda partner: partner.company_id <= company.parent_ids,
            no_create=True,
        )[:1]

    @api.model
    def _detect_loop_sender_domain(self, email_from_normalized):
        """Count the tickets that this very address opened by e-mail.

        Merged and archived ones count. Odoo asks for nothing but the time then.
        """
        return Domain(
            [
                ("email_normalized", "=", email_from_normalized),
                ("channel", "=", "email"),
                ("active", "in", [True, False]),
            ]
        )

    def _message_post_after_hook(self, message, msg_values):
        result = super()._message_post_after_hook(message, msg_values)
        # Whoever writes may not read all of the ticket.
        ticket = as_superuser(self)
        if (
            ticket.channel == "email"
            and message.message_type == "email"
            and not message.parent_id
            and not ticket.description
        ):
            # Only now do the pictures in the text have addresses.
            ticket.description = message.body
        return result

    def _get_message_event(self, message):
        """Hear the one who asks as the customer, be he a colleague."""
        event = super()._get_message_event(message)
        if event == "answer" and self._is_asked_by(message):
            return "customer"
        return event

    def _is_asked_by(self, message):
        # Whoever posts may be unable to see who asked.
        ticket = self.sudo()
        if ticket.partner_id:
            return message.sudo().author_id == ticket.partner_id
        address = email_normalize(message.email_from)
        return bool(address) and address == ticket.email_normalized
