from contextlib import closing

from odoo import api, fields, models
from odoo.tools import SQL


class AccountsImportProgress(models.Model):
    """How far an import in the background is; written outside its transaction."""

    _name = "crm.cards.accounts.import.progress"
    _description = "Progress of an Accounts Import"

    import_id = fields.Many2one(
        "crm.cards.accounts.import", required=True, ondelete="cascade", index=True
    )
    stage = fields.Selection("_selection_stages", required=True, default="waiting")
    done = fields.Integer(string="Rows done")
    total = fields.Integer(string="Rows in all")
    percentage = fields.Integer(compute="_compute_percentage")

    @api.model
    def _selection_stages(self):
        return [
            ("waiting", self.env._("Waiting")),
            ("read", self.env._("Reading the file")),
            ("match", self.env._("Comparing with the customers")),
            ("write", self.env._("Writing")),
            ("check", self.env._("Checking what was built on it")),
            ("undo", self.env._("Restoring")),
        ]

    @api.depends("done", "total")
    def _compute_percentage(self):
        for progress in self:
            progress.percentage = (
                100 * progress.done // progress.total if progress.total else 0
            )

    @api.model
    def _report(self, progress_id, stage, done, total):
        """Write the figures at once, in a transaction of their own."""
        with closing(self.env.registry.cursor()) as cr:
            cr.execute(
                SQL(
                    "UPDATE %s SET stage = %s, done = %s, total = %s WHERE id = %s",
                    SQL.identifier(self._table),
                    stage,
                    done,
                    total,
                    progress_id,
                )
            )
            # Not the transaction of the work: that one stays all or nothing.
            cr.commit()  # pylint: disable=invalid-commit
