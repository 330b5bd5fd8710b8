from odoo import models


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def action_reassign(self):
        """Return the dialog that gives the activities to somebody else."""
        return self.env["crm.cards.activity.reassign"]._open(self)
