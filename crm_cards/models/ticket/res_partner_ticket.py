from odoo import fields, models
from odoo.fields import Domain

_READERS = "crm_cards.crm_cards_group_user,crm_cards.crm_cards_group_ticket_user"


class ResPartner(models.Model):
    """The tickets of a customer on his card."""

    _inherit = "res.partner"

    open_ticket_count = fields.Integer(
        "Open tickets",
        compute="_compute_open_ticket_count",
        groups=_READERS,
        help="Of the customer, or of the one person where this is a contact.",
    )

    def _compute_open_ticket_count(self):
        companies = self.filtered(lambda partner: not partner._is_ticket_person())
        tickets = self.env["crm.cards.ticket"]
        counts = {}
        for name, partners in (
            ("customer_id", companies),
            ("partner_id", self - companies),
        ):
            counts |= tickets._read_group(
                [(name, "in", partners.ids), ("is_closed", "=", False)],
                [name],
                ["__count"],
            )
        for partner in self:
            partner.open_ticket_count = counts.get(partner._origin, 0)

    def _follow_commercial_partner(self):
        """Bring tickets along of a person who was a customer of his own.

        Those he opened for a company stay with it; they are none of the next one's.
        """
        result = super()._follow_commercial_partner()
        # The user may edit the person; whose tickets they are follows by rule.
        everywhere = self.sudo().with_context(active_test=False)
        persons = everywhere.search([("id", "child_of", self.id)])
        tickets = everywhere.env["crm.cards.ticket"].search(
            [("customer_id", "in", persons.ids)]
        )
        for customer, group in tickets.grouped(
            lambda ticket: ticket.partner_id.commercial_partner_id
        ).items():
            group.customer_id = customer
        return result

    def _is_ticket_person(self):
        return self.commercial_partner_id != self

    def _get_tickets_domain(self):
        self.ensure_one()
        name = "partner_id" if self._is_ticket_person() else "customer_id"
        return Domain(name, "=", self.id)

    def action_customer_open_tickets(self):
        return self._prepare_tickets_action("search_default_open")

    def action_customer_closed_tickets(self):
        return self._prepare_tickets_action("search_default_closed")

    def _prepare_tickets_action(self, chosen_filter):
        return self._prepare_customer_list_action(
            "crm_cards.crm_cards_ticket_action_customer",
            domain=list(self._get_tickets_domain()),
            context={chosen_filter: 1, "default_partner_id": self.id},
        )

    def action_customer_new_ticket(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Ticket"),
            "res_model": "crm.cards.ticket",
            "views": [(False, "form")],
            "context": {"default_partner_id": self.id},
        }
