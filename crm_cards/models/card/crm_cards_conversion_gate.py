from odoo import api, models
from odoo.http import request

from ...exceptions import ConversionRefusedError


class ConversionGate(models.AbstractModel):
    """The stop before an order or invoice of a prospect (rows 8, 9).

    Documents that inherit it say which partner they bind in which company. A
    person at a screen is asked once for all documents of his batch; flows
    without a person convert by themselves, so that no order is ever lost.
    """

    _name = "crm.cards.conversion.gate"
    _description = "Conversion Gate"

    def _get_gate_partner(self):
        """Return the partner whose account card this document needs."""
        self.ensure_one()
        raise NotImplementedError

    @api.model
    def _is_person_at_screen(self):
        """Whether somebody who can answer a dialog waits for this call.

        Portal visitors, payment providers, crons, inbound EDI and code that runs
        with superuser rights are not. The context key ``crm_cards_ask`` lets other
        code say so explicitly, either way; it gives nobody the right to convert.
        """
        if "crm_cards_ask" in self.env.context:
            return self.env.context["crm_cards_ask"]
        return self._is_person_calling()

    @api.model
    def _is_person_calling(self):
        return bool(request) and not self.env.su and self.env.user._is_internal()

    def _group_by_company(self):
        return self.grouped("company_id").items()

    def _get_prospects(self):
        """Return ``{company: prospects that these documents bind}``."""
        prospects = {}
        for company, documents in self._group_by_company():
            partners = self.env["res.partner"].union(
                *(document._get_gate_partner() for document in documents)
            )
            found = partners.commercial_partner_id.with_company(company).filtered(
                lambda partner: partner.customer_kind == "prospect"
            )
            if found:
                prospects[company] = found
        return prospects

    def _get_stop_dialog(self, method):
        """Return the action of the dialog that must come first, or None.

        :param str method: what the user clicked, called again after *Continue*
        """
        if self.env.context.get("crm_cards_converting"):
            return None
        if not self._is_person_at_screen():
            return None
        asking = {
            company: partners
            for company, partners in self._get_prospects().items()
            # The setting is for everybody; reading companies is not.
            if company.sudo().crm_cards_prospect_policy != "convert"
        }
        if not asking:
            return None
        return self.env["crm.cards.conversion.stop"]._open(self, method, asking)

    def _check_cards_open(self):
        """:raises CardBlockedError: a card of one of the documents is not open"""
        for company, documents in self._group_by_company():
            partners = self.env["res.partner"].union(
                *(document._get_gate_partner() for document in documents)
            )
            for card in partners._get_cards_by_partner(company).values():
                card._check_open_for_business()

    def _convert_prospects(self, cause):
        """Open the cards of the prospects that these documents bind.

        :raises ConversionRefusedError: a person without the right to convert gets
            here past the dialog, in a company that wants to be asked
        """
        for company, partners in self._get_prospects().items():
            self._check_may_convert_in(company)
            partners._open_account_card(
                cause, company=company, documents=self._get_gate_documents(company)
            )

    def _get_gate_documents(self, company):
        """Return ``{partner id: what its conversion event keeps of the document}``."""
        documents = {}
        for document in self.filtered(lambda doc: doc.company_id == company):
            partner = document._get_gate_partner().commercial_partner_id
            documents.setdefault(partner.id, document._get_gate_document())
        return documents

    def _check_may_convert_in(self, company):
        ask = company.sudo().crm_cards_prospect_policy != "convert"
        partners = self.env["res.partner"]
        # The context comes from the browser, so it cannot say that nobody is there.
        is_person = self._is_person_calling() or self._is_person_at_screen()
        if ask and is_person and not partners._may_convert():
            raise ConversionRefusedError(
                self.env._(
                    "The customer is still a prospect in %(company)s and you may not "
                    "convert it. %(who)s can do it; open the customer and use Request "
                    "conversion to ask for it.",
                    company=company.name,
                    who=partners._describe_accountants(company),
                )
            )

    def _get_gate_document(self):
        """Return what the conversion event keeps of this document."""
        return {}
