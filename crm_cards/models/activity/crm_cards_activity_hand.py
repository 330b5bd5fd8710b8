from odoo import api, fields, models
from odoo.fields import Domain


class ActivityHand(models.Model):
    """One passing of an activity from hand to hand; never edited (row 60).

    The first row of an activity says who gave it to whom when it was planned.
    """

    _name = "crm.cards.activity.hand"
    _inherit = "crm.cards.sight.mixin"
    _description = "Passing of an Activity"
    _order = "date, id"
    _rec_name = "activity_id"

    activity_id = fields.Many2one(
        "mail.activity", required=True, ondelete="cascade", index=True
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    by_user_id = fields.Many2one("res.users", string="Passed by", ondelete="set null")
    from_user_id = fields.Many2one(
        "res.users", string="From whom", ondelete="set null", index="btree_not_null"
    )
    to_user_id = fields.Many2one(
        "res.users", string="To whom", ondelete="set null", index="btree_not_null"
    )
    note = fields.Text()

    # -- access: as far as the activity may be seen ---------------------------

    @api.model
    def _search(self, domain, *args, bypass_access=False, **kwargs):
        if not self.env.su and not bypass_access:
            seen = self.env["crm.cards.activity"]._search(Domain.TRUE)
            domain = Domain(domain) & Domain("activity_id", "in", seen)
        return super()._search(domain, *args, bypass_access=bypass_access, **kwargs)
