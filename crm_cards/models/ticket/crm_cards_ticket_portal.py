from odoo import api, fields, models
from odoo.fields import Domain

# What customers may read of their tickets, by any call. Everything else is internal
# until it is named here; nothing may be written.
PORTAL_READABLE_FIELDS = frozenset(
    {
        "id",
        "display_name",
        "number",
        "name",
        "description",
        "active",
        "company_id",
        "priority",
        "is_closed",
        "waiting_for",
        "partner_id",
        "customer_id",
        "create_date",
        "date_opened",
        "date_closed",
        "access_url",
        # Odoo's routes compare the token of a link as whoever is logged in.
        "access_token",
        "access_warning",
    }
)


class Ticket(models.Model):
    """What customers see of their tickets, and the little they do to them."""

    _inherit = "crm.cards.ticket"

    is_seen_in_portal = fields.Boolean(
        compute="_compute_is_seen_in_portal",
        search="_search_is_seen_in_portal",
        export_string_translation=False,
    )

    # -- who sees what --------------------------------------------------------

    @api.depends("partner_id", "customer_id")
    @api.depends_context("uid")
    def _compute_is_seen_in_portal(self):
        seen = self.filtered_domain(self._get_portal_domain())
        seen.is_seen_in_portal = True
        (self - seen).is_seen_in_portal = False

    @api.model
    def _search_is_seen_in_portal(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return self._get_portal_domain()

    @api.model
    def _get_portal_domain(self):
        """Return the user's own tickets, and with the right those of his company.

        Not spelled out in the record rule: Odoo keeps the values of rules, so a right
        that is taken away, or a contact that moves, would be noticed too late.
        """
        partner = self.env.user.partner_id
        domain = Domain("partner_id", "=", partner.id)
        if partner.card_sees_company_tickets:
            domain |= Domain("customer_id", "=", partner.commercial_partner_id.id)
        return domain

    def _has_field_access(self, field, operation):
        if not super()._has_field_access(field, operation):
            return False
        # Asked for every field of every ticket, so who asks is looked at last.
        if self.env.su or operation == "read" and field.name in PORTAL_READABLE_FIELDS:
            return True
        return not self.env.user.share

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        """Let customers write where Odoo's pages check who they are, and only there.

        Those pages post as superuser; a call from outside could name another type,
        another author or recipients.
        """
        operations = super()._mail_get_operation_for_mail_message_operation(
            message_operation
        )
        if (
            message_operation == "create"
            and not self.env.su
            and not self.env.user._is_internal()
        ):
            return dict.fromkeys(operations, "write")
        return operations

    # -- pages ----------------------------------------------------------------

    def _get_portal_values(self):
        """Return what a row of the list shows."""
        self.ensure_one()
        return {
            "url": self.access_url,
            "number": self.number,
            "name": self.name,
            "date": self.date_opened,
            "date_closed": self.date_closed,
            "status": "closed" if self.is_closed else self.waiting_for,
            # Whoever sees the ticket learns who asked, colleague or not.
            "person": self.sudo().partner_id.name or "",
        }

    def _get_portal_page_values(self):
        """Return what the page shows. Only for superusers; access was checked."""
        return {
            **self._get_portal_values(),
            "description": self.description,
            "department": self.department_id.name,
            "type": self.type_id.display_name,
            # Customers need somebody to ask for, not his name and address.
            "technician": (self.user_id.name or "").partition(" ")[0],
            "files": self._get_portal_files(),
            "can_close": self._can_close_in_portal(),
            "rating": self._get_portal_rating(),
            "goes_on": self._get_portal_successor(),
        }

    def _get_portal_successor(self):
        """Return the ticket that goes on in the place of this one, or None.

        It has no token here: whoever may not see it is not led there.
        """
        successor = self._find_addressed_ticket()
        if successor == self or successor.customer_id != self.customer_id:
            return None
        return {"url": successor.access_url, "number": successor.number}

    def _get_portal_files(self):
        """Return the files the customer sent with the ticket itself.

        Those of messages are in the conversation, and what colleagues hung on the
        ticket stays among them.
        """
        files = self.env["ir.attachment"].search(
            [("res_model", "=", self._name), ("res_id", "=", self.id)], order="id"
        )
        files = files.filtered(lambda file: file.create_uid.share)
        posted = self.message_ids.attachment_ids
        return [
            {
                "name": file.name,
                "url": f"/web/content/{file.id}?download=true"
                f"&access_token={file._get_raw_access_token()}",
            }
            for file in files - posted
        ]

    # -- closing and rating ---------------------------------------------------

    def _can_close_in_portal(self):
        """Return whether closing is the customer's to do.

        Where a type is asked for first, it is for those to say who know the types.
        """
        self.ensure_one()
        if self.is_closed or not self._get_portal_closing_stage():
            return False
        return self.type_id or not self.department_id.is_type_required

    def _get_portal_closing_stage(self):
        return self.department_id._get_first_stage("stopped")

    def _close_in_portal(self):
        """Close the ticket for its customer; twice is as good as once."""
        if self._can_close_in_portal():
            self.stage_id = self._get_portal_closing_stage()

    def _get_portal_rating(self):
        """Return the token and the value of the rating; None if nothing is asked."""
        rating = self.rating_ids[:1]
        if not self.is_closed or not rating:
            return None
        return {
            "token": rating.access_token,
            "value": int(rating.rating) if rating.consumed else None,
        }

    def write(self, vals):
        open_tickets = self.filtered(lambda ticket: not ticket.is_closed)
        former = {}
        if "partner_id" in vals:
            former = {
                ticket: (ticket.partner_id, ticket.customer_id)
                # As superuser: he may have given it away with the same words.
                for ticket in self.sudo()
                if ticket.partner_id
            }
        result = super().write(vals)
        self._forget_former(former)
        open_tickets.filtered("is_closed")._ask_for_rating()
        return result

    def _forget_former(self, former):
        """Let whoever turns out not to have asked read on no more.

        Links in mails become useless. Who is corrected from nobody keeps his: it is
        he who wrote.

        :param dict former: ticket as superuser -> who asked, and for which customer
        """
        for ticket, (partner, customer) in former.items():
            if ticket.partner_id == partner:
                continue
            followers = ticket.message_partner_ids
            gone = partner & followers
            if ticket.customer_id != customer:
                gone |= followers.filtered(
                    lambda one, customer=customer: (
                        one.partner_share and one.commercial_partner_id == customer
                    )
                )
            ticket.message_unsubscribe(gone.ids)
            ticket.access_token = False

    def _ask_for_rating(self):
        """Ask the customers of closed tickets how they were served.

        Whoever closes his ticket in the portal is asked there and gets no mail.
        """
        # Who closes a ticket need not be allowed to see its department.
        tickets = self.filtered(
            lambda ticket: (
                ticket.partner_id
                and not ticket.merged_into_id
                and ticket.sudo().department_id.is_rating
            )
        )
        if not tickets:
            return
        template = self.env.ref(
            "crm_cards.crm_cards_ticket_rating_template", raise_if_not_found=False
        )
        for ticket in tickets:
            ticket._rating_get_access_token()
            if template and ticket.partner_id not in self.env.user.partner_id:
                ticket.rating_send_request(template, force_send=False)
