from odoo import api, fields, models
from odoo.tools import format_datetime, format_duration

from ...tools import sla_clock

_HOUR = 3600.0


class TicketSla(models.Model):
    """Shows how a deadline comes about, piece by piece."""

    _inherit = "crm.cards.ticket.sla"

    explanation = fields.Html(
        compute="_compute_explanation",
        sanitize=False,  # rendered from our own template
        help="Every stretch of time, adding up to the deadline.",
    )

    @api.depends_context("lang", "tz", "uid")
    @api.depends("deadline", "date_reached", "consumed_hours")
    def _compute_explanation(self):
        for row in self:
            row.explanation = self.env["ir.qweb"]._render(
                "crm_cards.sla_explanation", row._prepare_explanation()
            )

    def _prepare_explanation(self):
        """Return what the template of the explanation shows.

        Times are those of the working hours, so that customer and technician read the
        same ones, wherever they are.
        """
        self.ensure_one()
        segments = self._get_segments()
        ran = [segment for segment in segments if segment.what == "ran"]
        used = sum(segment.seconds for segment in ran if not segment.is_expected)
        return {
            "row": self,
            "lines": [self._prepare_line(segment) for segment in segments],
            "used": format_duration(used / _HOUR),
            "promised": format_duration(self.target_hours),
            "paused": format_duration(self.paused_hours),
            "deadline": self.deadline and self._format_moment(self.deadline),
            "reached": self.date_reached and self._format_moment(self.date_reached),
            "zone": self._get_zone(),
        }

    def _get_segments(self):
        """Return the ``sla_clock.Segment`` list that proves this row."""
        self.ensure_one()
        # The names of stages are shown to whoever may see the ticket.
        stages = self.ticket_id.sudo().log_ids.stage_id
        names = {stage.id: stage.display_name for stage in stages}
        histories, _risks = self.ticket_id._get_histories(self.ticket_id.ids, names)
        return sla_clock.explain(
            histories[self.ticket_id.id], self.kind, self.cycle, fields.Datetime.now()
        )

    def _prepare_line(self, segment):
        return {
            "start": self._format_moment(segment.start),
            "stop": self._format_moment(segment.stop),
            "what": segment.what,
            "label": self._get_label(segment),
            "hours": format_duration(segment.seconds / _HOUR),
            "is_expected": segment.is_expected,
        }

    def _get_label(self, segment):
        labels = {
            "ran": self.env._("The clock ran"),
            "off": self.env._("Outside working hours"),
            "leave": self.env._("Holiday"),
            "paused": self.env._("Paused"),
            "stopped": self.env._("Closed"),
        }
        label = labels[segment.what]
        if segment.is_expected and segment.what == "ran":
            label = self.env._("The clock will run")
        return f"{label}: {segment.name}" if segment.name else label

    def _get_zone(self):
        # Working hours are nobody's secret, though not everybody may list them.
        calendar = self.ticket_id.sudo().sla_calendar_version_id
        return (calendar.snapshot or {}).get("tz") or self.env.user.tz or "UTC"

    def _format_moment(self, moment):
        return format_datetime(self.env, moment, tz=self._get_zone(), dt_format="short")


class Ticket(models.Model):
    _inherit = "crm.cards.ticket"

    def _get_explanation_lang(self):
        """Return the language of whoever asked, in which he is told."""
        self.ensure_one()
        asked_by = self.partner_id or self.customer_id
        return asked_by.lang or self.env.lang or self.env.user.lang
