from odoo import api, fields, models, tools
from odoo.tools import format_duration


class SlaPolicyVersion(models.Model):
    """What a policy promised from one moment on; never edited.

    ``terms`` holds ``targets`` (kind -> ``seconds`` and ``time``, *working* or
    *calendar*), ``risk_percent``, and ``conditions`` as they were.
    """

    _name = "crm.cards.sla.policy.version"
    _description = "Version of a Service Level Policy"
    _order = "policy_id, number desc"

    policy_id = fields.Many2one(
        "crm.cards.sla.policy", required=True, ondelete="restrict", index=True
    )
    number = fields.Integer("Version", required=True, aggregator=None)
    date_from = fields.Datetime(required=True, default=fields.Datetime.now)
    user_id = fields.Many2one(
        "res.users", string="Changed by", default=lambda self: self.env.user
    )
    terms = fields.Json(required=True)

    promise = fields.Char(compute="_compute_promise")

    _policy_number_unique = models.UniqueIndex(
        "(policy_id, number)", "Somebody else has just changed this policy."
    )

    @api.depends("policy_id.name", "number")
    def _compute_display_name(self):
        for version in self:
            version.display_name = self.env._(
                "%(policy)s, version %(number)s",
                policy=version.policy_id.name,
                number=version.number,
            )

    @api.depends("terms")
    @api.depends_context("lang")
    def _compute_promise(self):
        targets = self.env["crm.cards.sla.target"]
        kinds = dict(targets._fields["kind"]._description_selection(self.env))
        times = dict(targets._fields["time"]._description_selection(self.env))
        for version in self:
            version.promise = " · ".join(
                f"{kinds[kind]}: {format_duration(target['seconds'] / 3600)}"
                f" ({times[target['time']]})"
                for kind, target in version.terms.get("targets", {}).items()
            )

    def _get_terms(self):
        """Return the terms of this version, an empty dict if there is none."""
        if not self:
            return {}
        self.ensure_one()
        return self._read_terms(self.id)

    @api.model
    @tools.ormcache("version_id")
    def _read_terms(self, version_id):
        # Immutable, hence kept; rights are those of the ticket that asks.
        return self.sudo().browse(version_id).terms
