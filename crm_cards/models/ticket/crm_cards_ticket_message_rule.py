from odoo import api, fields, models
from odoo.exceptions import ValidationError

EVENTS = [
    ("opened", "A ticket is opened"),
    ("closed", "A ticket is closed"),
    ("waiting", "We wait too long for the customer"),
    ("at_risk", "A target is at risk"),
    ("breach", "A target is late"),
]
SIDES = [("customer", "The customer"), ("inside", "Colleagues")]
UNITS = [("hours", "Working hours"), ("days", "Working days")]
# A message that goes by itself is answered by no other machine (RFC 3834).
_HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


class TicketMessageRule(models.Model):
    """A message that goes by itself when something happens to a ticket (row 134).

    Rules of a department take the place of the general ones for the same event and
    side, so a rule that is off keeps the department silent.
    """

    _name = "crm.cards.ticket.message.rule"
    _description = "Automatic Message of Tickets"
    _order = "event, side desc, sequence, id"
    _rec_name = "event"
    _check_company_auto = True

    event = fields.Selection(EVENTS, string="Sent when", required=True)
    side = fields.Selection(SIDES, string="Sent to", required=True, default="customer")
    is_on = fields.Boolean("Switched on")
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        store=True,
        readonly=False,
        index=True,
        help="None chosen: those of every company.",
    )
    department_id = fields.Many2one(
        "crm.cards.department", index="btree_not_null", check_company=True
    )
    template_id = fields.Many2one(
        "mail.template",
        string="Message text",
        ondelete="restrict",
        domain=[("model", "=", "crm.cards.ticket")],
        help="Colleagues need none: without it they hear in one message of all their "
        "tickets.",
    )
    is_to_user = fields.Boolean("Technician")
    is_to_manager = fields.Boolean("Manager")
    is_to_members = fields.Boolean("Members of the department")
    delay = fields.Integer("Sent after", default=3, aggregator=None)
    delay_unit = fields.Selection(UNITS, string="Unit of time", default="days")
    close_days = fields.Integer(
        "Close after (working days)",
        aggregator=None,
        help="So many working days after the customer was reminded the ticket is "
        "closed, if he did not answer. 0: it stays open.",
    )
    date_from = fields.Datetime(
        default=fields.Datetime.now, required=True, readonly=True, copy=False
    )

    _delay_range = models.Constraint(
        "CHECK(event <> 'waiting' OR delay BETWEEN 1 AND 1000)",
        "Waiting too long: give a number between 1 and 1000 in the field Sent after.",
    )
    _close_days_range = models.Constraint(
        "CHECK(close_days BETWEEN 0 AND 1000)",
        "Close after: give a number of days between 0 and 1000.",
    )

    @api.depends("department_id")
    def _compute_company_id(self):
        for rule in self:
            rule.company_id = rule.department_id.company_id or rule.company_id

    @api.constrains("is_on", "side", "template_id")
    def _check_template(self):
        for rule in self:
            if rule.template_id and rule.template_id.model != "crm.cards.ticket":
                raise ValidationError(
                    self.env._(
                        "The text %s is not about tickets. Choose another one in the "
                        "field Message text.",
                        rule.template_id.name,
                    )
                )
            if rule.is_on and rule.side == "customer" and not rule.template_id:
                raise ValidationError(
                    self.env._(
                        "Choose what is written to the customer, in the field Message "
                        "text, before the message is switched on."
                    )
                )

    @api.constrains("is_on", "side", "is_to_user", "is_to_manager", "is_to_members")
    def _check_colleagues(self):
        for rule in self:
            if (
                rule.is_on
                and rule.side == "inside"
                and not (rule.is_to_user or rule.is_to_manager or rule.is_to_members)
            ):
                raise ValidationError(
                    self.env._(
                        "Choose which colleagues are told before the message is "
                        "switched on: technician, manager or members."
                    )
                )

    @api.constrains("event", "side", "close_days")
    def _check_close_days(self):
        for rule in self:
            if rule.close_days and (rule.event, rule.side) != ("waiting", "customer"):
                raise ValidationError(
                    self.env._(
                        "Only a reminder to the customer closes tickets later on. Set "
                        "the field Close after to 0."
                    )
                )

    # -- those that wait already ------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        if "waiting" in rules.mapped("event"):
            self._renew_follow_ups()
        return rules

    def write(self, vals):
        before = self.mapped("event")
        if vals.get("is_on"):
            vals = {**vals, "date_from": fields.Datetime.now()}
        result = super().write(vals)
        if "waiting" in before + self.mapped("event"):
            self._renew_follow_ups()
        return result

    def unlink(self):
        events = self.mapped("event")
        result = super().unlink()
        if "waiting" in events:
            self._renew_follow_ups()
        return result

    @api.model
    def _renew_follow_ups(self):
        self.env.flush_all()
        # Whoever sets up rules sets them up for all tickets.
        tickets = self.env["crm.cards.ticket"].sudo()
        waiting = tickets.search(
            [("waiting_for", "=", "customer"), ("is_closed", "=", False)]
        )
        moments = tickets._store_follow_ups(waiting.ids)
        tickets._trigger_steps(min(moments, default=None))

    # -- choosing ---------------------------------------------------------------

    @api.model
    def _find_for(self, event, departments_and_companies):
        """Return the rules that hold, switched on ones only.

        :param departments_and_companies: ``(department id or False, company id)``
        :return: ``{(department id, company id): rules}``
        """
        rules = self.search([("event", "=", event)])
        return {
            place: rules._hold_for(*place).filtered("is_on")
            for place in set(departments_and_companies)
        }

    def _hold_for(self, department_id, company_id):
        """Return which of these rules speak to each side for a department."""
        found = self.browse()
        rules = self.filtered(lambda rule: rule.company_id.id in (False, company_id))
        for _side, group in rules.grouped("side").items():
            own = group.filtered(
                lambda rule: department_id and rule.department_id.id == department_id
            )
            general = group.filtered(lambda rule: not rule.department_id)
            found |= own or general
        return found

    # -- sending ----------------------------------------------------------------

    def _send(self, ticket, notice):
        """Send what these rules say of one ticket. Only for superusers.

        :return: the users to be told in their next message
        """
        told = self.env["res.users"]
        written = False
        for rule in self:
            if rule.side == "inside":
                told |= rule._tell_colleagues(ticket)
            elif not written:
                # One event is told to a customer once, however many rules there are.
                ticket._write_to_customer(rule.template_id)
                written = True
        return told

    def _get_colleagues(self, ticket):
        department = ticket.department_id
        users = self.env["res.users"]
        if self.is_to_user:
            users |= ticket.user_id
        if self.is_to_manager:
            users |= department.manager_id
        if self.is_to_members or not users:
            # What nobody is there to hear, everybody hears.
            users |= department.member_ids
        return users.filtered(
            lambda user: (
                user.active
                and not user.share
                # Members of a department need not have the rights of technicians.
                and ticket.with_user(user)
                .with_context(allowed_company_ids=user.company_ids.ids)
                .has_access("read")
            )
        )

    def _tell_colleagues(self, ticket):
        """Tell those who want it in the words of the text, return the others."""
        users = self._get_colleagues(ticket)
        if not self.template_id:
            return users
        for lang, group in users.grouped("lang").items():
            subject, body = ticket._render_message(self.template_id, lang)
            ticket.message_notify(
                partner_ids=group.partner_id.ids,
                author_id=ticket._get_robot().id,
                subject=subject,
                body=body,
                mail_headers=_HEADERS,
            )
        return users.browse()


