from email.message import EmailMessage

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged
from odoo.tests.common import BaseCase
from odoo.tools import mute_logger

from ..tools.mail_kind import LIST, MACHINE, PERSON, get_mail_kind
from .common_ticket_mail import ADDRESS, TicketMailCase, read_mail


def _mail(**headers):
    """Return the source of a short e-mail of an unknown person."""
    message = EmailMessage()
    message["From"] = headers.pop("sender", "Ola <ola@unknown.example.com>")
    message["To"] = ADDRESS
    message["Subject"] = "Help"
    message["Message-ID"] = headers.pop("message_id", "<help@unknown.example.com>")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content("It is broken.")
    return message


class TestMailKind(BaseCase):
    def test_who_is_behind_an_email_is_told_by_its_headers(self):
        for headers, kind in (
            ({}, PERSON),
            ({"Auto_Submitted": "no"}, PERSON),
            ({"X_Auto_Response_Suppress": "DR, RN, NRN"}, PERSON),
            ({"Precedence": "first-class"}, PERSON),
            ({"Auto_Submitted": "auto-replied; owner=dana"}, MACHINE),
            ({"Auto_Submitted": "auto-generated"}, MACHINE),
            ({"X_Auto_Response_Suppress": "DR, OOF, AutoReply"}, MACHINE),
            ({"X_Auto_Response_Suppress": "All"}, MACHINE),
            ({"Precedence": "Bulk"}, MACHINE),
            ({"Precedence": "auto_reply"}, MACHINE),
            ({"X_Autoreply": "yes"}, MACHINE),
            ({"Return_Path": "<>"}, MACHINE),
            ({"Precedence": "list"}, LIST),
            ({"List_Id": "<news.example.com>", "Precedence": "bulk"}, LIST),
            ({"List_Unsubscribe": "<https://example.com>"}, LIST),
            ({"List_Id": "<x.example.com>", "Auto_Submitted": "auto-replied"}, MACHINE),
        ):
            with self.subTest(headers=headers):
                self.assertEqual(get_mail_kind(_mail(**headers)), kind)


