from odoo import models

_SCOPES = ("all", "team", "own")  # widest first


class ResUsers(models.Model):
    _inherit = "res.users"

    def _get_activity_scope(self):
        """Return whose activities the user may see: all, team, own or None.

        None: nobody said so, then Odoo's own rule stands, by which whoever reads a
        document sees its activities.
        """
        self.ensure_one()
        for scope in _SCOPES:
            if self.has_group(f"crm_cards.crm_cards_group_activity_{scope}"):
                return scope
        return None

    def _get_team_mates(self):
        """Return the users of the sales teams this user leads or belongs to."""
        self.ensure_one()
        # Who works with whom is asked for the rights of this very user.
        teams = self.env["crm.team"].sudo()
        domain = ["|", ("user_id", "=", self.id), ("member_ids", "in", self.ids)]
        return teams.search(domain).member_ids
