from odoo import fields, models


class CustomerMixin(models.AbstractModel):
    """Whose it is: a customer's, who is never a contact person, in one company."""

    _name = "crm.cards.customer.mixin"
    _description = "Belongs to a Customer in a Company"

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        ondelete="restrict",
        index=True,
        tracking=True,
        check_company=True,
        domain="['|', ('parent_id', '=', False), ('is_company', '=', True)]",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        ondelete="restrict",
    )

    _customer_index = models.Index("(partner_id, company_id)")
