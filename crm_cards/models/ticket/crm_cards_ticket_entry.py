from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, email_normalize
from odoo.tools.sql import escape_psql

from ...tools.key_normal import clean_text
from ...tools.phone_search import phone_parts

_LINES = 8  # callers shown; whoever is looking for another one types more
_LINES_EACH = 5  # open tickets, and products, of each caller
_LONGEST_TEXT = 100  # characters typed
_SHORTEST_PART = 3  # characters; shorter parts are in every other name


class TicketEntry(models.AbstractModel):
    """Opens a ticket while the customer is on the phone.

    Whatever he says finds him: phone number, account key, serial number, e-mail or
    name. Everything is read and written with the rights of whoever takes the call.
    """

    _name = "crm.cards.ticket.entry"
    _description = "New Call"

    # -- finding who calls ----------------------------------------------------

    @api.model
    @api.readonly
    def find_callers(self, text):
        """Return who may have said ``text``, with all that the screen shows of them.

        :param str text: what was typed; parts of it beyond 100 characters are left out
        :return: ``{"lines": [...], "is_more": bool, "contact": {...},
            "can_create_contact": bool}``, see ``_prepare_lines`` for a line;
            ``contact`` is the text as it would fill in a new contact
        """
        self.env["crm.cards.ticket"].check_access("create")
        text = self._get_clean_text(text)
        found = self._find_partners(text) if text else {}
        return {
            "lines": self._prepare_lines(dict(list(found.items())[:_LINES])),
            "is_more": len(found) > _LINES,
            "contact": self._prepare_contact(text),
            "can_create_contact": self.env["res.partner"].has_access("create"),
        }

    @api.model
    def _get_clean_text(self, text):
        if not isinstance(text, str):
            return ""
        return clean_text(text.replace("\x00", ""))[:_LONGEST_TEXT]

    @api.model
    def _find_partners(self, text):
        """Return ``{partner id: id of the product that named him, or False}``.

        The surest first; up to one more than there are lines.
        """
        found = {}
        for finder in (
            self._find_by_key,
            self._find_by_serial,
            self._find_by_phone,
            self._find_by_words,
        ):
            for partner_id, product_id in finder(text):
                found.setdefault(partner_id, product_id)
            if len(found) > _LINES:
                break
        return found

    @api.model
    def _search_partners(self, domain):
        partners = self.env["res.partner"]
        of_company = partners._check_company_domain(self.env.company)
        found = partners.search(Domain(domain) & Domain(of_company), limit=_LINES + 1)
        return [(partner.id, False) for partner in found]

    @api.model
    def _find_by_key(self, text):
        ids = self.env["res.partner"]._find_partner_ids_by_key("in", [text])
        return self._search_partners([("id", "in", ids)]) if ids else []

    @api.model
    def _find_by_serial(self, text):
        products = self.env["crm.cards.owned.product"]
        if not products.has_access("read"):
            return []
        in_use = Domain(
            [("company_id", "=", self.env.company.id), ("state", "=", "active")]
        )
        limit = _LINES + 1
        found = products.search(in_use & Domain("serial", "=", text), limit=limit)
        if not found and len(text) >= _SHORTEST_PART:
            found = products.search(
                in_use & Domain("serial", "ilike", escape_psql(text)), limit=limit
            )
        # Who has the product may be somebody the user may not see.
        callers = {
            product: product.contact_id or product.partner_id for product in found
        }
        seen = self.env["res.partner"].union(*callers.values())._filtered_access("read")
        return [
            (partner.id, product.id)
            for product, partner in callers.items()
            if partner in seen
        ]

    @api.model
    def _find_by_phone(self, text):
        countries = self.env.company.country_id | self.env.user.partner_id.country_id
        parts = phone_parts(text, countries.mapped("code"))
        if not parts:
            return []
        # Numbers that are none (extensions, digits missing) have only their spelling.
        domain = Domain("phone_mobile_search", "like", parts[-1])
        domain |= Domain.OR(Domain("phone_sanitized", "ilike", part) for part in parts)
        return self._search_partners(domain)

    @api.model
    def _find_by_words(self, text):
        if len(text) < _SHORTEST_PART - 1:
            return []
        return self._search_partners([("display_name", "ilike", escape_psql(text))])

    @api.model
    def _prepare_contact(self, text):
        """Return the text as it would fill in the card of somebody unknown."""
        is_phone = bool(phone_parts(text))
        email = not is_phone and email_normalize(text)
        return {
            "name": "" if is_phone or email else text,
            "phone": text if is_phone else "",
            "email": email or "",
        }

    # -- what the screen shows ------------------------------------------------

    @api.model
    def _prepare_lines(self, found):
        """Return one dict for each partner, in the order they were found.

        Takes the same number of queries for one caller as for all.

        :param dict found: as of ``_find_partners``
        """
        partners = self.env["res.partner"].browse(found)
        customers = partners.commercial_partner_id
        # Whether there is service is for every employee (card_coverage).
        coverage = partners.sudo()._get_coverage()
        named = self.env["crm.cards.owned.product"].browse(filter(None, found.values()))
        products = self._prepare_products(customers, named)
        tickets, counts = self._prepare_tickets(customers)
        return [
            {
                **self._prepare_partner(partner),
                "coverage": coverage[partner.id][0],
                "coverage_end": fields.Date.to_string(coverage[partner.id][1]),
                "product_id": found[partner.id],
                "products": products.get(partner.commercial_partner_id.id, []),
                "tickets": tickets.get(partner.commercial_partner_id.id, []),
                "ticket_count": counts.get(partner.commercial_partner_id.id, 0),
            }
            for partner in partners
        ]

    @api.model
    def _prepare_partner(self, partner):
        customer = partner.commercial_partner_id
        return {
            "id": partner.id,
            "name": partner.name or partner.display_name,
            # The name of the company a contact works for, as it is in his own.
            "company": customer.sudo().name if customer != partner else False,
            "is_company": partner.is_company,
            "function": partner.function or False,
            "phone": partner.phone or False,
            "email": partner.email or False,
            "account_key": partner.account_key or customer.sudo().account_key or False,
        }

    @api.model
    def _prepare_products(self, customers, named):
        """Return ``{customer id: [product]}``, the one that was named first."""
        model = self.env["crm.cards.owned.product"]
        if not model.has_access("read"):
            return {}
        domain = Domain("partner_id", "in", customers.ids) & Domain(
            [("state", "=", "active"), ("company_id", "=", self.env.company.id)]
        )
        products = named | self._search_first_each(model, domain, "partner_id")
        coverage = products._get_coverage()
        lines = {}
        for product in products:
            lines.setdefault(product.partner_id.id, []).append(
                {
                    "id": product.id,
                    "name": product.product_id.sudo().display_name,
                    "serial": product.serial or False,
                    "coverage": coverage[product.id][0],
                    "coverage_end": fields.Date.to_string(coverage[product.id][1]),
                }
            )
        return lines

    @api.model
    def _prepare_tickets(self, customers):
        """Return ``{customer id: [open ticket]}``, newest first, and their number."""
        model = self.env["crm.cards.ticket"]
        domain = Domain("customer_id", "in", customers.ids) & Domain(
            [("is_closed", "=", False), ("company_id", "=", self.env.company.id)]
        )
        counts = model._read_group(domain, ["customer_id"], ["__count"])
        lines = {}
        for ticket in self._search_first_each(model, domain, "customer_id"):
            line = self._prepare_ticket(ticket)
            lines.setdefault(ticket.customer_id.id, []).append(line)
        return lines, {customer.id: count for customer, count in counts}

    @api.model
    def _prepare_ticket(self, ticket):
        return {
            "id": ticket.id,
            "number": ticket.number,
            "name": ticket.name,
            "stage": ticket.stage_id.name,
            # The name of a colleague, as many2one fields show it to everybody.
            "user": ticket.user_id.sudo().name or False,
            "date_opened": fields.Datetime.to_string(ticket.date_opened),
            "partner_id": ticket.partner_id.id,
            "partner": ticket.partner_id.sudo().name or False,
            "product_id": ticket.owned_product_id.id,
        }

    @api.model
    def _search_first_each(self, model, domain, column):
        """Return the newest few of each record in ``column``, newest first.

        One query, under the user's record rules.
        """
        query = model._search(domain)
        table = query.table
        place = SQL(
            "row_number() OVER (PARTITION BY %s ORDER BY %s DESC) AS place",
            SQL.identifier(table, column),
            SQL.identifier(table, "id"),
        )
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM (%s) AS numbered WHERE place <= %s ORDER BY id DESC",
                query.select(SQL.identifier(table, "id"), place),
                _LINES_EACH,
            )
        )
        return model.browse([row[0] for row in rows])

    # -- opening the ticket ---------------------------------------------------

    @api.model
    def open_ticket(self, call):
        """Open a ticket for who calls, or name the open one about the same.

        :param dict call: ``partner_id`` (integer) or ``contact`` (``{"name", "phone",
            "email"}``) for somebody unknown; ``product_id``, ``name`` (the subject)
            and ``phone`` (where to call back) may be left out; ``is_new`` opens one
            even if there is one about the same
        :return: ``{"ticket_id": id}`` of the new ticket, or ``{"same": {...}}``, a
            ticket as of ``_prepare_ticket``
        :raises UserError: the caller or the product is no longer there
        :raises AccessError: the user may not see them, or may not open tickets
        """
        tickets = self.env["crm.cards.ticket"]
        tickets.check_access("create")
        call = call if isinstance(call, dict) else {}
        partner = self._get_record("res.partner", call.get("partner_id"))
        product = self._get_record("crm.cards.owned.product", call.get("product_id"))
        same = not call.get("is_new") and self._find_same(partner, product)
        if same:
            return {"same": self._prepare_ticket(same)}
        values = self._prepare_ticket_values(call, partner)
        ticket = tickets.create({**values, "owned_product_id": product.id})
        return {"ticket_id": ticket.id}

    @api.model
    def _get_record(self, model, record_id):
        if not record_id:
            return self.env[model]
        is_id = isinstance(record_id, int) and 0 < record_id < 2**31
        record = self.env[model].browse(record_id if is_id else []).exists()
        if not record:
            raise UserError(
                self.env._(
                    "The caller, or the product, is no longer there. Type the number "
                    "or the name once more."
                )
            )
        record.check_access("read")
        return record

    @api.model
    def _find_same(self, partner, product):
        """Return the newest open ticket of the person, or about the product."""
        tickets = self.env["crm.cards.ticket"]
        if not partner:
            return tickets
        about = Domain("partner_id", "=", partner.id)
        if product:
            about = Domain("owned_product_id", "=", product.id)
        return tickets.search(
            about
            & Domain("is_closed", "=", False)
            & Domain("company_id", "=", self.env.company.id),
            order="id desc",
            limit=1,
        )

    @api.model
    def _prepare_ticket_values(self, call, partner):
        contact = call.get("contact")
        contact = contact if isinstance(contact, dict) and not partner else {}
        texts = {
            name: self._get_clean_text(contact.get(name))
            for name in ("name", "phone", "email")
        }
        phone = texts["phone"] or self._get_clean_text(call.get("phone"))
        if any(texts.values()) and self.env["res.partner"].has_access("create"):
            partner = self._create_contact(texts)
        who = partner.name or texts["name"] or texts["email"] or phone
        values = {
            "name": self._get_clean_text(call.get("name")) or self._get_subject(who),
            "partner_id": partner.id,
            "channel": "phone",
            "department_id": self._get_department(partner).id,
        }
        if phone:
            values["phone"] = phone
        if not partner and texts["email"]:
            values["email_from"] = texts["email"]
        return values

    @api.model
    def _create_contact(self, texts):
        name = texts["name"] or texts["email"] or texts["phone"]
        return self.env["res.partner"].create({**texts, "name": name})

    @api.model
    def _get_subject(self, who):
        if who:
            return self.env._("Call from %s", who)
        return self.env._("Call from an unknown caller")

    @api.model
    def _get_department(self, partner):
        """Return where the customer is helped, if the user may open tickets there.

        Without a department every technician sees the ticket and can pass it on.
        """
        draft = self.env["crm.cards.ticket"].new({"partner_id": partner.id})
        department = draft._get_usual_department()
        user = self.env.user
        if user.has_group("crm_cards.crm_cards_group_ticket_manager"):
            return department
        mine = user in department.member_ids | department.manager_id
        return department if mine else department.browse()
