import hashlib
import json

from odoo import api, fields, models, tools

from ...tools.rows import meet
from ...tools.superuser import as_superuser
from ...tools.working_time import InvalidSnapshot, WorkingTime


class SlaCalendarVersion(models.Model):
    """Working hours as they were from one moment on; never edited.

    Deadlines are counted by a version, so that a calendar which is changed, or a
    holiday which is added, moves neither running deadlines nor last year's report.
    """

    _name = "crm.cards.sla.calendar.version"
    _description = "Version of a Working Schedule"
    _order = "calendar_id, number desc"
    _rec_name = "calendar_name"

    # Kept when the calendar is deleted: what was promised by it stays provable.
    calendar_id = fields.Many2one("resource.calendar", ondelete="set null", index=True)
    calendar_name = fields.Char(required=True)
    number = fields.Integer(required=True)
    date_from = fields.Datetime(required=True, default=fields.Datetime.now)
    snapshot = fields.Json(required=True)
    digest = fields.Char(required=True)

    _calendar_number_unique = models.UniqueIndex(
        "(calendar_id, number)", "Somebody else has just changed these working hours."
    )

    @api.model
    def _get_current(self, calendars):
        """Return the version that holds now, calendar by calendar.

        What a calendar says is compared with its newest version; where it differs a
        new one is made from now on. Calendars without fixed hours are left out.
        """
        newest = calendars._get_newest_sla_versions()
        versions, vals_list = {}, []
        for calendar, snapshot in calendars._get_sla_snapshots().items():
            digest = self._get_digest(snapshot)
            version = newest.get(calendar)
            if version and version.digest == digest:
                versions[calendar] = version
            elif self._is_usable(snapshot):
                vals_list.append(
                    {
                        "calendar_id": calendar.id,
                        "calendar_name": calendar.name,
                        "number": version.number + 1 if version else 1,
                        "snapshot": snapshot,
                        "digest": digest,
                    }
                )
        meet(self.env, "resource_calendar", [vals["calendar_id"] for vals in vals_list])
        # A version is made by whoever needs it first; nobody edits it.
        for version in as_superuser(self).create(vals_list):
            versions[version.calendar_id.with_env(calendars.env)] = version
        return versions

    @api.model
    def _get_digest(self, snapshot):
        text = json.dumps(snapshot, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    @api.model
    def _is_usable(self, snapshot):
        try:
            WorkingTime.from_snapshot(snapshot)
        except InvalidSnapshot:
            return False
        return True

    def _get_working_time(self):
        """Return the working time of this version; without one, of every second."""
        if not self:
            return WorkingTime.ALWAYS
        self.ensure_one()
        return self._read_working_time(self.id)

    @api.model
    @tools.ormcache("version_id")
    def _read_working_time(self, version_id):
        # Immutable, hence kept; rights are those of the ticket that asks.
        return WorkingTime.from_snapshot(self.sudo().browse(version_id).snapshot)
