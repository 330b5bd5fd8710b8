from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import email_normalize, single_email_re

from ..models.card.ir_http import STARTUP_DONE_PARAMETER


class Startup(models.TransientModel):
    """The list a company prepares before its first day with the add-on.

    Whatever is typed here is created once: names that exist already, in any
    spelling of capitals, are left alone, so the list can be opened again.
    """

    _name = "crm.cards.startup"
    _description = "Start-up Checklist"

    statuses = fields.Text(
        string="Customer statuses",
        default=lambda self: self._default_names("crm.cards.customer.status"),
        help="One to a line, in the order of the path from first contact to leaving.",
    )
    types = fields.Text(
        string="Customer types",
        default=lambda self: self._default_names("crm.cards.customer.type"),
        help="One to a line. Types divide customers for reports and mailings.",
    )
    sources = fields.Text(
        string="Sources of arrival",
        default=lambda self: self._default_names("utm.source"),
        help="One to a line: where customers come from.",
    )
    user_ids = fields.One2many("crm.cards.startup.user", "startup_id", string="Users")

    @api.model
    def _default_names(self, model):
        return "\n".join(self.env[model].search([], limit=100).mapped("name"))

    @api.model
    def default_get(self, fields):
        self._check_may_set_up()
        return super().default_get(fields)

    def _check_may_set_up(self):
        if not self.env.user.has_group("crm_cards.crm_cards_group_manager"):
            raise AccessError(
                self.env._("Only an administrator of the cards sets them up.")
            )

    def action_apply(self):
        """Create what is missing and tell what was created."""
        self.ensure_one()
        self._check_may_set_up()
        created = [
            *self._create_missing("crm.cards.customer.status", self.statuses),
            *self._create_missing("crm.cards.customer.type", self.types),
            *self._create_missing("utm.source", self.sources),
            *self._invite_missing_users(),
        ]
        self._mark_done()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "title": self.env._("Start-up checklist"),
                "message": self.env._("Created: %(names)s", names=", ".join(created))
                if created
                else self.env._("Everything on the list exists already."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    @api.model
    def dismiss(self):
        """Do not offer the checklist above the customers list any more."""
        self._check_may_set_up()
        self._mark_done()
        return True

    def _mark_done(self):
        # Checked above; parameters belong to the system administrator.
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param(STARTUP_DONE_PARAMETER, "1")

    def _create_missing(self, model, text):
        """Create one record for each new line; return the names created."""
        names = list(
            dict.fromkeys(filter(None, map(str.strip, (text or "").splitlines())))
        )
        records = self.env[model].with_context(active_test=False)
        existing = records.search([("name", "!=", False)])
        known = {name.casefold() for name in existing.mapped("name")}
        missing = []
        for name in names:
            if name.casefold() not in known:
                known.add(name.casefold())
                missing.append(name)
        has_order = "sequence" in self.env[model]._fields
        last = max(existing.mapped("sequence"), default=0) if has_order else 0
        self.env[model].create(
            [
                {"name": name, **({"sequence": last + index} if has_order else {})}
                for index, name in enumerate(missing, start=1)
            ]
        )
        return missing

    def _invite_missing_users(self):
        """Create the users; Odoo itself mails them the invitation.

        :raises AccessError: the user may not create users (Odoo's own right)
        """
        users = self.env["res.users"]
        lines = self.user_ids._filter_new()
        users.create([line._prepare_user_vals() for line in lines])
        return lines.mapped("name")


class StartupUser(models.TransientModel):
    """A user to invite: full name and identifying e-mail."""

    _name = "crm.cards.startup.user"
    _description = "User to Invite"

    startup_id = fields.Many2one(
        "crm.cards.startup", required=True, ondelete="cascade", index=True
    )
    name = fields.Char(string="Full name", required=True)
    email = fields.Char(string="E-mail", required=True)
    role = fields.Selection(
        [
            ("user", "User"),
            ("accountant", "Accountant"),
            ("manager", "Administrator"),
        ],
        required=True,
        default="user",
    )

    def _filter_new(self):
        """Return the lines whose e-mail belongs to no user yet, each once.

        :raises UserError: an e-mail is not an address
        """
        for line in self:
            if not single_email_re.match(line.email.strip()):
                raise UserError(
                    self.env._(
                        "%(email)s is not an e-mail address. Correct the line of "
                        "%(name)s.",
                        email=line.email,
                        name=line.name,
                    )
                )
        emails = {line: email_normalize(line.email) for line in self}
        users = self.env["res.users"].with_context(active_test=False)
        existing = users.search(
            [
                "|",
                ("login", "in", list(emails.values())),
                ("email_normalized", "in", list(emails.values())),
            ]
        )
        known = {login.lower() for login in existing.mapped("login")}
        known |= set(existing.mapped("email_normalized"))
        new = self.browse()
        for line, email in emails.items():
            if email not in known:
                known.add(email)
                new |= line
        return new

    def _prepare_user_vals(self):
        self.ensure_one()
        email = email_normalize(self.email)
        group = self.env.ref(f"crm_cards.crm_cards_group_{self.role}")
        seller = self.env.ref("sales_team.group_sale_salesman")
        return {
            "name": self.name.strip(),
            "login": email,
            "email": email,
            "group_ids": [
                Command.link(self.env.ref("base.group_user").id),
                Command.link(seller.id),
                Command.link(group.id),
            ],
        }