class Ticket(models.Model):
    _inherit = "crm.cards.ticket"

    def _get_message_rules(self, event):
        self.ensure_one()
        # Rules work whoever sets them off.
        rules = self.env["crm.cards.ticket.message.rule"].sudo()
        place = self.department_id.id, self.company_id.id
        return rules._find_for(event, [place])[place]

    def _has_customer_address(self):
        return bool(self.partner_id.email_normalized or self.email_normalized)

    def _render_message(self, template, lang=None):
        """Return subject and text of a template for this ticket.

        :param str lang: of the reader; otherwise the one that the template says
        """
        if lang:
            template = template.with_context(template_preview_lang=lang)
        subject = template._render_field("subject", self.ids, compute_lang=True)
        body = template._render_field(
            "body_html", self.ids, compute_lang=True, options={"post_process": True}
        )
        return subject[self.id], body[self.id]

    def _write_to_customer(self, template):
        """Write to whoever asked; neither an answer nor the customer's words."""
        if not self._has_customer_address():
            return
        subject, body = self._render_message(template)
        sender = self.department_id.alias_email or self.company_id.email_formatted
        values = {"partner_ids": self.partner_id.ids}
        if not self.partner_id.email_normalized:
            values = {"outgoing_email_to": self.email_from}
        self.message_post(
            body=body,
            subject=subject,
            message_type="auto_comment",
            subtype_xmlid="mail.mt_comment",
            author_id=self._get_robot().id,
            email_from=sender or None,
            attachment_ids=template.attachment_ids.ids,
            notify_skip_followers=True,
            mail_headers=_HEADERS,
            **values,
        )
