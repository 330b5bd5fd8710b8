from odoo import api, fields, models

PROSPECT_CAUSES = [
    ("new", "New customer"),
    ("lead", "Lead or opportunity"),
    ("order", "Quotation"),
]


class Prospect(models.Model):
    """The dated fact that a partner became a prospect in one company.

    Rows are only added: the first one is the customer's first touch.
    """

    _name = "crm.cards.prospect"
    _description = "Prospect"
    _order = "date, id"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    user_id = fields.Many2one("res.users", default=lambda self: self.env.user)
    cause = fields.Selection(PROSPECT_CAUSES, required=True)
    lead_id = fields.Many2one("crm.lead", ondelete="set null", index="btree_not_null")
    order_id = fields.Many2one(
        "sale.order", ondelete="set null", index="btree_not_null"
    )
    source_id = fields.Many2one("utm.source", ondelete="set null")

    # -- the kind of the partners --

    @api.model_create_multi
    def create(self, vals_list):
        facts = super().create(vals_list)
        self._forget_kinds()
        return facts

    def write(self, vals):
        result = super().write(vals)
        self._forget_kinds()
        return result

    def unlink(self):
        result = super().unlink()
        self._forget_kinds()
        return result

    def _forget_kinds(self):
        """Have the kinds of all partners in memory computed again.

        They are never stored. As a dependency, each fact would search for the persons
        of its company, and leads are given their customers one by one.
        """
        self.env["res.partner"].invalidate_model(["customer_kind"], flush=False)
