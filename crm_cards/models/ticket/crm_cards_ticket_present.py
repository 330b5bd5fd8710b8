from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

_NOTIFICATION = "crm.cards.ticket/presence"
# What somebody does who is not there, does not write, writes.
_STATES = {None: "left", False: "viewing", True: "writing"}
_LONGEST_TAB = 36  # characters, as of a UUID


class Ticket(models.Model):
    """Tells colleagues who looks at a ticket now, so that two do not answer at once."""

    _inherit = "crm.cards.ticket"

    presence = fields.Json(
        "Open with",
        compute="_compute_presence",
        groups="base.group_user",
        help="Colleagues who have this ticket open now.",
    )

    @api.depends_context("uid")
    def _compute_presence(self):
        others = self._get_others_present()
        for ticket in self:
            ticket.presence = others.get(ticket._origin.id)

    def _get_others_present(self):
        """Return ``{ticket id: [{"id", "name", "state"}]}`` of users but oneself."""
        # Whoever sees the ticket sees who else looks at it.
        people = self.env["crm.cards.ticket.presence"].sudo()._get_people(self.ids)
        names = self._get_presence_names(set().union(*people.values()))
        return {
            ticket_id: [
                {"id": user_id, "name": names[user_id], "state": _STATES[is_writing]}
                for user_id, is_writing in of_ticket.items()
                if user_id != self.env.uid
            ]
            for ticket_id, of_ticket in people.items()
        }

    @api.model
    def _get_presence_names(self, user_ids):
        # Names of colleagues, as many2one fields show them to everybody.
        users = self.env["res.users"].sudo().browse(user_ids)
        return {user.id: user.name for user in users}

    def tell_presence(self, tab, state):
        """Tell that the user looks at the ticket in a tab, writes there, or has left.

        Whoever else looks at the ticket is told if that is new.

        :param str tab: what the browser calls its tab, up to 36 characters
        :param str state: "viewing", "writing" or "left"
        :return: the others, as ``[{"id", "name", "state"}]`` of users
        :raises AccessError: the user may not read the ticket, or is a customer
        """
        self._check_presence(tab, state)
        # Nobody has rights on the table itself: the ticket decides, checked above.
        presences = self.env["crm.cards.ticket.presence"].sudo()
        before = presences._get_people(self.ids)[self.id]
        if state == "left":
            presences._remove(self, tab)
        else:
            presences._put(self, tab, state == "writing")
        after = presences._get_people(self.ids)[self.id]
        if before.get(self.env.uid) != after.get(self.env.uid):
            self._push_presence(after)
        return self._get_others_present()[self.id]

    def _check_presence(self, tab, state):
        self.ensure_one()
        self.check_access("read")
        if not self.env.user._is_internal():
            raise AccessError(
                self.env._("Only employees see who else looks at a ticket.")
            )
        if (
            state not in _STATES.values()
            or not isinstance(tab, str)
            or not 0 < len(tab) <= _LONGEST_TAB
            or not tab.isprintable()
        ):
            raise ValidationError(
                self.env._(
                    "The page did not say clearly who is looking at the ticket. Reload "
                    "the page."
                )
            )

    def _push_presence(self, people):
        """Tell the others in ``people`` what the user does now, and only that.

        What they did at the same moment is not known to this transaction yet.
        """
        message = {
            "ticket_id": self.id,
            "id": self.env.uid,
            "name": self.env.user.name,
            "state": _STATES[people.get(self.env.uid)],
        }
        others = self.env["res.users"].browse(people.keys() - {self.env.uid})
        for user in others:
            if self._is_readable_by(user):
                # Nobody but the user listens there, so it tells nobody else.
                user.sudo()._bus_send(_NOTIFICATION, message)

    def _is_readable_by(self, user):
        """Whether the user may still read the ticket, in whichever of his companies."""
        companies = user.sudo().company_ids.ids
        ticket = self.with_user(user).with_context(allowed_company_ids=companies)
        return ticket.has_access("read")
