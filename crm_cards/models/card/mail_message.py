from odoo import models


class MailMessage(models.Model):
    _name = "mail.message"
    _inherit = ["mail.message", "crm.cards.customer.document.mixin"]

    _card_model_field = "model"
