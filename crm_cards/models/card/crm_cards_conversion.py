from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...exceptions import CardHasPostingsError
from .crm_cards_account_card import CAUSES
from .crm_cards_prospect import PROSPECT_CAUSES


class Conversion(models.Model):
    """The dated event of a partner becoming a customer of one company.

    Written with the account card, never edited; a mistake is marked as reversed.
    """

    _name = "crm.cards.conversion"
    _description = "Conversion"
    _order = "date desc, id desc"
    _rec_name = "partner_name"

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    partner_name = fields.Char(
        string="Name at conversion", required=True, readonly=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    card_id = fields.Many2one(
        "crm.cards.account.card",
        string="Account card",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    account_key = fields.Char(readonly=True)
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    user_id = fields.Many2one("res.users", string="Converted by", readonly=True)
    cause = fields.Selection(CAUSES, required=True, readonly=True)
    lead_id = fields.Many2one(
        "crm.lead", readonly=True, ondelete="set null", index="btree_not_null"
    )
    order_id = fields.Many2one(
        "sale.order", readonly=True, ondelete="set null", index="btree_not_null"
    )
    move_id = fields.Many2one(
        "account.move",
        string="Journal entry",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    source_id = fields.Many2one("utm.source", readonly=True, ondelete="set null")
    agent_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    date_first_touch = fields.Datetime(readonly=True)
    first_touch = fields.Selection(PROSPECT_CAUSES, readonly=True)
    days_since_creation = fields.Integer(
        readonly=True,
        aggregator="avg",
        help="Whole days between the creation of the partner and the conversion.",
    )
    date_first_order = fields.Date(string="First order", compute="_compute_firsts")
    date_first_invoice = fields.Date(string="First invoice", compute="_compute_firsts")
    date_first_payment = fields.Date(string="First payment", compute="_compute_firsts")
    is_reversed = fields.Boolean(string="Reversed", readonly=True)
    date_reversed = fields.Datetime(readonly=True)
    reversed_by_id = fields.Many2one("res.users", readonly=True)
    reversal_reason = fields.Char(readonly=True)

    _reversal_complete = models.Constraint(
        "CHECK (is_reversed IS NOT TRUE OR "
        "(date_reversed IS NOT NULL AND reversal_reason IS NOT NULL))",
        "A reversed conversion needs a date and a reason.",
    )

    def _compute_firsts(self):
        firsts = self._get_first_documents()
        for event in self:
            dates = firsts.get((event.partner_id.id, event.company_id.id), (False,) * 3)
            (
                event.date_first_order,
                event.date_first_invoice,
                event.date_first_payment,
            ) = dates

    def _get_first_documents(self):
        """Return ``{(partner_id, company_id): (order, invoice, payment)}``, dates.

        One query for any number of events. Only dates leave it, of customers and
        companies whose conversions the reader may see.
        """
        partner_ids = tuple(self.partner_id.ids)
        if not partner_ids:
            return {}
        self.env["sale.order"].flush_model(["state", "date_order", "partner_id"])
        self.env["account.move"].flush_model(["invoice_date", "move_type", "date"])
        self.env["account.move.line"].flush_model(["parent_state", "partner_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partner_id, company_id, MIN(ordered), MIN(invoiced), MIN(paid)
                  FROM (
                    SELECT owner.commercial_partner_id AS partner_id, doc.company_id,
                           doc.date_order::date AS ordered,
                           NULL::date AS invoiced, NULL::date AS paid
                      FROM sale_order doc
                      JOIN res_partner owner ON owner.id = doc.partner_id
                     WHERE doc.state = 'sale'
                       AND owner.commercial_partner_id IN %(partners)s
                    UNION ALL
                    SELECT owner.commercial_partner_id, item.company_id, NULL,
                           CASE WHEN move.move_type <> 'entry'
                                THEN COALESCE(move.invoice_date, move.date) END,
                           CASE WHEN move.move_type = 'entry'
                                 AND (account.account_type = 'asset_receivable')
                                     = (item.balance < 0) THEN item.date END
                      FROM account_move_line item
                      JOIN account_move move ON move.id = item.move_id
                      JOIN account_account account ON account.id = item.account_id
                      JOIN res_partner owner ON owner.id = item.partner_id
                     WHERE item.parent_state = 'posted'
                       AND account.account_type IN (
                           'asset_receivable', 'liability_payable')
                       AND owner.commercial_partner_id IN %(partners)s
                  ) document
                 GROUP BY partner_id, company_id
                """,
                partners=partner_ids,
            )
        )
        return {
            (partner_id, company_id): tuple(date or False for date in dates)
            for partner_id, company_id, *dates in rows
        }

    # -- writing the event --

    @api.model
    def _prepare_conversion_vals_list(self, cards, documents):
        """Return the events of cards that have just been opened.

        :param dict documents: ``{partner id: {"order_id", "move_id", "lead_id"}}``,
            what caused the opening, where a document did
        """
        touches = self._get_first_touches(cards)
        return [
            self._prepare_conversion_vals(
                card,
                touches.get((card.partner_id.id, card.company_id.id)),
                documents.get(card.partner_id.id, {}),
            )
            for card in cards
        ]

    @api.model
    def _get_first_touches(self, cards):
        """Return ``{(partner_id, company_id): first prospect fact}``."""
        touches = {}
        for fact in self.env["crm.cards.prospect"].search(
            [
                ("partner_id", "in", cards.partner_id.ids),
                ("company_id", "in", cards.company_id.ids),
            ]
        ):
            touches.setdefault((fact.partner_id.id, fact.company_id.id), fact)
        return touches

    @api.model
    def _prepare_conversion_vals(self, card, touch, document):
        partner = card.partner_id
        touch = touch or self.env["crm.cards.prospect"]
        order = self.env["sale.order"].browse(document.get("order_id"))
        lead = (
            self.env["crm.lead"].browse(document.get("lead_id"))
            or order.opportunity_id
            or touch.lead_id
        )
        created = partner.create_date or card.date_opened
        return {
            "partner_id": partner.id,
            "partner_name": partner.name or partner.display_name,
            "company_id": card.company_id.id,
            "card_id": card.id,
            "account_key": card.account_key,
            "date": card.date_opened,
            "user_id": card.opened_by_id.id,
            "cause": card.cause,
            "lead_id": lead.id,
            "order_id": order.id,
            "move_id": document.get("move_id"),
            "source_id": (partner.source_id or lead.source_id or touch.source_id).id,
            "agent_id": (partner.user_id or order.user_id or lead.user_id).id,
            "date_first_touch": touch.date or created,
            "first_touch": touch.cause,
            "days_since_creation": max((card.date_opened - created).days, 0),
        }

    # -- reversal --

    def action_reverse(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reverse the conversion"),
            "res_model": "crm.cards.conversion.reversal",
            "view_mode": "form",
            "target": "new",
            "context": {"default_conversion_id": self.id},
        }

    def _reverse(self, reason):
        """Take the conversion back; the event stays and the key stays reserved.

        :raises CardHasPostingsError: the ledger already has postings
        """
        if not self.env.user.has_group("crm_cards.crm_cards_group_manager"):
            raise UserError(
                self.env._("Only a CRM administrator may reverse a conversion.")
            )
        # Events of other companies are kept away by their record rule.
        self.check_access("read")
        for event in self:
            # The right was checked above.
            card = event.sudo().card_id
            if event.is_reversed or not card.active:
                raise UserError(self.env._("This conversion is already reversed."))
            if card._has_postings_for_certain():
                raise CardHasPostingsError(
                    self.env._(
                        "%(card)s already has postings, so its conversion stays. "
                        "Close or block the card instead.",
                        card=card.display_name,
                    )
                )
            card.active = False
        self.sudo()._mark_reversed(reason)

    def _mark_reversed(self, reason):
        self.write(
            {
                "is_reversed": True,
                "date_reversed": fields.Datetime.now(),
                "reversed_by_id": self.env.uid,
                "reversal_reason": reason,
            }
        )
