from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.load_sharing import share_out
from ...tools.superuser import as_superuser

TURN_SEQUENCE_CODE = "crm.cards.department.turn"


class Ticket(models.Model):
    """Gives new tickets to a technician, as their department wishes."""

    _inherit = "crm.cards.ticket"

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        tickets.filtered(
            lambda ticket: not ticket.user_id and not ticket.is_closed
        )._assign_by_department()
        return tickets

    def _assign_by_department(self):
        for department, tickets in self.grouped("department_id").items():
            users = department._choose_technicians(len(tickets))
            tickets._assign_to(users)

    def _assign_to(self, users):
        """Give each ticket to the user of the same place, or to nobody.

        Takes one write for each user, however many the tickets.
        """
        by_user = {}
        for ticket, user in zip(self, users, strict=False):
            by_user.setdefault(user, self.browse())
            by_user[user] |= ticket
        for user, tickets in by_user.items():
            tickets.write({"user_id": user.id})

    @api.constrains("user_id")
    def _check_technician(self):
        for user in self.user_id:
            if user.share:
                raise ValidationError(
                    self.env._(
                        "Technician: %s is a customer's login. Choose a colleague.",
                        user.name,
                    )
                )

    @api.model
    def _get_open_load(self, users, companies):
        """Return {user: number of his open tickets}, in the order of the users.

        Of all departments of these companies; other companies' are nobody's business.
        """
        # What somebody has to do elsewhere counts, though the user may not see it.
        groups = self.sudo()._read_group(
            [
                ("user_id", "in", users.ids),
                ("company_id", "in", companies.ids),
                ("is_closed", "=", False),
            ],
            ["user_id"],
            ["__count"],
        )
        counts = {user.id: count for user, count in groups}
        return {user: counts.get(user.id, 0) for user in users}


class Department(models.Model):
    """Whose turn it is."""

    _inherit = "crm.cards.department"

    # Tickets that come at the same moment draw different numbers from it, and none
    # waits for the other to be saved.
    assign_sequence_id = fields.Many2one(
        "ir.sequence", readonly=True, copy=False, groups="base.group_system"
    )

    @api.model_create_multi
    def create(self, vals_list):
        departments = super().create(vals_list)
        departments._ensure_assign_sequence()
        return departments

    def write(self, vals):
        result = super().write(vals)
        if "assign_method" in vals:
            self._ensure_assign_sequence()
        return result

    def unlink(self):
        # Nobody else uses these sequences, whoever may delete the department.
        sequences = self.sudo().assign_sequence_id
        result = super().unlink()
        sequences.unlink()
        return result

    def _ensure_assign_sequence(self):
        # Sequences are for administrators; whoever sets up a department needs one.
        sequences = as_superuser(self.env["ir.sequence"])
        for department in self.sudo():
            if department.assign_method != "round_robin":
                continue
            if not department.assign_sequence_id:
                department.assign_sequence_id = sequences.create(
                    {
                        "name": f"Turns of {department.name}",
                        "code": TURN_SEQUENCE_CODE,
                        "company_id": department.company_id.id,
                    }
                )

    def _choose_technicians(self, count):
        """Return who gets each of so many new tickets, or nobody."""
        if not self or self.assign_method == "manual":
            return []
        # Of tickets that come by mail, and of customers, nobody sees the members.
        members = self.sudo().member_ids.sorted("id")
        if not members:
            return []
        if self.assign_method == "least_loaded":
            loads = self.env["crm.cards.ticket"]._get_open_load(
                members, self.company_id
            )
            return share_out(count, loads)
        return [members[turn % len(members)] for turn in self._draw_turns(count)]

    def _draw_turns(self, count):
        """Return so many numbers that nobody else gets, one after the other."""
        # Whoever opens a ticket takes a turn; the sequence is not his to read.
        sequence = self.sudo().assign_sequence_id
        drawn = self.company_id._draw_sequence_numbers(sequence, count)
        return [int(number) for number in drawn]
