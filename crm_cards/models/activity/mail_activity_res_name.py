from collections import defaultdict

from odoo import api, models


class MailActivity(models.Model):
    _inherit = "mail.activity"

    @api.depends("res_model", "res_id")
    def _compute_res_name(self):
        """Name all documents of a model at once; Odoo reads one after the other."""
        batches = defaultdict(set)
        for activity in self:
            if activity.res_model and activity.res_id:
                batches[activity.res_model].add(activity.res_id)
        prefetched = {
            model: self.env[model].browse(ids) for model, ids in batches.items()
        }
        for activity in self:
            document = prefetched.get(activity.res_id and activity.res_model)
            activity.res_name = (
                document is not None
                and document.browse(activity.res_id)
                .with_prefetch(document._prefetch_ids)
                .display_name
            )
