"""Two workers and one series, each with a connection of its own."""

from contextlib import ExitStack, closing

from psycopg2.errors import SerializationFailure

from odoo import api
from odoo.modules.registry import Registry
from odoo.tests import freeze_time, tagged
from odoo.tests.common import BaseCase, get_db_name
from odoo.tools import mute_logger

_NAME = "Concurrent series"


@tagged("post_install", "-at_install")
class TestActivitySeriesConcurrency(BaseCase):
    def setUp(self):
        super().setUp()
        self.enterContext(freeze_time("2027-02-28 12:00:00"))
        self.registry = Registry(get_db_name())
        self.addCleanup(self._clean_up)

    def _env(self, cr):
        return api.Environment(cr, api.SUPERUSER_ID, {"active_test": False})

    def _repeat(self, next_one):
        with self.registry.cursor() as cr:
            env = self._env(cr)
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
        with self.registry.cursor() as cr:
            env = self._env(cr)
            env["mail.activity"].search([("summary", "=", _NAME)]).unlink()
            env["crm.cards.activity.series"].browse(self.series_id).unlink()
            env["res.partner"].search([("name", "=", _NAME)]).unlink()

    def _workers(self, stack, count):
        """Return connections that have all seen the same state."""
        workers = [stack.enter_context(closing(self.registry.cursor()))]
        workers += [
            stack.enter_context(closing(self.registry.cursor()))
            for _index in range(count - 1)
        ]
        for cr in workers:
            self._activity(cr).read(["active", "card_series_number"])
            self._series(cr).read(["last_number", "next_date"])
        return workers

    def _activity(self, cr):
        return self._env(cr)["mail.activity"].browse(self.activity_id)

    def _series(self, cr):
        return self._env(cr)["crm.cards.activity.series"].browse(self.series_id)

    def _get_numbers(self):
        with closing(self.registry.cursor()) as cr:
            activities = self._series(cr).activity_ids
            return sorted(activities.mapped("card_series_number"))

    @mute_logger("odoo.sql_db")
    def test_two_people_close_the_same_activity(self):
        self._repeat("closed")
        with ExitStack() as stack:
            first, second = self._workers(stack, 2)
            self._activity(first).action_done()
            first.commit()
            # The server runs the request again, which then finds it closed.
            with self.assertRaises(SerializationFailure):
                self._activity(second).action_done()
                second.flush()
            second.rollback()
            self._activity(second).action_done()
            second.commit()
        self.assertEqual(self._get_numbers(), [1, 2])

    @mute_logger("odoo.sql_db")
    def test_lock_alone_holds_back_the_second(self):
        """Even if the two have no row of an activity in common."""
        self._repeat("closed")
        with ExitStack() as stack:
            first, second = self._workers(stack, 2)
            self._series(first)._plan_after_closing({self._series(first): 1})
            first.commit()
            with self.assertRaises(SerializationFailure):
                self._series(second)._plan_after_closing({self._series(second): 1})
        self.assertEqual(self._get_numbers(), [1, 2])

    @mute_logger("odoo.sql_db")
    def test_two_runs_of_the_scheduled_action(self):
        self._repeat("date")
        with ExitStack() as stack:
            first, second, late = self._workers(stack, 3)
            self._series(first)._plan_due_alone()
            self._series(second)._plan_due_alone()  # locked: left to the first
            second.commit()
            first.commit()
            self._series(late)._plan_due_alone()  # saw what was before: leaves it
            late.commit()
            self._series(late)._plan_due_alone()  # sees what is: nothing is due
            late.commit()
        self.assertEqual(self._get_numbers(), [1, 2])

    @mute_logger("odoo.sql_db")
    def test_closing_against_the_scheduled_action(self):
        for first_is_cron in (True, False):
            self._repeat("date")
            with ExitStack() as stack:
                cron, person = self._workers(stack, 2)
                steps = [
                    lambda cron=cron: self._series(cron)._plan_due_alone(),
                    lambda person=person: self._activity(person).action_done(),
                ]
                for step in steps if first_is_cron else steps[::-1]:
                    step()
                person.commit()
                cron.commit()
            with self.subTest(first_is_cron=first_is_cron):
                self.assertEqual(self._get_numbers(), [1, 2])
                with closing(self.registry.cursor()) as cr:
                    activities = self._series(cr).activity_ids.sorted("id")
                    self.assertEqual(activities.mapped("active"), [False, True])
            self._clean_up()
