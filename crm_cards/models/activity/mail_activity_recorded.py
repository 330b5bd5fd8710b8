from odoo import api, models
from odoo.exceptions import UserError

_RECORDED = {
    "card_cancel_reason",
    "card_cancelled",
    "card_conversion_company_id",
    "card_done_by_id",
    "card_former_document",
    "card_former_user",
    "card_from_id",
    "card_hand_ids",
    "card_parked_from_id",
    "card_reported",
    "card_timesheet_id",
}
# Those of a series have their own refusal, which says what to do instead.
_NO_DEFAULTS = _RECORDED | {"card_series_id", "card_series_number"}


class MailActivity(models.Model):
    """What the system records about an activity, nobody else writes.

    Read-only fields stop forms, not calls from outside. What our code records on
    behalf of a person it writes as superuser.
    """

    _inherit = "mail.activity"

    @api.model
    def default_get(self, fields):
        # The context comes from the browser, and fills in what create() is not given.
        if not self.env.su:
            fields = [fname for fname in fields if fname not in _NO_DEFAULTS]
        return super().default_get(fields)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_recorded({fname for fname in vals if vals[fname]})
        return super().create(vals_list)

    def write(self, vals):
        self._check_recorded(vals.keys(), "automated")
        return super().write(vals)

    @api.model
    def _check_recorded(self, fnames, *more):
        """Refuse what a person may not say of an activity.

        :raises UserError: one of the fields is the system's to write
        """
        if self.env.su:
            return
        forged = sorted(_RECORDED.union(more).intersection(fnames))
        if forged:
            raise UserError(
                self.env._(
                    "%(field)s: this is recorded by the system and cannot be entered. "
                    "Close, cancel or pass on the activity instead.",
                    field=self._fields[forged[0]]._description_string(self.env),
                )
            )
