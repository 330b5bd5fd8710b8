from odoo import api, fields, models
from odoo.fields import Domain


class CustomerDocumentMixin(models.AbstractModel):
    """Finds what hangs on any record of a customer: mails, activities.

    The model that inherits names the fields that point to the record in
    ``_card_model_field`` and ``_card_res_id_field``.
    """

    _name = "crm.cards.customer.document.mixin"
    _description = "Belongs to a Record of a Customer"

    _card_model_field = "res_model"
    _card_res_id_field = "res_id"

    card_customer_id = fields.Many2one(
        "res.partner",
        string="Customer",
        compute="_compute_card_customer_id",
        search="_search_card_customer_id",
        help="The customer whose record this is: the customer himself, one of his "
        "contacts, opportunities, orders or invoices.",
    )

    @api.depends(
        lambda self: (
            (self._card_model_field, self._card_res_id_field)
            if self._name != "crm.cards.customer.document.mixin"
            else ()
        )
    )
    def _compute_card_customer_id(self):
        self.card_customer_id = False
        sources = self.env["res.partner"]._get_customer_document_models()
        for model, lines in self.grouped(self._card_model_field).items():
            if model not in sources:
                continue
            documents = self.env[model].browse(
                {line[self._card_res_id_field] for line in lines}
            )
            documents = documents.exists()._filtered_access("read")
            partner_field = sources[model]
            for line in lines:
                document = documents & documents.browse(line[self._card_res_id_field])
                partner = document[partner_field] if partner_field else document
                line.card_customer_id = partner.commercial_partner_id

    def _search_card_customer_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        documents = self.env["res.partner"].browse(value)._get_customer_documents()
        return Domain.OR(
            Domain(self._card_model_field, "=", model)
            & Domain(self._card_res_id_field, "in", query)
            for model, query in documents.items()
        )
