from odoo import models


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def _assign_with_team(self, user):
        """Give leads and opportunities to a user, and to a sales team of his.

        Odoo looks for the team lead by lead.
        """
        at_home = self.filtered(
            lambda lead: user in lead.team_id.member_ids | lead.team_id.user_id
        )
        at_home.write({"user_id": user.id})
        teams = self.env["crm.team"]
        for lead_type, leads in (self - at_home).grouped("type").items():
            field = "use_leads" if lead_type == "lead" else "use_opportunities"
            team = teams._get_default_team_id(
                user_id=user.id, domain=[(field, "=", True)]
            )
            leads.write({"user_id": user.id, "team_id": team.id})
