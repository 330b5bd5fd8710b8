from odoo import api, models
from odoo.fields import Domain
from odoo.modules.db import FunctionStatus

_KEYS_AT_MOST = 200  # more matches of a part of a key are no help to anybody


def _trigram_index(column):
    """Return the index that serves ``ilike '%…%'`` on one column of the table."""

    def definition(registry):
        if not registry.has_trigram:
            return ""
        expression = f'"{column}"'
        if registry.has_unaccent == FunctionStatus.INDEXABLE:
            expression = registry.unaccent(expression)
        return f"USING gin ({expression} gin_trgm_ops)"

    return models.Index(definition)


class ResPartner(models.Model):
    """Find a customer by its account key in every customer field."""

    _inherit = "res.partner"

    # The columns that a name search looks into. One without such an index is
    # enough to make PostgreSQL read the whole table.
    _crm_cards_complete_name_index = _trigram_index("complete_name")
    _crm_cards_email_index = _trigram_index("email")
    _crm_cards_ref_index = _trigram_index("ref")
    _crm_cards_vat_index = _trigram_index("vat")
    _crm_cards_company_registry_index = _trigram_index("company_registry")
    _crm_cards_phone_index = _trigram_index("phone")
    _crm_cards_phone_sanitized_index = _trigram_index("phone_sanitized")

    @api.model
    def _find_partner_ids_by_key(self, operator, value):
        """Return ids of partners whose card in the current company has such a key.

        Former keys (of merged cards) find their partner as well. The ids are
        fetched first, because a sub-query inside an OR keeps PostgreSQL from
        using the indexes of the other parts.
        """
        # Keys are for every internal user; what may be seen of the partner is
        # decided by the search these ids go into.
        cards = (
            self.env["crm.cards.account.card"]
            .sudo()
            .with_context(active_test=False)
            .search_fetch(
                Domain("company_id", "=", self.env.company.id)
                & Domain("account_key", operator, value),
                ["partner_id"],
                limit=_KEYS_AT_MOST if operator != "in" else None,
            )
        )
        return cards.partner_id.ids

    @api.model
    def _search_display_name(self, operator, value):
        domain = super()._search_display_name(operator, value)
        if (
            operator not in ("in", "like", "ilike", "=like", "=ilike")
            or not value
            or not self.env.user._is_internal()
        ):
            return domain
        if operator == "in":
            value = [item for item in value if isinstance(item, str)]
        partner_ids = self._find_partner_ids_by_key(operator, value)
        if not partner_ids:
            return domain
        return Domain(domain) | Domain("id", "in", partner_ids)

    @api.model
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        """Put the customer whose account key was typed before all others."""
        key = (name or "").strip()
        if not key or operator not in ("ilike", "like", "=", "=ilike"):
            return super().name_search(name, domain, operator, limit)
        exact = self._name_search_exact_key(key, domain)
        found = super().name_search(name, domain, operator, limit)
        exact_ids = {partner_id for partner_id, _name in exact}
        return (exact + [pair for pair in found if pair[0] not in exact_ids])[:limit]

    @api.model
    def _name_search_exact_key(self, key, domain):
        if not self.env.user._is_internal():
            return []
        partner_ids = self._find_partner_ids_by_key("in", [key])
        if not partner_ids:
            return []
        partners = self.search_fetch(
            Domain("id", "in", partner_ids) & Domain(domain or Domain.TRUE),
            ["display_name"],
        )
        # Same as core: whoever may find a partner may read its name.
        return [(partner.id, partner.display_name) for partner in partners.sudo()]
