"""Nothing of the history is lost: cancelled, deleted, overdue for years."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.crm_cards import hooks

from .common_activity import ActivityCase


@tagged("post_install", "-at_install")
class TestActivityCancel(ActivityCase):
    def _assert_cancelled(self, activity, user, reason=False):
        self.env.invalidate_all()
        self.assertRecordValues(
            activity,
            [
                {
                    "active": False,
                    "card_cancelled": True,
                    "card_cancel_reason": reason,
                    "card_done_by_id": user.id,
                    "card_status": "cancelled",
                }
            ],
        )

    @freeze_time("2026-03-04 12:00:00")
    def test_cancel_by_code_keeps_who_and_when(self):
        activity = self._plan(user=self.own_agent)
        activity.with_user(self.own_agent).action_cancel()
        self._assert_cancelled(activity, self.own_agent)
        self.assertEqual(str(activity.date_done), "2026-03-04")

    def test_dialog_keeps_the_reason(self):
        activity = self._plan(user=self.own_agent)
        action = activity.with_user(self.own_agent).action_ask_cancel()
        dialogs = self.env[action["res_model"]].with_user(self.own_agent)
        dialog = dialogs.with_context(**action["context"]).create({"reason": "Moved"})
        closing = dialog.action_cancel_activities()
        self.assertTrue(closing["infos"]["cancelled"])
        self._assert_cancelled(activity, self.own_agent, "Moved")

    def test_dialog_stops_repeating_only_if_asked_to(self):
        for stop, state in ((False, "running"), (True, "stopped")):
            activity = self._plan(card_repeat=True)
            series = activity.card_series_id
            dialog = self.env["crm.cards.activity.cancel"].create(
                {"activity_ids": activity.ids, "with_series": stop}
            )
            self.assertTrue(dialog.is_repeated)
            dialog.action_cancel_activities()
            self.assertEqual(series.state, state)

    def test_dialog_takes_the_meeting_along_and_keeps_the_activity(self):
        activity = self._plan()
        event = self.env["calendar.event"].create(
            {"name": "Talk", "start": "2026-03-04 10:00", "stop": "2026-03-04 11:00"}
        )
        activity.calendar_event_id = event
        dialog = self.env["crm.cards.activity.cancel"].create(
            {"activity_ids": activity.ids}
        )
        dialog.action_cancel_activities()
        self.assertFalse(event.exists())
        self._assert_cancelled(activity, self.env.user)

    def test_deletion_by_a_person_cancels(self):
        activity = self._plan(user=self.own_agent)
        person = activity.with_user(self.own_agent).with_context(crm_cards_ask=True)
        person.unlink()
        self._assert_cancelled(activity, self.own_agent)

    def test_deletion_with_meeting_by_a_person_cancels(self):
        activity = self._plan(user=self.own_agent)
        event = self.env["calendar.event"].create(
            {"name": "Talk", "start": "2026-03-04 10:00", "stop": "2026-03-04 11:00"}
        )
        activity.calendar_event_id = event
        activity.with_context(crm_cards_ask=True).unlink_w_meeting()
        self.assertFalse(event.exists())
        self._assert_cancelled(activity, self.env.user)

    def test_deletion_by_code_deletes(self):
        activity = self._plan()
        activity.unlink()
        self.assertFalse(activity.exists())

    def test_code_takes_back_what_it_scheduled_for_a_person(self):
        person = self.customer.with_context(crm_cards_ask=True)
        xmlid = "crm_cards.mail_activity_type_task"
        automated = person.activity_schedule(xmlid)
        planned = person.activity_schedule(xmlid, automated=False)
        person.activity_unlink([xmlid], only_automated=False)
        self.assertFalse(automated.exists())
        self._assert_cancelled(planned, self.env.user)

    def test_person_does_not_delete_history(self):
        activity = self._plan()
        activity.action_feedback(feedback="Called")
        with self.assertRaisesRegex(UserError, "history"):
            activity.with_context(crm_cards_ask=True).unlink()
        self.assertEqual(activity.card_status, "done")

    def test_stranger_may_not_cancel(self):
        activity = self._plan(user=self.all_agent)
        with self.assertRaises(AccessError):
            activity.with_user(self.own_agent).with_context(crm_cards_ask=True).unlink()
        self.assertTrue(activity.active)

    def test_reopening_clears_the_marks(self):
        activity = self._plan()
        activity._cancel("Wrong customer")
        activity.action_unarchive()
        self.assertRecordValues(
            activity,
            [
                {
                    "active": True,
                    "card_cancelled": False,
                    "card_cancel_reason": False,
                    "card_done_by_id": False,
                    "date_done": False,
                }
            ],
        )

    def test_cancelled_are_not_counted_as_done(self):
        self._plan()._cancel()
        done = self._plan()
        done.action_feedback()
        data = self.env["mail.activity"].get_activity_data(
            "res.partner", [("id", "=", self.customer.id)], fetch_done=True
        )
        group = data["grouped_activities"][self.customer.id][self.task_type.id]
        self.assertEqual(group["ids"], done.ids)
        self.assertEqual(group["count_by_state"], {"done": 1})


@tagged("post_install", "-at_install")
class TestActivityCancelRpc(ActivityCase, HttpCase):
    def _call(self, method, activity):
        return self.make_jsonrpc_request(
            f"/web/dataset/call_kw/mail.activity/{method}",
            {
                "model": "mail.activity",
                "method": method,
                "args": [activity.ids],
                "kwargs": {},
            },
        )

    def test_deletion_over_http_cancels(self):
        self.own_agent.password = "own_agent_password"
        self.authenticate(self.own_agent.login, "own_agent_password")
        for method in ("unlink", "action_cancel", "unlink_w_meeting"):
            with self.subTest(method):
                activity = self._plan(user=self.own_agent)
                self._call(method, activity)
                self.env.invalidate_all()
                self.assertTrue(activity.exists().card_cancelled)
                self.assertEqual(activity.card_done_by_id, self.own_agent)


@tagged("post_install", "-at_install")
class TestActivityFormerDocument(ActivityCase):
    def _create_lead(self, name="Paper", partner=None):
        return self.env["crm.lead"].create(
            {"name": name, "partner_id": (partner or self.contact).id}
        )

    def test_history_of_a_deleted_document_stays_with_the_customer(self):
        lead = self._create_lead()
        done, still_open = self._plan(lead), self._plan(lead)
        done.action_feedback(feedback="Called")
        lead.unlink()
        self.assertRecordValues(
            done + still_open,
            [
                {
                    "res_model": "res.partner",
                    "res_id": self.customer.id,
                    "card_customer_id": self.customer.id,
                    "card_former_document": "Paper",
                    "active": False,
                    "card_cancelled": cancelled,
                    "card_cancel_reason": cancelled and "Document deleted",
                }
                for cancelled in (False, True)
            ],
        )
        self.assertEqual(done.feedback, "Called")
        self.assertIn(done, self.customer.with_context(active_test=False).activity_ids)
        line = self.env["crm.cards.activity"].browse(done.id)
        self.assertEqual(line.card_former_document, "Paper")

    def test_what_code_had_scheduled_goes_with_the_document(self):
        lead = self._create_lead()
        automated = lead.activity_schedule("crm_cards.mail_activity_type_task")
        lead.unlink()
        self.assertFalse(automated.exists())

    def test_history_of_a_contact_stays_with_the_company(self):
        done = self._plan(self.contact)
        done.action_feedback(feedback="Called")
        self.contact.unlink()
        self.assertEqual(done.res_id, self.customer.id)
        self.assertEqual(done.card_former_document, "Levi Printing, Dana Levi")

    def test_history_goes_with_the_customer_itself(self):
        customer = self._create_partner("Other")
        done = self._plan(customer)
        done.action_feedback(feedback="Called")
        customer.unlink()
        self.assertFalse(done.exists())

    def test_history_without_a_customer_goes(self):
        lead = self.env["crm.lead"].create({"name": "Paper"})
        done = self._plan(lead)
        done.action_feedback(feedback="Called")
        lead.unlink()
        self.assertFalse(done.exists())

    def test_number_of_queries_does_not_grow(self):
        counts = []
        for size in (1, 5, 50):  # the first fills the caches
            leads = self.env["crm.lead"]
            for index in range(size):
                partner = self._create_partner(f"Customer {index}")
                leads |= self._create_lead(partner=partner)
            activities = self.env["mail.activity"].create(
                [
                    {
                        "res_model_id": self.env["ir.model"]._get_id("crm.lead"),
                        "res_id": lead.id,
                        "activity_type_id": self.task_type.id,
                    }
                    for lead in leads
                ]
            )
            self.env.cr.execute("DELETE FROM crm_lead WHERE id IN %s", [leads._ids])
            counts.append(self._count_queries(activities.sudo().unlink))
            self.assertTrue(all(activities.mapped("card_cancelled")))
        self.assertEqual(counts[1], counts[2])


@tagged("post_install", "-at_install")
class TestActivityCleanUp(ActivityCase):
    _parameter = "mail.activity.gc.delete_overdue_years"

    def test_old_overdue_activities_stay_without_a_word(self):
        activity = self._plan(date_deadline="2001-01-01")
        self.env["ir.config_parameter"].set_param(self._parameter, "-1")
        with self.assertNoLogs("odoo.addons.mail.models.mail_activity"):
            self.env["mail.activity"]._gc_delete_old_overdue_activities()
        self.assertTrue(activity.exists())

    @mute_logger("odoo.models.unlink")
    def test_whoever_wants_it_may_switch_it_on(self):
        activity = self._plan(date_deadline="2001-01-01")
        self.env["ir.config_parameter"].set_param(self._parameter, "3")
        self.env["mail.activity"]._gc_delete_old_overdue_activities()
        self.assertFalse(activity.exists())

    def test_install_switches_it_off_and_uninstall_back(self):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param(self._parameter, "5")
        hooks._switch_off_activity_clean_up(self.env)
        hooks._switch_off_activity_clean_up(self.env)
        self.assertEqual(parameters.get_param(self._parameter), "-1")
        hooks._restore_activity_clean_up(self.env)
        self.assertEqual(parameters.get_param(self._parameter), "5")

    def test_uninstall_respects_a_later_choice(self):
        parameters = self.env["ir.config_parameter"]
        hooks._switch_off_activity_clean_up(self.env)
        parameters.set_param(self._parameter, "7")
        hooks._restore_activity_clean_up(self.env)
        self.assertEqual(parameters.get_param(self._parameter), "7")


@tagged("post_install", "-at_install")
class TestActivityCancelTour(ActivityCase, HttpCase):
    def test_chatter_asks_why(self):
        lead = self.env["crm.lead"].create(
            {"name": "Paper", "partner_id": self.customer.id}
        )
        self.all_agent.password = self.all_agent.login
        activity = self._plan(lead, user=self.all_agent, summary="Call about paper")
        self.start_tour(
            f"/odoo/m-crm.lead/{lead.id}",
            "crm_cards_activity_cancel",
            login=self.all_agent.login,
        )
        self.env.invalidate_all()
        self.assertTrue(activity.exists().card_cancelled)
        self.assertEqual(activity.card_cancel_reason, "They closed down")
        self.assertEqual(activity.card_done_by_id, self.all_agent)
