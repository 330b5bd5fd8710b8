import functools

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


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

    @api.model
    def _get_sight_sql(self, model):
        """Return ``(SELECT …)`` of the table of ``model``: what of it the user may see.

        For a ``_table_query``. The conditions of his rights are on the table itself, so
        that PostgreSQL neither reads it twice nor loses the index of what is asked for.
        """
        records = self.env[model].with_context(active_test=False)
        if records.has_access("read"):
            query = records._search(Domain.TRUE)
        else:
            query = records.browse()._as_query()
        return query.subselect(SQL("%s.*", SQL.identifier(query.table)))
