from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command

from ...tools.trusted import TRUSTED, is_trusted


class MailActivity(models.Model):
    """An activity belongs to the customer of the document it hangs on.

    It follows the document; a free activity keeps the customer it was given.
    """

    _inherit = "mail.activity"

    card_customer_id = fields.Many2one(
        "res.partner",
        string="Customer",
        compute="_compute_card_customer_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="set null",
        domain="[('parent_id', '=', False)]",
        help="From the document the activity hangs on; fixed once it is saved.",
    )

    @api.depends("res_model", "res_id")
    def _compute_card_customer_id(self):
        customers = self._get_document_customers()
        for activity in self:
            document = (activity.res_model, activity.res_id)
            activity.card_customer_id = customers.get(
                document, activity.card_customer_id
            )

    def _get_document_customers(self):
        """Return ``{(model, id): customer}`` of the documents that can have one.

        A document without a partner gives an empty customer; documents of other
        models, and those that are gone, are left out.
        """
        sources = self.env["res.partner"]._get_customer_document_models()
        ids = defaultdict(set)
        for activity in self:
            if activity.res_model in sources and activity.res_id:
                ids[activity.res_model].add(activity.res_id)
        customers = {}
        for model, document_ids in ids.items():
            # Whose an activity is does not depend on who asks.
            documents = self.env[model].sudo().browse(document_ids).exists()
            partner_field = sources[model]
            for document in documents:
                partner = document[partner_field] if partner_field else document
                customer = partner.commercial_partner_id.sudo(self.env.su)
                customers[model, document.id] = customer
        return customers

    @api.constrains("card_customer_id", "res_model_id", "res_id")
    def _check_card_customer(self):
        customers = self._get_document_customers()
        for activity in self:
            document = (activity.res_model, activity.res_id)
            customer = customers.get(document, activity.card_customer_id)
            if activity.card_customer_id != customer:
                raise ValidationError(
                    self.env._(
                        "Customer: %(document)s belongs to %(customer)s, so its "
                        "activities do too. Leave the field empty, or plan the "
                        "activity on a document of the other customer.",
                        document=activity.res_name,
                        customer=customer.display_name or self.env._("no customer"),
                    )
                )

    @api.constrains("card_contact_ids", "card_customer_id")
    def _check_card_contacts(self):
        for activity in self:
            # Persons are compared, not shown; whoever plans may not see them all.
            contacts = activity.sudo().card_contact_ids
            theirs = contacts.filtered_domain(
                [("commercial_partner_id", "=", activity.card_customer_id.id)]
            )
            strangers = contacts - theirs
            if strangers:
                raise ValidationError(
                    self.env._(
                        "Contact persons: %(person)s does not belong to %(customer)s. "
                        "Choose persons of this customer.",
                        person=strangers[0].display_name,
                        customer=activity.card_customer_id.display_name
                        or self.env._("no customer"),
                    )
                )

    def _check_customer_unchanged(self, vals):
        """Refuse another customer for saved activities (row 76)."""
        following = is_trusted(self.env.context.get("card_following"))
        if following or "card_customer_id" not in vals:
            return
        for activity in self:
            customer = activity.card_customer_id
            if customer and customer.id != vals["card_customer_id"]:
                raise UserError(
                    self.env._(
                        "Customer: the customer of an activity cannot be changed once "
                        "it is saved. Cancel %(activity)s and plan a new one.",
                        activity=activity.display_name,
                    )
                )

    def _filter_moved(self, vals):
        """Return the activities that ``vals`` hang on another document."""
        if self.env.su or not {"res_model_id", "res_model", "res_id"} & vals.keys():
            return self.browse()
        return self.filtered(
            lambda activity: (
                activity.res_id != vals.get("res_id", activity.res_id)
                or activity.res_model_id.id
                != vals.get("res_model_id", activity.res_model_id.id)
                or activity.res_model != vals.get("res_model", activity.res_model)
            )
        )

    def write(self, vals):
        self._check_customer_unchanged(vals)
        moved = self._filter_moved(vals)
        closed = moved.filtered(lambda activity: not activity.active)
        if closed:
            raise UserError(
                self.env._(
                    "%(activity)s is closed and belongs to the history of its "
                    "document, from which it cannot be moved.",
                    activity=closed[0].display_name,
                )
            )
        result = super().write(vals)
        # Whoever moves an activity needs the same right as to plan it there.
        moved.check_access("create")
        return result

    def _follow_documents(self):
        """Take the customer of the documents, which got another one."""
        customers = self._get_document_customers()
        for activity in self:
            document = (activity.res_model, activity.res_id)
            customer = customers.get(document, activity.card_customer_id)
            if activity.card_customer_id != customer:
                activity.with_context(card_following=TRUSTED).write(
                    {
                        "card_customer_id": customer.id,
                        **activity._get_vals_foreign_to(customer),
                    }
                )

    def _get_vals_foreign_to(self, customer):
        """Return what an activity loses that gets another customer."""
        self.ensure_one()
        strangers = self.card_contact_ids.filtered_domain(
            [("commercial_partner_id", "!=", customer.id)]
        )
        return {"card_contact_ids": [Command.unlink(person.id) for person in strangers]}
