from odoo import fields, models
from odoo.fields import Domain


class Process(models.Model):
    """Something to run on a customer: an activity plan or a server action.

    A process is offered at the account key, in the list and on the form, of
    customers of its kind. Plans and actions that are in no process are offered
    for both kinds, as Odoo offers them in the Actions menu.
    """

    _name = "crm.cards.process"
    _description = "Customer Process"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [
            ("prospect", "Prospects"),
            ("customer", "Customers"),
            ("both", "Prospects and customers"),
        ],
        string="Offered for",
        required=True,
        default="both",
    )
    plan_id = fields.Many2one(
        "mail.activity.plan",
        string="Activity plan",
        domain=[("res_model", "=", "res.partner")],
        ondelete="cascade",
        index="btree_not_null",
    )
    # Server actions are code: only a system administrator chooses among them.
    server_action_id = fields.Many2one(
        "ir.actions.server",
        string="Server action",
        domain=[("model_id.model", "=", "res.partner")],
        ondelete="cascade",
        index="btree_not_null",
        groups="base.group_system",
    )

    _one_target = models.Constraint(
        "CHECK((plan_id IS NULL) <> (server_action_id IS NULL))",
        "A process runs either an activity plan or a server action: choose one.",
    )

    def _get_offered_domain(self, kind):
        """Return the processes for a customer kind (prospect, customer, False)."""
        return Domain("kind", "in", ["both", kind] if kind else ["both"])
