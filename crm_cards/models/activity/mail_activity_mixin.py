from odoo import models


class MailActivityMixin(models.AbstractModel):
    _inherit = "mail.activity.mixin"

    def write(self, vals):
        result = super().write(vals)
        if self._moves_to_another_customer(vals):
            # The activities follow by rule, whoever may edit the document.
            activities = self.env["mail.activity"].sudo()
            activities.with_context(active_test=False).search(
                [("res_model", "=", self._name), ("res_id", "in", self.ids)]
            )._follow_documents()
        return result

    def _moves_to_another_customer(self, vals):
        sources = self.env["res.partner"]._get_customer_document_models()
        partner_field = sources.get(self._name)
        if not partner_field:
            return False
        # The partner of a task, for one, is computed from its project.
        causes = {
            path.split(".")[0]
            for path in self.pool.field_depends[self._fields[partner_field]]
        }
        return not vals.keys().isdisjoint({partner_field, *causes})
