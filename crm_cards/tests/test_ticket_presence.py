from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged

from odoo.addons.bus.models.bus import BusBus

from .common_concurrency import ConcurrencyCase
from .common_ticket import TicketCase


@tagged("post_install", "-at_install")
class TestTicketPresence(TicketCase):
    """Piotr and his manager have the same ticket open."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.technician.name = "Piotr"
        cls.service_manager.name = "Maria"
        cls.ticket = cls._open_ticket(cls)

    def setUp(self):
        super().setUp()
        self.pushed = []
        self.startPatcher(
            patch.object(
                BusBus,
                "_sendone",
                lambda bus, target, kind, message: self.pushed.append(
                    (target, kind, message)
                ),
            )
        )

    def _tell(self, user, state="viewing", tab="tab"):
        return self.ticket.with_user(user).tell_presence(tab, state)

    def _pushed_to(self, user):
        return [
            message["state"]
            for target, kind, message in self.pushed
            if kind == "crm.cards.ticket/presence" and target == user.partner_id
        ]

    def test_others_are_named_and_oneself_is_not(self):
        self.assertEqual(self._tell(self.technician), [])
        self.assertEqual(
            self._tell(self.service_manager),
            [{"id": self.technician.id, "name": "Piotr", "state": "viewing"}],
        )

    def test_who_writes_is_told_at_once(self):
        self._tell(self.technician)
        self._tell(self.service_manager)
        self.assertEqual(self._pushed_to(self.technician), ["viewing"])
        self._tell(self.service_manager, "writing")
        self._tell(self.service_manager, "writing")
        self._tell(self.service_manager, "left")
        self.assertEqual(
            self._pushed_to(self.technician), ["viewing", "writing", "left"]
        )
        self.assertEqual(self._pushed_to(self.service_manager), [])
        self.assertEqual(self._tell(self.technician), [])

    def test_message_says_who_and_which_ticket_and_nothing_else(self):
        self._tell(self.technician)
        self._tell(self.service_manager, "writing")
        self.assertEqual(
            self.pushed[-1][2],
            {
                "ticket_id": self.ticket.id,
                "id": self.service_manager.id,
                "name": "Maria",
                "state": "writing",
            },
        )

    def test_whoever_is_not_heard_of_is_gone_after_a_minute(self):
        now = fields.Datetime.now()
        with freeze_time(now):
            self._tell(self.technician, "writing")
        with freeze_time(now + timedelta(seconds=60)):
            self.assertEqual(len(self._tell(self.service_manager)), 1)
        with freeze_time(now + timedelta(seconds=61)):
            self.assertEqual(self._tell(self.service_manager), [])

    def test_beat_keeps_somebody_there(self):
        now = fields.Datetime.now()
        for seconds in (0, 30, 60):
            with freeze_time(now + timedelta(seconds=seconds)):
                self._tell(self.technician)
        with freeze_time(now + timedelta(seconds=100)):
            self.assertEqual(len(self._tell(self.service_manager)), 1)

    def test_old_rows_are_vacuumed(self):
        presences = self.env["crm.cards.ticket.presence"].sudo()
        now = fields.Datetime.now()
        with freeze_time(now - timedelta(seconds=61)):
            self._tell(self.technician)
        self._tell(self.service_manager)
        presences._gc_presence()
        self.assertEqual(presences.search([]).user_id, self.service_manager)

    def test_two_tabs_are_one_person_who_writes_if_he_does_in_one(self):
        self._tell(self.technician, "writing", "one")
        self._tell(self.technician, "viewing", "two")
        self.assertEqual(
            [person["state"] for person in self._tell(self.service_manager)],
            ["writing"],
        )
        self._tell(self.technician, "left", "one")
        self.assertEqual(
            [person["state"] for person in self._tell(self.service_manager)],
            ["viewing"],
        )

    def test_ticket_is_not_written(self):
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT xmin, write_date FROM crm_cards_ticket WHERE id = %s",
            (self.ticket.id,),
        )
        before = self.env.cr.fetchone()
        logs = len(self.ticket.log_ids)
        for state in ("viewing", "writing", "left"):
            self._tell(self.technician, state)
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT xmin, write_date FROM crm_cards_ticket WHERE id = %s",
            (self.ticket.id,),
        )
        self.assertEqual(self.env.cr.fetchone(), before)
        self.assertEqual(len(self.ticket.log_ids), logs)

    # -- rights --

    def test_who_may_not_read_the_ticket_neither_learns_nor_touches(self):
        self._tell(self.technician)
        stranger = self.ticket.with_user(self.field_technician)
        with self.assertRaises(AccessError):
            stranger.tell_presence("tab", "viewing")
        with self.assertRaises(AccessError):
            stranger.read(["presence"])
        self.assertEqual(self._pushed_to(self.technician), [])

    def test_customers_do_not_see_who_reads_their_ticket(self):
        portal = new_test_user(
            self.env,
            login="presence_portal",
            groups="base.group_portal",
            partner_id=self.contact.id,
        )
        self._tell(self.technician)
        ticket = self.ticket.with_user(portal)
        with self.assertRaises(AccessError):
            ticket.tell_presence("tab", "viewing")
        with self.assertRaises(AccessError):
            ticket.read(["presence"])

    def test_who_may_no_longer_read_is_told_nothing(self):
        self._tell(self.technician)
        self.ticket.department_id = self.field
        self._tell(self.service_manager, "writing")
        self.assertEqual(self._pushed_to(self.technician), [])

    def test_colleague_in_another_company_of_his_is_told(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.service_manager.company_ids += other
        self._tell(self.technician)
        ticket = self.ticket.with_user(self.service_manager)
        ticket.with_context(
            allowed_company_ids=(self.company | other).ids
        ).tell_presence("tab", "viewing")
        self.assertEqual(self._pushed_to(self.technician), ["viewing"])

    def test_nobody_has_rights_on_the_table(self):
        for operation in ("read", "write", "create", "unlink"):
            presences = self.env["crm.cards.ticket.presence"]
            self.assertFalse(
                presences.with_user(self.administrator).has_access(operation)
            )

    def test_hostile_values_are_refused(self):
        for tab, state in (
            ("", "viewing"),
            ("x" * 37, "viewing"),
            ("a\x00", "viewing"),
            (7, "viewing"),
            (None, "viewing"),
            ("tab", "sleeping"),
            ("tab", ["viewing"]),
            ("tab", None),
        ):
            with self.assertRaises(ValidationError):
                self._tell(self.technician, state, tab)

    # -- lists --

    def test_list_shows_others_in_one_query(self):
        tickets = self.ticket | self._open_ticket() | self._open_ticket()
        self._tell(self.service_manager, "writing")
        page = tickets.with_user(self.technician)
        # Names and rights are known already, as on any page but the first.
        page.mapped("presence")
        page.invalidate_recordset(["presence"])
        with self.assertQueryCount(1):
            states = [len(ticket.presence or ()) for ticket in page]
        self.assertEqual(states, [1, 0, 0])
        self.assertFalse(self.ticket.with_user(self.service_manager).presence)

    def test_deleted_ticket_takes_its_rows_along(self):
        self._tell(self.technician)
        self.ticket.unlink()
        presences = self.env["crm.cards.ticket.presence"].sudo()
        self.assertFalse(presences.search([]))


@tagged("post_install", "-at_install")
class TestTicketPresenceConcurrency(ConcurrencyCase):
    """The same tab, and two people, at the same moment."""

    def setUp(self):
        super().setUp()
        with self._environment() as env:
            self.user_ids = self._create_users(
                env, "presence_concurrent", "crm_cards.crm_cards_group_ticket_user"
            ).ids
            self.ticket_id = env["crm.cards.ticket"].create({"name": "Concurrent"}).id
        self.addCleanup(self._remove)

    def _remove(self):
        with self._environment() as env:
            env["crm.cards.ticket"].browse(self.ticket_id).unlink()
            self._remove_users(env, self.user_ids)

    def _tell(self, env, user_id=None):
        ticket = env["crm.cards.ticket"].browse(self.ticket_id)
        if user_id:
            ticket = ticket.with_user(user_id)
        return ticket.tell_presence("tab", "viewing")

    def _get_people(self):
        with self._environment() as env:
            presences = env["crm.cards.ticket.presence"]
            return set(presences._get_people([self.ticket_id])[self.ticket_id])

    def test_two_people_at_once_are_both_there(self):
        results = self._run_at_once(self._tell, self._tell)
        self._assert_no_error(results)
        self.assertEqual(self._get_people(), set(self.user_ids))

    def test_two_requests_of_one_tab_make_one_row(self):
        user_id = self.user_ids[0]
        results = self._run_at_once(
            lambda env: self._tell(env, user_id), lambda env: self._tell(env, user_id)
        )
        self._assert_no_error(results)
        self.assertEqual(self._get_people(), {user_id})
