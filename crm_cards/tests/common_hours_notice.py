from unittest.mock import patch

from odoo.addons.base.models.ir_cron import IrCron

from .common_hours import HoursCase


class HoursNoticeCase(HoursCase):
    """A bank, a salesperson of its customer, and what the transaction ends with."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.user_id = cls.salesperson
        cls.notices = cls.env["crm.cards.hours.notice"].sudo()
        cron = cls.env.ref("crm_cards.ir_cron_crm_cards_hours_notice_tell")
        cls.triggers = cls.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])

    def setUp(self):
        super().setUp()
        self.startPatcher(
            patch.object(IrCron, "_commit_progress", lambda *_args, **_kwargs: 60)
        )

    def _end(self):
        """Do what is done before a transaction is committed."""
        self.env.cr.flush()

    def _kinds(self, bank=None):
        """Return the kinds of the notices of a bank, in order."""
        self._end()
        return (bank or self.bank).notice_ids.sorted("id").mapped("kind")

    def _tell(self):
        self._end()
        self.notices._cron_tell()

    def _get_triggers(self):
        cron = self.env.ref("crm_cards.ir_cron_crm_cards_hours_notice_tell")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        return len(triggers - self.triggers)
