from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ...tools import rows


class ProjectProject(models.Model):
    """Projects that are parts of other projects (row 141)."""

    _inherit = "project.project"
    _parent_name = "card_parent_id"
    _parent_store = True

    card_parent_id = fields.Many2one(
        "project.project",
        string="Part of",
        ondelete="restrict",
        index="btree_not_null",
        tracking=True,
        groups="base.group_user",
        help="The project this one is a sub-project of.",
    )
    parent_path = fields.Char(index=True, groups="base.group_user")
    card_child_ids = fields.One2many(
        "project.project",
        "card_parent_id",
        string="Sub-projects",
        groups="base.group_user",
    )

    @api.depends("card_parent_id.name")
    @api.depends_context("uid")
    def _compute_display_name(self):
        """Tell the *Installation* of one project from that of another."""
        result = super()._compute_display_name()
        # What shows in a picker does not depend on who may read the field.
        parents = self.sudo().card_parent_id.with_env(self.env)
        parents = parents._filtered_access("read")
        for project in self:
            parent = project.sudo().card_parent_id.with_env(self.env) & parents
            if parent:
                project.display_name = f"{parent.name} / {project.display_name}"
        return result

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        """Sort paths byte by byte: each sub-project right below its project."""
        sql = super()._order_field_to_sql(alias, field_name, direction, nulls, query)
        if field_name != "parent_path":
            return sql
        path = self._field_to_sql(alias, field_name, query)
        return SQL('%s COLLATE "C" %s %s', path, direction, nulls)

    @api.model_create_multi
    def create(self, vals_list):
        projects = super().create(vals_list)
        # Who makes a project says where it belongs, whatever else he may read.
        below = projects.sudo().filtered("card_parent_id")
        self._check_sees(below.card_parent_id)
        below.card_parent_id._meet_in_tree()
        below._follow_customer_of_parent()
        return projects

    def write(self, vals):
        if vals.get("card_parent_id"):
            self._check_sees(self.browse(vals["card_parent_id"]))
            self._check_new_parent(self.browse(vals["card_parent_id"]))
        result = super().write(vals)
        if "card_parent_id" in vals or "partner_id" in vals:
            # Which projects have no customer does not depend on who sees them.
            projects = self.sudo().with_context(active_test=False)
            (projects | projects.card_child_ids)._follow_customer_of_parent()
        return result

    @api.model
    def _check_sees(self, parents):
        """Let nobody hang a project below a hidden one: he would learn whose it is.

        :raises AccessError: the user may not read it
        """
        parents.sudo(self.env.su).check_access("read")

    def _meet_in_tree(self):
        """Begin anew if one of these trees is changed by somebody else right now.

        Otherwise two who move projects below each other would make a circle, and a
        new sub-project of a project that is just being moved would keep its old path.
        """
        paths = [path for path in self.mapped("parent_path") if path]
        rows.meet(self.env, self._table, {int(path.split("/")[0]) for path in paths})

    def _check_new_parent(self, parent):
        # A circle is one, whether or not all of it may be seen.
        parent = parent.sudo()
        (self.sudo() | parent)._meet_in_tree()
        above = {int(label) for label in (parent.parent_path or "").split("/") if label}
        for project in self:
            if project.id in above:
                raise ValidationError(
                    self.env._(
                        "Part of: %(project)s cannot be a part of itself or of one "
                        "of its own sub-projects. Choose another project in this "
                        "field, or leave it empty.",
                        project=project.name,
                    )
                )

    @api.constrains("card_parent_id", "company_id", "account_id", "partner_id")
    def _check_parent_company(self):
        with_company = self.filtered("company_id").with_context(active_test=False)
        for project in self | with_company.card_child_ids:
            company, above = project.company_id, project.card_parent_id.company_id
            if company and above and company != above:
                raise ValidationError(
                    self.env._(
                        "Part of: %(project)s belongs to %(company)s, and the project "
                        "it is a part of to another company. Choose a project of the "
                        "same company or of none in this field, or change the company.",
                        project=project.name,
                        company=company.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_sub_projects(self):
        """Name the reason; the database would only name a foreign key."""
        # A sub-project forbids deletion even where the user may not see it.
        everywhere = self.sudo().with_context(active_test=False)
        for project in everywhere:
            if project.card_child_ids - everywhere:
                raise UserError(
                    self.env._(
                        "%(project)s cannot be deleted because it has sub-projects. "
                        "Empty their field Part of or delete them first, or archive "
                        "the project.",
                        project=project.name,
                    )
                )

    def _follow_customer_of_parent(self):
        """A sub-project without a customer is done for that of its project."""
        for project in self:
            customer = project.card_parent_id.partner_id
            if customer and not project.partner_id:
                project.partner_id = customer
