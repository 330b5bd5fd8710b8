from odoo import api, fields, models
from odoo.exceptions import AccessError

from ...exceptions import CardHasPostingsError, ConversionRefusedError

_ACTIVITY_TYPE = "mail.mail_activity_data_todo"


def _get_first_by_partner(documents):
    """Return ``{commercial partner: its first document}``."""
    first = {}
    for document in documents.sudo() if documents else ():
        first.setdefault(document.partner_id.commercial_partner_id, document)
    return first


class ResPartner(models.Model):
    """The one door through which a partner becomes prospect or customer."""

    _inherit = "res.partner"

    # -- prospect --

    def _make_prospect(self, cause, company=None, lead=None, order=None):
        """Record that somebody treats these partners as prospects.

        Partners that are prospects or customers of the company already, partners
        of internal users and own companies are passed over.

        :param lead: leads that name the partners; each fact keeps the first of its own
        :param order: the same for quotations
        """
        company = company or self.env.company
        own_company_partner_ids = self._get_own_company_partner_ids()
        # A fact of the system: nobody has the right to write it by hand.
        partners = self.sudo().commercial_partner_id.with_company(company)
        # Kinds are forgotten with every new fact: ask for no more than are needed.
        partners = partners.with_prefetch().filtered(
            lambda partner: (
                partner.partner_share
                and not partner.customer_kind
                and partner.id not in own_company_partner_ids
            )
        )
        if not partners:
            return
        leads = _get_first_by_partner(lead)
        orders = _get_first_by_partner(order)
        vals_list = []
        for partner in partners:
            first_order = orders.get(partner, self.env["sale.order"])
            first_lead = leads.get(partner, first_order.opportunity_id)
            source = partner.source_id or first_lead.source_id or first_order.source_id
            vals_list.append(
                {
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "user_id": self.env.uid,
                    "cause": cause,
                    "lead_id": first_lead.id,
                    "order_id": first_order.id,
                    "source_id": source.id,
                }
            )
        self.env["crm.cards.prospect"].sudo().create(vals_list)

    # -- customer --

    def action_convert_to_customer(self):
        """Open the account cards of these partners in the current company.

        :raises ConversionRefusedError: the user has no right to convert
        """
        self._check_may_convert()
        self._open_account_card("button")

    @api.model
    def _may_convert(self):
        return self.env.su or self.env.user.has_group(
            "crm_cards.crm_cards_group_accountant"
        )

    @api.model
    def _check_may_convert(self):
        self._check_is_internal()
        if not self._may_convert():
            raise ConversionRefusedError(
                self.env._(
                    "You may not turn a prospect into a customer. "
                    "%(who)s can do it; use Request conversion to ask for it.",
                    who=self._describe_accountants(self.env.company),
                )
            )

    @api.model
    def _check_is_internal(self):
        """:raises AccessError: a portal user or visitor calls what is not his"""
        if not (self.env.su or self.env.user._is_internal()):
            raise AccessError(
                self.env._("Only employees may convert customers or ask for it.")
            )

    @api.model
    def _get_accountants(self, company):
        # Names of colleagues are no secret, whatever rights the asker has.
        group = self.env.ref("crm_cards.crm_cards_group_accountant").sudo()
        return group.all_user_ids.filtered(
            lambda user: company in user.company_ids and user.active and not user.share
        ).sorted("id")

    @api.model
    def _describe_accountants(self, company):
        accountants = self._get_accountants(company)
        if not accountants:
            return self.env._("A CRM administrator")
        return ", ".join(accountants[:3].mapped("name"))

    def _open_account_card(
        self,
        cause,
        *,
        company=None,
        main_account="customers",
        keys=None,
        date=None,
        documents=None,
    ):
        """Return the account cards of these partners, opening those that lack.

        The caller has made sure that the user may do this; the cards are opened
        whatever his rights on partners are, and nothing on the partner changes.

        :param str cause: one of the causes of ``crm.cards.account.card``
        :param company: whose ledger; the current company when not given
        :param dict keys: ``{partner id: typed key}``; others come from the sequence
        :param datetime date: when it happened, naive UTC; now when not given
        :param dict documents: what caused each conversion, kept in its event:
            ``{partner id: {"lead_id", "order_id", "move_id"}}``
        """
        company = company or self.env.company
        partners = self.commercial_partner_id
        # See the docstring: the check belongs to the caller, who knows the cause.
        cards = (
            self.env["crm.cards.account.card"]
            .sudo()
            .with_context(crm_cards_documents=documents or {})
        )
        existing = partners._get_cards_by_partner(company)
        reopened = partners._reopen_reversed_cards(existing, company, cause, documents)
        lacking = partners.filtered(
            lambda partner: partner.id not in existing and partner.id not in reopened
        )
        opened = cards.create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "main_account": main_account,
                    "cause": cause,
                    "account_key": (keys or {}).get(partner.id),
                    "date_opened": date or fields.Datetime.now(),
                    "opened_by_id": self.env.uid,
                }
                for partner in lacking
            ]
        )
        opened.partner_id._close_conversion_requests(company)
        card_ids = [card.id for card in existing.values()]
        card_ids += [card.id for card in reopened.values()] + opened.ids
        return self.env["crm.cards.account.card"].browse(card_ids)

    def _reopen_reversed_cards(self, existing, company, cause, documents):
        """Give partners whose conversion was reversed their own key again."""
        lacking = self.filtered(lambda partner: partner.id not in existing)
        if not lacking:
            return {}
        cards = (
            self.env["crm.cards.account.card"]
            .sudo()  # as in _open_account_card
            .with_context(crm_cards_documents=documents or {})
            .search(
                [
                    ("partner_id", "in", lacking.ids),
                    ("company_id", "=", company.id),
                    ("active", "=", False),
                    ("superseded_by_id", "=", False),
                ]
            )
        )
        if cards:
            cards.write(
                {
                    "active": True,
                    "state": "open",
                    "state_reason": False,
                    "cause": cause,
                    "date_opened": fields.Datetime.now(),
                    "opened_by_id": self.env.uid,
                }
            )
            cards._record_conversions()
        return {card.partner_id.id: card for card in cards}

    # -- asking for it --

    def action_request_conversion(self):
        """Leave one activity for the accountants; asking twice leaves no second."""
        self._check_is_internal()
        company = self.env.company
        for partner in self.commercial_partner_id:
            partner._request_conversion(company)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The accountants have been asked."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _request_conversion(self, company):
        self.ensure_one()
        self.check_access("read")
        # The asker may not be allowed to edit the customer he asks for.
        activities = self.env["mail.activity"].sudo()
        if self._get_conversion_requests(company):
            return
        accountant = (
            company.sudo().crm_cards_accountant_id or self._get_accountants(company)[:1]
        )
        activities._create_conversion_request(
            {
                "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                "res_id": self.id,
                "activity_type_id": self.env.ref(_ACTIVITY_TYPE).id,
                "user_id": accountant.id,
                "card_conversion_company_id": company.id,
                "summary": self.env._("Convert to customer"),
                "note": self.env._(
                    "%(user)s asks to make %(customer)s a customer of %(company)s.",
                    user=self.env.user.name,
                    customer=self.name,
                    company=company.name,
                ),
            }
        )

    def _get_conversion_requests(self, company):
        # Requests are read whoever they are assigned to.
        return (
            self.env["mail.activity"]
            .sudo()
            .search(
                [
                    ("res_model", "=", "res.partner"),
                    ("res_id", "in", self.ids),
                    ("card_conversion_company_id", "=", company.id),
                ]
            )
        )

    def _close_conversion_requests(self, company):
        if not self:
            return
        requests = self._get_conversion_requests(company)
        if requests:
            requests.action_feedback(feedback=self.env._("Converted to customer."))

    # -- company --

    @api.constrains("company_id")
    def _check_company_of_account_cards(self):
        """A customer of several companies cannot be given to one of them."""
        owned = self.filtered("company_id")
        if owned:
            cards = owned._get_all_account_cards().sudo()
            cards.filtered("active")._check_partner_company()

    # -- create, write, delete --

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        if self.env.context.get("crm_cards_new_customer"):
            partners._make_prospect("new")
        return partners

    def write(self, vals):
        if not {"parent_id", "is_company"} & vals.keys():
            return super().write(vals)
        before = {partner.id: partner.commercial_partner_id for partner in self}
        result = super().write(vals)
        for partner in self:
            if partner.commercial_partner_id != before[partner.id]:
                partner._follow_commercial_partner()
        return result

    def _follow_commercial_partner(self):
        """Bring cards and prospect facts to the company a person now belongs to.

        Odoo moves the person's postings there, so where both have a card, the
        company's takes over, by the rule of merging two customers.
        """
        self.ensure_one()
        owner = self.commercial_partner_id
        if owner == self:
            return
        # The user may edit the partner; what hangs on it follows by rule.
        facts = self.sudo().prospect_ids
        cards = self.sudo().with_context(active_test=False).account_card_ids
        kept = {card.company_id: card for card in owner.sudo().account_card_ids}
        for card in cards.filtered("active"):
            if card.company_id in kept:
                kept[card.company_id]._absorb(card)
        cards.partner_id = owner
        facts.partner_id = owner

    def unlink(self):
        # A card without postings goes with its partner, if the user may delete
        # it; the check is in _unlink_except_account_card_posted.
        cards = self._get_all_account_cards()
        if cards and not cards.sudo()._filter_posted():
            cards.unlink()
        return super().unlink()

    def _get_all_account_cards(self):
        # Cards of companies that the user does not see must not be orphaned.
        cards = (
            self.env["crm.cards.account.card"]
            .sudo()
            .with_context(active_test=False)
            .search([("partner_id", "in", self.ids)])
        )
        return cards.sudo(self.env.su)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_account_card_posted(self):
        posted = self._get_all_account_cards().sudo()._filter_posted()
        if posted:
            raise CardHasPostingsError(
                self.env._(
                    "%(customer)s has the account card %(card)s with postings and "
                    "cannot be deleted. Archive the customer or close the card.",
                    customer=posted[0].partner_id.name,
                    card=posted[0].account_key,
                )
            )
