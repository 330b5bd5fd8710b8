"""What portal users may do by RPC, whatever the pages offer."""

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.crm_cards.models.ticket.crm_cards_ticket_portal import (
    PORTAL_READABLE_FIELDS,
)

from .common_ticket_portal import PORTAL_REFUSAL_LOGS, PortalCase


@tagged("post_install", "-at_install")
class TestTicketPortalAccess(PortalCase):
    def _call(self, user, method, *args, **kwargs):
        self.env.flush_all()
        self.env.invalidate_all()
        tickets = self.env(user=user, context={})["crm.cards.ticket"]
        return call_kw(tickets, method, list(args), kwargs)

    def _assert_refused(self, user, method, *args, **kwargs):
        with (
            self.subTest(user=user.login, method=method, args=args),
            mute_logger(*PORTAL_REFUSAL_LOGS),
        ):
            try:
                with self.env.cr.savepoint():
                    result = self._call(user, method, *args, **kwargs)
            # Odoo's search of followers stumbles over a path, if it gets so far.
            except (AccessError, UserError, ValueError, TypeError):
                return
            self.fail(f"{method} gave {result!r}")

    @mute_logger(*PORTAL_REFUSAL_LOGS)
    def test_customer_sees_his_own_tickets_only(self):
        tickets = self.ticket | self.colleagues_ticket | self.strangers_ticket
        for user, own in (
            (self.dana, self.ticket),
            (self.uri, self.colleagues_ticket),
            (self.klein, self.strangers_ticket),
        ):
            with self.subTest(user=user.login):
                seen = self._as(user, self.env["crm.cards.ticket"]).search([])
                self.assertEqual(seen, own)
                for ticket in tickets - own:
                    self.assertFalse(self._as(user, ticket).has_access("read"))

    def test_right_to_the_company_s_tickets_comes_and_goes_at_once(self):
        tickets = self.env["crm.cards.ticket"]
        ours = self.ticket | self.colleagues_ticket
        self.assertEqual(self._as(self.dana, tickets).search([]), self.ticket)
        self.contact.card_sees_company_tickets = True
        self.assertEqual(self._as(self.dana, tickets).search([]), ours)
        self.assertTrue(self._as(self.dana, ours).has_access("read"))
        self.assertFalse(self._as(self.dana, self.strangers_ticket).has_access("read"))
        # The right was to the tickets of the company that he leaves.
        self.contact.parent_id = self.stranger
        self.assertFalse(self.contact.card_sees_company_tickets)
        self.assertEqual(self._as(self.dana, tickets).search([]), self.ticket)
        self.contact.card_sees_company_tickets = True
        self.assertEqual(
            self._as(self.dana, tickets).search([]),
            self.ticket | self.strangers_ticket,
        )
        self.contact.card_sees_company_tickets = False
        self.assertEqual(self._as(self.dana, tickets).search([]), self.ticket)

    def test_right_shows_no_tickets_without_customer(self):
        self.contact.card_sees_company_tickets = True
        nobodys = self._open(self.env["res.partner"], "Anonymous")
        self.assertFalse(self._as(self.dana, nobodys).has_access("read"))

    @mute_logger(*PORTAL_REFUSAL_LOGS)
    def test_ticket_of_another_company_of_ours_stays_hidden(self):
        other = self.env["res.company"].create({"name": "Other"})
        foreign = self._open(
            self.contact,
            "Elsewhere",
            department_id=False,
            user_id=False,
            company_id=other.id,
        )
        self.assertFalse(self._as(self.dana, foreign).has_access("read"))

    def test_every_other_way_to_search_finds_own_tickets_only(self):
        call = self._call
        mine = self.ticket.ids
        self.assertEqual(call(self.dana, "search", []), mine)
        self.assertEqual(call(self.dana, "search_count", []), 1)
        self.assertEqual(
            [found[0] for found in call(self.dana, "name_search", "")], mine
        )
        rows = call(self.dana, "search_read", [], ["name"])
        self.assertEqual([row["id"] for row in rows], mine)
        rows = call(self.dana, "web_search_read", [], {"name": {}})
        self.assertEqual([row["id"] for row in rows["records"]], mine)
        groups = call(self.dana, "formatted_read_group", [], ["name"], ["__count"])
        self.assertEqual([group["name"] for group in groups], [self.ticket.name])
        self._assert_refused(self.dana, "export_data", mine, ["name"])
        self._assert_refused(self.dana, "read", self.strangers_ticket.ids, ["name"])

    def test_internal_fields_are_not_readable(self):
        fields = self.env["crm.cards.ticket"]._fields
        for fname in (
            "user_id",
            "supplier_id",
            "supplier_reference",
            "tag_ids",
            "log_ids",
            "message_ids",
            "message_follower_ids",
            "message_partner_ids",
            "rating_ids",
            "activity_ids",
            "phone",
            "email_cc",
            "parent_id",
        ):
            self.assertIn(fname, fields)
            for args in (
                ("read", self.ticket.ids, [fname]),
                ("web_read", self.ticket.ids, {fname: {}}),
                ("search", [(fname, "!=", False)]),
                ("formatted_read_group", [], [fname]),
                ("search_read", [], ["name"], 0, None, f"{fname} desc"),
            ):
                self._assert_refused(self.dana, *args)
            if fields[fname].relational:
                self._assert_refused(
                    self.dana, "search", [(f"{fname}.id", "!=", False)]
                )

    def test_new_fields_are_internal_until_they_are_named(self):
        known = set(self._call(self.dana, "fields_get"))
        self.assertLessEqual(known, PORTAL_READABLE_FIELDS)
        row = self._call(self.dana, "read", self.ticket.ids)[0]
        self.assertLessEqual(set(row), PORTAL_READABLE_FIELDS)

    def test_nothing_is_written_by_rpc(self):
        ticket = self.ticket.ids
        for method, *args in (
            ("write", ticket, {"name": "Other"}),
            ("write", ticket, {"stage_id": self.stage_solved.id}),
            ("web_save", ticket, {"name": "Other"}, {}),
            ("create", {"name": "New", "partner_id": self.contact.id}),
            ("name_create", "New"),
            ("copy", ticket),
            ("unlink", ticket),
            ("action_archive", ticket),
            ("message_post", ticket),
            ("rating_apply", ticket, 5),
            ("_close_in_portal", ticket),
            ("action_close", ticket),
            ("action_assign_to_me", ticket),
        ):
            self._assert_refused(self.dana, method, *args)
        self._assert_refused(
            self.dana,
            "message_post",
            ticket,
            body="It was Avi",
            author_id=self.technician.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertEqual(self._get_events(self.ticket), ["opened"])

    @mute_logger(*PORTAL_REFUSAL_LOGS)
    def test_message_cannot_be_made_past_the_page(self):
        messages = self._as(self.dana, self.env["mail.message"])
        for ticket in (self.ticket, self.strangers_ticket):
            with self.assertRaises(AccessError):
                messages.create(
                    {
                        "model": ticket._name,
                        "res_id": ticket.id,
                        "body": "Forged",
                        "message_type": "comment",
                        "subtype_id": self.env.ref("mail.mt_comment").id,
                    }
                )

    @mute_logger(*PORTAL_REFUSAL_LOGS)
    def test_right_is_not_the_contact_s_to_see_or_to_give(self):
        contact = self._as(self.dana, self.contact)
        with self.assertRaises(AccessError):
            contact.read(["card_sees_company_tickets"])
        with self.assertRaises(AccessError):
            contact.write({"card_sees_company_tickets": True})
        with self.assertRaises(AccessError):
            self._as(self.dana, self.dana).write({"card_sees_company_tickets": True})
        self.assertNotIn(
            "card_sees_company_tickets",
            self.env["res.partner"]._get_frontend_writable_fields(),
        )
        self.assertFalse(self.contact.copy().card_sees_company_tickets)

    @mute_logger(*PORTAL_REFUSAL_LOGS)
    def test_dictionaries_and_log_are_not_for_customers(self):
        for model in (
            "crm.cards.department",
            "crm.cards.ticket.stage",
            "crm.cards.ticket.type",
            "crm.cards.ticket.tag",
            "crm.cards.ticket.log",
        ):
            with self.subTest(model=model), self.assertRaises(AccessError):
                self._as(self.dana, self.env[model]).search([])

    @mute_logger(*PORTAL_REFUSAL_LOGS)
    def test_visitors_see_nothing(self):
        public = self.env.ref("base.public_user")
        for ticket in (self.ticket, self.strangers_ticket):
            self.assertFalse(self._as(public, ticket).has_access("read"))
