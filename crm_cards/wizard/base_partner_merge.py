from odoo import api, fields, models


class MergePartnerAutomatic(models.TransientModel):
    """Merging partners merges their account cards by rule (row 27 of the complaints).

    In each company one card stays: that of the partner that stays, else the oldest.
    The others are archived under it, so their keys are still found and never given
    out again. Events and prospect facts move with their partner.
    """

    _inherit = "base.partner.merge.automatic.wizard"

    crm_cards_preview = fields.Text(
        string="Account cards", compute="_compute_crm_cards_preview"
    )

    @api.depends("partner_ids", "dst_partner_id")
    def _compute_crm_cards_preview(self):
        for wizard in self:
            wizard.crm_cards_preview = "\n".join(
                wizard._describe_card_merge(
                    wizard.partner_ids - wizard.dst_partner_id, wizard.dst_partner_id
                )
            )

    def _describe_card_merge(self, src_partners, dst_partner):
        lines = []
        for company, (survivor, others) in self._plan_card_merge(
            src_partners, dst_partner
        ).items():
            lines.append(
                self.env._(
                    "%(company)s: card %(key)s stays; %(former)s become former keys.",
                    company=company.name,
                    key=survivor.account_key,
                    former=", ".join(others.mapped("account_key")),
                )
                if others
                else self.env._(
                    "%(company)s: card %(key)s stays.",
                    company=company.name,
                    key=survivor.account_key,
                )
            )
        return lines

    @api.model
    def _plan_card_merge(self, src_partners, dst_partner):
        """Return ``{company: (card that stays, cards merged into it)}``."""
        owner = dst_partner.commercial_partner_id
        # A merge concerns the cards of all companies; like core, it runs for who
        # may merge partners.
        cards = (
            self.env["crm.cards.account.card"]
            .sudo()
            .search(
                [("partner_id", "in", (src_partners | owner).ids)],
                order="date_opened, id",
            )
        )
        plan = {}
        for company, group in cards.grouped("company_id").items():
            kept = group.filtered(lambda card: card.partner_id == owner)
            survivor = (kept or group)[:1]
            plan[company] = (survivor, group - survivor)
        return plan

    def _update_foreign_keys(self, src_partners, dst_partner):
        # Before core, which would meet our unique index half-way and give up.
        self._merge_account_cards(src_partners, dst_partner)
        result = super()._update_foreign_keys(src_partners, dst_partner)
        self._merge_products_and_contracts(src_partners | dst_partner, dst_partner)
        (src_partners | dst_partner)._move_hours_banks(
            dst_partner.commercial_partner_id
        )
        return result

    @api.model
    def _merge_products_and_contracts(self, partners, dst_partner):
        """Nothing is lost; what core gives to a contact is the company's."""
        owner = dst_partner.commercial_partner_id
        partners._move_products_and_contracts(owner)

    @api.model
    def _merge_account_cards(self, src_partners, dst_partner):
        plan = self._plan_card_merge(src_partners, dst_partner)
        for survivor, others in plan.values():
            survivor._absorb(others)
        owner = dst_partner.commercial_partner_id
        # As in _plan_card_merge; what hangs on a contact hangs on its company.
        merged = src_partners.sudo().with_context(active_test=False)
        merged.account_card_ids.write({"partner_id": owner.id})
        merged.prospect_ids.write({"partner_id": owner.id})
        self.env.flush_all()
