from odoo import api, fields, models

from ...tools.hours_pack import exact
from ...tools.superuser import as_superuser


class AccountMoveLine(models.Model):
    """Invoice lines that bill hours, and the credit notes that give them back."""

    _inherit = "account.move.line"

    card_hours_billing_ids = fields.One2many(
        "crm.cards.hours.billing.line",
        "invoice_line_id",
        string="Hours",
        readonly=True,
        copy=False,
        groups="account.group_account_invoice,crm_cards.crm_cards_group_hours_manager",
    )
    # Of credit notes, and of invoices that are made anew after one.
    card_hours_origin_id = fields.Many2one(
        "account.move.line",
        string="Line that billed the hours",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )

    def _copy_data_extend_business_fields(self, values):
        result = super()._copy_data_extend_business_fields(values)
        # What is billed does not depend on who reverses it.
        if self.sudo().card_hours_billing_ids:
            values["card_hours_origin_id"] = self.id
        return result

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if any(vals.get("card_hours_origin_id") for vals in vals_list):
            lines.filtered("card_hours_origin_id")._take_over_hours()
        return lines

    def unlink(self):
        self._free_hours()
        return super().unlink()

    def _get_hours_billing(self):
        """Return the work on these lines, for whoever changes the invoice."""
        works = as_superuser(self.env["crm.cards.hours.billing.line"])
        return works.search([("invoice_line_id", "in", self.ids)])

    def _free_hours(self):
        """Give back the hours of lines that are about to be deleted."""
        if self.ids:
            works = self._get_hours_billing()
            works.filtered(lambda work: work.state == "billed")._free()

    def _take_over_hours(self):
        """Bill on these lines what was given back by the invoice they were made from.

        That is how Odoo corrects an invoice: it is credited, and copied.
        """
        for line in self:
            origin = line.card_hours_origin_id
            if (
                line.move_id.move_type == "out_invoice"
                and line.move_id.commercial_partner_id
                == origin.move_id.commercial_partner_id
                and line.company_id == origin.company_id
            ):
                works = origin._get_hours_billing()
                works = works.filtered(lambda work: work.state == "freed")
                works._move_to(line)

    def _get_credited_hours(self):
        """Return ``{line id: hours}`` that posted credit notes take back of lines.

        No more than the amount pays for: half the price of an hour is half of it.
        """
        credited = {}
        refunds = self.search(
            [
                ("card_hours_origin_id", "in", self.ids),
                ("move_id.move_type", "=", "out_refund"),
                ("parent_state", "=", "posted"),
            ]
        )
        for refund in refunds:
            line = refund.card_hours_origin_id
            price = line.price_subtotal / line.quantity if line.quantity else 0
            quantity = refund._get_credited_quantity(exact(refund.quantity), price)
            credited[line.id] = credited.get(line.id, 0) + float(quantity)
        return credited
