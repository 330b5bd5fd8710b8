from odoo import fields, models


class ConversionReversal(models.TransientModel):
    """Asks why a conversion is taken back."""

    _name = "crm.cards.conversion.reversal"
    _description = "Reverse Conversion"

    conversion_id = fields.Many2one(
        "crm.cards.conversion", required=True, readonly=True
    )
    reason = fields.Char(required=True)

    def action_reverse(self):
        self.ensure_one()
        self.conversion_id._reverse(self.reason)
        return {"type": "ir.actions.act_window_close"}
