from odoo import api, fields, models

# Contact data of the lead that is the customer's while it has one. Core keeps
# e-mail and phone in step; of the rest it takes a copy once.
SHARED_FIELDS = [
    "street",
    "street2",
    "zip",
    "city",
    "state_id",
    "country_id",
    "website",
    "function",
]
_CONTACT_FIELDS = [*SHARED_FIELDS, "email_from", "phone"]
_PARTNER_NAMES = {"email_from": "email"}


class CrmLead(models.Model):
    """While a lead has a customer, its contact data is the customer's."""

    _inherit = "crm.lead"

    street = fields.Char(inverse="_inverse_shared_data")
    street2 = fields.Char(inverse="_inverse_shared_data")
    zip = fields.Char(inverse="_inverse_shared_data")
    city = fields.Char(inverse="_inverse_shared_data")
    state_id = fields.Many2one(inverse="_inverse_shared_data")
    country_id = fields.Many2one(inverse="_inverse_shared_data")
    website = fields.Char(inverse="_inverse_shared_data")
    function = fields.Char(inverse="_inverse_shared_data")

    # -- from the lead to the customer --

    def _inverse_shared_data(self):
        """Take what a person typed on the lead to its customer.

        Code that writes addresses on leads (merging, imports, other add-ons) means
        the lead's own copy, as core does.
        """
        if not self.env["crm.cards.conversion.gate"]._is_person_at_screen():
            return
        for lead in self:
            lead._write_to_customer(SHARED_FIELDS)

    def _inverse_email_from(self):
        for lead in self:
            if lead._get_partner_email_update(force_void=False):
                lead._write_to_customer(["email_from"])

    def _inverse_phone(self):
        for lead in self:
            if lead._get_partner_phone_update(force_void=False):
                lead._write_to_customer(["phone"])

    def _write_to_customer(self, fnames):
        """Write what was typed on the lead to its customer, leaving a trace.

        Empty fields of the lead never empty the customer's. A partner that belongs
        to a user is not touched: its e-mail is somebody's log-in.
        """
        self.ensure_one()
        partner = self.partner_id
        vals = {}
        for fname in fnames:
            partner_fname = _PARTNER_NAMES.get(fname, fname)
            if self[fname] and self[fname] != partner[partner_fname]:
                vals[partner_fname] = self._fields[fname].convert_to_write(
                    self[fname], self
                )
        if not partner or not vals:
            return
        # Users are looked up for every partner, also by who may not see them.
        if partner.sudo().with_context(active_test=False).user_ids:
            return
        partner.with_context(crm_cards_side="lead").write(vals)

    # -- create, write --

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        leads._make_partners_prospects()
        return leads

    def write(self, vals):
        if not vals.get("partner_id"):
            return super().write(vals)
        swapped = self.filtered(
            lambda lead: lead.partner_id and lead.partner_id.id != vals["partner_id"]
        )
        result = super().write(vals)
        swapped._take_contact_data_from_customer(vals)
        self._make_partners_prospects()
        return result

    def _take_contact_data_from_customer(self, vals):
        """Leave nothing of the former customer's on a lead that got another one."""
        fnames = [fname for fname in _CONTACT_FIELDS if fname not in vals]
        for lead in self:
            with self.env.protecting([self._fields[f] for f in fnames], lead):
                for fname in fnames:
                    value = lead.partner_id[_PARTNER_NAMES.get(fname, fname)]
                    if lead[fname] != value:
                        lead[fname] = value

    def _make_partners_prospects(self):
        """A lead or opportunity that names a partner makes it a prospect."""
        for company, leads in self.grouped(
            lambda lead: lead.company_id or lead.env.company
        ).items():
            leads.partner_id._make_prospect("lead", company=company, lead=leads)
