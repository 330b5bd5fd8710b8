"""The pages of the customers' tickets, and what must not be got from them."""

import json

from odoo.tests import tagged

from .common_ticket_portal import PortalPagesCase


@tagged("post_install", "-at_install")
class TestTicketPortalList(PortalPagesCase):
    def test_home_counts_open_tickets(self):
        self._login(self.dana)
        self.assertIn("/my/tickets", self._get("/my/home").text)
        counters = {"counters": ["card_ticket_count"]}
        result = self._rpc("/my/counters", **counters)["result"]
        self.assertEqual(result["card_ticket_count"], 1)
        self.ticket.stage_id = self.stage_solved
        result = self._rpc("/my/counters", **counters)["result"]
        self.assertEqual(result["card_ticket_count"], 0)

    def test_list_shows_own_tickets_by_status(self):
        closed = self._open(self.contact, "Done", stage_id=self.stage_solved.id)
        self._login(self.dana)
        text = self._get("/my/tickets").text
        self.assertIn(self.ticket.name, text)
        self.assertIn("With us", text)
        for ticket in (closed, self.colleagues_ticket, self.strangers_ticket):
            self.assertNotIn(ticket.name, text)
        text = self._get("/my/tickets", filterby="closed").text
        self.assertIn(closed.name, text)
        self.assertNotIn(self.ticket.name, text)
        text = self._get("/my/tickets", filterby="all", groupby="status").text
        self.assertIn(closed.name, text)
        self.assertIn(self.ticket.name, text)

    def test_list_shows_the_company_by_right_and_whose_each_is(self):
        self.contact.card_sees_company_tickets = True
        self._login(self.dana)
        text = self._get("/my/tickets", groupby="person").text
        self.assertIn(self.colleagues_ticket.name, text)
        self.assertIn(self.colleague.name, text)
        self.assertNotIn(self.strangers_ticket.name, text)

    def test_list_is_searched_sorted_and_turned_over(self):
        for index in range(85):
            self._open(self.contact, f"Machine {index:03}")
        self._login(self.dana)
        text = self._get("/my/tickets", search="Machine 07", search_in="name").text
        self.assertIn("Machine 070", text)
        self.assertNotIn("Machine 011", text)
        number = f"#{self.ticket.number}"
        text = self._get("/my/tickets", search=number, search_in="number").text
        self.assertIn(self.ticket.name, text)
        first = self._get("/my/tickets", sortby="name").text
        second = self._get("/my/tickets/page/2", sortby="name").text
        self.assertIn("Machine 079", first)
        self.assertNotIn("Machine 080", first)
        self.assertIn("Machine 080", second)

    def test_list_takes_no_harm_from_bad_questions(self):
        self._login(self.dana)
        for params in (
            {"sortby": "user_id"},
            {"filterby": "x", "groupby": "user_id", "search_in": "description"},
            {"groupby": "person"},
            {"search": "a\0b%'\"<script>alert(1)</script>"},
            {"search": "x" * 9000},
        ):
            with self.subTest(params=params):
                response = self._get("/my/tickets", **params)
                self.assertEqual(response.status_code, 200)
                self.assertNotIn("<script>alert", response.text)
        self.assertEqual(self._get("/my/tickets/page/999999").status_code, 200)

    def test_list_asks_for_a_login(self):
        response = self._get("/my/tickets")
        self.assertIn("/web/login", response.headers["Location"])

    def test_list_of_an_employee_is_what_he_asked_for(self):
        own = self._open(self.technician.partner_id, "My own chair")
        self.technician.password = self.technician.login
        self._login(self.technician)
        text = self._get("/my/tickets").text
        self.assertIn(own.name, text)
        self.assertNotIn(self.ticket.name, text)


@tagged("post_install", "-at_install")
class TestTicketPortalPages(PortalPagesCase):
    def test_page_says_how_the_ticket_stands_and_who_has_it(self):
        self._login(self.dana)
        for stage, words in (
            (self.stage_work, "With us"),
            (self.stage_customer, "Waiting for you"),
            (self.stage_supplier, "With our supplier"),
            (self.stage_solved, "Closed"),
        ):
            self.ticket.stage_id = stage
            text = self._get(self.ticket.access_url).text
            self.assertIn(words, text)
        self.assertIn("Text of Printer is down", text)
        self.assertIn("Avi", text)
        self.assertNotIn("Avi Technician", text)
        self.assertNotIn("avi@secret", text)

    def test_guessed_tickets_are_not_shown(self):
        for login in (self.dana, None):
            if login:
                self._login(login)
            for ticket_id in (
                self.strangers_ticket.id,
                self.colleagues_ticket.id,
                self.strangers_ticket.id + 10000,
            ):
                for token in ("", "x", "é", self.ticket._portal_ensure_token()):
                    with self.subTest(login=login, ticket=ticket_id, token=token):
                        url = f"/my/tickets/{ticket_id}"
                        response = self._get(url, access_token=token)
                        self.assertEqual(response.status_code, 303)
                        response = self._post(f"{url}/close", access_token=token)
                        self.assertEqual(response.status_code, 303)
            self.logout()
        self.assertFalse(self.strangers_ticket.is_closed)
        self.assertEqual(self._get("/my/tickets/99999999999999").status_code, 404)
        self.assertEqual(self._get("/my/tickets/1-2").status_code, 404)

    def test_link_with_token_works_for_whoever_has_it(self):
        token = self.ticket._portal_ensure_token()
        text = self._get(self.ticket.access_url, access_token=token).text
        self.assertIn("Text of Printer is down", text)
        self._write_message(self.ticket, "From the mail")  # without token: refused
        self.assertEqual(self._get_events(self.ticket), ["opened"])
        self._rpc(
            "/mail/message/post",
            thread_model=self.ticket._name,
            thread_id=self.ticket.id,
            post_data={"body": "From the mail"},
            token=token,
        )
        self.assertEqual(self._get_events(self.ticket), ["opened", "customer"])
        self.assertEqual(self.ticket.message_ids[0].author_id, self.contact)
        fetched = self._fetch(self.ticket, token=token)
        self.assertIn("From the mail", json.dumps(fetched))

    def test_token_works_for_who_is_logged_in_as_somebody_else(self):
        token = self.ticket._portal_ensure_token()
        for user in (self.klein, self.dana):
            self._login(user)
            response = self._get(self.ticket.access_url, access_token=token)
            self.assertEqual(response.status_code, 200)
            fetched = self._fetch(self.ticket, token=token)
            self.assertIn("result", fetched)

    def test_get_changes_nothing(self):
        self.support.is_rating = True
        self._login(self.dana)
        self.env.flush_all()
        before = self.ticket.read(["write_date", "access_token", "stage_id"])
        files = self.env["ir.attachment"].search_count([])
        for url in (
            self.ticket.access_url,
            "/my/tickets",
            "/my/tickets/new?subject=x&description=y",
        ):
            self.assertEqual(self._get(url).status_code, 200)
        response = self._get(f"{self.ticket.access_url}/close")
        self.assertEqual(response.status_code, 405)
        self.env.invalidate_all()
        after = self.ticket.read(["write_date", "access_token", "stage_id"])
        self.assertEqual(after, before)
        self.assertFalse(self.ticket.rating_ids)
        self.assertEqual(self.env["ir.attachment"].search_count([]), files)
