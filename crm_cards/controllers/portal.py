from werkzeug.urls import url_encode

from odoo.exceptions import AccessError, MissingError
from odoo.fields import Domain
from odoo.http import request, route
from odoo.tools import plaintext2html

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

MAX_FILES = 10
MAX_MEGABYTES = 25  # all files of a new ticket together
MAX_SUBJECT = 200  # characters
MAX_DESCRIPTION = 20000  # characters
# A larger number is nobody's id, and PostgreSQL would not even look for it.
TICKET_URL = "/my/tickets/<int(max=2147483647):ticket_id>"


class TicketPortal(CustomerPortal):
    """The customer's side of the service desk: his tickets, and a new one (row 139).

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
        # The user's own contact, as the superuser reads it: the right is not his to see.
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
        return {**options, "search": self._clean(posted.get("search"), MAX_SUBJECT)}

    def _get_list_choices(self):
        _ = request.env._
        groups = {
            "none": {"label": _("None"), "order": ""},
            "status": {"label": _("Status"), "order": "is_closed, waiting_for, "},
        }
        if self._sees_company():
            groups["person"] = {"label": _("Asked by"), "order": "partner_id, "}
        return {
            "searchbar_filters": {
                "open": {
                    "label": _("Open"),
                    "domain": Domain("is_closed", "=", False),
                },
                "closed": {
                    "label": _("Closed"),
                    "domain": Domain("is_closed", "=", True),
                },
                "all": {"label": _("All"), "domain": Domain.TRUE},
            },
            "searchbar_sortings": {
                "date": {"label": _("Newest"), "order": "create_date DESC, id DESC"},
                "number": {"label": _("Number"), "order": "number DESC, id DESC"},
                "name": {"label": _("Subject"), "order": "name, id DESC"},
                "status": {
                    "label": _("Status"),
                    "order": "is_closed, waiting_for, id DESC",
                },
            },
            "searchbar_groupby": groups,
            "searchbar_inputs": {
                "all": {"input": "all", "label": _("Search in all")},
                "name": {"input": "name", "label": _("Search in the subject")},
                "number": {"input": "number", "label": _("Search by number")},
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
    def portal_ticket(
        self, ticket_id, access_token=None, pid=None, **options
    ):
        # "hash" is a name of Python's, too; it comes with pid in links of mails.
        signature = options.get("hash")
        ticket_sudo = self._find_ticket(ticket_id, access_token)
        if not ticket_sudo:
            return request.redirect("/my/tickets")
        values = {
            "page_name": "card_ticket",
            "ticket": ticket_sudo._get_portal_page_values(),
        }
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
        # As superuser: customers write nothing on tickets, this door is what they have.
        ticket_sudo._close_in_portal()
        query = f"?{url_encode({'access_token': access_token})}" if access_token else ""
        return request.redirect(f"{ticket_sudo.access_url}{query}")

    def _find_ticket(self, ticket_id, access_token):
        """Return the ticket as superuser if user or token may see it, else ``None``."""
        if access_token and not access_token.isascii():
            access_token = None  # tokens are compared byte by byte
        try:
            ticket_sudo = self._document_check_access(
                "crm.cards.ticket", ticket_id, access_token
            )
        except (AccessError, MissingError):
            return None
        # The superuser's sudo() keeps on being him; who did it should be written down.
        return ticket_sudo.with_user(request.env.user).sudo()

    # -- new ticket -----------------------------------------------------------

    @route(
        "/my/tickets/new", type="http", auth="user", website=True, methods=["GET"]
    )
    def portal_ticket_new(self, **_options):
        return self._render_form({}, {})

    @route(
        "/my/tickets/new", type="http", auth="user", website=True, methods=["POST"]
    )
    def portal_ticket_create(self, **posted):
        form = self._read_form(posted)
        errors = self._check_form(form)
        if errors:
            return self._render_form(form, errors)
        ticket_sudo = self._create_ticket(form)
        return request.redirect(ticket_sudo.access_url)

    def _render_form(self, form, errors):
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "card_ticket_new",
            "form": form,
            "errors": errors,
            "departments": [
                {"id": department.id, "name": department.name}
                for department in self._get_departments()
            ],
            "types": self._get_type_choices(),
            "max_files": MAX_FILES,
            "max_megabytes": MAX_MEGABYTES,
            "max_subject": MAX_SUBJECT,
            "max_description": MAX_DESCRIPTION,
        }
        return request.render("crm_cards.portal_ticket_new", values)

    def _get_departments(self):
        # Departments are no customer's to read; of these he learns the name.
        return (
            request.env["crm.cards.department"]
            .sudo()
            .search(
                [
                    ("is_on_portal", "=", True),
                    ("company_id", "in", request.env.companies.ids),
                ]
            )
        )

    def _get_type_choices(self):
        """Return the types from top to bottom: id, name, level, whether to choose it."""
        # Types are no customer's to read; he learns the names to choose from.
        types = request.env["crm.cards.ticket.type"].sudo().search([])
        by_parent = types.grouped("parent_id")
        choices = []

        def add(parts):
            for part in parts:
                below = by_parent.get(part, types.browse())
                choices.append(
                    {
                        "id": part.id,
                        "name": part.name,
                        "level": part.level,
                        "is_choice": not (part.is_detail_required and part.child_ids),
                    }
                )
                add(below)

        add(by_parent.get(types.browse(), types.browse()))
        return choices

    def _read_form(self, posted):
        """Return what the form asks for, and nothing else that was posted."""
        return {
            "subject": self._clean(posted.get("subject"), MAX_SUBJECT + 1),
            "description": self._clean_text(posted.get("description")),
            "department_id": self._clean_id(posted.get("department_id")),
            "type_id": self._clean_id(posted.get("type_id")),
            "files": [
                upload
                for upload in request.httprequest.files.getlist("attachments")
                if upload.filename
            ],
        }

    def _clean(self, text, size):
        """Return one line of text; PostgreSQL stores no NUL."""
        text = text.replace("\0", "") if isinstance(text, str) else ""
        return " ".join(text.split())[:size]

    def _clean_text(self, text):
        text = text.replace("\0", "") if isinstance(text, str) else ""
        return text.strip()[: MAX_DESCRIPTION + 1]

    def _clean_id(self, text):
        is_number = isinstance(text, str) and text.isascii() and text.isdigit()
        return int(text) if is_number else False

    def _check_form(self, form):
        """Return ``{field: what to do}`` for everything that cannot be taken."""
        _ = request.env._
        errors = {}
        if not form["subject"]:
            errors["subject"] = _("Say in a few words what it is about.")
        elif len(form["subject"]) > MAX_SUBJECT:
            errors["subject"] = _(
                "Shorten the subject to %s characters; there is room below.",
                MAX_SUBJECT,
            )
        if not form["description"]:
            errors["description"] = _("Describe what happens.")
        elif len(form["description"]) > MAX_DESCRIPTION:
            errors["description"] = _(
                "Shorten the description to %s characters, or add it as a file.",
                MAX_DESCRIPTION,
            )
        departments = self._get_departments()
        if departments and form["department_id"] not in departments.ids:
            errors["department_id"] = _("Choose who should help you.")
        choices = {part["id"] for part in self._get_type_choices() if part["is_choice"]}
        if form["type_id"] and form["type_id"] not in choices:
            errors["type_id"] = _("Choose one of the types in the list, or none.")
        if message := self._check_files(form["files"]):
            errors["attachments"] = message
        return errors

    def _check_files(self, files):
        if len(files) > MAX_FILES:
            return request.env._("Choose %s files at most.", MAX_FILES)
        if sum(map(self._get_size, files)) > MAX_MEGABYTES * 1024**2:
            return request.env._(
                "The files are larger than %s MB together. Choose fewer, or send them "
                "with a message on the ticket.",
                MAX_MEGABYTES,
            )
        return None

    def _get_size(self, upload):
        size = upload.stream.seek(0, 2)
        upload.stream.seek(0)
        return size

    def _create_ticket(self, form):
        department = self._get_departments().filtered(
            lambda department: department.id == form["department_id"]
        )
        company = department.company_id or request.env.company
        # As superuser: customers create no tickets by themselves. Every value is
        # named here, and who asks is who is logged in.
        ticket_sudo = (
            request.env["crm.cards.ticket"]
            .sudo()
            .with_company(company)
            .create(
                {
                    "name": form["subject"],
                    "description": plaintext2html(form["description"]),
                    "partner_id": request.env.user.partner_id.id,
                    "department_id": department.id,
                    "company_id": company.id,
                    "type_id": form["type_id"],
                    "channel": "portal",
                }
            )
        )
        # The files of a ticket that was just made by the same person.
        request.env["ir.attachment"].sudo().create(
            [
                {
                    "name": upload.filename,
                    "raw": upload.read(),
                    "res_model": ticket_sudo._name,
                    "res_id": ticket_sudo.id,
                }
                for upload in form["files"]
            ]
        )
        return ticket_sudo
