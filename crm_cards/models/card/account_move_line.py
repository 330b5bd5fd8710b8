from odoo import api, models

_SIDES = {"asset_receivable": "customers", "liability_payable": "suppliers"}


class AccountMoveLine(models.Model):
    """Ledger first: who has postings has an account card (row 11)."""

    _inherit = "account.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        items = super().create(vals_list)
        # Bank entries get their counterpart after they were posted.
        items.filtered(
            lambda item: item.parent_state == "posted"
        )._open_cards_of_postings()
        return items

    def write(self, vals):
        result = super().write(vals)
        if {"partner_id", "account_id"} & vals.keys():
            self.filtered(
                lambda item: item.parent_state == "posted"
            )._open_cards_of_postings()
        return result

    def _open_cards_of_postings(self):
        """Open missing cards; let the main account follow what is posted."""
        sides = {}  # {(company, commercial partner): {side: first item}}
        for item in self:
            side = _SIDES.get(item.account_id.account_type)
            if side and item.partner_id:
                key = (item.company_id, item.partner_id.commercial_partner_id)
                sides.setdefault(key, {}).setdefault(side, item)
        by_company = {}
        for (company, partner), items in sides.items():
            by_company.setdefault(company, {})[partner] = items
        for company, partners in by_company.items():
            self._open_cards_in_company(company, partners)

    @api.model
    def _open_cards_in_company(self, company, partners):
        cards = self.env["res.partner"].union(*partners)._get_cards_by_partner(company)
        self.env["crm.cards.account.card"].union(*cards.values())._hold_for_posting()
        lacking = {}  # {main account: partners}
        for partner, items in partners.items():
            card = cards.get(partner.id)
            if not card:
                lacking.setdefault(_get_main_account(items), []).append(partner)
            elif not card.is_main_account_chosen:
                main_account = _get_main_account(items, card.main_account)
                if main_account != card.main_account:
                    card.main_account = main_account
        for main_account, group in lacking.items():
            self.env["res.partner"].union(*group)._open_account_card(
                "invoice",
                company=company,
                main_account=main_account,
                documents={
                    partner.id: {"move_id": _get_first(partners[partner]).move_id.id}
                    for partner in group
                },
            )


def _get_first(items):
    return next(iter(items.values()))


def _get_main_account(sides, current=None):
    """Return the main account that covers the posted sides and the current one.

    >>> _get_main_account({"customers"})
    'customers'
    >>> _get_main_account({"suppliers"}, "customers")
    'customers_suppliers'
    """
    covered = set(sides) | ({current} if current else set())
    return covered.pop() if len(covered) == 1 else "customers_suppliers"
