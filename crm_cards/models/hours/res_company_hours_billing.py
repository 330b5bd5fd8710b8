from odoo import fields, models


class ResCompany(models.Model):
    """How the company bills hours that nobody has paid for in advance."""

    _inherit = "res.company"

    # Not required: other add-ons create companies without us.
    crm_cards_hours_product_id = fields.Many2one(
        "product.product",
        string="Hours are billed as",
        ondelete="restrict",
        domain="[('type', '=', 'service'), ('card_is_hours_pack', '=', False), "
        "('company_id', 'in', [id, False])]",
    )
    crm_cards_hours_bill_lines = fields.Boolean(
        string="Hours without a bank are billed, too", default=True
    )

    def _get_hours_product(self):
        """Return the product that hours are billed as; empty if there is none."""
        # The company's settings hold for whoever bills.
        product = self.sudo().crm_cards_hours_product_id.with_env(self.env)
        return product or self.env.ref(
            "crm_cards.product_hours_beyond", raise_if_not_found=False
        )
