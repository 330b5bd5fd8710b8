from odoo import api, fields, models


class ServiceContract(models.Model):
    _inherit = "crm.cards.service.contract"

    sla_policy_id = fields.Many2one(
        "crm.cards.sla.policy",
        string="Service level",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        help="What the customer was promised; comes before any other policy.",
    )

    @api.constrains("calendar_id")
    def _check_calendar_id(self):
        self.calendar_id._check_usable_for_sla()

    def _find_best_for(self, owned_product):
        """Return the contract that covers a product most closely, or none.

        One that names the product, then one that names its kind, then one that covers
        everything the customer has; of equals the one that began last.
        """
        ranked = [
            (contract._get_closeness(owned_product), contract) for contract in self
        ]
        ranked = [(rank, contract) for rank, contract in ranked if rank]
        if not ranked:
            return self.browse()
        return max(ranked, key=lambda pair: (pair[0], pair[1].date_start, pair[1].id))[
            1
        ]

    def _get_closeness(self, owned_product):
        self.ensure_one()
        if not self.item_ids:
            return 1
        if not owned_product:
            return 0
        if owned_product in self.item_ids.owned_product_id:
            return 3
        path = (owned_product.categ_id.parent_path or "").split("/")
        kinds = self.item_ids.categ_id
        return 2 if any(str(kind_id) in path for kind_id in kinds.ids) else 0
