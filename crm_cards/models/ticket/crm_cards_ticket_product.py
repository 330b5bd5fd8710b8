from odoo import api, fields, models
from odoo.exceptions import ValidationError


class Ticket(models.Model):
    """The product a ticket is about: it tells customer, contract and service level."""

    _inherit = ["crm.cards.ticket", "crm.cards.coverage.mixin"]
    _name = "crm.cards.ticket"

    _coverage_customer_field = "customer_id"
    _coverage_product_field = "owned_product_id"

    partner_id = fields.Many2one(
        compute="_compute_partner_id", store=True, readonly=False, precompute=True
    )
    owned_product_id = fields.Many2one(
        "crm.cards.owned.product",
        string="Customer's product",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
        tracking=True,
        domain="[('partner_id', '=', customer_id)] if customer_id else []",
    )
    serial = fields.Char(
        "Serial number",
        compute="_compute_serial",
        store=True,
        readonly=False,
        precompute=True,
        help="Type the serial number to find the product and its customer.",
    )
    contract_id = fields.Many2one(
        "crm.cards.service.contract",
        string="Service contract",
        compute="_compute_contract_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
        domain="[('partner_id', '=', customer_id)]",
    )

    @api.depends("owned_product_id")
    def _compute_serial(self):
        for ticket in self:
            ticket.serial = ticket.owned_product_id.serial or ticket.serial

    @api.onchange("serial")
    def _onchange_serial(self):
        self._find_product_by_serial()

    def _find_product_by_serial(self):
        """Choose the product that has the serial; keep the text if none is known."""
        for ticket in self:
            if ticket.serial and ticket.owned_product_id.serial != ticket.serial:
                product = ticket.owned_product_id._find_by_serial(
                    ticket.serial, ticket.customer_id
                )
                if product:
                    ticket.owned_product_id = product

    @api.model_create_multi
    def create(self, vals_list):
        products = self.env["crm.cards.owned.product"]
        for vals in vals_list:
            if vals.get("serial") and not vals.get("owned_product_id"):
                partner = self.env["res.partner"].browse(vals.get("partner_id") or [])
                product = products._find_by_serial(vals["serial"], partner)
                vals["owned_product_id"] = product.id
        return super().create(vals_list)

    def write(self, vals):
        result = super().write(vals)
        if vals.get("serial") and "owned_product_id" not in vals:
            self._find_product_by_serial()
        return result

    @api.depends("owned_product_id")
    def _compute_partner_id(self):
        for ticket in self:
            if ticket.owned_product_id and not ticket.partner_id:
                ticket.partner_id = ticket.owned_product_id.partner_id

    @api.depends("customer_id", "owned_product_id", "company_id")
    def _compute_contract_id(self):
        contracts = self._get_running_contracts().grouped(
            lambda contract: (contract.partner_id, contract.company_id)
        )
        none = self.env["crm.cards.service.contract"].sudo()
        for ticket in self:
            mine = contracts.get((ticket.customer_id, ticket.company_id), none)
            if ticket.contract_id not in mine:
                ticket.contract_id = mine._find_best_for(ticket.owned_product_id)

    def _get_running_contracts(self):
        # Whoever handles the ticket is told what was promised to its customer.
        contracts = self.env["crm.cards.service.contract"].sudo()
        customers = self.customer_id.ids
        if not customers:
            return contracts
        return contracts.search(
            [
                ("partner_id", "in", customers),
                ("state", "in", ["running", "ending"]),
            ]
        )

    @api.constrains("owned_product_id", "customer_id")
    def _check_owned_product(self):
        for ticket in self:
            # The owner of the product may be somebody the user does not see.
            owner = ticket.sudo().owned_product_id.partner_id
            if owner and ticket.customer_id != owner:
                raise ValidationError(
                    self.env._(
                        "Customer's product: %(product)s belongs to %(owner)s, not to "
                        "%(customer)s. Choose a product of the customer, or change "
                        "the customer's contact.",
                        product=ticket.owned_product_id.display_name,
                        owner=owner.display_name,
                        customer=ticket.customer_id.display_name
                        or self.env._("no customer"),
                    )
                )

    def _get_sla_case(self):
        case = super()._get_sla_case()
        category = self.owned_product_id.categ_id
        path = (category.parent_path or "").split("/")
        return case._replace(
            categ_path=tuple(int(part) for part in path if part),
            policy=self.contract_id.sla_policy_id.id or None,
        )

    def _get_sla_calendar(self, policy):
        calendar = super()._get_sla_calendar(policy)
        if policy.calendar_source == "contract":
            return self.contract_id.calendar_id or calendar
        return calendar
