from odoo import fields, models

_DECIDING = {"partner_id", "contract_id", "owned_product_id", "serial", "company_id"}


class Ticket(models.Model):
    """Hours logged on a ticket are those of its customer, contract and product."""

    _inherit = "crm.cards.ticket"

    timesheet_ids = fields.One2many(
        "account.analytic.line", "card_ticket_id", string="Hours"
    )

    def write(self, vals):
        result = super().write(vals)
        if not _DECIDING.isdisjoint(vals):
            self.env["account.analytic.line"]._follow_hours_of("card_ticket_id", self)
        return result
