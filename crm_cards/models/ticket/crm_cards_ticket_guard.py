from odoo import api, models
from odoo.exceptions import AccessError

# What follows from something else, or was a fact once: written by the system alone.
_DERIVED = frozenset(
    {
        "clock",
        "waiting_for",
        "is_closed",
        "customer_id",
        "type_level1_id",
        "type_level2_id",
        "type_level3_id",
        "date_closed",
        "date_assigned",
        "date_last_stage",
        "date_next_follow_up",
        "email_normalized",
        "merged_into_id",
        "origin_id",
        "sla_version_id",
        "sla_policy_id",
        "sla_calendar_version_id",
        "sla_next_due",
        "sla_next_risk",
        "sla_is_paused",
        "sla_has_missed",
    }
)


class Ticket(models.Model):
    """Lets nobody write past the screen what only follows from something else.

    A field that is readonly on a screen is open to every call over the network.
    """

    _inherit = "crm.cards.ticket"

    @api.model_create_multi
    def create(self, vals_list):
        self._check_derived(set().union(*vals_list))
        return super(Ticket, self._drop_derived_defaults()).create(vals_list)

    def write(self, vals):
        self._check_derived({*vals})
        return super().write(vals)

    @api.model
    def _drop_derived_defaults(self):
        """Return the model without defaults of what follows from something else.

        Defaults linger in the context of a screen, which is no reason to refuse.
        """
        if self.env.su:
            return self
        dropped = {f"default_{name}" for name in _DERIVED}
        context = self.env.context
        kept = {key: context[key] for key in context if key not in dropped}
        # Keys are taken away, which nothing but another dict can do.
        return self.with_context(kept)  # pylint: disable=context-overridden

    @api.model
    def _check_derived(self, names):
        refused = sorted(_DERIVED & names)
        if refused and not self.env.su:
            raise AccessError(
                self.env._(
                    "%(field)s of a ticket follows from something else and is not "
                    "written by itself.",
                    field=self._fields[refused[0]].get_description(self.env)["string"],
                )
            )
