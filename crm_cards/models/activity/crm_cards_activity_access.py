from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class Activity(models.Model):
    """Which activities a user may see.

    Record rules say whose (own, team, all). What a rule cannot say is added here:
    beyond one's own, an activity is seen as far as its document may be read.
    """

    _inherit = "crm.cards.activity"

    @api.model
    def _search(self, domain, *args, bypass_access=False, **kwargs):
        if not self.env.su and not bypass_access:
            domain = Domain(domain) & self._get_document_domain()
        return super()._search(domain, *args, bypass_access=bypass_access, **kwargs)

    @api.model
    def _get_own_domain(self):
        """Return the activities the user takes part in.

        Those parked by somebody who left, private ones too, are the administrators'
        to give to others.
        """
        uid = self.env.uid
        domains = [
            Domain("user_id", "=", uid),
            Domain("card_asked_by_id", "=", uid),
            Domain("create_uid", "=", uid),
            Domain("card_colleague_ids", "in", [uid]),
        ]
        if self.env.user.has_group("crm_cards.crm_cards_group_manager"):
            domains.append(Domain("card_parked_from_id", "!=", False))
        return Domain.OR(domains)

    @api.model
    def _get_document_domain(self):
        """Return one's own activities and those of readable documents."""
        domains = [self._get_own_domain()]
        # Without a scope it is as in Odoo, where free ones are one's own.
        if self.env.user._get_activity_scope():
            free = Domain("res_model", "=", False)
            domains += [
                free & Domain("card_customer_id", "=", False),
                free & self._get_readable_domain("res.partner", "card_customer_id"),
            ]
        sources = self.env["res.partner"]._get_customer_document_models()
        for model in sources:
            if self.env[model].has_access("read"):
                readable = self._get_readable_domain(model, "res_id")
                domains.append(Domain("res_model", "=", model) & readable)
        return Domain.OR(domains)

    @api.model
    def _get_readable_domain(self, model, fname):
        """Return the activities whose field names a readable record of ``model``.

        Asked row by row: a list of all readable records would be made anew for
        every page.
        """

        def to_sql(activities, alias, query):
            documents = self.env[model].with_context(active_test=False)
            found = documents._search(Domain.TRUE)
            if not found.where_clause:
                return SQL("TRUE")
            found.add_where(
                SQL(
                    "%s = %s",
                    SQL.identifier(documents._table, "id"),
                    activities._field_to_sql(alias, fname),
                )
            )
            return SQL("EXISTS (%s)", found.select(SQL("1")))

        return Domain.custom(to_sql=to_sql)
