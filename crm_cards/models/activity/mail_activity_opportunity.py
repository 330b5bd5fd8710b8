from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class MailActivity(models.Model):
    """The opportunity an activity is about: that of its document, or one chosen."""

    _inherit = "mail.activity"

    card_opportunity_id = fields.Many2one(
        "crm.lead",
        string="Opportunity",
        compute="_compute_card_opportunity_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="set null",
        index="btree_not_null",
    )

    @api.depends("res_model", "res_id")
    def _compute_card_opportunity_id(self):
        ids = defaultdict(set)
        for activity in self:
            ids[activity.res_model].add(activity.res_id)
        found = {}
        for model, document_ids in ids.items():
            found.update(self._get_document_opportunities(model, document_ids))
        for activity in self:
            document = (activity.res_model, activity.res_id)
            activity.card_opportunity_id = found.get(
                document, activity.card_opportunity_id
            )

    @api.model
    def _get_document_opportunities(self, model, ids):
        """Return ``{(model, id): opportunity}``: the lead itself, or the one that a
        quotation or another document names."""
        opportunities = self.env["crm.lead"]
        if model == opportunities._name:
            return {(model, lead.id): lead for lead in opportunities.browse(ids)}
        field = model in self.env and self.env[model]._fields.get("opportunity_id")
        if not field or field.comodel_name != opportunities._name:
            return {}
        # What a document is about does not depend on who asks.
        documents = self.env[model].sudo().browse(ids).exists()
        return {
            (model, document.id): document.opportunity_id.sudo(self.env.su)
            for document in documents
            if document.opportunity_id
        }

    @api.constrains("card_opportunity_id", "card_customer_id")
    def _check_card_opportunity(self):
        for activity in self:
            # Compared, not shown; whoever plans may not see the opportunity.
            owner = activity.sudo().card_opportunity_id.partner_id.commercial_partner_id
            customer = activity.card_customer_id
            if owner and customer and owner != customer:
                raise ValidationError(
                    self.env._(
                        "Opportunity: %(opportunity)s belongs to another customer than "
                        "%(customer)s. Choose one of this customer.",
                        opportunity=activity.sudo().card_opportunity_id.display_name,
                        customer=customer.display_name,
                    )
                )

    def _get_vals_foreign_to(self, customer):
        vals = super()._get_vals_foreign_to(customer)
        owner = self.card_opportunity_id.partner_id.commercial_partner_id
        if owner and owner != customer:
            vals["card_opportunity_id"] = False
        return vals
