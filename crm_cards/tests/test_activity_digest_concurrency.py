"""Two workers at the same digest, each with a connection of his own."""

from psycopg2.errors import SerializationFailure

from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common_concurrency import ConnectionsCase


@tagged("post_install", "-at_install")
class TestActivityDigestConcurrency(ConnectionsCase):
    def setUp(self):
        super().setUp()
        with self._environment() as env:
            asker = new_test_user(env, login="digest_asker")
            partner = env["res.partner"].create({"name": "Race Printing"})
            activity = env["mail.activity"].create(
                {
                    "res_model_id": env["ir.model"]._get_id("res.partner"),
                    "res_id": partner.id,
                    "card_asked_by_id": asker.id,
                    "user_id": env.uid,
                }
            )
            activity._cancel()
            self.asker_id, self.partner_id = asker.id, partner.id
            self.activity_id = activity.id
        self.addCleanup(self._remove)

    def _remove(self):
        with self._environment() as env:
            env["mail.activity"].browse(self.activity_id).unlink()
            self._remove_users(env, [self.asker_id])
            env["res.partner"].browse(self.partner_id).unlink()

    def _report(self, env):
        activity = env["mail.activity"].browse(self.activity_id)
        activity.fetch(["card_reported"])
        return activity

    @mute_logger("odoo.sql_db")
    def test_second_worker_reports_nothing(self):
        with self._environments(2) as (first, second):
            activity = self._report(first)
            late = self._report(second)
            asker = activity.card_asked_by_id
            activity.try_lock_for_update(allow_referencing=True)._report_to(asker)
            self.assertFalse(late.try_lock_for_update(allow_referencing=True))
            first.cr.commit()  # pylint: disable=invalid-commit
            with self.assertRaises(SerializationFailure):
                late.try_lock_for_update(allow_referencing=True)
