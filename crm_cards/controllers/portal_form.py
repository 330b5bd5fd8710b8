from odoo.http import request, route
from odoo.tools import plaintext2html

from odoo.addons.portal.controllers.portal import CustomerPortal

from ..tools.superuser import as_superuser
from ..tools.text import clean_id, clean_line, clean_text

MAX_FILES = 10
MAX_MEGABYTES = 25  # all files of a new ticket together
MAX_SUBJECT = 200  # characters
MAX_DESCRIPTION = 20000  # characters


class TicketForm(CustomerPortal):
    """The form by which a customer opens a ticket; it asks who is logged in only."""

    @route("/my/tickets/new", type="http", auth="user", website=True, methods=["GET"])
    def portal_ticket_new(self, **_options):
        return self._render_form({}, {})

    @route("/my/tickets/new", type="http", auth="user", website=True, methods=["POST"])
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
        """Return the company's types from top to bottom, for a list to choose from."""
        # Types are no customer's to read; he learns the names to choose from.
        types = (
            request.env["crm.cards.ticket.type"]
            .sudo()
            .search(
                [
                    "|",
                    ("department_id", "=", False),
                    ("department_id.company_id", "in", request.env.companies.ids),
                ]
            )
        )
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
            "subject": clean_line(posted.get("subject"), MAX_SUBJECT + 1),
            # One more than may be, so that too much is noticed.
            "description": clean_text(posted.get("description"), MAX_DESCRIPTION + 1),
            "department_id": clean_id(posted.get("department_id")),
            "type_id": clean_id(posted.get("type_id")),
            "files": [
                upload
                for upload in request.httprequest.files.getlist("attachments")
                if upload.filename
            ],
        }

    def _check_form(self, form):
        """Return ``{field: what to do}`` for everything that cannot be taken."""
        errors = {}
        if not form["subject"]:
            errors["subject"] = self.env._("Say in a few words what it is about.")
        elif len(form["subject"]) > MAX_SUBJECT:
            errors["subject"] = self.env._(
                "Shorten the subject to %s characters; there is room below.",
                MAX_SUBJECT,
            )
        if not form["description"]:
            errors["description"] = self.env._("Describe what happens.")
        elif len(form["description"]) > MAX_DESCRIPTION:
            errors["description"] = self.env._(
                "Shorten the description to %s characters, or add it as a file.",
                MAX_DESCRIPTION,
            )
        departments = self._get_departments()
        if departments and form["department_id"] not in departments.ids:
            errors["department_id"] = self.env._("Choose who should help you.")
        choices = {part["id"] for part in self._get_type_choices() if part["is_choice"]}
        if form["type_id"] and form["type_id"] not in choices:
            errors["type_id"] = self.env._(
                "Choose one of the types in the list, or none."
            )
        if message := self._check_files(form["files"]):
            errors["attachments"] = message
        return errors

    def _check_files(self, files):
        if len(files) > MAX_FILES:
            return self.env._(
                "Too many files are chosen. The highest number is %s.", MAX_FILES
            )
        if sum(map(self._get_size, files)) > MAX_MEGABYTES * 1024**2:
            return self.env._(
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
            as_superuser(request.env["crm.cards.ticket"])
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
        as_superuser(request.env["ir.attachment"]).create(
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
