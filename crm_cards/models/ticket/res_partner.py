from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _get_customer_document_models(self):
        return {
            **super()._get_customer_document_models(),
            "crm.cards.ticket": "partner_id",
        }
