from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.superuser import as_superuser
from .crm_cards_department import REOPEN_DAYS


class Ticket(models.Model):
    """What the words of the customer do to a ticket that rests (row 132).

    | The ticket | What happens |
    |---|---|
    | waits for the customer | goes back to the stage it came from |
    | was closed within the days of its department | is open again, likewise |
    | was closed before | the message opens a new ticket that follows it |
    | was merged | the message lands on the ticket that goes on |
    """

    _inherit = "crm.cards.ticket"

    origin_id = fields.Many2one(
        "crm.cards.ticket",
        string="Follows ticket",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
        help="The closed ticket that the customer answered too late to reopen it.",
    )
    follow_up_ids = fields.One2many(
        "crm.cards.ticket",
        "origin_id",
        string="Followed by tickets",
        readonly=True,
        context={"active_test": False},
    )

    @api.constrains("origin_id")
    def _check_origin(self):
        if self._has_cycle("origin_id"):
            raise ValidationError(
                self.env._("A ticket cannot follow itself. Choose another one.")
            )

    # -- where the words go ---------------------------------------------------

    def message_post(self, **kwargs):
        """Post on the ticket that goes on where this one has ended.

        Only what the customer or we say to each other; notes stay where they are made.
        """
        self.ensure_one()
        if self.active and not self.is_closed:
            return super().message_post(**kwargs)
        event = self._foresee_message_event(kwargs)
        # Whoever may speak here is heard, though the other ticket be hidden from him.
        ticket = as_superuser(self)._find_addressed_ticket() if event else self
        if event == "customer" and ticket._is_closed_for_good():
            follow_up = ticket._open_follow_up(kwargs)
            message = super(Ticket, follow_up.with_env(self.env)).message_post(**kwargs)
            follow_up.description = message.sudo().body
            return message
        return super(Ticket, ticket.with_env(self.env)).message_post(**kwargs)

    def _foresee_message_event(self, values):
        """Return what a message that is about to be posted will count as."""
        author_id, email_from = self._message_compute_author(
            values.get("author_id"), values.get("email_from")
        )
        subtype_id = values.get("subtype_id")
        if values.get("subtype_xmlid"):
            subtype_id = self.env["ir.model.data"]._xmlid_to_res_id(
                values["subtype_xmlid"]
            )
        # Only thought of, never written.
        message = self.env["mail.message"].new(
            {
                "author_id": author_id,
                "email_from": email_from,
                "message_type": values.get("message_type", "notification"),
                "subtype_id": subtype_id,
                "is_internal": values.get("is_internal", False),
            }
        )
        return self._get_message_event(message)

    def _find_addressed_ticket(self):
        """Return the ticket that goes on in the place of this one, or itself."""
        ticket, passed = self._get_merge_target(), self.browse()
        while ticket._is_closed_for_good():
            passed |= ticket
            following = ticket._get_follow_ups() - passed
            if not following:
                break
            ticket = following[-1]
        return ticket

    def _get_follow_ups(self):
        """Return what followed this ticket, or what that was merged into, in order."""
        follow_ups = self.follow_up_ids.sorted("id")
        return self.union(*(ticket._get_merge_target() for ticket in follow_ups)) - self

    def _is_closed_for_good(self):
        """Return whether an answer comes too late to reopen this ticket."""
        if not self.is_closed:
            return False
        department = self.department_id
        days = department.reopen_days if department else REOPEN_DAYS
        closed = self.date_closed or self.write_date
        return closed + timedelta(days=days) < fields.Datetime.now()

    # -- a ticket that follows ------------------------------------------------

    def _open_follow_up(self, message_values):
        """Open the ticket that goes on where this closed one ended."""
        # Of two answers at once, the second starts again and finds the ticket.
        self._hold()
        values = self._prepare_follow_up_values()
        if message_values.get("message_type") == "email":
            values["channel"] = "email"
        elif self.env.user.share:
            values["channel"] = "portal"
        # Not whoever handed the message in follows the new ticket, but who followed
        # the former one.
        tickets = self.with_context(
            mail_create_nosubscribe=True, mail_create_nolog=True
        ).with_company(self.company_id)
        follow_up = tickets.create(values)
        follow_up.message_subscribe(self.message_partner_ids.ids)
        note = self.env._("Follows %s, which was closed.", self._get_html_link())
        follow_up._message_log(body=note, author_id=self._get_robot().id)
        self._message_log(
            body=self.env._(
                "The customer wrote again; %s goes on from here.",
                follow_up._get_html_link(),
            ),
            author_id=self._get_robot().id,
        )
        return follow_up

    def _prepare_follow_up_values(self):
        self.ensure_one()
        ticket_type = self.type_id
        if ticket_type.is_detail_required and ticket_type.child_ids:
            # Not allowed any more; a message must not be lost for that.
            ticket_type = ticket_type.browse()
        # Sold on to another customer, it would be refused, too.
        product = self.owned_product_id.filtered(
            lambda product: product.partner_id == self.customer_id
        )
        return {
            "name": self.name,
            "origin_id": self.id,
            "company_id": self.company_id.id,
            "department_id": self.department_id.id,
            "type_id": ticket_type.id,
            "partner_id": self.partner_id.id,
            "email_from": self.email_from,
            "email_cc": self.email_cc,
            "phone": self.phone,
            "owned_product_id": product.id,
        }

    @api.model
    def _get_robot(self):
        return self.env.ref("base.partner_root")

    # -- back to work ---------------------------------------------------------

    def _message_post_after_hook(self, message, msg_values):
        result = super()._message_post_after_hook(message, msg_values)
        rests = self.is_closed or self.waiting_for == "customer"
        if rests and self._get_message_event(message) == "customer":
            # The customer may not change tickets; his words may.
            as_superuser(self)._resume(message.sudo().author_id)
        return result

    def _resume(self, author=None):
        """Put the ticket back to work.

        :param author: the partner whose words did it, if somebody's
        """
        stage = self._get_stage_to_resume()
        if not stage:
            return
        self._track_set_author(author or self._get_robot())
        self.write({"stage_id": stage.id, "active": True})

    def _get_stage_to_resume(self):
        """Return the stage the ticket came from, else the first in which it runs."""
        stages = self.department_id._get_stages().filtered(
            lambda stage: stage.clock == "runs" and stage.waiting_for == "us"
        )
        fact = self.env["crm.cards.ticket.log"].search(
            [("ticket_id", "=", self.id), ("stage_id", "in", stages.ids)],
            order="date DESC, id DESC",
            limit=1,
        )
        return fact.stage_id or stages[:1] or self.department_id._get_first_stage()
