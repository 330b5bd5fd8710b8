"""Two workers and one series, each with a connection of its own."""

from contextlib import contextmanager

from psycopg2.errors import SerializationFailure

from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common_concurrency import ConnectionsCase

_NAME = "Concurrent series"


@tagged("post_install", "-at_install")
class TestActivitySeriesConcurrency(ConnectionsCase):
    def setUp(self):
        super().setUp()
        self.enterContext(freeze_time("2027-02-28 12:00:00"))
        self.addCleanup(self._clean_up)

    def _repeat(self, next_one):
        with self._environment(active_test=False) as env:
            partner = env["res.partner"].create({"name": _NAME})
            activity = env["mail.activity"].create(
                {
                    "summary": _NAME,
                    "res_model_id": env["ir.model"]._get_id("res.partner"),
                    "res_id": partner.id,
                    "user_id": env.uid,
                    "date_deadline": "2027-01-31",
                    "card_repeat": True,
                    "card_repeat_unit": "months",
                    "card_repeat_next": next_one,
                }
            )
            self.activity_id, self.series_id = activity.id, activity.card_series_id.id

    def _clean_up(self):
        with self._environment(active_test=False) as env:
            env["mail.activity"].search([("summary", "=", _NAME)]).unlink()
            env["crm.cards.activity.series"].browse(self.series_id).unlink()
            env["res.partner"].search([("name", "=", _NAME)]).unlink()

    @contextmanager
    def _workers(self, count):
        """Give environments that have all read the activity and its series."""
        with self._environments(count, active_test=False) as workers:
            for env in workers:
                self._activity(env).read(["active", "card_series_number"])
                self._series(env).read(["last_number", "next_date"])
            yield workers

    def _activity(self, env):
        return env["mail.activity"].browse(self.activity_id)

    def _series(self, env):
        return env["crm.cards.activity.series"].browse(self.series_id)

    def _get_numbers(self):
        with self._environment(active_test=False) as env:
            activities = self._series(env).activity_ids
            return sorted(activities.mapped("card_series_number"))

    @mute_logger("odoo.sql_db")
    def test_two_people_close_the_same_activity(self):
        self._repeat("closed")
        with self._workers(2) as (first, second):
            self._activity(first).action_done()
            first.cr.commit()
            # The server runs the request again, which then finds it closed.
            with self.assertRaises(SerializationFailure):
                self._activity(second).action_done()
                second.cr.flush()
            second.cr.rollback()
            self._activity(second).action_done()
            second.cr.commit()
        self.assertEqual(self._get_numbers(), [1, 2])

    @mute_logger("odoo.sql_db")
    def test_lock_alone_holds_back_the_second(self):
        """Even if the two have no row of an activity in common."""
        self._repeat("closed")
        with self._workers(2) as (first, second):
            self._series(first)._plan_after_closing({self._series(first): 1})
            first.cr.commit()
            with self.assertRaises(SerializationFailure):
                self._series(second)._plan_after_closing({self._series(second): 1})
        self.assertEqual(self._get_numbers(), [1, 2])

    @mute_logger("odoo.sql_db")
    def test_two_runs_of_the_scheduled_action(self):
        self._repeat("date")
        with self._workers(3) as (first, second, late):
            self._series(first)._plan_due_alone()
            self._series(second)._plan_due_alone()  # locked: left to the first
            second.cr.commit()
            first.cr.commit()
            self._series(late)._plan_due_alone()  # saw what was before: leaves it
            late.cr.commit()
            self._series(late)._plan_due_alone()  # sees what is: nothing is due
            late.cr.commit()
        self.assertEqual(self._get_numbers(), [1, 2])

    @mute_logger("odoo.sql_db")
    def test_closing_against_the_scheduled_action(self):
        for first_is_cron in (True, False):
            self._repeat("date")
            with self._workers(2) as (cron, person):
                steps = [
                    lambda cron=cron: self._series(cron)._plan_due_alone(),
                    lambda person=person: self._activity(person).action_done(),
                ]
                for step in steps if first_is_cron else steps[::-1]:
                    step()
                person.cr.commit()
                cron.cr.commit()
            with self.subTest(first_is_cron=first_is_cron):
                self.assertEqual(self._get_numbers(), [1, 2])
                with self._environment(active_test=False) as env:
                    activities = self._series(env).activity_ids.sorted("id")
                    self.assertEqual(activities.mapped("active"), [False, True])
            self._clean_up()
