from odoo import fields, models


class TicketTag(models.Model):
    _name = "crm.cards.ticket.tag"
    _description = "Ticket Tag"
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    color = fields.Integer()

    _name_unique = models.UniqueIndex(
        "((name->>'en_US'))", "There is already a tag of this name."
    )
