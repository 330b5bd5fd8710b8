from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    def _get_newest_sla_versions(self):
        """Return the newest version of each calendar that has any."""
        versions = self.env["crm.cards.sla.calendar.version"].sudo()
        rows = versions._read_group(
            [("calendar_id", "in", self.ids)], ["calendar_id"], ["number:max", "id:max"]
        )
        newest = versions.browse(version_id for _calendar, _number, version_id in rows)
        return {
            version.calendar_id.with_env(self.env): version for version in newest.sudo()
        }

    def _get_sla_snapshots(self):
        """Return what each calendar says, as ``WorkingTime.from_snapshot`` reads it.

        :return: dict calendar -> snapshot, two queries for any number of calendars
        """
        # Working hours and public holidays are nobody's secret; leaves of persons,
        # which are, stay out.
        leaves = self.env["resource.calendar.leaves"].sudo()
        days_off = leaves.search_fetch(
            [
                ("resource_id", "=", False),
                ("time_type", "=", "leave"),
                ("calendar_id", "in", [False, *self.ids]),
            ],
            ["name", "date_from", "date_to", "calendar_id", "company_id"],
            order="date_from, date_to, id",
        )
        return {
            calendar: calendar.sudo()._prepare_sla_snapshot(days_off)
            for calendar in self
        }

    def _prepare_sla_snapshot(self, days_off):
        self.ensure_one()
        rows = self.attendance_ids.filtered(
            lambda row: row.day_period != "lunch" and not row.display_type
        )
        mine = days_off.filtered(
            lambda leave: (
                leave.calendar_id == self
                or not leave.calendar_id
                and (not leave.company_id or leave.company_id == self.company_id)
            )
        )
        return {
            "tz": self.tz,
            "flexible": self.schedule_type == "flexible",
            "two_weeks": self.two_weeks_calendar,
            "attendances": [
                {
                    "dayofweek": int(row.dayofweek),
                    "hour_from": row.hour_from,
                    "hour_to": row.hour_to,
                    "week_type": row.week_type or None,
                }
                for row in rows.sorted(
                    lambda row: (row.week_type or "", row.dayofweek, row.hour_from)
                )
            ],
            "leaves": [
                {
                    "start": fields.Datetime.to_string(leave.date_from),
                    "stop": fields.Datetime.to_string(leave.date_to),
                    "name": leave.name or "",
                }
                for leave in mine
            ],
        }

    def _check_usable_for_sla(self):
        """Refuse calendars by which no deadline can be counted.

        :raises ValidationError: telling which calendar and what to do
        """
        versions = self.env["crm.cards.sla.calendar.version"]
        for calendar, snapshot in self._get_sla_snapshots().items():
            if not versions._is_usable(snapshot):
                raise ValidationError(
                    self.env._(
                        "Service levels cannot be counted by the working schedule "
                        "%(calendar)s: it has no fixed hours. Fill in days and "
                        "hours there, or choose another one.",
                        calendar=calendar.display_name,
                    )
                )

    @api.constrains("attendance_ids", "schedule_type", "tz", "two_weeks_calendar")
    def _check_sla_calendar(self):
        """Working hours by which deadlines run may change, but not vanish."""
        counted_by = self._get_newest_sla_versions()
        self.filtered(lambda calendar: calendar in counted_by)._check_usable_for_sla()

    # -- renewal --------------------------------------------------------------

    def write(self, vals):
        result = super().write(vals)
        self._renew_sla_versions()
        return result

    def _renew_sla_versions(self):
        """Make new versions when all of the change is there, if any tickets use them.

        A calendar is saved row by row, and each row would make a version.
        """
        precommit = self.env.cr.precommit
        if "crm_cards.calendars" not in precommit.data:
            precommit.data["crm_cards.calendars"] = self.sudo().browse()
            precommit.add(self.sudo()._renew_waiting_sla_versions)
        precommit.data["crm_cards.calendars"] |= self.sudo()

    @api.model
    def _renew_waiting_sla_versions(self):
        calendars = self.env.cr.precommit.data.pop("crm_cards.calendars").exists()
        counted_by = calendars._get_newest_sla_versions()
        self.env["crm.cards.sla.calendar.version"]._get_current(
            calendars.filtered(lambda calendar: calendar in counted_by)
        )


class ResourceCalendarAttendance(models.Model):
    _inherit = "resource.calendar.attendance"

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows.calendar_id._renew_sla_versions()
        return rows

    def write(self, vals):
        calendars = self.calendar_id
        result = super().write(vals)
        (calendars | self.calendar_id)._renew_sla_versions()
        return result

    def unlink(self):
        calendars = self.calendar_id
        result = super().unlink()
        calendars._renew_sla_versions()
        return result


class ResourceCalendarLeaves(models.Model):
    _inherit = "resource.calendar.leaves"

    @api.model_create_multi
    def create(self, vals_list):
        leaves = super().create(vals_list)
        leaves._renew_sla_versions()
        return leaves

    def write(self, vals):
        self._renew_sla_versions()
        result = super().write(vals)
        self._renew_sla_versions()
        return result

    def unlink(self):
        self._renew_sla_versions()
        return super().unlink()

    def _renew_sla_versions(self):
        """Renew the calendars of public holidays; leaves of persons do not count."""
        public = self.filtered(lambda leave: not leave.resource_id)
        calendars = public.calendar_id
        if any(not leave.calendar_id for leave in public):
            # A holiday without a calendar is one in all of them, whoever sees them.
            calendars |= self.env["resource.calendar"].sudo().search(Domain.TRUE)
        if calendars:
            calendars._renew_sla_versions()
