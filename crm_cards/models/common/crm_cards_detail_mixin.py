import functools

from odoo import api, models
from odoo.fields import Domain


class DetailMixin(models.AbstractModel):
    """Rows that may be read as far as the record they belong to.

    The model that inherits names the field of that record in ``_detail_of``.
    """

    _name = "crm.cards.detail.mixin"
    _description = "Detail of a Record"

    _detail_of = None

    @api.model
    def _search(self, domain, *args, bypass_access=False, **kwargs):
        if not self.env.su and not bypass_access:
            readable = self._get_readable_owners()
            domain = Domain(domain) & Domain(self._detail_of, "in", readable)
        return super()._search(domain, *args, bypass_access=bypass_access, **kwargs)

    @api.model
    def _get_readable_owners(self):
        owners = self.env[self._fields[self._detail_of].comodel_name]
        return owners.with_context(active_test=False)._search(Domain.TRUE)

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if self.env.su or not any(self._ids):
            return result
        seen = self.browse(self._search([("id", "in", self.ids)]).get_result_ids())
        hidden = self - seen
        if not hidden:
            return result
        rules = self.env["ir.rule"]
        return hidden, functools.partial(rules._make_access_error, operation, hidden)
