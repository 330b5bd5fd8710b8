from odoo import api, models
from odoo.exceptions import UserError


class AccountAnalyticLine(models.Model):
    """Refuses to change hours that are billed, as Odoo does of those of orders."""

    _inherit = "account.analytic.line"

    def _check_can_write(self, values):
        if not self._get_hours_fields().isdisjoint(values):
            self._check_hours_billed()
        return super()._check_can_write(values)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_hours_billed(self):
        self._check_hours_billed()

    def _check_hours_billed(self):
        # Whether it is billed does not depend on who asks.
        works = self.env["crm.cards.hours.billing.line"].sudo()
        work = works.search(
            [
                ("source", "in", self._name_hours_sources()),
                ("state", "=", "billed"),
            ],
            limit=1,
        )
        if work:
            raise UserError(work._describe_billed())
