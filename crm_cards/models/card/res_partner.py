from odoo import api, fields, models


class ResPartner(models.Model):
    """What the customer's own card adds to a partner (rows 39-43)."""

    _inherit = "res.partner"

    # Shared between customer and account card, so every change leaves a trace; core
    # already tracks the rest.
    lang = fields.Selection(tracking=True)
    category_id = fields.Many2many(tracking=True)

    # What is thought of a customer is not for his own eyes in the portal.
    customer_status_id = fields.Many2one(
        "crm.cards.customer.status",
        tracking=True,
        index="btree_not_null",
        group_expand="_read_group_customer_statuses",
        ondelete="restrict",
        groups="base.group_user",
    )
    customer_type_id = fields.Many2one(
        "crm.cards.customer.type",
        index="btree_not_null",
        ondelete="restrict",
        groups="base.group_user",
    )
    temperature_id = fields.Many2one(
        "crm.cards.temperature",
        tracking=True,
        index="btree_not_null",
        ondelete="restrict",
        groups="base.group_user",
    )
    source_id = fields.Many2one(
        "utm.source",
        string="Source of arrival",
        index="btree_not_null",
        ondelete="set null",
        groups="base.group_user",
    )
    date_next_contact = fields.Date(
        string="Next Contact", index="btree_not_null", groups="base.group_user"
    )

    @api.model
    def _read_group_customer_statuses(self, statuses, _domain):
        return statuses.search([("active", "=", True)])

    def action_temperature_up(self):
        """Make the customers one step warmer; the hottest stay as they are."""
        self._move_temperature(1)

    def action_temperature_down(self):
        """Make the customers one step colder; the coldest stay as they are."""
        self._move_temperature(-1)

    def _move_temperature(self, step):
        scale = self.env["crm.cards.temperature"].search([("active", "=", True)])
        if not scale:
            return
        for temperature, partners in self.grouped("temperature_id").items():
            if temperature in scale:
                position = scale.ids.index(temperature.id) + step
            else:
                position = 0 if step > 0 else len(scale) - 1
            partners.temperature_id = scale[min(max(position, 0), len(scale) - 1)]

    def write(self, vals):
        side = self.env.context.get("crm_cards_side")
        if side:
            self._track_set_log_message(self._get_side_message(side))
        if "category_id" in vals and not self._is_tracking_off():
            self._track_prepare(["category_id"])
        return super().write(vals)

    def _is_tracking_off(self):
        context = self.env.context
        return context.get("tracking_disable") or context.get("mail_notrack")

    def _track_prepare(self, fields_iter):
        # Every write prepares all fields of the model. The tags alone would cost it a
        # query, so write() prepares them when they are about to change.
        if fields_iter is self._fields:
            fields_iter = self._fields.keys() - {"category_id"}
        return super()._track_prepare(fields_iter)

    def _get_side_message(self, side):
        """Say from which side a change of the shared data came (row 12)."""
        return {
            "card": self.env._("Changed on the account card"),
            "customer": self.env._("Changed on the customer"),
            "lead": self.env._("Changed on the opportunity"),
        }.get(side, "")
