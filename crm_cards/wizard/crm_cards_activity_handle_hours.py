from odoo import api, fields, models


class ActivityHandle(models.TransientModel):
    """Beside the hours that closing asks for: kind of work, and what the bank has."""

    _inherit = "crm.cards.activity.handle"

    logged_hours = fields.Float(
        related="activity_id.card_logged_hours",
        string="Logged before",
        related_sudo=False,
    )
    hours_kind_id = fields.Many2one(
        "crm.cards.hours.kind",
        string="Kind of work",
        compute="_compute_hours_kind_id",
        store=True,
        readonly=False,
    )
    hours_balance = fields.Char("Hours bank", compute="_compute_hours_balance")
    hours_warning = fields.Char(compute="_compute_hours_balance")
    hours_refusal = fields.Char(compute="_compute_hours_balance")

    @api.depends("activity_id")
    def _compute_hours_kind_id(self):
        for wizard in self.sudo(False):
            # A browser may send any activity.
            activity = wizard.activity_id._filtered_access("read")
            wizard.hours_kind_id = activity.card_hours_kind_id

    @api.depends("activity_id", "hours", "hours_kind_id")
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
        return activity._preview_hours(self.hours, self.hours_kind_id._origin)

    def _apply_answers(self):
        if self.next_move == "close":
            self.activity_id.card_hours_kind_id = self.hours_kind_id
        return super()._apply_answers()
