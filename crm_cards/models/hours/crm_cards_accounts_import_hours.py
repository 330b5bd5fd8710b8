from odoo import fields, models
from odoo.exceptions import UserError

from ...tools.hours_draw import LOT_AT_MOST
from ...tools.hours_words import HOURS_HEADERS, parse_hours
from ...tools.owned_product_words import CUSTOMER_FIELDS
from ..card.crm_cards_accounts_import_column import TARGETS, Target
from ..card.crm_cards_accounts_import_values import CellError, ValueReader

# As with products, the customer's columns only say who is meant.
HOURS_TARGETS = {
    **{field: TARGETS[field] for field in CUSTOMER_FIELDS},
    "bank": Target("text", "name", part="bank"),
    "hours": Target("hours", "hours", part="lot", limit=32),
    "price_hour": Target("amount", "price_hour", part="lot"),
    "valid_from": Target("date", "date_from", part="lot"),
    "valid_to": Target("date", "date_to", part="lot"),
    "note": Target("text", "name", part="lot", limit=256),
}


class HoursReader(ValueReader):
    """Reads the rows of a list of hours."""

    def _read_hours(self, text, _target, _country_code):
        hours = parse_hours(text)
        if hours is None or not 0 < round(hours * 60) <= LOT_AT_MOST:
            raise CellError(
                self.env._(
                    "“%(text)s” are no hours. Write a number above zero, for example "
                    "12.5 or 12:30.",
                    text=text,
                )
            )
        return round(hours * 60) / 60


class AccountsImportHours(models.Model):
    """Opening balances: hours that customers have left when the company begins.

    Each row becomes a lot in a bank of a customer that was found; banks are opened
    where there is none of that name. A row is *matched* when the same hours came in
    with an import before.
    """

    _inherit = "crm.cards.accounts.import"

    target = fields.Selection(
        selection_add=[("hours", "Hours banks")], ondelete={"hours": "cascade"}
    )

    def _is_of_hours(self):
        return self.target == "hours"

    def _get_targets(self):
        return HOURS_TARGETS if self._is_of_hours() else super()._get_targets()

    def _get_parts(self):
        if self._is_of_hours():
            return {"bank": "crm.cards.hours.bank", "lot": "crm.cards.hours.lot"}
        return super()._get_parts()

    def _get_header_words(self):
        return HOURS_HEADERS if self._is_of_hours() else super()._get_header_words()

    def _get_reader(self):
        return HoursReader(self) if self._is_of_hours() else super()._get_reader()

    def _get_label(self, texts):
        if not self._is_of_hours():
            return super()._get_label(texts)
        parts = [texts.get(field) for field in ("name", "bank", "hours")]
        return " · ".join(filter(None, parts))

    # -- who may, and what must be there --

    def _check_rights(self):
        if not self._is_of_hours():
            return super()._check_rights()
        user = self.env.user
        if self.env.su or any(
            user.has_group(f"crm_cards.crm_cards_group_{name}")
            for name in ("accountant", "hours_manager")
        ):
            return None
        raise UserError(
            self.env._(
                "Only accountants and managers of hours may import opening balances."
            )
        )

    def _check_mapping(self):
        if self._is_of_hours():
            if not any(column.is_join for column in self.column_ids):
                raise UserError(
                    self.env._(
                        "Mark at least one column under “Recognise by”: account key, "
                        "tax ID, e-mail or phone. Otherwise nobody knows whose hours "
                        "these are."
                    )
                )
            if "hours" not in self.column_ids.mapped("field"):
                raise UserError(self.env._("Say which column holds the hours."))
        return super()._check_mapping()
