from odoo import models
from odoo.fields import Domain
from odoo.http import request


class ResUsers(models.Model):
    """When a user leaves, his work is handed over or parked, never deleted."""

    _inherit = "res.users"

    def action_archive(self):
        dialog = self._get_handover_dialog()
        if dialog:
            return dialog
        # Odoo deletes the open activities of the users it archives.
        self._park_activities()
        return super().action_archive()

    def action_unarchive(self):
        result = super().action_unarchive()
        return self._get_handover_return() or result

    def write(self, vals):
        if "active" in vals and not vals["active"]:
            self.filtered("active")._park_activities()
        return super().write(vals)

    def unlink(self):
        if self:
            self._park_activities()
            self.env["mail.activity"]._outlive_users(self)
        return super().unlink()

    def _park_activities(self):
        """Leave the open activities unassigned, and tell one manager of each user."""
        # Whoever may archive a user has no rights on what that user had to do.
        activities = self.env["mail.activity"].sudo()
        groups = activities._read_group([("user_id", "in", self.ids)], ["user_id"])
        if groups:
            handovers = self.env["crm.cards.handover"].sudo()
            handovers = handovers.create([{"user_id": user.id} for (user,) in groups])
            handovers._execute()

    # -- at a screen ----------------------------------------------------------

    def _is_person_asking(self):
        """Whether whoever archives or reactivates users sees what is returned.

        Other code that archives users does not expect an action, also when a person
        has started it.
        """
        gate = self.env["crm.cards.conversion.gate"]
        if not gate._is_person_at_screen():
            return False
        return not request or request.params.get("model") == self._name

    def _get_handover_dialog(self):
        """Return the action that asks who takes over, or None.

        Several users at once are too much for one dialog: they get a draft each.
        """
        handovers = self.env["crm.cards.handover"]
        if not self._is_person_asking() or not handovers.has_access("create"):
            return None
        users = self.filtered("active")._filter_with_work()
        if not users:
            return None
        if len(users) == 1:
            return handovers._get_dialog(users)
        known = handovers.search(
            [("user_id", "in", users.ids), ("state", "=", "draft")]
        )
        drafts = known | handovers.create(
            [{"user_id": user.id} for user in users - known.user_id]
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_cards.crm_cards_handover_action"
        )
        return {**action, "domain": [("id", "in", drafts.ids)], "context": {}}

    def _filter_with_work(self):
        """Return the users who have something to hand over, with a query per kind."""
        busy = set()
        domains = self.env["crm.cards.handover"]._get_domains()
        for (model, fname), domain in domains.items():
            # As in _park_activities().
            records = self.env[model].sudo().with_context(active_test=False)
            groups = records._read_group(
                domain & Domain(fname, "in", self.ids), [fname]
            )
            busy.update(user.id for (user,) in groups)
        return self.filtered(lambda user: user.id in busy)

    def _get_handover_return(self):
        """Return the action that offers to give a returning user his work back."""
        handovers = self.env["crm.cards.handover"]
        if (
            len(self) != 1
            or not self._is_person_asking()
            or not handovers.has_access("write")
        ):
            return None
        domain = [("user_id", "=", self.id), ("state", "=", "done")]
        last = handovers.search(domain, order="date_done desc, id desc", limit=1)
        return last._get_form_action() if last else None
