from odoo import api, fields, models
from odoo.exceptions import UserError


class ProjectClass(models.Model):
    """One value of the company's own classification of its projects (row 144)."""

    _name = "crm.cards.project.class"
    _inherit = "crm.cards.dictionary.mixin"
    _description = "Project Class"

    project_ids = fields.One2many("project.project", "card_class_id")

    _name_unique = models.UniqueIndex(
        "((name->>'en_US'))", "There is already a project class with this name."
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        """Name the reason; the database would only name a foreign key."""
        # A project forbids deletion even where the user may not see it.
        used = self.sudo().with_context(active_test=False).filtered("project_ids")
        if used:
            raise UserError(
                self.env._(
                    "Class: %(class_name)s cannot be deleted because there are "
                    "projects of this class. Archive it instead, and it is not "
                    "offered any more.",
                    class_name=used[0].name,
                )
            )
