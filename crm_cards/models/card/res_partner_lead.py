from odoo import models

from .crm_lead import SHARED_FIELDS


class ResPartner(models.Model):
    """A customer's contact data is that of its leads as well."""

    _inherit = "res.partner"

    def write(self, vals):
        result = super().write(vals)
        fnames = [fname for fname in SHARED_FIELDS if fname in vals]
        if fnames:
            self._update_leads(fnames)
        return result

    def _update_leads(self, fnames):
        """Bring what was changed here to the leads, and nothing but that.

        Recomputing them instead would also undo what somebody cleared on a lead.
        """
        # Like core's own recomputation: the data is the customer's, whoever may
        # edit the lead.
        leads = (
            self.env["crm.lead"]
            .sudo()
            .with_context(active_test=False)
            .search([("partner_id", "in", self.ids)])
        )
        for values, group in leads.grouped(
            lambda lead: tuple(lead.partner_id[fname] for fname in fnames)
        ).items():
            group.filtered(
                lambda lead, v=values: tuple(lead[fname] for fname in fnames) != v
            ).write(
                {
                    fname: leads._fields[fname].convert_to_write(value, leads)
                    for fname, value in zip(fnames, values, strict=True)
                }
            )
