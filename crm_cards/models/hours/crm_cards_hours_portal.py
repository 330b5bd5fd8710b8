from odoo import api, models
from odoo.fields import Domain


class HoursBank(models.Model):
    """What customers see of their hours: in pages only, they have no right to calls."""

    _inherit = "crm.cards.hours.bank"

    @api.model
    def _get_portal_domain(self):
        """Return the banks of the user's company, if he or it has the right.

        Asked at each page: a right that is taken away, or a contact that moves, is
        noticed at once.
        """
        # What he may see is not his to read.
        person = self.env.user.sudo().partner_id
        customer = person.commercial_partner_id
        if not (person.card_sees_hours or customer.card_sees_hours):
            return Domain.FALSE
        return Domain("partner_id", "=", customer.id) & Domain(
            "company_id", "in", self.env.user.company_ids.ids
        )

    @api.model
    def _find_in_portal(self, bank_id=None):
        """Return the banks the user sees in the portal, or the one of this id, if any.

        As the superuser: customers may read nothing, the pages show what is theirs.
        """
        domain = self._get_portal_domain()
        if domain.is_false():
            return self.sudo().browse()
        if bank_id is not None:
            domain &= Domain("id", "=", bank_id)
        return self.sudo().search(domain)
