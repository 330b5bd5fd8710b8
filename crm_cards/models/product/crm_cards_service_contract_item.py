from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ServiceContractItem(models.Model):
    """One product, or one kind of products, that a contract covers."""

    _name = "crm.cards.service.contract.item"
    _description = "What a Service Contract Covers"
    _order = "contract_id, id"

    contract_id = fields.Many2one(
        "crm.cards.service.contract", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="contract_id.company_id", store=True)
    partner_id = fields.Many2one(related="contract_id.partner_id")
    owned_product_id = fields.Many2one(
        "crm.cards.owned.product",
        string="Customer's product",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('partner_id', '=', partner_id), ('company_id', '=', company_id)]",
    )
    categ_id = fields.Many2one(
        "product.category",
        string="Kind of product",
        ondelete="restrict",
        index="btree_not_null",
        help="All the customer has of this kind and of the kinds below it.",
    )
    serial = fields.Char(related="owned_product_id.serial")
    service_end = fields.Date(related="owned_product_id.service_end")

    _one_of_both = models.Constraint(
        "CHECK ((owned_product_id IS NULL) != (categ_id IS NULL))",
        "What is covered: choose a product of the customer or a kind of product in "
        "each line, not both.",
    )
    _product_unique = models.UniqueIndex(
        "(contract_id, owned_product_id) WHERE owned_product_id IS NOT NULL",
        "What is covered: a product is in the contract twice. Delete one of the lines.",
    )
    _kind_unique = models.UniqueIndex(
        "(contract_id, categ_id) WHERE categ_id IS NOT NULL",
        "What is covered: a kind of product is in the contract twice. Delete one of "
        "the lines.",
    )

    @api.depends("owned_product_id.display_name", "categ_id.display_name")
    def _compute_display_name(self):
        for item in self:
            covered = item.owned_product_id or item.categ_id
            item.display_name = covered.display_name

    @api.constrains("owned_product_id", "contract_id")
    def _check_owned_product(self):
        for item in self:
            owned, contract = item.owned_product_id, item.contract_id
            if owned and owned.partner_id != contract.partner_id:
                raise ValidationError(
                    self.env._(
                        "What is covered: %(product)s belongs to %(owner)s, and the "
                        "contract is with %(customer)s. Choose a product of this "
                        "customer.",
                        product=owned.display_name,
                        owner=owned.partner_id.display_name,
                        customer=contract.partner_id.display_name,
                    )
                )
            if owned and owned.company_id != contract.company_id:
                raise ValidationError(
                    self.env._(
                        "What is covered: %(product)s was sold by %(seller)s, and the "
                        "contract is with %(company)s. Make a contract of that "
                        "company.",
                        product=owned.display_name,
                        seller=owned.company_id.name,
                        company=contract.company_id.name,
                    )
                )
