from collections import defaultdict

from odoo import models

from ...tools.superuser import as_superuser


class Ticket(models.Model):
    """Notes in the thread what changed, of many tickets in a handful of statements.

    Odoo writes such notes one after the other, each with queries of its own.
    """

    _inherit = "crm.cards.ticket"

    def _message_track(self, fields_iter, initial_values_dict):
        notes = []
        collecting = self.with_context(crm_cards_ticket_notes=notes)
        tracking = super(Ticket, collecting)._message_track(
            fields_iter, initial_values_dict
        )
        self._write_tracking_notes(notes)
        return tracking

    def _message_log(self, **kwargs):
        notes = self.env.context.get("crm_cards_ticket_notes")
        if notes is None or not kwargs.get("tracking_value_ids"):
            return super()._message_log(**kwargs)
        notes.append((self.id, kwargs))
        return self.env["mail.message"]

    def _write_tracking_notes(self, notes):
        """Write the notes that ``_message_log`` was asked for, by author."""
        groups = defaultdict(dict)
        for ticket_id, kwargs in notes:
            groups[kwargs["author_id"]][ticket_id] = kwargs
        for author_id, group in groups.items():
            tickets = self.browse(group)
            bodies = {ticket_id: kwargs["body"] for ticket_id, kwargs in group.items()}
            messages = tickets._message_log_batch(bodies, author_id=author_id)
            rows = [
                {**values, "mail_message_id": message.id}
                for message, kwargs in zip(messages, group.values(), strict=True)
                for _command, _id, values in kwargs["tracking_value_ids"]
            ]
            # As Odoo does: the history is written for whoever changed something.
            as_superuser(self.env["mail.tracking.value"]).create(rows)
