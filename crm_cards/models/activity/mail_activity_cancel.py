from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG

from ...tools.trusted import TRUSTED, is_trusted

_MARKS = {"card_cancelled": False, "card_cancel_reason": False}


class MailActivity(models.Model):
    """Cancelling keeps an activity, with who did it and why.

    Odoo deletes what is cancelled. Here deletion is left to code that cleans up
    behind itself; what a person deletes becomes cancelled and can be reopened.
    """

    _inherit = "mail.activity"

    def action_cancel(self):
        self.filtered("active")._cancel()

    def action_ask_cancel(self):
        """Return the dialog that asks why."""
        return self.env["crm.cards.activity.cancel"]._open(self.filtered("active"))

    def _cancel(self, reason=False):
        """Close the activities as cancelled by the present user.

        :param str reason: may be empty, the activity is kept all the same
        """
        if self:
            self.check_access("write")
            # In one write: what closing asks for is not asked of cancelled ones, and
            # their events leave the calendar. Recorded by the system, after the check.
            self.sudo().write(
                {"active": False, "card_cancelled": True, "card_cancel_reason": reason}
            )

    def write(self, vals):
        if vals.get("active") and not vals.get("card_cancelled"):
            vals = {**vals, **_MARKS}
        return super().write(vals)

    def unlink(self):
        # Odoo uninstalls as superuser; a context can come from anywhere.
        if self.env.su and self.env.context.get(MODULE_UNINSTALL_FLAG):
            return super().unlink()
        self.check_access("unlink")
        orphans = self._filter_orphans()
        kept = orphans._keep_on_customer()
        others = self - orphans
        if others._is_deleted_by_person():
            kept |= others._cancel_instead()
        return super(MailActivity, self - kept).unlink()

    @api.model
    def _is_deleted_by_person(self):
        # The context comes from the browser, so it cannot say that nobody is there.
        gate = self.env["crm.cards.conversion.gate"]
        return gate._is_person_calling() or gate._is_person_at_screen()

    def _cancel_instead(self):
        """Cancel what a person wants deleted, but for what code cleans up.

        :return: the activities that are kept
        :raises UserError: some are closed, and so part of the history
        """
        kept = self
        if is_trusted(self.env.context.get("card_clean_up")):
            kept = self.filtered(lambda activity: not activity.automated)
        closed = kept.filtered(lambda activity: not activity.active)
        if closed:
            raise UserError(
                self.env._(
                    "%(activity)s is closed and belongs to the history, which is not "
                    "deleted. Reopen it if it was closed by mistake.",
                    activity=closed[0].display_name,
                )
            )
        kept._cancel()
        return kept

    # -- where Odoo reads closed activities as done ones ----------------------

    @api.model
    def get_activity_data(self, *args, **kwargs):
        activities = self.with_context(card_without_cancelled=True)
        return super(MailActivity, activities).get_activity_data(*args, **kwargs)

    @api.model
    def _search(self, domain, *args, **kwargs):
        if self.env.context.get("card_without_cancelled"):
            domain = Domain(domain) & Domain("card_cancelled", "!=", True)
        return super()._search(domain, *args, **kwargs)


class MailActivityMixin(models.AbstractModel):
    _inherit = "mail.activity.mixin"

    def activity_unlink(self, *args, **kwargs):
        """Let code take back what it scheduled, also on behalf of a person."""
        records = self.with_context(card_clean_up=TRUSTED)
        return super(MailActivityMixin, records).activity_unlink(*args, **kwargs)
