from datetime import datetime

from lxml import html

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .test_ticket_sla import MONDAY, SlaCase

_SHEET = "crm_cards.report_technician_sheet"
_EXPLANATION = "crm_cards.report_sla_explanation"


class PaperCase(SlaCase):
    def _print(self, report, tickets, user):
        reports = self.env["ir.actions.report"].with_user(user)
        reports = reports.with_context(allowed_company_ids=self.company.ids)
        content, _kind = reports._render_qweb_html(report, tickets.ids)
        return html.fromstring(content)

    def _get_text(self, node):
        return " ".join(node.text_content().split())


@tagged("post_install", "-at_install")
class TestTicketSheet(PaperCase):
    """What technicians take along (rows 138, 139)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("he_IL")
        cls.technician.write({"name": "Piotr", "lang": "en_US"})
        cls.field_technician.write({"name": "Avi", "lang": "he_IL"})
        cls.visit_type = cls.env.ref("crm_cards.mail_activity_type_visit")

    def _plan(self, ticket, start=None, user=None, **values):
        return self.env["mail.activity"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id(ticket._name),
                "res_id": ticket.id,
                "activity_type_id": self.visit_type.id,
                "user_id": (user or ticket.user_id).id,
                "card_start": start,
                **values,
            }
        )

    def _get_order(self, tickets):
        [sheet] = tickets._prepare_sheets()
        return [line["ticket"].id for line in sheet["lines"]]

    @freeze_time(MONDAY)
    def test_visits_come_first_by_hour_and_then_what_is_due_next(self):
        user_id = self.technician.id
        later_due = self._open_ticket(user_id=user_id)
        with freeze_time(datetime(2027, 2, 26, 12)):
            sooner_due = self._open_ticket(user_id=user_id)
        afternoon, morning = (self._open_ticket(user_id=user_id) for _i in range(2))
        self._plan(afternoon, "2027-03-01 13:00:00")
        self._plan(morning, "2027-03-01 09:00:00")
        self._plan(morning, "2027-03-02 15:00:00")
        # Somebody else's visit is not his.
        self._plan(later_due, "2027-03-01 07:00:00", user=self.field_technician)
        self._plan(sooner_due, "2027-03-01 06:00:00")._cancel("Not needed")
        tickets = later_due + sooner_due + afternoon + morning
        expected = morning + afternoon + sooner_due + later_due
        self.assertEqual(self._get_order(tickets), expected.ids)

    @freeze_time(MONDAY)
    def test_visit_of_a_whole_day_shows_no_hour(self):
        ticket = self._open_ticket(user_id=self.technician.id)
        self._plan(ticket, date_deadline="2027-03-02")
        [sheet] = ticket._prepare_sheets()
        self.assertEqual(sheet["lines"][0]["visit"], "03/02/2027")

    @freeze_time(MONDAY)
    def test_each_technician_has_a_sheet_in_his_language_and_direction(self):
        self.customer.write({"street": "Herzl 7", "city": "Haifa"})
        product = self.env["crm.cards.owned.product"].create(
            {
                "partner_id": self.customer.id,
                "product_id": self.product_a.id,
                "company_id": self.company.id,
                "serial": "SN-17",
            }
        )
        own = self._open_ticket(
            user_id=self.technician.id,
            owned_product_id=product.id,
            description="<p>It smokes</p>",
        )
        self._plan(own, "2027-03-01 09:00:00")
        other = self._open_ticket(user_id=self.field_technician.id, name="אין נייר")
        nobodys = self._open_ticket()
        self.service_manager.tz = "Europe/Warsaw"
        page = self._print(_SHEET, own + other + nobodys, self.service_manager)
        articles = page.find_class("o_crm_cards_sheet")
        self.assertEqual(
            [(article.get("lang"), article.get("dir")) for article in articles],
            [("he-IL", "rtl"), ("en-US", "ltr"), ("en-US", "ltr")],
        )
        text = self._get_text(articles[1])
        for part in (
            "Open tickets of Piotr",
            f"#{own.number}",
            "Printer is down",
            "11:00",  # in Jerusalem
            "Levi Printing",
            "Dana Levi",
            "Herzl 7",
            "+972 3 555 0101",
            self.product_a.name,
            "SN-17",
            "It smokes",
        ):
            self.assertIn(part, text)
        self.assertIn(own.with_user(self.technician)._fields["coverage"].string, text)
        self.assertIn("Open tickets of nobody", self._get_text(articles[2]))

    def test_all_open_tickets_of_the_chosen_are_printed(self):
        mine = self._open_ticket(user_id=self.technician.id)
        self._open_ticket(user_id=self.technician.id).action_close()
        elsewhere = self._open_ticket(
            user_id=self.technician.id, department_id=self.field.id
        )
        nobodys = self._open_ticket()
        self._open_ticket(user_id=self.field_technician.id)
        wizards = self.env["crm.cards.ticket.sheet"].with_user(self.service_manager)
        wizard = wizards.with_context(allowed_company_ids=self.company.ids).create({})
        self.assertLessEqual(self.technician | self.field_technician, wizard.user_ids)
        wizard.user_ids = self.technician

        def get_printed():
            return set(wizard.action_print()["context"]["active_ids"])

        self.assertEqual(get_printed(), set((mine + elsewhere).ids))
        wizard.with_nobody = True
        self.assertLessEqual(set((mine + elsewhere + nobodys).ids), get_printed())
        wizard.department_id = self.field
        self.assertEqual(wizard.user_ids, self.technician)
        self.assertEqual(get_printed(), set(elsewhere.ids))

    def test_technicians_of_the_selected_tickets_are_offered(self):
        selected = self._open_ticket(user_id=self.technician.id)
        self._open_ticket(user_id=self.field_technician.id)
        wizards = self.env["crm.cards.ticket.sheet"].with_user(self.service_manager)
        wizards = wizards.with_context(
            active_model=selected._name, active_ids=selected.ids
        )
        self.assertEqual(wizards.create({}).user_ids, self.technician)

    def test_nothing_to_print_is_said(self):
        tickets = self.env["crm.cards.ticket"].with_user(self.service_manager)
        with self.assertRaisesRegex(UserError, "no open ticket"):
            tickets.action_print_sheets_of(self.service_manager.ids)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_nobody_prints_what_he_may_not_see(self):
        hidden = self._open_ticket(
            department_id=self.field.id, user_id=self.field_technician.id
        )
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            self._print(_SHEET, hidden, self.technician)
        self.env.invalidate_all()
        with self.assertRaises(UserError):
            self.env["crm.cards.ticket"].with_user(
                self.technician
            ).action_print_sheets_of(self.field_technician.ids)


@tagged("post_install", "-at_install")
class TestTicketExplanation(PaperCase):
    """What the customer is shown of his deadline (M3)."""

    def test_paper_shows_each_target_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("pl_PL")
        self.contact.lang = "pl_PL"
        with freeze_time(MONDAY):
            ticket = self._open_ticket()
        with freeze_time(MONDAY.replace(hour=9)):
            ticket.stage_id = self.stage_customer
            ticket.flush_recordset()
        with freeze_time(MONDAY.replace(hour=11)):
            page = self._print(_EXPLANATION, ticket, self.technician)
        [article] = page.find_class("article")
        self.assertEqual(article.get("data-oe-lang"), "pl_PL")
        text = self._get_text(article)
        self.assertIn(f"#{ticket.number}", text)
        self.assertIn("Dana Levi", text)
        self.assertIn("04:00", text)
        self.assertIn("Europe/Warsaw", text)
        self.assertEqual(len(article.xpath(".//table")), 2)
        paused = article.xpath(".//tr[contains(@class, 'table-warning')]")
        self.assertEqual(len(paused), 2)

    def test_ticket_without_service_level_says_so(self):
        self.policy.active = False
        ticket = self._open_ticket()
        page = self._print(_EXPLANATION, ticket, self.technician)
        self.assertIn("No time was promised", self._get_text(page))

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_it_is_no_way_to_the_tickets_of_others(self):
        hidden = self._open_ticket(department_id=self.field.id)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            self._print(_EXPLANATION, hidden, self.technician)
