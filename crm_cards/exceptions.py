"""The add-on's own refusals, so that callers and tests can tell them apart."""

from odoo.exceptions import UserError


class CardBlockedError(UserError):
    """The account card of the customer is blocked or closed."""


class CardHasPostingsError(UserError):
    """The ledger already holds postings of the card, so it must stay."""


class ConversionRefusedError(UserError):
    """The user may not turn a prospect into a customer."""


class HoursRefusedError(UserError):
    """The hours bank has not as many hours left, or takes no more entries."""
