"""Customers close their tickets and say how they were served."""

from odoo.tests import tagged

from .common_ticket_portal import PortalCase, PortalPagesCase


@tagged("post_install", "-at_install")
class TestTicketPortalRating(PortalCase):
    """Customers are asked how they were served if the department wants to know."""

    def _get_requests(self):
        return self.ticket.message_ids.filtered(
            lambda message: "/rate/" in (message.body or "")
        )

    def test_closing_asks_for_a_rating_if_the_department_does(self):
        self.ticket.with_user(self.technician).stage_id = self.stage_solved
        self.assertFalse(self.ticket.rating_ids)
        self.support.is_rating = True
        self.ticket.stage_id = self.stage_work
        self.ticket.with_user(self.technician).stage_id = self.stage_solved
        rating = self.ticket.rating_ids
        self.assertEqual(rating.partner_id, self.contact)
        self.assertFalse(rating.consumed)
        request = self._get_requests()
        self.assertEqual(len(request), 1)
        self.assertIn(f"/rate/{rating.access_token}/5", request.body)
        self.assertEqual(request.partner_ids, self.contact)
        self.assertNotIn("avi@secret", request.email_from)

    def test_ticket_that_is_closed_already_asks_no_more(self):
        self.support.is_rating = True
        self.ticket.with_user(self.technician).stage_id = self.stage_solved
        self.ticket.with_user(self.technician).stage_id = self.stage_cancelled
        self.assertEqual(len(self._get_requests()), 1)

    def test_request_is_no_answer_of_ours(self):
        self.support.is_rating = True
        self.ticket.with_user(self.technician).stage_id = self.stage_solved
        self.assertEqual(self._get_events(self.ticket), ["opened", "stage"])

    def test_links_end_when_the_ticket_was_somebody_else_s(self):
        token = self.ticket._portal_ensure_token()
        self.ticket.partner_id = self.contact
        self.assertEqual(self.ticket.access_token, token)
        for other in (self.colleague, self.stranger):
            self.ticket.partner_id = other
            self.assertFalse(self.ticket.access_token)
            self.ticket.access_token = token


@tagged("post_install", "-at_install")
class TestTicketPortalClosing(PortalPagesCase):
    def test_customer_closes_his_ticket(self):
        self._login(self.dana)
        url = self.ticket.access_url
        self.assertIn(f"{url}/close", self._get(url).text)
        self.assertEqual(self._post(f"{url}/close").status_code, 303)
        self.env.invalidate_all()
        self.assertEqual(self.ticket.stage_id, self.stage_solved)
        self.assertEqual(self.ticket.log_ids.sorted("id")[-1].by_user_id, self.dana)
        self.assertNotIn(f"{url}/close", self._get(url).text)
        date_closed = self.ticket.date_closed
        self._post(f"{url}/close")
        self.env.invalidate_all()
        self.assertEqual(self.ticket.date_closed, date_closed)

    def test_link_of_a_mail_closes_too(self):
        self.authenticate(None, None)
        token = self.ticket._portal_ensure_token()
        url = self.ticket.access_url
        response = self._post(f"{url}/close", access_token=token, stage_id=1)
        self.assertIn(token, response.headers["Location"])
        self.env.invalidate_all()
        self.assertEqual(self.ticket.stage_id, self.stage_solved)

    def test_ticket_that_needs_a_type_first_is_not_the_customer_s_to_close(self):
        self.support.is_type_required = True
        self._login(self.dana)
        url = self.ticket.access_url
        self.assertNotIn(f"{url}/close", self._get(url).text)
        self.assertEqual(self._post(f"{url}/close").status_code, 303)
        self.env.invalidate_all()
        self.assertFalse(self.ticket.is_closed)

    def test_customer_rates_after_closing(self):
        self.support.is_rating = True
        self._login(self.dana)
        url = self.ticket.access_url
        self._post(f"{url}/close")
        self.env.invalidate_all()
        rating = self.ticket.rating_ids
        self.assertIn(f"/rate/{rating.access_token}/5", self._get(url).text)
        self.assertEqual(self._get(f"/rate/{rating.access_token}/5").status_code, 200)
        self.env.invalidate_all()
        self.assertFalse(rating.consumed)
        self._post(
            f"/rate/{rating.access_token}/submit_feedback", rate=5, feedback="Quick"
        )
        self.env.invalidate_all()
        self.assertTrue(rating.consumed)
        self.assertEqual(rating.rating, 5)
        self.assertEqual(rating.feedback, "Quick")
        self.assertEqual(rating.rated_partner_id, self.technician.partner_id)
        self.assertTrue(self.ticket.is_closed)
        self.assertNotIn("customer", self._get_events(self.ticket))
        self.assertIn("Thank you for your rating", self._get(url).text)

    def test_rating_by_guessing_is_refused(self):
        self.support.is_rating = True
        self.strangers_ticket.stage_id = self.stage_solved
        token = self.strangers_ticket.rating_ids.access_token
        self._login(self.dana)
        self.assertEqual(self._get("/rate/guessed/5").status_code, 404)
        text = self._get(f"/rate/{token}/5").text
        self.assertIn("You cannot rate this", text)
        self.assertFalse(self.strangers_ticket.rating_ids.consumed)

    def test_tour_from_the_question_to_the_rating(self):
        self.support.is_rating = True
        self.start_tour("/my", "crm_cards_ticket_portal", login=self.dana.login)
        ticket = self._get_newest()
        self.assertEqual(ticket.name, "Toner leaks")
        self.assertEqual(ticket.partner_id, self.contact)
        self.assertTrue(ticket.is_closed)
        self.assertEqual(ticket.rating_ids.rating, 5)
        self.assertEqual(ticket.rating_ids.feedback, "Quick and kind")
        self.assertIn("customer", self._get_events(ticket))
