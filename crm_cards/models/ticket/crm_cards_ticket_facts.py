from odoo import api, fields, models

# What is written down when it changes, and what the fact is called.
_EVENTS = {
    "stage_id": "stage",
    "department_id": "department",
    "user_id": "assigned",
    "priority": "priority",
    "type_id": "type",
}


class Ticket(models.Model):
    """Writes down what happens to tickets, in the transaction in which it happens."""

    _inherit = "crm.cards.ticket"

    log_ids = fields.One2many("crm.cards.ticket.log", "ticket_id", readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        tickets._take_terms()
        for date, opened in tickets.grouped("date_opened").items():
            self._log(dict.fromkeys(opened, ["opened"]), date=date)
        return tickets

    def write(self, vals):
        before = {ticket: ticket._get_logged_values() for ticket in self}
        result = super().write(vals)
        retargeted = self._take_terms(vals)
        events = {}
        for ticket, values in before.items():
            now = ticket._get_logged_values()
            changed = [_EVENTS[name] for name in _EVENTS if values[name] != now[name]]
            if ticket in retargeted:
                changed.append("terms")
            if changed:
                events[ticket] = changed
        self._log(events)
        return result

    def _take_terms(self, vals=None):
        """Give these tickets the service level that fits them as they are now.

        :param dict vals: what was written, everything if None
        :return: the tickets that follow another one than before
        """
        return self.browse()

    def _get_logged_values(self):
        return {name: self[name] for name in _EVENTS}

    def _follow_stage(self):
        """Write down that the stage of these tickets does something else now."""
        self._log(dict.fromkeys(self, ["stage"]))

    @api.model
    def _log(self, events, **values):
        """Add facts to the log.

        :param dict events: ticket -> names of the events, in order
        :param values: further values of each row
        """
        rows = [
            {**ticket._prepare_log_values(), "event": event, **values}
            for ticket, names in events.items()
            for event in names
        ]
        # Facts are written for whoever causes them and by nobody himself.
        self.env["crm.cards.ticket.log"].sudo().create(rows)

    def _prepare_log_values(self):
        """Return how the ticket stands now."""
        self.ensure_one()
        return {
            "ticket_id": self.id,
            "date": fields.Datetime.now(),
            "stage_id": self.stage_id.id,
            "clock": self.clock,
            "waiting_for": self.waiting_for,
            "user_id": self.user_id.id,
            "department_id": self.department_id.id,
            "priority": self.priority,
            "type_id": self.type_id.id,
            "by_user_id": self.env.uid,
        }
