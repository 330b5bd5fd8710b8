from odoo import models


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    def action_card_download(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.id}?download=true",
            "target": "self",
        }

    def action_card_remove(self):
        """Remove the file from its record; needs write access to the record."""
        self.unlink()