@tagged("post_install", "-at_install")
class TestTicketGateway(TicketMailCase):
    def test_email_of_a_contact_opens_a_ticket_of_the_customer(self):
        ticket = self._receive("hebrew_windows1255")
        self.assertRecordValues(
            ticket,
            [
                {
                    "name": "המדפסת לא עובדת",
                    "channel": "email",
                    "department_id": self.support.id,
                    "company_id": self.company.id,
                    "stage_id": self.stage_new.id,
                    "partner_id": self.contact.id,
                    "customer_id": self.customer.id,
                    "is_contact_unknown": False,
                }
            ],
        )
        message = ticket.message_ids.filtered(lambda m: m.message_type == "email")
        self.assertEqual(message.author_id, self.contact)
        self.assertIn("נא לחזור אליי", message.body)
        self.assertIn("נא לחזור אליי", ticket.description)
        self.assertEqual(self._get_events(ticket), ["opened", "customer"])

    def test_encodings_are_read(self):
        for name, subject, text in (
            ("hebrew_utf8", "חשבונית שגויה", "המדפסת לא עובדת"),
            ("hebrew_visual_charset", "אין רשת", "שלום, אין רשת"),
            ("polish_iso8859_2", "Drukarka się zacięła", "Łukasz Żółć"),
        ):
            with self.subTest(name=name):
                ticket = self._receive(name)
                self.assertEqual(ticket.name, subject)
                self.assertIn(text, ticket.description)

    def test_attachments_and_copies_are_kept_and_the_text_is_harmless(self):
        ticket = self._receive("attachments")
        files = self.env["ir.attachment"].search(
            [("res_model", "=", "crm.cards.ticket"), ("res_id", "=", ticket.id)]
        )
        self.assertEqual(
            set(files.mapped("name")), {"stripes.png", "log.txt", "חשבונית.pdf"}
        )
        log = files.filtered(lambda file: file.name == "log.txt")
        self.assertEqual(log.raw, b"paper jam\n")
        self.assertIn("noa@levi.example.com", ticket.email_cc)
        self.assertIn("avi@other.example.com", ticket.email_cc)
        self.assertIn("<b>stripes</b>", ticket.description)
        self.assertIn("/web/image/", ticket.description)
        for evil in ("<script", "onerror", "cid:"):
            self.assertNotIn(evil, ticket.description)

    def test_large_email_opens_a_ticket(self):
        message = _mail(sender="Dana <dana@levi.example.com>")
        data = bytes(range(256)) * 80 * 1024  # 20 MB
        message.add_attachment(
            data, maintype="application", subtype="zip", filename="logs.zip"
        )
        ticket = self._receive_source(message.as_bytes())
        file = self.env["ir.attachment"].search(
            [("res_model", "=", "crm.cards.ticket"), ("res_id", "=", ticket.id)]
        )
        self.assertEqual(file.file_size, len(data))
        self.assertEqual(ticket.partner_id, self.contact)

    def test_malformed_email_opens_a_ticket_rather_than_being_lost(self):
        ticket = self._receive("malformed")
        self.assertTrue(ticket)
        self.assertIn("Something", ticket.description)
        self.assertIn("broken", ticket.description)

    def test_email_without_subject_opens_a_ticket(self):
        message = _mail()
        del message["Subject"]
        self.assertEqual(self._receive_source(message.as_bytes()).name, "(no subject)")

    def test_email_without_sender_opens_a_ticket(self):
        message = _mail()
        del message["From"]
        ticket = self._receive_source(message.as_bytes())
        self.assertEqual(ticket.name, "Help")
        self.assertFalse(ticket.partner_id)
        self.assertFalse(ticket.is_contact_unknown)

    def test_email_of_a_colleague_is_no_answer(self):
        ticket = self._receive_source(
            _mail(sender=self.technician.partner_id.email_formatted).as_bytes()
        )
        self.assertEqual(ticket.partner_id, self.technician.partner_id)
        self.assertEqual(self._get_events(ticket), ["opened", "customer"])

    def test_contact_of_another_company_is_not_used(self):
        other = self.env["res.company"].create({"name": "Other company"})
        self.env["res.partner"].create(
            {
                "name": "Ola",
                "email": "ola@unknown.example.com",
                "company_id": other.id,
            }
        )
        ticket = self._receive_source(_mail().as_bytes())
        self.assertFalse(ticket.partner_id)
        self.assertTrue(ticket.is_contact_unknown)
        self.assertFalse(ticket.message_ids.author_id - self.env.user.partner_id)

    # -- what opens no ticket -------------------------------------------------

    def test_machines_and_bounces_open_no_ticket(self):
        nobody = "<nobody@levi.example.com>"
        self.assertFalse(self._receive("auto_submitted", reference=nobody))
        self.assertFalse(self._receive("bounce", reference=nobody))

    def test_mailing_list_opens_tickets_where_the_department_allows_it(self):
        self.assertFalse(self._receive("mailing_list"))
        self.support.is_list_allowed = True
        self.assertTrue(self._receive("mailing_list"))

    def test_listed_sender_opens_tickets_though_a_machine(self):
        message = _mail(Auto_Submitted="auto-generated")
        self.assertFalse(self._receive_source(message.as_bytes()))
        self.env["mail.gateway.allowed"].create({"email": "ola@unknown.example.com"})
        self.assertTrue(self._receive_source(message.as_bytes()))

    def test_machine_whose_emails_open_tickets_is_not_written_to(self):
        rule = self.env.ref("crm_cards.crm_cards_ticket_message_rule_opened_customer")
        rule.write({"is_on": True})
        address = self.contact.email
        self.env["mail.gateway.allowed"].create({"email": address})
        for number, headers in enumerate(({"Auto_Submitted": "auto-generated"}, {})):
            ticket = self._receive_source(
                _mail(message_id=f"<{number}@y>", sender=address, **headers).as_bytes()
            )
            self.assertEqual(ticket.partner_id, self.contact)
            written = ticket.message_ids.filtered(
                lambda message: message.message_type == "auto_comment"
            )
            self.assertEqual(len(written), number)

    def test_one_sender_opens_so_many_tickets_and_no_more(self):
        self.env["ir.config_parameter"].set_param("mail.gateway.loop.threshold", "3")
        by_hand = self._open_ticket(
            partner_id=False, email_from="ola@unknown.example.com"
        )
        opened = [
            self._receive_source(_mail(message_id=f"<{number}@x>").as_bytes())
            for number in range(3)
        ]
        self.assertTrue(all(opened))
        # Merged away or archived, they still were opened.
        opened[0].active = False
        self.assertFalse(self._receive_source(_mail(message_id="<3@x>").as_bytes()))
        # An address that merely ends alike is another one.
        self.assertTrue(
            self._receive_source(
                _mail(message_id="<4@x>", sender="la@unknown.example.com").as_bytes()
            )
        )
        self.assertFalse(by_hand.is_closed)

    # -- replies --------------------------------------------------------------

    def test_answers_come_from_and_to_the_address_of_the_department(self):
        ticket = self._open_ticket()
        message = self._answer(ticket)
        self.assertIn(ADDRESS, message.reply_to)
        self.assertFalse(self._reply(message), "a reply opened a ticket")
        reply = ticket.message_ids[0]
        self.assertIn("It still does not print", reply.body)
        self.assertEqual(reply.author_id, self.contact)

    def test_reply_of_a_stranger_lands_on_the_ticket(self):
        ticket = self._open_ticket()
        source = read_mail(
            "reply",
            reference=self._answer(ticket).message_id,
            message_id="<stranger@example.com>",
        ).replace(b"dana@levi", b"dana@private")
        self.assertFalse(self._receive_source(source))
        self.assertIn("It still does not print", ticket.message_ids[0].body)
        self.assertEqual(self._get_events(ticket)[-1], "customer")

    def test_automatic_reply_is_a_note_and_no_word_of_the_customer(self):
        ticket = self._open_ticket()
        message = self._answer(ticket)
        ticket.stage_id = self.stage_customer
        self.assertFalse(self._reply(message, name="auto_submitted"))
        note = ticket.message_ids.filtered(lambda m: "until Sunday" in (m.body or ""))
        self.assertTrue(note.subtype_id.internal)
        self.assertIn(self.technician.partner_id, note.notified_partner_ids)
        self.assertEqual(ticket.stage_id, self.stage_customer)
        self.assertNotIn("customer", self._get_events(ticket))

    def test_automatic_reply_to_another_customer_is_not_passed_on_to_him(self):
        ticket = self._open_ticket()
        written = ticket.message_post(
            body="Hello?",
            author_id=self.customer.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self._reply(written, name="auto_submitted")
        note = ticket.message_ids.filtered(lambda m: "until Sunday" in (m.body or ""))
        self.assertTrue(note)
        self.assertFalse(note.notified_partner_ids & self.customer)

    def test_bounce_of_an_answer_changes_nothing_but_its_delivery(self):
        ticket = self._open_ticket()
        message = self._answer(ticket)
        ticket.stage_id = self.stage_customer
        self.assertFalse(self._receive("bounce", reference=message.message_id))
        self.assertEqual(ticket.stage_id, self.stage_customer)
        notification = message.notification_ids.filtered(
            lambda row: row.res_partner_id == self.contact
        )
        self.assertEqual(notification.notification_status, "bounce")


@tagged("post_install", "-at_install")
class TestTicketContact(TicketMailCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("base.group_partner_manager").user_ids |= cls.technician

    def setUp(self):
        super().setUp()
        self.ticket = self._receive("polish_iso8859_2")

    def _ask(self, user=None):
        ticket = self.ticket.with_user(user or self.technician)
        action = ticket.action_create_contact()
        dialogs = self.env[action["res_model"]].with_user(user or self.technician)
        return Form(dialogs.with_context(**action["context"]))

    def test_unknown_sender_is_proposed_and_no_contact_is_made(self):
        self.assertFalse(self.ticket.partner_id)
        self.assertTrue(self.ticket.is_contact_unknown)
        self.assertEqual(self.ticket.email_normalized, "lukasz@nowy.example.com")
        partners = self.env["res.partner"]
        self.assertFalse(partners.search([("email", "ilike", "lukasz@nowy")]))

    def test_contact_is_made_and_is_the_author_of_what_he_wrote(self):
        second = self.ticket.copy({"email_from": "LUKASZ@nowy.example.com"})
        dialog = self._ask()
        self.assertEqual(dialog.name, "Łukasz Żółć")
        self.assertEqual(dialog.ticket_count, 2)
        dialog.parent_id = self.customer
        dialog.save().action_apply()
        partner = self.ticket.partner_id
        self.assertEqual(partner.email, "lukasz@nowy.example.com")
        self.assertEqual(partner.commercial_partner_id, self.customer)
        self.assertEqual(second.partner_id, partner)
        message = self.ticket.message_ids.filtered(lambda m: m.message_type == "email")
        self.assertEqual(message.author_id, partner)

    def test_known_contact_is_chosen(self):
        user = new_test_user(
            self.env, "no_contacts", groups="crm_cards.crm_cards_group_ticket_user"
        )
        user.company_ids = user.company_id = self.company
        self.support.member_ids |= user
        dialog = self._ask(user)
        dialog.mode = "known"
        dialog.partner_id = self.contact
        dialog.save().action_apply()
        self.assertEqual(self.ticket.customer_id, self.customer)

    def _withdraw_creation(self):
        """Let the technician create no contacts, as it is without that right."""
        self.env.ref("base.group_partner_manager").user_ids -= self.technician
        partners = self.env["res.partner"].with_user(self.technician)
        self.assertFalse(partners.has_access("create"))

    def test_sender_becomes_a_contact_by_whoever_works_on_the_ticket(self):
        self._withdraw_creation()
        self.ticket.phone = "+48 22 555 01 00"
        dialog = self._ask()
        self.assertEqual(dialog.mode, "new")
        dialog.save().action_apply()
        partner = self.ticket.partner_id
        self.assertRecordValues(
            partner,
            [
                {
                    "name": "Łukasz Żółć",
                    "email": "lukasz@nowy.example.com",
                    "phone": "+48 22 555 01 00",
                    "company_id": self.company.id,
                    "parent_id": False,
                    "create_uid": self.technician.id,
                }
            ],
        )
        self.assertTrue(partner.with_user(self.technician).has_access("read"))
        with self.assertRaises(AccessError):
            partner.with_user(self.technician).comment = "Mine"

    def test_contact_made_without_the_right_says_what_the_ticket_says(self):
        self._withdraw_creation()
        dialogs = self.env["crm.cards.ticket.contact"].with_user(self.technician)
        defaults = {"default_comment": "Mine", "default_parent_id": self.customer.id}
        dialog = dialogs.with_context(**defaults).create(
            {
                "ticket_id": self.ticket.id,
                "mode": "new",
                "name": "Somebody else",
                "parent_id": self.customer.id,
            }
        )
        dialog.action_apply()
        self.assertRecordValues(
            self.ticket.partner_id,
            [{"name": "Łukasz Żółć", "parent_id": False, "comment": False}],
        )

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_whoever_only_reads_the_ticket_makes_no_contact(self):
        self.ticket.message_subscribe(self.technician.partner_id.ids)
        self.ticket.department_id = self.field
        self._withdraw_creation()
        ticket = self.ticket.with_user(self.technician)
        self.assertTrue(ticket.has_access("read"))
        dialog = self._ask().save()
        with self.assertRaises(AccessError):
            dialog.action_apply()
        with self.assertRaises(AccessError):
            self._ask(self.salesperson)
        self.assertFalse(self.ticket.partner_id)
        partners = self.env["res.partner"]
        self.assertFalse(partners.search([("email", "ilike", "lukasz@nowy")]))

    def test_contact_is_asked_before_the_answer(self):
        action = self.ticket.with_user(self.technician).action_answer()
        self.assertEqual(action["res_model"], "crm.cards.ticket.contact")

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_dialog_tells_nothing_of_a_hidden_ticket(self):
        self.ticket.department_id = self.field
        dialogs = self.env["crm.cards.ticket.contact"].with_user(self.technician)
        with self.assertRaises(AccessError):
            dialogs.create({"ticket_id": self.ticket.id}).read(["name", "email"])

    def test_dialog_that_comes_late_is_refused(self):
        dialog = self._ask()
        dialog.mode = "known"
        dialog.partner_id = self.contact
        dialog = dialog.save()
        self.ticket.partner_id = self.customer
        with self.assertRaisesRegex(UserError, "field Customer's contact"):
            dialog.action_apply()

    def test_contact_that_the_chatter_makes_is_taken(self):
        partner = self.env["res.partner"].create(
            {"name": "Łukasz", "email": "lukasz@nowy.example.com"}
        )
        self.ticket.with_user(self.technician).message_post(
            body="Dzień dobry",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=partner.ids,
        )
        self.assertEqual(self.ticket.partner_id, partner)
