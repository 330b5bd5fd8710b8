from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    # Neither shown to the contact in the portal nor his to change: see
    # _get_frontend_writable_fields of Odoo for what is.
    card_sees_company_tickets = fields.Boolean(
        "Sees the tickets of the whole company",
        copy=False,
        groups="base.group_user",
        help="In the portal, this contact sees the tickets of all contacts of his "
        "company, and not only his own.",
    )

    def _follow_commercial_partner(self):
        """Leave behind the right to see a company's tickets: it was for another one."""
        result = super()._follow_commercial_partner()
        # Whoever may move a person takes the right away by it.
        self.sudo().card_sees_company_tickets = False
        return result
