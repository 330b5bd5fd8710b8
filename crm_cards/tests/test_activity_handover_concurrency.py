"""Two workers at the same hand-over, each with a connection of his own."""

from psycopg2.errors import SerializationFailure

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_concurrency import ConnectionsCase


@tagged("post_install", "-at_install")
class TestActivityHandoverConcurrency(ConnectionsCase):
    def setUp(self):
        super().setUp()
        with self._environment() as env:
            leaver, heir = self._create_users(env, "handover_race", "base.group_user")
            partner = env["res.partner"].create(
                {"name": "Race Printing", "user_id": leaver.id}
            )
            handover = env["crm.cards.handover"].create(
                {
                    "user_id": leaver.id,
                    "customer_user_id": heir.id,
                    "state": "scheduled",
                    "date_from": "2026-01-01",
                }
            )
            self.user_ids, self.partner_id = [leaver.id, heir.id], partner.id
            self.handover_id = handover.id
        self.addCleanup(self._remove)

    def _remove(self):
        with self._environment() as env:
            env["crm.cards.handover"].browse(self.handover_id).unlink()
            self._remove_users(env, self.user_ids)
            env["res.partner"].browse(self.partner_id).unlink()

    def _handover(self, env):
        return env["crm.cards.handover"].browse(self.handover_id)

    @mute_logger("odoo.sql_db")
    def test_carried_out_once(self):
        with self._environments(2) as (first, second):
            handover, late = self._handover(first), self._handover(second)
            self.assertEqual(late.state, "scheduled")
            handover._execute()
            self.assertFalse(late.try_lock_for_update(allow_referencing=True))
            first.cr.commit()  # pylint: disable=invalid-commit
            with self.assertRaises(SerializationFailure):
                late.try_lock_for_update(allow_referencing=True)
        with self._environment() as env:
            handover = self._handover(env)
            self.assertEqual(handover.state, "done")
            self.assertEqual(len(handover.line_ids), 1)
