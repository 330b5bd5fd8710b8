from odoo import fields, models
from odoo.fields import Domain

# A page lists no more products than this, and says how many there are besides.
_PRODUCTS = 80


class Ticket(models.Model):
    """What customers read in the portal of their service, and of what was promised."""

    _inherit = "crm.cards.ticket"

    def _get_portal_page_values(self):
        tz = self._get_portal_tz()
        return {
            **super()._get_portal_page_values(),
            "tz": tz,
            "service": self.with_context(tz=tz)._get_portal_service(),
            "promises": self._get_portal_promises(),
        }

    def _get_portal_tz(self):
        """Return the name of the time zone whoever looks should read moments in.

        His own; a link of a mail is opened by nobody we know, so the asker's then.
        """
        user = self.env.user
        return (
            (not user._is_public() and user.tz)
            or self.partner_id.tz
            or self.sla_calendar_version_id.calendar_id.tz
            or self.company_id.resource_calendar_id.tz
            or "UTC"
        )

    # -- what was promised ----------------------------------------------------

    def _get_portal_promises(self):
        """Return answer and solution as ``[{"kind", "state", "date", "is_late"}]``.

        Nothing where the department keeps its service levels to itself.

        :return: ``kind`` is answer or solution; ``state`` is due (``date`` is the
            deadline), paused (no date) or reached (``date`` is when); dates in UTC
        """
        if not self.department_id.is_sla_on_portal:
            return []
        answers = self.sla_ids.filtered(lambda row: row.kind != "resolution")
        rows = {
            "answer": self._get_portal_answer(answers),
            "solution": self.sla_ids - answers,
        }
        promises = [row._get_portal_promise(kind) for kind, row in rows.items() if row]
        return [promise for promise in promises if promise]

    def _get_portal_answer(self, answers):
        """Return the answer that is still owed, else the last one that was given."""
        owed = answers.filtered(lambda row: not row.date_reached)
        if owed:
            return owed[0]
        return answers.sorted("date_reached")[-1:]

    # -- service --------------------------------------------------------------

    def _get_portal_service(self):
        """Return today's service of the customer, for himself only, or None.

        :return: ``status`` and ``end`` as of the coverage, ``days`` until then,
            ``is_of_product``, ``products`` and ``more`` (how many are not listed)
        """
        if not self.coverage or not self._is_seen_by_customer():
            return None
        products = self._get_portal_products()
        shown = products[:_PRODUCTS]
        return {
            **self._get_portal_coverage(self.coverage, self.coverage_end),
            "is_of_product": bool(self.owned_product_id),
            "products": [
                {
                    # Our codes for products are not the customer's words.
                    "name": owned.product_id.with_context(
                        display_default_code=False
                    ).display_name,
                    "serial": owned.serial or "",
                    **self._get_portal_coverage(owned.coverage, owned.coverage_end),
                }
                for owned in shown
            ],
            "more": len(products) - len(shown),
        }

    def _get_portal_coverage(self, status, end):
        days = (end - fields.Date.context_today(self)).days if end else 0
        return {"status": status, "end": end, "days": days}

    def _is_seen_by_customer(self):
        """Return whether the service of this customer may be shown to who looks.

        Strangers may have got a link, and a contact keeps his tickets when he moves
        to another company; neither learns what this customer has bought.
        """
        user = self.env.user
        if user._is_public() or user._is_internal():
            return True  # with the link of a mail; or to look how customers see it
        return user.partner_id.commercial_partner_id == self.customer_id

    def _get_portal_products(self):
        """Return the customer's products by right, else only that of the ticket."""
        products = self.env["crm.cards.owned.product"]
        of_customer = Domain("partner_id", "=", self.customer_id.id) & Domain(
            "company_id", "=", self.company_id.id
        )
        if self._sees_portal_company():
            return products.search(
                of_customer & Domain("state", "=", "active"),
                order="service_end DESC, id",
            )
        return self.owned_product_id.filtered_domain(of_customer)

    def _sees_portal_company(self):
        partner = self.env.user.partner_id
        return (
            partner.card_sees_company_tickets
            and partner.commercial_partner_id == self.customer_id
        )


class TicketSla(models.Model):
    """One target as a promise in words."""

    _inherit = "crm.cards.ticket.sla"

    def _get_portal_promise(self, kind):
        """Return one promise as above; None where no working time is left for it."""
        self.ensure_one()
        if self.date_reached:
            state, date = "reached", self.date_reached
        elif self.deadline:  # also one that passed before the clock was paused
            state, date = "due", self.deadline
        elif self.is_paused:
            state, date = "paused", False
        else:
            return None
        return {
            "kind": kind,
            "state": state,
            "date": date,
            "is_late": self.status == "missed",
        }
