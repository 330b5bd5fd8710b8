from datetime import datetime

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date, format_datetime

_NEVER = datetime.max


class Ticket(models.Model):
    """What a technician takes along: his tickets in the order of his visits."""

    _inherit = "crm.cards.ticket"

    @api.model
    def action_print_sheets_of(self, user_ids, department_id=False):
        """Print the open tickets of these users, False being those nobody has.

        :raises UserError: there is nothing to print
        """
        domain = Domain("is_closed", "=", False) & Domain("user_id", "in", user_ids)
        if department_id:
            domain &= Domain("department_id", "=", department_id)
        tickets = self.search(domain)
        if not tickets:
            raise UserError(
                self.env._(
                    "There is no open ticket to print. Choose other technicians, or "
                    "another department."
                )
            )
        report = self.env.ref("crm_cards.crm_cards_ticket_report_sheet").sudo()
        return report.report_action(tickets, config=False)

    def _get_next_visits(self):
        """Return ``{(ticket id, user id): visit}``: the first one open of each user.

        Visits are lines of ``crm.cards.activity``, those the reader may see.
        """
        visit_type = self.env.ref(
            "crm_cards.mail_activity_type_visit", raise_if_not_found=False
        )
        if not visit_type:
            return {}
        visits = self.env["crm.cards.activity"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("activity_type_id", "=", visit_type.id),
                ("is_open", "=", True),
            ],
            order="start desc, id desc",
        )
        return {(visit.res_id, visit.user_id.id): visit for visit in visits}

    def _prepare_sheets(self):
        """Return a sheet for each technician, in his language and on his clock."""
        visits = self._get_next_visits()
        sheets = []
        for user, tickets in self.grouped("user_id").items():
            # Whoever prints the sheet of somebody need not see his settings.
            person = user.sudo()
            tickets = tickets.with_context(
                lang=person.lang or self.env.lang or self.env.user.lang,
                tz=person.tz or str(self.env.tz),
            )
            sheets.append(tickets._prepare_sheet(person, visits))
        return sorted(sheets, key=lambda sheet: (not sheet["name"], sheet["name"]))

    def _prepare_sheet(self, person, visits):
        def get_visit(ticket):
            visit = visits.get((ticket.id, person.id), self.env["crm.cards.activity"])
            return visit.with_env(self.env)

        def get_order(ticket):
            visit = get_visit(ticket)
            return (
                visit.start or _NEVER,
                ticket.sla_next_due or _NEVER,
                -int(ticket.priority),
                ticket.date_opened or _NEVER,
                ticket.id,
            )

        ordered = self.sorted(get_order)
        return {
            "name": person.name or "",
            "lang": self.env.lang,
            "direction": self.env["res.lang"]._get_data(code=self.env.lang).direction,
            "date": format_date(self.env, fields.Date.context_today(self)),
            # The name of one's company is on every paper.
            "company": self.company_id[:1].sudo().name,
            "lines": [
                ticket._prepare_sheet_line(get_visit(ticket)) for ticket in ordered
            ],
        }

    def _prepare_sheet_line(self, visit):
        partner = self.partner_id
        if not partner.street and not partner.city:
            partner = self.customer_id
        coverages = dict(self._fields["coverage"]._description_selection(self.env))
        priorities = dict(self._fields["priority"]._description_selection(self.env))
        return {
            "ticket": self,
            "visit": visit._format_visit(),
            "due": self.sla_next_due and _format_moment(self.env, self.sla_next_due),
            "priority": priorities[self.priority] if self.priority > "1" else "",
            "address": partner._display_address(without_company=True).split("\n"),
            "phone": self.phone or self.partner_id.phone or self.customer_id.phone,
            "coverage": coverages.get(self.coverage),
            "coverage_end": self.coverage_end
            and format_date(self.env, self.coverage_end),
        }


class Activity(models.Model):
    _inherit = "crm.cards.activity"

    def _format_visit(self):
        """Return when a visit is, in words; an empty string without one."""
        if not self:
            return ""
        if self.all_day:
            return format_date(self.env, self.date_deadline)
        return _format_moment(self.env, self.start)


def _format_moment(env, moment):
    # On the clock of the context: that of whoever reads it, not of whoever prints it.
    return format_datetime(env, moment, tz=env.context["tz"], dt_format="short")
