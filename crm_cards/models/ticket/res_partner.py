from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    card_calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working schedule of the customer",
        help="Service levels that go by the customer's hours are counted in these.",
    )

    @api.constrains("card_calendar_id")
    def _check_card_calendar_id(self):
        self.card_calendar_id._check_usable_for_sla()

    def _get_customer_document_models(self):
        return {
            **super()._get_customer_document_models(),
            "crm.cards.ticket": "partner_id",
        }
