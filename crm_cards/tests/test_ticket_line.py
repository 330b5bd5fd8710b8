from odoo.tests import HttpCase, new_test_user, tagged

from .test_ticket_sla import SlaCase


@tagged("post_install", "-at_install")
class TestTicketLine(SlaCase, HttpCase):
    """One service call, from the first ring to the rating, on everybody's screens."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.technician.write({"name": "Piotr", "password": cls.technician.login})
        cls.company.country_id = cls.env.ref("base.il")
        cls.contact.phone = "+972 52-555 0102"
        cls.portal_user = new_test_user(
            cls.env,
            login="line_portal",
            password="line_portal",
            groups="base.group_portal",
            partner_id=cls.contact.id,
            name=cls.contact.name,
            email=cls.contact.email,
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls.printer = cls.env["crm.cards.owned.product"].create(
            {
                "partner_id": cls.customer.id,
                "contact_id": cls.contact.id,
                "product_id": cls.product_a.id,
                "serial": "SN-4711",
                "company_id": cls.company.id,
                "service_start": "2020-01-01",
                "service_end": "2099-12-31",
            }
        )
        cls.support.is_rating = True
        # Around the clock: the hour at which the test runs is no matter.
        cls._create_policy(
            "At once",
            time="calendar",
            first_response=4,
            next_response=4,
            resolution=8,
            values={"sequence": -1},
        )
        # Not the login notice but the work is to be toured.
        cls.env["ir.config_parameter"].set_param("crm_cards.startup_done", "1")

    def _tour(self, path, name, user):
        self.start_tour(path, f"crm_cards_line_{name}", login=user.login)
        self.env.invalidate_all()

    def assertFacts(self, ticket, *facts):
        """Assert what was written down: ``(event, stage, with whom, by whom)``."""
        rows = ticket.log_ids.sorted("id")
        self.assertEqual(
            [
                (row.event, row.stage_id, row.waiting_for, row.by_user_id)
                for row in rows
            ],
            list(facts),
        )

    def assertPromises(self, ticket, **statuses):
        """Assert how each target stands, as ``kind=status``."""
        self.assertEqual({row.kind: row.status for row in ticket.sla_ids}, statuses)

    def test_call_wait_reply_answer_close_rate(self):
        technician, customer = self.technician, self.portal_user
        facts = [
            ("opened", self.stage_new, "us", technician),
            ("assigned", self.stage_new, "us", technician),
            ("stage", self.stage_work, "us", technician),
            ("answer", self.stage_work, "us", technician),
            ("stage", self.stage_customer, "customer", technician),
        ]

        self._tour("/odoo", "call", technician)
        ticket = self.env["crm.cards.ticket"].search([("name", "=", "Lamp is red")])
        self.assertRecordValues(
            ticket,
            [
                {
                    "channel": "phone",
                    "partner_id": self.contact.id,
                    "customer_id": self.customer.id,
                    "owned_product_id": self.printer.id,
                    "department_id": self.support.id,
                    "user_id": technician.id,
                    "stage_id": self.stage_customer.id,
                    "sla_is_paused": True,
                }
            ],
        )
        self.assertFacts(ticket, *facts)
        self.assertPromises(ticket, first_response="reached", resolution="paused")

        self._tour("/my", "reply", customer)
        facts += [
            ("customer", self.stage_customer, "customer", customer),
            ("stage", self.stage_work, "us", customer),
        ]
        self.assertFacts(ticket, *facts)
        self.assertPromises(
            ticket,
            first_response="reached",
            next_response="running",
            resolution="running",
        )

        self._tour("/odoo", "answer", technician)
        facts += [
            ("answer", self.stage_work, "us", technician),
            ("stage", self.stage_solved, "us", technician),
        ]
        self.assertFacts(ticket, *facts)
        self.assertPromises(
            ticket,
            first_response="reached",
            next_response="reached",
            resolution="reached",
        )
        self.assertTrue(ticket.date_closed)
        self.assertFalse(ticket.rating_ids.consumed)

        self._tour("/my/tickets?filterby=closed", "rate", customer)
        self.assertRecordValues(
            ticket.rating_ids,
            [
                {
                    "consumed": True,
                    "rating": 5,
                    "feedback": "Kind on the phone",
                    "partner_id": self.contact.id,
                    "rated_partner_id": technician.partner_id.id,
                }
            ],
        )
        self.assertEqual(ticket.stage_id, self.stage_solved)
        self.assertFacts(ticket, *facts)
