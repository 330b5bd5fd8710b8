from odoo import api, fields, models


class MailActivity(models.Model):
    """Who asked for an activity, and through whose hands it went."""

    _inherit = "mail.activity"

    card_asked_by_id = fields.Many2one(
        "res.users",
        string="Asked by",
        default=lambda self: self._get_default_asker(),
        index="btree_not_null",
        ondelete="set null",
        domain="[('share', '=', False)]",
        help="Who wants it done, and hears when it is.",
    )
    card_from_id = fields.Many2one(
        "res.users",
        string="Handed over by",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="Who handed it to the present assignee.",
    )
    card_hand_ids = fields.One2many(
        "crm.cards.activity.hand", "activity_id", string="Trail of hands", readonly=True
    )

    @api.model
    def _get_default_asker(self):
        """Return who plans; customers in the portal cause activities, no more."""
        return self.env.user if self.env.user._is_internal() else self.env.user.browse()

    @api.model_create_multi
    def create(self, vals_list):
        activities = super().create(vals_list)
        handed = activities.filtered(
            lambda activity: activity.user_id and activity.user_id != self.env.user
        )
        handed._record_hands({})
        return activities

    def write(self, vals):
        if "user_id" not in vals:
            return super().write(vals)
        before = {activity.id: activity.user_id for activity in self}
        result = super().write(vals)
        self.filtered(
            lambda activity: activity.user_id != before[activity.id]
        )._record_hands(before)
        return result

    def _record_hands(self, before):
        """Add a row to the trail of each activity.

        :param dict before: former assignee by activity id; none when just planned
        """
        if not self:
            return
        # The trail is written by the system only, so that nobody can edit it.
        self.env["crm.cards.activity.hand"].sudo().create(
            [
                {
                    "activity_id": activity.id,
                    "by_user_id": self.env.uid,
                    "from_user_id": before[activity.id].id if before else self.env.uid,
                    "to_user_id": activity.user_id.id,
                    "note": self.env.context.get("card_hand_note"),
                }
                for activity in self
            ]
        )
        self.sudo().card_from_id = self.env.uid
