from odoo import api, models
from odoo.fields import Domain


class DetailMixin(models.AbstractModel):
    """Rows that may be read as far as the record they belong to.

    The model that inherits names the field of that record in ``_detail_of``.
    """

    _name = "crm.cards.detail.mixin"
    _inherit = "crm.cards.sight.mixin"
    _description = "Detail of a Record"

    _detail_of = None

    @api.model
    def _search(self, domain, *args, bypass_access=False, **kwargs):
        if not self.env.su and not bypass_access:
            owners = self.env[self._fields[self._detail_of].comodel_name]
            readable = owners.with_context(active_test=False)._search(Domain.TRUE)
            domain = Domain(domain) & Domain(self._detail_of, "in", readable)
        return super()._search(domain, *args, bypass_access=bypass_access, **kwargs)
