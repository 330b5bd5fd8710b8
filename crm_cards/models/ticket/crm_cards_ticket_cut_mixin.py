from odoo import fields, models


class TicketCutMixin(models.AbstractModel):
    """By what the reports about tickets are cut: whose they are and what about."""

    _name = "crm.cards.ticket.cut.mixin"
    _description = "What Ticket Reports Are Cut By"
    _inherit = "crm.cards.sight.mixin"

    company_id = fields.Many2one("res.company", readonly=True)
    department_id = fields.Many2one("crm.cards.department", readonly=True)
    user_id = fields.Many2one("res.users", "Technician", readonly=True)
    customer_id = fields.Many2one("res.partner", readonly=True)
    type_level1_id = fields.Many2one(
        "crm.cards.ticket.type", "Type, first level", readonly=True
    )
    type_level2_id = fields.Many2one(
        "crm.cards.ticket.type", "Type, second level", readonly=True
    )
    type_level3_id = fields.Many2one(
        "crm.cards.ticket.type", "Type, third level", readonly=True
    )
