from odoo.tests import new_test_user

from .common_concurrency import ConcurrencyCase

_GROUPS = "hr_timesheet.group_hr_timesheet_user,crm_cards.crm_cards_group_ticket_user"


class HoursConcurrencyCase(ConcurrencyCase):
    """Committed banks, a project for each, and people who log hours at once.

    They are all the same person, with many connections.
    """

    people = 2
    banks = 1
    overdraft = "stop"

    def setUp(self):
        super().setUp()
        with self._environment() as env:
            self.company_id = env.company.id
            user = new_test_user(env, login="hours_at_once", groups=_GROUPS)
            env["hr.employee"].create({"name": user.name, "user_id": user.id})
            partners = env["res.partner"].create(
                [
                    {"name": "Hours at once", "is_company": True}
                    for _index in range(self.banks)
                ]
            )
            vals = {"name": "Hours at once", "company_id": env.company.id}
            if "allow_billable" in env["project.project"]._fields:
                vals["allow_billable"] = True
            projects = env["project.project"].create(
                [{**vals, "partner_id": partner.id} for partner in partners]
            )
            banks = env["crm.cards.hours.bank"].create(
                [
                    {"partner_id": partner.id, "overdraft": self.overdraft}
                    for partner in partners
                ]
            )
            self.user_ids, self.partner_ids = user.ids * self.people, partners.ids
            self.project_ids, self.bank_ids = projects.ids, banks.ids
        self.addCleanup(self._remove)

    def _remove(self):
        with self._environment() as env:
            # Entries are proof and never deleted, but here nobody has worked.
            for action in ("DISABLE", "ENABLE"):
                env.cr.execute(
                    f"ALTER TABLE crm_cards_hours_entry {action} TRIGGER USER"
                )
                if action == "DISABLE":
                    for table, column in (
                        ("account_analytic_line", "project_id"),
                        ("crm_cards_hours_entry", "bank_id"),
                        ("crm_cards_hours_lot", "bank_id"),
                    ):
                        ids = self.bank_ids if "bank" in column else self.project_ids
                        env.cr.execute(
                            f"DELETE FROM {table} WHERE {column} = ANY(%s)", [ids]
                        )
        with self._environment() as env:
            env["crm.cards.hours.bank"].browse(self.bank_ids).unlink()
            projects = env["project.project"].browse(self.project_ids)
            accounts = projects.account_id
            projects.unlink()
            accounts.unlink()
            users = env["res.users"].browse(self.user_ids[:1])
            partners = users.partner_id + env["res.partner"].browse(self.partner_ids)
            users.employee_ids.unlink()
            users.unlink()
            partners.unlink()

    def _buy(self, hours, index=0, **values):
        with self._environment() as env:
            vals = {"bank_id": self.bank_ids[index], "hours": hours, **values}
            env["crm.cards.hours.bank"]._add_lots([{"date_from": "2026-01-01", **vals}])

    def _log(self, hours, *indexes):
        """Return an action that logs hours on projects, one after the other."""

        def act(env):
            lines = env["account.analytic.line"]
            for index in indexes or (0,):
                lines += lines.create(
                    {
                        "name": "Work",
                        "project_id": self.project_ids[index],
                        "unit_amount": hours,
                        "date": "2026-03-02",
                    }
                )
            return lines.ids

        return act

    def _read(self, function):
        """Return what a function says of the banks, as they are committed now."""
        with self._environment() as env:
            banks = env["crm.cards.hours.bank"].browse(self.bank_ids)
            self.assertFalse({*banks._check()} & {*banks.ids}, "balances and entries")
            return function(banks)
