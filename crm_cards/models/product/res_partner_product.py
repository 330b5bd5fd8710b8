from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

_MODELS_OF_CUSTOMER = ("crm.cards.owned.product", "crm.cards.service.contract")


class ResPartner(models.Model):
    """What a customer has bought, and the contracts that cover it."""

    _inherit = "res.partner"

    card_owned_product_ids = fields.One2many(
        "crm.cards.owned.product",
        "partner_id",
        string="Customer's products",
        groups="base.group_user",
    )
    card_contract_ids = fields.One2many(
        "crm.cards.service.contract",
        "partner_id",
        string="Service contracts",
        groups="base.group_user",
    )

    @api.model
    def _get_customer_document_models(self):
        return {
            **super()._get_customer_document_models(),
            **dict.fromkeys(_MODELS_OF_CUSTOMER, "partner_id"),
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_products(self):
        """Name the reason; the database would only name a foreign key."""
        for model in _MODELS_OF_CUSTOMER:
            # What others may not see forbids deletion all the same.
            records = self.env[model].sudo().with_context(active_test=False)
            record = records.search([("partner_id", "in", self.ids)], limit=1)
            if record:
                raise UserError(
                    self.env._(
                        "%(customer)s cannot be deleted because there are products or "
                        "service contracts. Archive the customer instead.",
                        customer=record.partner_id.display_name,
                    )
                )

    def _follow_commercial_partner(self):
        """Bring products and contracts to the company a person now belongs to."""
        result = super()._follow_commercial_partner()
        self._move_products_and_contracts(self.commercial_partner_id)
        self._leave_products_of_others()
        return result

    def _leave_products_of_others(self):
        """Stop being the contact person of products of the company they have left."""
        # The user may edit the person; that he has left, his products say by rule.
        everybody = self.sudo().with_context(active_test=False)
        persons = everybody.search([("id", "child_of", self.id)])
        everybody.env["crm.cards.owned.product"].search(
            [
                ("contact_id", "in", persons.ids),
                ("partner_id", "!=", self.commercial_partner_id.id),
            ]
        ).contact_id = False

    def _move_products_and_contracts(self, owner):
        """Give ``owner`` what these partners have, items and contracts together.

        A statement for each, as Odoo's merge does it: one record at a time, a product
        would not be that of the customer of its contract.
        """
        for model in _MODELS_OF_CUSTOMER:
            records = self.env[model]
            records.flush_model()
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET partner_id = %s WHERE partner_id = ANY(%s)",
                    SQL.identifier(records._table),
                    owner.id,
                    self.ids,
                )
            )
            records.invalidate_model(["partner_id"])
        self.env["res.partner"].invalidate_model()

    def action_open_owned_products(self):
        """Open what the customer has bought, with the end of each service."""
        self.ensure_one()
        return self._prepare_customer_list_action(
            "crm_cards.crm_cards_owned_product_action",
            domain=[("partner_id", "=", self.commercial_partner_id.id)],
            context={"default_partner_id": self.commercial_partner_id.id},
        )

    def action_open_service_contracts(self):
        self.ensure_one()
        return self._prepare_customer_list_action(
            "crm_cards.crm_cards_service_contract_action",
            domain=[("partner_id", "=", self.commercial_partner_id.id)],
            context={"default_partner_id": self.commercial_partner_id.id},
        )

    def action_new_owned_product(self):
        self.ensure_one()
        return self._prepare_new_of_customer(
            "crm.cards.owned.product", self.env._("New product of the customer")
        )

    def action_new_service_contract(self):
        self.ensure_one()
        return self._prepare_new_of_customer(
            "crm.cards.service.contract", self.env._("New service contract")
        )

    def _prepare_new_of_customer(self, model, name):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [(False, "form")],
            "context": {"default_partner_id": self.commercial_partner_id.id},
        }
