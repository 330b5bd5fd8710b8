from odoo import fields, models


class MailActivity(models.Model):
    """The kind of work of an activity: how much of the customer's hours it takes.

    Where its hours are on a timesheet, the line has the same kind.
    """

    _inherit = "mail.activity"

    card_hours_kind_id = fields.Many2one(
        "crm.cards.hours.kind",
        string="Kind of work",
        ondelete="restrict",
        index="btree_not_null",
        help="How much of the customer's hours such work takes.",
    )

    def write(self, vals):
        changed = self.browse()
        if "card_hours_kind_id" in vals:
            kind_id = vals["card_hours_kind_id"] or False
            changed = self.filtered(lambda one: one.card_hours_kind_id.id != kind_id)
        result = super().write(vals)
        changed._correct_timesheet_kind()
        return result

    def _prepare_timesheet(self):
        return {
            **super()._prepare_timesheet(),
            "card_hours_kind_id": self.card_hours_kind_id.id,
        }

    def _correct_timesheet_kind(self):
        """Bring the lines there are in step; what was chosen there stays until then."""
        for activity in self:
            # Whether it may be changed is looked at below.
            line = activity.sudo().card_timesheet_id
            kind = activity.card_hours_kind_id
            if line and line.card_hours_kind_id != kind:
                activity._check_own_timesheet(line)
                line.card_hours_kind_id = kind
