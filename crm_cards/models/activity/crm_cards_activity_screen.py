from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...tools import clock

_DAYS_AHEAD = 7  # what is coming up on the start page, today not counted


class Activity(models.Model):
    """What only the screens of activities need."""

    _name = "crm.cards.activity"
    _inherit = ["crm.cards.activity", "crm.cards.activity.balance.mixin"]

    # The columns of a kanban stand from late to closed, not by the alphabet.
    card_status = fields.Selection(group_expand=True)

    # -- opening --------------------------------------------------------------

    def action_open_activity(self):
        """Open the activity itself, over the list it stands in."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "mail.activity",
            "res_id": self.id,
            "views": [
                (self.env.ref("crm_cards.mail_activity_view_form_card").id, "form")
            ],
            "target": "new",
            "context": {"dialog_size": "large"},
        }

    def action_open_customer(self):
        """Open the customer's card with the activity before one's eyes (row 57)."""
        self.ensure_one()
        return self.card_customer_id._prepare_customer_form_action(
            context={"card_activity_id": self.id}
        )

    # -- start page -----------------------------------------------------------

    @api.model
    @api.readonly
    def get_start_page(self, days=_DAYS_AHEAD):
        """Return what the start page of the user shows.

        :param days: how many days ahead to look, False for all there are
        :return: ``{section: {"domain", "count"}}``, where *coming* has "later" too,
            the number of open activities beyond those days
        """
        today = fields.Date.context_today(self)
        mine = Domain("user_id", "=", self.env.uid) & Domain("on_start_page", "=", True)
        # "Today" here is that of the list of statuses, on the assignee's own clock.
        due = mine & Domain("card_status", "in", ["today", "planned"])
        coming = due
        if days is not False:
            coming &= Domain("date_deadline", "<=", today + timedelta(days=days))
        sections = {
            "coming": self._prepare_start_section(coming),
            "overdue": self._prepare_start_section(
                mine & Domain("card_status", "=", "overdue")
            ),
            "asked": self._prepare_start_section(
                Domain("card_asked_by_id", "=", self.env.uid)
                & Domain("user_id", "!=", self.env.uid)
                & Domain("card_status", "=", "done")
                & Domain("date_done", ">=", today - timedelta(days=1))
            ),
        }
        shown = Domain.OR(sections[name]["domain"] for name in ("coming", "overdue"))
        sections["meetings"] = self._prepare_meetings_section(today, shown)
        coming_section = sections["coming"]
        coming_section["later"] = (
            0 if days is False else self.search_count(due) - coming_section["count"]
        )
        home = self.env.ref("crm_cards.crm_cards_start_page_action").sudo()
        return {
            "days": _DAYS_AHEAD,
            "sections": sections,
            "is_home": self.env.user.action_id.id == home.id,
        }

    @api.model
    def set_start_page_home(self, is_home):
        """Let the user begin with the start page after the log-in, or no longer."""
        home = self.env.ref("crm_cards.crm_cards_start_page_action").sudo()
        self.env.user.write({"action_id": is_home and home.id})

    @api.model
    def _prepare_start_section(self, domain, records=None):
        records = self if records is None else records
        return {"domain": list(domain), "count": records.search_count(domain)}

    @api.model
    def _prepare_meetings_section(self, today, shown):
        """Return today's meetings that are not those of activities shown already."""
        events = self.env["calendar.event"]
        meetings = self._get_meetings_today_domain(today)
        of_today = Domain("calendar_event_id", "in", events.search(meetings).ids)
        twice = self.search(Domain(shown) & of_today).calendar_event_id
        return self._prepare_start_section(
            meetings & Domain("id", "not in", twice.ids), events
        )

    @api.model
    def _get_meetings_today_domain(self, today):
        """Return the user's meetings that touch this day of his calendar."""
        zone = self.env.user.tz or self.env.context.get("tz") or "UTC"
        # Not 24 hours later: the day the clock changes has 23 or 25.
        begin, end = (
            clock.get_moment(datetime.combine(day, time.min), zone)
            for day in (today, today + timedelta(days=1))
        )
        timed = (
            Domain("allday", "=", False)
            & Domain("start", "<", end)
            & Domain("stop", ">", begin)
        )
        whole_day = (
            Domain("allday", "=", True)
            & Domain("start_date", "<=", today)
            & Domain("stop_date", ">=", today)
        )
        mine = Domain("partner_ids", "in", self.env.user.partner_id.ids)
        return mine & (timed | whole_day)
