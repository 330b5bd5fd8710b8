import functools

from odoo import models


class SightMixin(models.AbstractModel):
    """Records that may be used as far as the user's own search finds them.

    For models whose ``_search`` knows more than record rules can say.
    """

    _name = "crm.cards.sight.mixin"
    _description = "Access as Searched"

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
