from werkzeug.urls import url_encode

from odoo.exceptions import AccessError, MissingError
from odoo.fields import Domain
from odoo.http import request, route
from odoo.tools import consteq

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

from ..tools.text import clean_line

MAX_SEARCH = 200  # characters
# A larger number is nobody's id, and PostgreSQL would not even look for it.
TICKET_URL = "/my/tickets/<int(max=2147483647):ticket_id>"


class TicketPortal(CustomerPortal):
    """The customer's side of the service desk: his tickets (row 139).

    Nothing is changed by a GET, and nothing is written but what the pages offer.
    """

    # -- home -----------------------------------------------------------------

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "card_ticket_count" in counters:
            values["card_ticket_count"] = self._count_tickets(
                Domain("is_closed", "=", False)
            )
        return values

    def _get_own_tickets(self):
        """Return the tickets' model and the domain of those that are the user's.

        An employee sees here what he asked for himself, not what he works on.
        """
        tickets = request.env["crm.cards.ticket"]
        if not tickets.has_access("read"):
            return tickets, Domain.FALSE
        return tickets, tickets._get_portal_domain()

    def _count_tickets(self, domain):
        tickets, own = self._get_own_tickets()
        return tickets.search_count(own & domain) if not own.is_false() else 0

    # -- list -----------------------------------------------------------------

    @route(
        ["/my/tickets", "/my/tickets/page/<int(max=2147483647):page>"],
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
    )
    def portal_my_tickets(self, page=1, **options):
        options = self._read_list_options(options)
        domain = self._get_list_domain(options)
        pager = portal_pager(
            url="/my/tickets",
            url_args=options,
            total=self._count_tickets(domain),
            page=page,
            step=self._items_per_page,
        )
        values = {
            **self._prepare_portal_layout_values(),
            **self._get_list_choices(),
            **options,
            "page_name": "card_tickets",
            "default_url": "/my/tickets",
            "pager": pager,
            "ticket_groups": self._get_ticket_groups(domain, options, pager),
            "shows_company": self._sees_company(),
        }
        return request.render("crm_cards.portal_my_tickets", values)

    def _sees_company(self):
        # His own contact as the superuser reads it: the right is not his to see.
        return request.env.user.partner_id.card_sees_company_tickets

    def _read_list_options(self, posted):
        """Return the options of the list, the first of each where none is known."""
        choices = self._get_list_choices()
        options = {
            option: posted.get(option)
            if posted.get(option) in choices[name]
            else next(iter(choices[name]))
            for option, name in (
                ("filterby", "searchbar_filters"),
                ("sortby", "searchbar_sortings"),
                ("groupby", "searchbar_groupby"),
                ("search_in", "searchbar_inputs"),
            )
        }
        return {**options, "search": clean_line(posted.get("search"), MAX_SEARCH)}

    def _get_list_choices(self):
        groups = {
            "none": {"label": self.env._("None"), "order": ""},
            "status": {
                "label": self.env._("Status"),
                "order": "is_closed, waiting_for, ",
            },
        }
        if self._sees_company():
            groups["person"] = {
                "label": self.env._("Requested by"),
                "order": "partner_id, ",
            }
        return {
            "searchbar_filters": {
                "open": {
                    "label": self.env._("Open"),
                    "domain": Domain("is_closed", "=", False),
                },
                "closed": {
                    "label": self.env._("Closed"),
                    "domain": Domain("is_closed", "=", True),
                },
                "all": {"label": self.env._("All"), "domain": Domain.TRUE},
            },
            "searchbar_sortings": {
                "date": {
                    "label": self.env._("Newest"),
                    "order": "date_opened DESC, id DESC",
                },
                "number": {
                    "label": self.env._("Number"),
                    "order": "number DESC, id DESC",
                },
                "name": {"label": self.env._("Subject"), "order": "name, id DESC"},
                "status": {
                    "label": self.env._("Status"),
                    "order": "is_closed, waiting_for, id DESC",
                },
            },
            "searchbar_groupby": groups,
            "searchbar_inputs": {
                "all": {"input": "all", "label": self.env._("Search in all")},
                "name": {"input": "name", "label": self.env._("Search in the subject")},
                "number": {"input": "number", "label": self.env._("Search by number")},
            },
        }

    def _get_list_domain(self, options):
        choices = self._get_list_choices()
        domain = choices["searchbar_filters"][options["filterby"]]["domain"]
        text, where = options["search"], options["search_in"]
        if text:
            fnames = ("number", "name") if where == "all" else (where,)
            # Numbers are shown with a hash, so they are typed with one.
            domain &= Domain.OR(
                Domain(fname, "ilike", text.lstrip("#") if fname == "number" else text)
                for fname in fnames
            )
        return domain

    def _get_ticket_groups(self, domain, options, pager):
        """Return one page as ``[{"tickets": [values], "status" or "person": …}]``."""
        tickets, own = self._get_own_tickets()
        if own.is_false():
            return []
        choices = self._get_list_choices()
        groupby = options["groupby"]
        tickets = tickets.search(
            own & domain,
            order=choices["searchbar_groupby"][groupby]["order"]
            + choices["searchbar_sortings"][options["sortby"]]["order"],
            limit=self._items_per_page,
            offset=pager["offset"],
        )
        rows = [ticket._get_portal_values() for ticket in tickets]
        if groupby == "none":
            return [{"tickets": rows}] if rows else []
        groups = {}
        for row in rows:
            groups.setdefault(row[groupby], []).append(row)
        return [{groupby: key, "tickets": rows} for key, rows in groups.items()]

    # -- one ticket -----------------------------------------------------------

    @route(TICKET_URL, type="http", auth="public", website=True, methods=["GET"])
    def portal_ticket(self, ticket_id, access_token=None, pid=None, **options):
        # "hash" is a name of Python's, too; it comes with pid in links of mails.
        signature = options.get("hash")
        ticket_sudo = self._find_ticket(ticket_id, access_token)
        if not ticket_sudo:
            return request.redirect("/my/tickets")
        page = ticket_sudo._get_portal_page_values()
        page["can_close"] = page["can_close"] and (
            self._is_customers(ticket_sudo, access_token)
            or ticket_sudo.sudo(False).has_access("write")
        )
        values = {"page_name": "card_ticket", "ticket": page}
        # No history of the tickets looked at: Odoo's "previous" and "next" give each
        # of them a token, by a mere GET, and go on working when the right is gone.
        values = self._get_page_view_values(
            ticket_sudo,
            access_token,
            values,
            "card_tickets_history",
            False,
            pid=pid,
            hash=signature,
        )
        return request.render("crm_cards.portal_ticket", values)

    @route(
        f"{TICKET_URL}/close",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
    )
    def portal_ticket_close(self, ticket_id, access_token=None, **_posted):
        ticket_sudo = self._find_ticket(ticket_id, access_token)
        if not ticket_sudo:
            return request.redirect("/my/tickets")
        if self._is_customers(ticket_sudo, access_token):
            # As superuser: customers write nothing on tickets, this door is theirs.
            ticket_sudo._close_in_portal()
        elif (ticket := ticket_sudo.sudo(False)).has_access("write"):
            ticket.action_close()
        else:
            return request.redirect("/my/tickets")
        query = f"?{url_encode({'access_token': access_token})}" if access_token else ""
        return request.redirect(f"{ticket_sudo.access_url}{query}")

    def _is_customers(self, ticket_sudo, access_token):
        """Return whether the user asked for it, sees his company's or has its link.

        Reading is not enough: salespeople read the tickets of all customers.
        """
        token = ticket_sudo.access_token
        given = self._clean_token(access_token)
        if token and given and consteq(token, given):
            return True
        own = ticket_sudo.with_user(request.env.user)._get_portal_domain()
        return bool(ticket_sudo.filtered_domain(own))

    def _clean_token(self, access_token):
        # Tokens are compared byte by byte.
        return access_token if access_token and access_token.isascii() else None

    def _find_ticket(self, ticket_id, access_token):
        """Return the ticket as superuser if user or token may see it, else ``None``."""
        access_token = self._clean_token(access_token)
        try:
            ticket_sudo = self._document_check_access(
                "crm.cards.ticket", ticket_id, access_token
            )
        except (AccessError, MissingError):
            return None
        # The superuser's sudo() keeps on being him; who did it should be written down.
        return ticket_sudo.with_user(request.env.user).sudo()
