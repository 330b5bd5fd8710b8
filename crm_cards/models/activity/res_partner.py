from odoo import api, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model
    def _get_customer_document_models(self):
        return {
            **super()._get_customer_document_models(),
            "project.project": "partner_id",
            "project.task": "partner_id",
        }

    def _follow_commercial_partner(self):
        """Take open activities along to the company a person now belongs to.

        Closed ones stay with the company where they were done, unless the person
        was a customer of its own, whose history would be lost.
        """
        result = super()._follow_commercial_partner()
        # What hangs on the partner follows by rule, see above.
        everywhere = self.env["mail.activity"].sudo().with_context(active_test=False)
        persons = self.sudo().search([("id", "child_of", self.id)])
        activities = everywhere.browse()
        for model, partner_field in self._get_customer_document_models().items():
            documents = self.env[model].sudo().with_context(active_test=False)
            query = documents._search([(partner_field or "id", "in", persons.ids)])
            activities |= everywhere.search(
                [
                    ("res_model", "=", model),
                    ("res_id", "in", query),
                    "|",
                    ("active", "=", True),
                    ("card_customer_id", "in", [False, *persons.ids]),
                ]
            )
        activities._follow_documents()
        return result
