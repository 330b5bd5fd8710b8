import functools

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain


class PartnerNote(models.Model):
    """One dated remark about a customer, signed by whoever wrote it.

    Only the author may change or delete a note; an administrator of the cards
    may delete it. Reading a note needs the right to read its customer.
    """

    _name = "crm.cards.partner.note"
    _description = "Customer Note"
    _order = "date desc, id desc"
    _rec_name = "body"

    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, ondelete="cascade", index=True
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now, readonly=True)
    author_id = fields.Many2one(
        "res.users",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
    )
    body = fields.Text(string="Note", required=True)
    is_own = fields.Boolean(compute="_compute_is_own")

    @api.depends("author_id")
    @api.depends_context("uid")
    def _compute_is_own(self):
        for note in self:
            note.is_own = note.author_id == self.env.user

    # -- access: as far as the customer may be read ---------------------------
    # A record rule cannot say this: rules of the customer are not applied inside
    # the domain of a rule.

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if self.env.su or not any(self._ids):
            return result
        forbidden, error = result or (self.browse(), None)
        # The customer is read here only to ask whether the user may read it.
        partners = self.sudo().partner_id.sudo(False)
        readable = partners._filtered_access("read")
        hidden = self.filtered(
            lambda note: note.sudo().partner_id.sudo(False) not in readable
        )
        if not hidden:
            return result
        rules = self.env["ir.rule"]
        error = error or functools.partial(rules._make_access_error, operation, hidden)
        return forbidden | hidden, error

    @api.model
    def _search(self, domain, *args, bypass_access=False, **kwargs):
        if not self.env.su and not bypass_access:
            readable = self.env["ir.rule"]._compute_domain("res.partner", "read")
            domain = Domain(domain) & Domain("partner_id", "any!", readable)
        return super()._search(domain, *args, bypass_access=bypass_access, **kwargs)

    # -- create and write -----------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Sign notes with their writer and moment; neither can be made up."""
        if not self.env.su:
            signature = {"author_id": self.env.uid, "date": fields.Datetime.now()}
            vals_list = [{**vals, **signature} for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and not vals.keys() <= {"body"}:
            raise AccessError(
                self.env._("Customer, date and author of a note cannot be changed.")
            )
        return super().write(vals)
