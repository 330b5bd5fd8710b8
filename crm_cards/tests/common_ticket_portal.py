import json

from odoo.http import Request
from odoo.tests import HttpCase, new_test_user

from .common_ticket import TicketCase

PORTAL_REFUSAL_LOGS = (
    "odoo.orm.models",
    "odoo.addons.base.models.ir_model",
    "odoo.addons.base.models.ir_rule",
    "odoo.http",
)


class PortalCase(TicketCase):
    """Dana and Uri of one company, a stranger of another; all have portal logins."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.email = "service@cards.example.com"
        cls.support.is_on_portal = True
        cls.technician.name = "Avi Technician"
        cls.technician.email = "avi@secret.example.com"
        cls.colleague = cls.env["res.partner"].create(
            {
                "name": "Uri Levi",
                "parent_id": cls.customer.id,
                "email": "uri@levi.example.com",
            }
        )
        cls.stranger = cls.env["res.partner"].create(
            {"name": "Klein Binders", "email": "office@klein.example.com"}
        )
        for login, partner in (
            ("dana", cls.contact),
            ("uri", cls.colleague),
            ("klein", cls.stranger),
        ):
            user = new_test_user(
                cls.env,
                login=f"portal_{login}",
                password=f"portal_{login}",
                groups="base.group_portal",
                partner_id=partner.id,
                name=partner.name,
                email=partner.email,
                company_id=cls.company.id,
                company_ids=[(6, 0, cls.company.ids)],
            )
            setattr(cls, login, user)
        cls.ticket = cls._open(cls.contact, "Printer is down")
        cls.colleagues_ticket = cls._open(cls.colleague, "Ink is out")
        cls.strangers_ticket = cls._open(cls.stranger, "Cutter is blunt")

    @classmethod
    def _open(cls, partner, name, **values):
        return cls.env["crm.cards.ticket"].create(
            {
                "name": name,
                "partner_id": partner.id,
                "department_id": cls.support.id,
                "user_id": cls.technician.id,
                "description": f"<p>Text of {name}</p>",
                **values,
            }
        )

    def _as(self, user, records):
        self.env.flush_all()
        self.env.invalidate_all()
        return records.with_user(user).with_context(
            allowed_company_ids=self.company.ids
        )


class PortalPagesCase(PortalCase, HttpCase):
    """The pages as a browser gets them, and as somebody with bad intentions does."""

    def _login(self, user):
        self.authenticate(user.login, user.login)

    def _get(self, url, **params):
        return self.url_open(url, params=params, allow_redirects=False)

    def _post(self, url, files=None, **data):
        data.setdefault("csrf_token", Request.csrf_token(self))
        return self.url_open(url, data=data, files=files, allow_redirects=False)

    def _rpc(self, url, **params):
        self.env.flush_all()
        response = self.url_open(
            url,
            data=json.dumps({"params": params}),
            headers={"Content-Type": "application/json"},
        )
        return response.json()

    def _write_message(self, ticket, body="Any news?", **post_data):
        return self._rpc(
            "/mail/message/post",
            thread_model=ticket._name,
            thread_id=ticket.id,
            post_data={"body": body, "message_type": "comment", **post_data},
        )

    def _fetch(self, ticket, **params):
        return self._rpc(
            "/mail/chatter_fetch",
            thread_model=ticket._name,
            thread_id=ticket.id,
            **params,
        )

    def _get_newest(self):
        self.env.invalidate_all()
        return self.env["crm.cards.ticket"].search([], order="id desc", limit=1)
