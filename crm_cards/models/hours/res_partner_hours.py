from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL


class ResPartner(models.Model):
    """The hours banks of a customer, and what becomes of them with the customer."""

    _inherit = "res.partner"

    card_hours_bank_ids = fields.One2many(
        "crm.cards.hours.bank",
        "partner_id",
        string="Hours banks",
        groups="crm_cards.crm_cards_group_user,crm_cards.crm_cards_group_ticket_user",
    )

    @api.model
    def _get_customer_document_models(self):
        return {
            **super()._get_customer_document_models(),
            "crm.cards.hours.bank": "partner_id",
        }

    @api.constrains("company_id")
    def _check_company_of_hours_banks(self):
        """A customer with hours in another company is not given to one of them."""
        owners = self.filtered("company_id")
        # Constraints see all banks, archived ones here too.
        banks = self.env["crm.cards.hours.bank"].with_context(active_test=False)
        for bank in banks.search([("partner_id", "in", owners.ids)]):
            if bank.company_id != bank.partner_id.company_id:
                raise ValidationError(
                    self.env._(
                        "Company: %(customer)s has hours in %(company)s and cannot "
                        "belong to another one. Choose this one, or none.",
                        customer=bank.partner_id.display_name,
                        company=bank.company_id.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_hours(self):
        """Name the reason; the database would only name a foreign key."""
        # What others may not see forbids deletion all the same.
        banks = self.env["crm.cards.hours.bank"].sudo().with_context(active_test=False)
        bank = banks.search([("partner_id", "in", self.ids)], limit=1)
        if bank:
            raise UserError(
                self.env._(
                    "%(customer)s cannot be deleted because there is an hours bank, "
                    "with %(left)s h left. Archive the customer instead.",
                    customer=bank.partner_id.display_name,
                    left=bank.left_hours,
                )
            )

    def _follow_commercial_partner(self):
        """Bring hours banks to the company a person now belongs to."""
        result = super()._follow_commercial_partner()
        self._move_hours_banks(self.commercial_partner_id)
        return result

    def _move_hours_banks(self, owner):
        """Give ``owner`` the hours of these partners; entries follow their bank."""
        banks = self.env["crm.cards.hours.bank"]
        banks.flush_model()
        # Whoever may move partners moves what hangs on them, by rule.
        self.env.cr.execute(
            SQL(
                "UPDATE crm_cards_hours_bank SET partner_id = %s"
                " WHERE partner_id = ANY(%s) AND partner_id <> %s",
                owner.id,
                self.ids,
                owner.id,
            )
        )
        banks.invalidate_model(["partner_id"])
        self.invalidate_model(["card_hours_bank_ids"])
