from odoo import api, models

from .crm_cards_hours_bank_choose import Case


class MailActivity(models.Model):
    """Closed activities draw the hours that are on no timesheet.

    Those on a project have a timesheet line, which draws them, so that none is ever
    drawn twice.
    """

    _name = "mail.activity"
    _inherit = ["crm.cards.hours.source", "mail.activity"]

    _hours_source = "activity"

    @api.model
    def _get_hours_fields(self):
        return {
            "active",
            "card_cancelled",
            "card_customer_id",
            "card_hours",
            "card_hours_kind_id",
            "card_owned_product_id",
            "card_start",
            "card_timesheet_id",
            "res_id",
            "res_model_id",
        }

    def _filter_hours(self, vals):
        touched = super()._filter_hours(vals)
        # Open ones have drawn nothing, unless they have just been opened again.
        if "active" in vals:
            return touched
        return touched.filtered(lambda activity: not activity.active)

    def _get_hours_cases(self):
        worked = self.filtered(
            lambda activity: (
                not activity.active
                and not activity.card_cancelled
                and activity.card_customer_id
                and activity.card_hours
                and not activity.card_timesheet_id
            )
        )
        # Whose hours are drawn does not depend on what the person may read.
        documents = worked.sudo()._get_hours_documents()
        return [
            activity._prepare_hours_case(documents.get((model, activity.res_id)))
            for model, activities in worked.sudo().grouped("res_model").items()
            for activity in activities
        ]

    def _get_hours_documents(self):
        """Return ``{(model, id): document}`` of those that are still there."""
        return {
            (model, document.id): document
            for model, activities in self.grouped("res_model").items()
            if model and model in self.env
            for document in self.env[model].browse(activities.mapped("res_id")).exists()
        }

    def _prepare_hours_case(self, document):
        self.ensure_one()
        name = document._name if document else None
        ticket = document if name == "crm.cards.ticket" else None
        project = document if name == "project.project" else None
        if name == "project.task":
            project = document.project_id
        company = document and "company_id" in document._fields and document.company_id
        company = company or self.card_done_by_id.company_id or self.env.company
        owned_product = self.card_owned_product_id or (
            ticket and ticket.owned_product_id
        )
        return Case(
            source=self._name_hours_source(self.id),
            partner_id=self.card_customer_id.commercial_partner_id.id,
            company_id=company.id,
            date=self._get_day_worked(),
            minutes=self._get_worked_minutes(self.card_hours),
            kind_id=self.card_hours_kind_id.id,
            contract_id=ticket.contract_id.id if ticket else None,
            owned_product_id=owned_product.id if owned_product else None,
            project_ids=tuple(project.ids) if project else (),
            vals={
                "activity_id": self.id,
                "ticket_id": ticket.id if ticket else None,
                "user_id": self.card_done_by_id.id,
                # The entries are read by everybody who sees the customer.
                "name": (not self.card_private and self.summary)
                or self.activity_type_id.display_name,
            },
        )
