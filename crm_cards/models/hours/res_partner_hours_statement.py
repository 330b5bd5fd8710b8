from odoo import fields, models


class ResPartner(models.Model):
    """Who hears of the hours of a customer: by statement, and in the portal."""

    _inherit = "res.partner"

    card_hours_statement = fields.Boolean(
        "Monthly statement of hours",
        copy=False,
        groups="base.group_user",
        help="On the 1st of each month, the statement of the month before is mailed.",
    )
    card_hours_statement_contact_ids = fields.Many2many(
        "res.partner",
        "crm_cards_hours_statement_contact_rel",
        "customer_id",
        "contact_id",
        string="Statement goes to",
        copy=False,
        groups="base.group_user",
        domain="['|', ('id', '=', id), ('id', 'child_of', commercial_partner_id)]",
        help="Empty: to the customer's own address.",
    )
    # Neither shown to the contact in the portal nor his to change, as the right to
    # see the tickets of the company.
    card_sees_hours = fields.Boolean(
        "Sees the hours bank",
        copy=False,
        groups="base.group_user",
        help="In the portal, this contact sees the customer's hours banks and their "
        "statements. On a company: all its contacts do.",
    )

    def _follow_commercial_partner(self):
        """Leave the right to see hours behind: it was given for other ones."""
        result = super()._follow_commercial_partner()
        # Whoever may move a person takes the right away by it.
        self.sudo().card_sees_hours = False
        return result

    def _get_statement_recipients(self):
        """Return who of a customer gets the statement, of those with an address.

        A contact who belongs to somebody else now gets none.
        """
        self.ensure_one()
        customer = self.commercial_partner_id
        contacts = self.card_hours_statement_contact_ids.filtered(
            lambda one: one.active and one.commercial_partner_id == customer
        )
        contacts = contacts or self
        return contacts.filtered("email_normalized")
