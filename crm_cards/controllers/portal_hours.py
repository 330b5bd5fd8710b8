from odoo import fields
from odoo.http import content_disposition, request, route

from odoo.addons.portal.controllers.portal import CustomerPortal

from ..tools.hours_period import get_month

# A larger number is nobody's id, and PostgreSQL would not even look for it.
BANK_URL = "/my/hours/<int(max=2147483647):bank_id>"
_MAX_YEARS = 5  # in one statement, which is one page


class HoursPortal(CustomerPortal):
    """The customer's side of his hours, for those who have the right.

    Without it, every page is as if there were no hours banks. Nothing is written, and
    there are no links that work without a login.
    """

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "card_hours_count" in counters:
            values["card_hours_count"] = len(self._find_banks())
        return values

    def _find_banks(self, bank_id=None):
        return request.env["crm.cards.hours.bank"]._find_in_portal(bank_id)

    @route("/my/hours", type="http", auth="user", website=True, methods=["GET"])
    def portal_my_hours(self, **_options):
        banks = self._find_banks()
        if not banks:
            return request.redirect("/my")
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "card_hours",
            "banks": banks,
            "format_minutes": banks._format_minutes,
        }
        return request.render("crm_cards.portal_my_hours", values)

    @route(BANK_URL, type="http", auth="user", website=True, methods=["GET"])
    def portal_hours_bank(self, bank_id, **options):
        bank = self._find_banks(bank_id)
        if not bank:
            return request.redirect("/my")
        date_from, date_to = self._read_period(options)
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "card_hours_bank",
            "bank": bank,
            "statement": bank._prepare_statements(date_from, date_to)[0],
            "date_from": fields.Date.to_string(date_from),
            "date_to": fields.Date.to_string(date_to),
            "format_minutes": bank._format_minutes,
        }
        return request.render("crm_cards.portal_hours_bank", values)

    @route(f"{BANK_URL}/pdf", type="http", auth="user", methods=["GET"])
    def portal_hours_pdf(self, bank_id, **options):
        bank = self._find_banks(bank_id)
        if not bank:
            return request.redirect("/my")
        date_from, date_to = self._read_period(options)
        # As the superuser: that the bank is his was found out above.
        reports = bank._for_period(date_from, date_to).env["ir.actions.report"].sudo()
        content, _kind = reports._render_qweb_pdf(
            "crm_cards.crm_cards_hours_report_statement", bank.ids
        )
        name = f"hours-{date_from:%Y%m%d}-{date_to:%Y%m%d}.pdf"
        headers = [
            ("Content-Type", "application/pdf"),
            ("Content-Length", len(content)),
            ("Content-Disposition", content_disposition(name)),
        ]
        return request.make_response(content, headers=headers)

    def _read_period(self, options):
        """Return the days that were asked for, this month if they make no sense."""
        today = fields.Date.context_today(request.env.user)
        first, last = get_month(today)
        try:
            date_from = fields.Date.to_date(options.get("date_from")) or first
            date_to = fields.Date.to_date(options.get("date_to")) or last
            longest = fields.Date.add(date_from, years=_MAX_YEARS)
        except (TypeError, ValueError, OverflowError):
            return first, last
        return (
            (date_from, date_to) if date_from <= date_to <= longest else (first, last)
        )
