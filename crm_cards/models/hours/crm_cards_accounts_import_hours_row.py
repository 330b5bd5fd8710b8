from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..card.crm_cards_accounts_import_row import _TEXT

# Written in SQL when the row is applied; undoing it takes the hours of this lot back.
_OWN = {"hours_lot_id", "is_hours_bank_created"}


class AccountsImportRow(models.Model):
    """A row that says how many hours a customer has left."""

    _inherit = "crm.cards.accounts.import.row"

    hours_lot_id = fields.Many2one(
        "crm.cards.hours.lot",
        string="Lot of hours",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    is_hours_bank_created = fields.Boolean(readonly=True)
    text_bank = fields.Char("Hours bank", **_TEXT)
    text_hours = fields.Char("Hours", **_TEXT)
    text_price_hour = fields.Char("Price per hour", **_TEXT)
    text_valid_from = fields.Char("Valid from", **_TEXT)
    text_valid_to = fields.Char("Valid until", **_TEXT)

    def write(self, vals):
        if not self.env.su and not _OWN.isdisjoint(vals):
            raise AccessError(
                self.env._("What an import has brought is written by the import alone.")
            )
        return super().write(vals)

    def action_open_as_new(self):
        if any(row.target == "hours" for row in self):
            raise UserError(
                self.env._(
                    "An import of hours opens no customers. Choose the customer of the "
                    "row, or open the customer first and preview again."
                )
            )
        return super().action_open_as_new()
