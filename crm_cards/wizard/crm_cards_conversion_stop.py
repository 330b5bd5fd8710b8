from odoo import api, fields, models

from ..exceptions import ConversionRefusedError

# What a document's button may be continued with; the name comes back from the
# browser and must not become any other call.
_METHODS = [
    ("action_confirm", "Confirm"),
    ("action_post", "Post"),
    ("action_validate_moves_with_confirmation", "Confirm entries"),
    ("validate_move", "Post entries"),
]


class ConversionStop(models.TransientModel):
    """The one dialog before documents of prospects become binding.

    It lists every prospect of the batch. Who may convert continues and gets what
    he clicked for; who may not reads who can, and may ask for it.
    """

    _name = "crm.cards.conversion.stop"
    _description = "Convert and Continue"

    order_ids = fields.Many2many("sale.order", readonly=True)
    move_ids = fields.Many2many("account.move", readonly=True)
    validate_id = fields.Many2one("validate.account.move", readonly=True)
    method = fields.Selection(_METHODS, required=True, readonly=True)
    line_ids = fields.One2many(
        "crm.cards.conversion.stop.line", "stop_id", string="Prospects", readonly=True
    )
    can_convert = fields.Boolean(compute="_compute_can_convert")
    who_can = fields.Char(compute="_compute_can_convert")

    @api.depends_context("uid")
    @api.depends("line_ids.company_id")
    def _compute_can_convert(self):
        partners = self.env["res.partner"]
        for stop in self:
            stop.can_convert = partners._may_convert()
            stop.who_can = "; ".join(
                partners._describe_accountants(company)
                for company in stop.line_ids.company_id
            )

    @api.model
    def _open(self, documents, method, prospects):
        """Return the action of the dialog for a batch of documents.

        :param prospects: ``{company: partners}``, never empty
        """
        documents_field = "order_ids" if documents._name == "sale.order" else "move_ids"
        validate = self.env["validate.account.move"].browse(
            self.env.context.get("crm_cards_validate_id")
        )
        stop = self.create(
            {
                documents_field: documents.ids,
                "method": method,
                "validate_id": validate.exists().id,
                "line_ids": [
                    fields.Command.create(
                        {"partner_id": partner.id, "company_id": company.id}
                    )
                    for company, partners in prospects.items()
                    for partner in partners
                ],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Convert to customer first"),
            "res_model": self._name,
            "res_id": stop.id,
            "view_mode": "form",
            "target": "new",
            # What the button was called with must reach it again.
            "context": dict(self.env.context),
        }

    def action_convert_and_continue(self):
        """Open the account cards and do what was clicked, in one go.

        :raises ConversionRefusedError: the user has no right to convert
        """
        self.ensure_one()
        self.env["res.partner"]._check_may_convert()
        documents = self.order_ids or self.move_ids
        target = self.validate_id or documents
        return getattr(target.with_context(crm_cards_converting=True), self.method)()

    def action_request_conversion(self):
        """Leave one activity for each prospect, for the accountants."""
        self.ensure_one()
        action = False
        for line in self.line_ids:
            action = line.partner_id.with_company(
                line.company_id
            ).action_request_conversion()
        if not action:
            raise ConversionRefusedError(self.env._("There is nobody to convert."))
        return action


class ConversionStopLine(models.TransientModel):
    _name = "crm.cards.conversion.stop.line"
    _description = "Prospect to Convert"

    stop_id = fields.Many2one(
        "crm.cards.conversion.stop", required=True, ondelete="cascade", index=True
    )
    partner_id = fields.Many2one("res.partner", string="Prospect", required=True)
    company_id = fields.Many2one("res.company", required=True)
