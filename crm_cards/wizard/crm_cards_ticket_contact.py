from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import parse_contact_from_email

from ..tools.superuser import as_superuser


class TicketContact(models.TransientModel):
    """Asks who wrote a ticket whose sender is not known yet."""

    _name = "crm.cards.ticket.contact"
    _description = "Contact of a Ticket"

    ticket_id = fields.Many2one("crm.cards.ticket", required=True, readonly=True)
    email = fields.Char(
        "Address", related="ticket_id.email_normalized", related_sudo=False
    )
    company_id = fields.Many2one(related="ticket_id.company_id", related_sudo=False)
    mode = fields.Selection(
        [("new", "Create a contact"), ("known", "Choose a contact")],
        string="Who wrote",
        required=True,
        default="new",
    )
    # Not as superuser: a browser may send any ticket.
    name = fields.Char(
        compute="_compute_name", store=True, readonly=False, compute_sudo=False
    )
    parent_id = fields.Many2one(
        "res.partner",
        string="Works for",
        domain="[('is_company', '=', True), ('company_id', 'in', [False, company_id])]",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        domain="[('company_id', 'in', [False, company_id])]",
    )
    ticket_count = fields.Integer("Tickets", compute="_compute_ticket_count")

    can_create_contact = fields.Boolean(
        "User may create contacts", compute="_compute_can_create_contact"
    )

    @api.depends("ticket_id")
    def _compute_name(self):
        for dialog in self:
            dialog.name = dialog._get_sender_name()

    def _get_sender_name(self):
        name, _address = parse_contact_from_email(self.ticket_id.email_from or "")
        return name

    @api.depends_context("uid")
    def _compute_can_create_contact(self):
        self.can_create_contact = self.env["res.partner"].has_access("create")

    @api.depends("ticket_id")
    def _compute_ticket_count(self):
        for dialog in self:
            dialog.ticket_count = len(dialog.ticket_id._get_tickets_of_sender())

    def action_apply(self):
        """Set the contact on all open tickets of the same unknown address."""
        self.ensure_one()
        ticket = self.ticket_id
        ticket.check_access("write")
        if not ticket.is_contact_unknown:
            raise UserError(
                self.env._(
                    "Meanwhile somebody else has entered who wrote the ticket "
                    "%(ticket)s. Change it in the field Customer's contact.",
                    ticket=ticket.display_name,
                )
            )
        tickets = ticket._get_tickets_of_sender()
        tickets._filtered_access("write")._set_contact(self._get_partner())

    def _get_partner(self):
        if self.mode == "new":
            return self._create_partner()
        if not self.partner_id:
            raise UserError(
                self.env._("Choose who wrote, in the field Contact, or create him.")
            )
        if not self.partner_id.email and self.partner_id.has_access("write"):
            self.partner_id.email = self.email
        return self.partner_id

    def _create_partner(self):
        partners = self.env["res.partner"]
        if self.can_create_contact:
            return partners.create(self._prepare_partner_values())
        # Whoever works on the ticket answers its sender, and Odoo writes to contacts
        # only. The ticket says everything about this one; nothing is the user's to add.
        partner = as_superuser(partners).create(self._prepare_sender_values())
        return partners.browse(partner.id)

    def _prepare_partner_values(self):
        return {
            **self._prepare_sender_values(),
            "name": self.name or self.email,
            "parent_id": self.parent_id.id,
            "company_id": self.parent_id.company_id.id,
        }

    def _prepare_sender_values(self):
        """Return what the ticket itself says of its sender."""
        return {
            "name": self._get_sender_name() or self.email,
            "email": self.email,
            "phone": self.ticket_id.phone,
            "company_id": self.ticket_id.company_id.id,
        }
