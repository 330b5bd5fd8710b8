from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

# Lines of each kind in the quick look; the rest is one click away.
_QUICK_LOOK_LINES = 5
_MAIL_TYPES = ("email", "email_outgoing", "comment")


class ResPartner(models.Model):
    """What only the screens of customers need."""

    _name = "res.partner"
    _inherit = ["res.partner", "mail.tracking.duration.mixin"]
    _track_duration_field = "customer_status_id"

    customer_note_ids = fields.One2many(
        "crm.cards.partner.note",
        "partner_id",
        string="Dated notes",
        groups="base.group_user",
    )
    # How long the customer was in each status is for employees, as the status.
    duration_tracking = fields.Json(groups="base.group_user")
    # What lists need to colour a row without asking again for each of them. Not read
    # with superuser rights, so that portal users are refused as for the field itself.
    is_customer_closed = fields.Boolean(
        string="Customer is closed",
        related="customer_status_id.is_closed",
        related_sudo=False,
    )
    customer_status_color = fields.Integer(
        string="Colour of the status",
        related="customer_status_id.color",
        related_sudo=False,
        groups="base.group_user",
    )
    customer_type_color = fields.Integer(
        string="Colour of the type",
        related="customer_type_id.color",
        related_sudo=False,
        groups="base.group_user",
    )
    temperature_color = fields.Integer(
        string="Colour of the temperature",
        related="temperature_id.color",
        related_sudo=False,
        groups="base.group_user",
    )

    # -- records of a customer ------------------------------------------------

    @api.model
    def _get_customer_document_models(self):
        """Return ``{model: field that names the customer}``; empty = itself.

        Rooms that add documents of a customer extend this.
        """
        return {
            "res.partner": "",
            "crm.lead": "partner_id",
            "sale.order": "partner_id",
            "account.move": "partner_id",
        }

    def _get_customer_documents(self):
        """Return ``{model: Query}`` of the customers' records the user may read."""
        customer_ids = self.commercial_partner_id.ids
        documents = {}
        for model, partner_field in self._get_customer_document_models().items():
            records = self.env[model].with_context(active_test=False)
            if records.has_access("read"):
                path = f"{partner_field}.commercial_partner_id".lstrip(".")
                documents[model] = records._search([(path, "in", customer_ids)])
        return documents

    # -- deletion -------------------------------------------------------------

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_orders(self):
        """Name the reason; the database would only name a foreign key."""
        # An order forbids deletion even where the user may not see it.
        orders = self.env["sale.order"].sudo().with_context(active_test=False)
        order = orders.search(
            Domain("partner_id", "in", self.ids)
            | Domain("partner_invoice_id", "in", self.ids)
            | Domain("partner_shipping_id", "in", self.ids),
            limit=1,
        )
        if order:
            partner = self & (
                order.partner_id | order.partner_invoice_id | order.partner_shipping_id
            )
            raise UserError(
                self.env._(
                    "%(customer)s cannot be deleted because there are quotations or "
                    "orders. Archive the customer instead.",
                    customer=partner[:1].display_name,
                )
            )

    # -- quick look -----------------------------------------------------------

    @api.readonly
    def get_quick_look(self):
        """Return what the quick look panel shows about one customer.

        Everything is read with the user's own rights; what the user may not see
        is False or an empty list. Dates are ISO strings, moments in UTC.

        :return: dict, see the ``_quick_look_*`` methods for its parts
        """
        self.ensure_one()
        card = self.account_card_id
        return {
            **self._quick_look_identity(),
            "contacts": self._quick_look_contacts(),
            "quotations": self._quick_look_quotations(),
            "balance": self._quick_look_balance(card),
            "last_invoice": self._quick_look_last_invoice(),
        }

    def _quick_look_identity(self):
        kinds = dict(self._fields["customer_kind"]._description_selection(self.env))
        return {
            "id": self.id,
            "name": self.display_name,
            "kind": self.customer_kind or False,
            "kind_label": kinds.get(self.customer_kind, ""),
            "account_key": self.account_key or False,
            "email": self.email or False,
            "phone": self.phone or False,
            "city": self.city or False,
            # The name of a colleague, as many2one fields show it to everybody.
            "salesperson": self.user_id.sudo().name or False,
            "status": self.customer_status_id.name or False,
            "temperature": self.temperature_id.name or False,
            "date_next_contact": fields.Date.to_string(self.date_next_contact),
        }

    def _quick_look_search(self, records, domain, order, prepare):
        """Return ``{"count": all matches, "lines": the first few}``."""
        found = records.search(domain, order=order, limit=_QUICK_LOOK_LINES)
        count = len(found)
        if count == _QUICK_LOOK_LINES:
            count = records.search_count(domain)
        return {"count": count, "lines": [prepare(record) for record in found]}

    def _quick_look_contacts(self):
        return self._quick_look_search(
            self.env["res.partner"],
            [("parent_id", "=", self.id), ("type", "=", "contact")],
            "name, id",
            lambda contact: {
                "id": contact.id,
                "name": contact.name,
                "function": contact.function or False,
                "phone": contact.phone or False,
                "email": contact.email or False,
            },
        )

    def _quick_look_quotations(self):
        orders = self.env["sale.order"]
        if not orders.has_access("read"):
            return False
        return self._quick_look_search(
            orders,
            [
                (
                    "partner_id.commercial_partner_id",
                    "=",
                    self.commercial_partner_id.id,
                ),
                ("state", "in", ("draft", "sent")),
            ],
            "date_order desc, id desc",
            lambda order: {
                "id": order.id,
                "name": order.name,
                "amount": order.amount_total,
                "currency_id": order.currency_id.id,
                "date_valid": fields.Date.to_string(order.validity_date),
            },
        )

    def _quick_look_balance(self, card):
        if not card or not card._has_field_access(card._fields["balance"], "read"):
            return False
        return {
            "amount": card.balance,
            "overdue": card.overdue,
            "currency_id": card.currency_id.id,
            "state": card.state,
        }

    def _quick_look_last_invoice(self):
        moves = self.env["account.move"]
        if not moves.has_access("read"):
            return False
        invoice = moves.search(
            [
                ("commercial_partner_id", "=", self.commercial_partner_id.id),
                ("move_type", "in", ("out_invoice", "out_refund")),
                ("state", "=", "posted"),
                ("company_id", "=", self.env.company.id),
            ],
            order="invoice_date desc, id desc",
            limit=1,
        )
        if not invoice:
            return False
        return {
            "id": invoice.id,
            "name": invoice.name,
            "date": fields.Date.to_string(invoice.invoice_date),
            "amount": invoice.amount_total_signed,
            "currency_id": invoice.company_currency_id.id,
        }

    # -- processes ------------------------------------------------------------

    def get_processes(self):
        """Return the processes offered for this customer, in menu order.

        :return: list of ``{"type": "process"|"plan"|"action", "id", "name"}``
        """
        self.ensure_one()
        self._check_is_internal()
        processes = self.env["crm.cards.process"]
        if not processes.has_access("read"):
            return []
        offered = processes.search(processes._get_offered_domain(self.customer_kind))
        # A plan or action tied to one kind of customer is offered for no other;
        # which actions those are may be read by the system administrator only.
        tied = processes.sudo().search([("active", "=", True)])
        plans = self.env["mail.activity.plan"].search(
            [
                ("res_model", "=", "res.partner"),
                ("company_id", "in", [False, self.env.company.id]),
                ("id", "not in", tied.plan_id.ids),
            ]
        )
        actions = self._get_bound_server_actions() - tied.server_action_id
        return [
            *({"type": "process", "id": p.id, "name": p.name} for p in offered),
            *({"type": "plan", "id": plan.id, "name": plan.name} for plan in plans),
            *({"type": "action", "id": act.id, "name": act.name} for act in actions),
        ]

    @api.model
    def _get_bound_server_actions(self):
        """Return the server actions of the Actions menu that the user may see."""
        bindings = self.env["ir.actions.actions"].get_bindings("res.partner")
        # The bindings are already filtered by the user's groups; the names of
        # actions are otherwise read by the system administrator only.
        return (
            self.env["ir.actions.server"]
            .sudo()
            .search(
                [
                    (
                        "id",
                        "in",
                        [action["id"] for action in bindings.get("action", [])],
                    ),
                    ("binding_view_types", "like", "form"),
                ]
            )
        )

    def run_process(self, process_type, process_id):
        """Run one of the offered processes on this customer.

        :return: the action to go on with, or False when all is done
        :raises UserError: it is not (or no longer) offered for this customer
        """
        self.ensure_one()
        offered = {(entry["type"], entry["id"]) for entry in self.get_processes()}
        if (process_type, process_id) not in offered:
            raise UserError(
                self.env._(
                    "This process is not offered for %(customer)s any more. "
                    "Open the menu again.",
                    customer=self.display_name,
                )
            )
        if process_type == "plan":
            return self._run_plan(process_id)
        if process_type == "action":
            return self._run_server_action(process_id)
        # Which action a process runs is no secret from those it is offered to.
        process = self.env["crm.cards.process"].sudo().browse(process_id)
        if process.plan_id:
            return self._run_plan(process.plan_id.id)
        return self._run_server_action(process.server_action_id.id)

    def _run_plan(self, plan_id):
        return self._prepare_planning_action(
            self.env._("Run process"), default_plan_id=plan_id, plan_mode=True
        )

    def _prepare_planning_action(self, name, **context):
        """Return the dialog that plans activities on this customer."""
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "mail.activity.schedule",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "active_model": "res.partner",
                "active_id": self.id,
                "active_ids": self.ids,
                "dialog_size": "large",
                **context,
            },
        }

    def _run_server_action(self, action_id):
        # run() itself checks the user's groups or write access on the record.
        action = self.env["ir.actions.server"].browse(action_id)
        return action.with_context(
            active_model="res.partner", active_id=self.id, active_ids=self.ids
        ).run()

    # -- buttons --------------------------------------------------------------

    def _prepare_customer_form_action(self, **values):
        """Return the action that shows this partner as a customer."""
        view = self.env.ref("crm_cards.res_partner_view_form_customer")
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.id,
            "views": [(view.id, "form")],
            **values,
        }

    def action_customer_new_activity(self):
        self.ensure_one()
        return self._prepare_planning_action(self.env._("Schedule Activity"))

    def action_customer_new_quotation(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Quotation"),
            "res_model": "sale.order",
            "views": [(False, "form")],
            "context": {"default_partner_id": self.id},
        }

    def action_customer_new_opportunity(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Opportunity"),
            "res_model": "crm.lead",
            "views": [(False, "form")],
            "context": {
                "default_partner_id": self.id,
                "default_type": "opportunity",
            },
        }

    def action_customer_send_email(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send E-mail"),
            "res_model": "mail.compose.message",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_model": "res.partner",
                "default_res_ids": self.ids,
                "default_partner_ids": self.ids,
                "default_composition_mode": "comment",
                "default_email_layout_xmlid": "mail.mail_notification_light",
                "mail_post_autofollow": False,
            },
        }

    def action_customer_open_card(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.cards.account.card",
            "res_id": self.account_card_id.id,
            "views": [(False, "form")],
        }

    def _prepare_customer_list_action(self, xmlid, **values):
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        return {**action, **values, "display_name": action["name"]}

    def action_customer_open_mails(self):
        self.ensure_one()
        return self._prepare_customer_list_action(
            "crm_cards.mail_message_action_customer",
            domain=[
                ("card_customer_id", "=", self.id),
                ("message_type", "in", _MAIL_TYPES),
            ],
        )

    def action_customer_open_attachments(self):
        self.ensure_one()
        return self._prepare_customer_list_action(
            "crm_cards.ir_attachment_action_customer",
            domain=[("res_model", "=", "res.partner"), ("res_id", "=", self.id)],
            context={"default_res_model": "res.partner", "default_res_id": self.id},
        )
