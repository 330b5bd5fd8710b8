from odoo import api, models
from odoo.exceptions import AccessError, UserError

from .crm_cards_hours_bank import BALANCES

# Entries would say something else of them from one moment to the next.
_FIXED = frozenset({"company_id", "currency_id", "partner_id"})


class HoursBank(models.Model):
    """Lets nobody write what is the sum of the entries."""

    _inherit = "crm.cards.hours.bank"

    @api.model_create_multi
    def create(self, vals_list):
        self._check_balances(set().union(*vals_list))
        defaults = {f"default_{name}": 0 for name in BALANCES}
        return super(HoursBank, self.with_context(**defaults)).create(vals_list)

    def write(self, vals):
        self._check_balances({*vals})
        self._check_fixed(vals)
        return super().write(vals)

    @api.model
    def _check_balances(self, names):
        refused = sorted(names & {*BALANCES})
        if refused:
            raise AccessError(
                self.env._(
                    "%(field)s of an hours bank follows from its entries and is not "
                    "written by itself.",
                    field=self._fields[refused[0]]._description_string(self.env),
                )
            )

    def _check_fixed(self, vals):
        vals = self._prepare_owner(vals)
        # As in _unlink_except_with_entries.
        entries = self.env["crm.cards.hours.entry"].sudo()
        for fname in sorted(_FIXED & vals.keys()):
            changed = self.filtered(lambda bank, f=fname: bank[f].id != vals[f])
            moved = entries.search([("bank_id", "in", changed.ids)], limit=1)
            if moved:
                raise UserError(
                    self.env._(
                        "%(field)s: hours have moved on %(bank)s already. Open another "
                        "bank for this customer.",
                        field=self._fields[fname]._description_string(self.env),
                        bank=moved.bank_id.display_name,
                    )
                )
