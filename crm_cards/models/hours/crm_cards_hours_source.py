from odoo import api, models

from ...tools import hours_draw


class HoursSource(models.AbstractModel):
    """Work that draws hours of its customer by itself, and goes on following.

    The model that inherits names itself in ``_hours_source``, lists in
    ``_get_hours_fields`` what its draws depend on, and says in ``_get_hours_cases``
    what is to be drawn. It inherits this first, so that everything else has been done
    to the record when hours are drawn.
    """

    _name = "crm.cards.hours.source"
    _description = "Work that Draws Hours"

    _hours_source = None

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._follow_hours(drawn={})
        return records

    def write(self, vals):
        result = super().write(vals)
        self._filter_hours(vals)._follow_hours()
        return result

    def unlink(self):
        sources = self._name_hours_sources()
        result = super().unlink()
        self.env["crm.cards.hours.bank"]._follow(sources, [])
        return result

    @api.model
    def _get_hours_fields(self):
        """Return the names of the fields that decide what is drawn."""
        return set()

    def _filter_hours(self, vals):
        """Return the records of which something else may be drawn after writing."""
        return self.browse() if self._get_hours_fields().isdisjoint(vals) else self

    def _get_hours_cases(self):
        """Return the Case of each of these records that is work for a customer."""
        return []

    def _name_hours_sources(self):
        return [self._name_hours_source(record_id) for record_id in self.ids]

    def _name_hours_source(self, record_id):
        return f"{self._hours_source}/{record_id}"

    def _follow_hours(self, drawn=None):
        """Draw what these records say now; tell the user where it was too much.

        :param dict drawn: see ``_follow``; empty of new records
        """
        if not self:
            return
        banks = self.env["crm.cards.hours.bank"]
        cases = self._get_hours_cases()
        sources = self._name_hours_sources()
        if drawn is None:
            drawn = banks._read_draws(sources)
        if not cases and not drawn:
            return
        current = {source: draws[0]["bank_id"] for source, draws in drawn.items()}
        requests = banks._prepare_requests(cases, current)
        warnings = banks._follow(sources, requests, drawn)
        if warnings and not self.env.su:
            self.env.user._bus_send(
                "simple_notification",
                {"type": "warning", "message": "\n".join(warnings)},
            )

    @api.model
    def _get_worked_minutes(self, hours):
        """Return hours as whole minutes, None if they make no sense."""
        try:
            return hours_draw.get_minutes(hours)
        except (ValueError, OverflowError):
            return None
