from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...tools.superuser import as_superuser

# What people and programs said to each other; what was changed stays with the ticket.
_SAID = ("comment", "email", "email_outgoing", "auto_comment", "out_of_office")


class Ticket(models.Model):
    """Tickets that were merged into another one, which goes on in their place.

    The messages, files and activities move to that one; the log and the changes stay,
    as they prove what happened.
    """

    _inherit = "crm.cards.ticket"

    merged_into_id = fields.Many2one(
        "crm.cards.ticket",
        string="Merged into",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    merged_ids = fields.One2many(
        "crm.cards.ticket",
        "merged_into_id",
        string="Merged tickets",
        readonly=True,
        context={"active_test": False},
    )

    @api.constrains("merged_into_id")
    def _check_merged_into(self):
        if self._has_cycle("merged_into_id"):
            raise ValidationError(
                self.env._("A ticket cannot be merged into itself. Choose another one.")
            )

    @api.constrains("is_closed", "type_id", "department_id")
    def _check_type_before_closing(self):
        # What a merged one was about is told by the one that goes on.
        closed = self.filtered("is_closed")
        others = closed.filtered(lambda ticket: not ticket.merged_into_id)
        return super(Ticket, others)._check_type_before_closing()

    def _get_merge_target(self):
        """Return the ticket that goes on in the place of this one, or itself."""
        self.ensure_one()
        ticket = self
        while ticket.merged_into_id:
            ticket = ticket.merged_into_id
        return ticket

    def message_update(self, msg_dict, update_vals=None):
        target = self._get_merge_target()
        return super(Ticket, target).message_update(msg_dict, update_vals)

    def action_merge(self):
        """Ask into which of these tickets the others are merged."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Merge tickets"),
            "res_model": "crm.cards.ticket.merge",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_ticket_ids": self.ids},
        }

    def _merge(self, others):
        """Go on in the place of others, which are closed and archived.

        :raises UserError: not allowed to write one of them, or they cannot be merged
        """
        self.ensure_one()
        tickets = self | others
        tickets.check_access("write")
        # Two people who merge at once: the second starts again and is refused.
        tickets._hold()
        self._check_merge(others)
        was_waiting = any(
            ticket.waiting_for == "us" and not ticket.is_closed for ticket in others
        )
        # He may change all these tickets; what hangs on them moves as a whole,
        # whoever wrote or planned it.
        others_sudo = as_superuser(others)
        as_superuser(self)._take_over(others_sudo)
        others_sudo._close_merged(self)
        self._message_log(body=self._get_merge_note(others))
        if was_waiting and self.waiting_for == "customer":
            self._resume()

    def _check_merge(self, others):
        if not others:
            raise UserError(
                self.env._("Add the tickets that are to be merged, two at least.")
            )
        for ticket in self | others:
            if ticket.merged_into_id:
                raise UserError(
                    self.env._(
                        "%(ticket)s was merged already, into %(target)s. Remove it "
                        "from the list.",
                        ticket=ticket.display_name,
                        target=ticket.merged_into_id.sudo().display_name,
                    )
                )
        if len((self | others).company_id) > 1:
            raise UserError(
                self.env._("Tickets of several companies cannot be merged.")
            )
        if self.is_closed and not all(others.mapped("is_closed")):
            raise UserError(
                self.env._(
                    "%(ticket)s is closed and others are open. Merge into an open "
                    "one, or reopen it first.",
                    ticket=self.display_name,
                )
            )

    def _take_over(self, others):
        """Receive what was said and sent on others, their activities and followers."""
        of_others = [("model", "=", self._name), ("res_id", "in", others.ids)]
        messages = self.env["mail.message"].search(
            [*of_others, ("message_type", "in", _SAID)]
        )
        messages.write({"res_id": self.id})
        files = self.env["ir.attachment"].search(
            [("res_model", "=", self._name), ("res_id", "in", others.ids)]
        )
        files.write({"res_id": self.id})
        activities = self.env["mail.activity"].with_context(active_test=False)
        activities.search(
            [("res_model", "=", self._name), ("res_id", "in", others.ids)]
        ).write({"res_id": self.id})
        self.message_subscribe((others.message_partner_ids | others.partner_id).ids)
        self._take_over_links(others)

    def _take_over_links(self, others):
        """Let what belonged to others belong to this ticket."""
        copies = ", ".join(filter(None, [self.email_cc, *others.mapped("email_cc")]))
        self.write(
            {
                "email_cc": ", ".join(
                    self._mail_cc_sanitized_raw_dict(copies).values()
                ),
                "tag_ids": [fields.Command.link(tag.id) for tag in others.tag_ids],
            }
        )
        # Those that were merged into others before point here at once.
        others.merged_ids.write({"merged_into_id": self.id})
        if self.parent_id in others:
            self.parent_id = False
        (others.child_ids - self - others).write({"parent_id": self.id})

    def _close_merged(self, target):
        """Close and archive these tickets, in one write that says why."""
        for department, tickets in self.grouped("department_id").items():
            stage = department._get_first_stage("stopped")
            for is_closed, group in tickets.grouped("is_closed").items():
                values = {"merged_into_id": target.id, "active": False}
                if stage and not is_closed:
                    values["stage_id"] = stage.id
                group.write(values)
        self._log(dict.fromkeys(self, ["merged"]))
        note = self.env._("Merged into %s.", target._get_html_link())
        self._message_log_batch({ticket.id: note for ticket in self})

    def _get_merge_note(self, others):
        links = Markup(", ").join(other._get_html_link() for other in others)
        return self.env._("Merged into this ticket: %s.", links)

    def _hold(self):
        """Let only one worker at a time decide what becomes of these tickets.

        Who comes second starts again with the result of the first, even if that one
        changed nothing here: a mere lock would leave him with his old picture.
        """
        if self:
            self.flush_recordset()
            self.env.cr.execute(
                "UPDATE crm_cards_ticket SET write_date = write_date WHERE id IN %s",
                [self._ids],
            )
