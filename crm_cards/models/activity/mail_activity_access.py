import functools

from odoo import api, models
from odoo.fields import Domain


class MailActivity(models.Model):
    """Reading a document opens its activities only as far as the user's right goes.

    Private activities are for those who take part. Somebody whose right ends at his
    own or his team's activities sees no others, in the chatter either.
    """

    _inherit = "mail.activity"

    @api.model
    def _get_own_domain(self):
        """Return the activities the user takes part in."""
        return self.env["crm.cards.activity"]._get_own_domain()

    @api.model
    def _get_seen_domain(self):
        """Return the activities the user may see on documents he may read."""
        others = Domain("card_private", "=", False)
        scope = self.env.user._get_activity_scope()
        if scope == "own":
            return self._get_own_domain()
        if scope == "team":
            mates = self.env.user._get_team_mates()
            others &= Domain("user_id", "in", [False, *mates.ids])
        return self._get_own_domain() | others

    @api.model
    def _search(self, domain, *args, bypass_access=False, **kwargs):
        # Searches of documents by ``activity_ids`` bypass Odoo's look at documents,
        # which the documents take themselves; what is hidden must not be found so.
        if not self.env.su:
            domain = Domain(domain) & self._get_seen_domain()
        return super()._search(domain, *args, bypass_access=bypass_access, **kwargs)

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if self.env.su or operation == "create" or not any(self._ids):
            return result
        # Compared, not shown: the fields that decide are not a secret of theirs.
        seen = self.sudo().filtered_domain(self._get_seen_domain()).sudo(False)
        hidden = self - seen
        if not hidden:
            return result
        forbidden = hidden | (result[0] if result else self.browse())
        return forbidden, functools.partial(forbidden._make_access_error, operation)
