from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    card_calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working hours of the customer",
        help="Service levels that go by the customer's hours are counted in these.",
    )

    def _get_customer_document_models(self):
        return {
            **super()._get_customer_document_models(),
            "crm.cards.ticket": "partner_id",
        }
