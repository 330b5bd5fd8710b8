from odoo import api, fields, models


class ActivityHandle(models.TransientModel):
    """Beside the hours that closing asks for: what is left in the customer's bank."""

    _inherit = "crm.cards.activity.handle"

    logged_hours = fields.Float(
        related="activity_id.card_logged_hours",
        string="Logged before",
        related_sudo=False,
    )
    hours_balance = fields.Char("Hours bank", compute="_compute_hours_balance")
    hours_warning = fields.Char(compute="_compute_hours_balance")
    hours_refusal = fields.Char(compute="_compute_hours_balance")

    @api.depends("activity_id", "hours")
    def _compute_hours_balance(self):
        for wizard in self:
            preview = wizard._get_hours_preview()
            wizard.hours_balance = preview.get("sentence")
            wizard.hours_warning = preview.get("warning") or False
            wizard.hours_refusal = preview.get("refusal") or False

    def _get_hours_preview(self):
        """Return what closing with these hours would draw; {} if nothing."""
        # A browser may send any activity.
        activity = self.activity_id._origin._filtered_access("read")
        if not activity:
            return {}
        return activity._preview_hours(self.hours)
