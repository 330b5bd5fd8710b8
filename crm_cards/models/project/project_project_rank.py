from odoo import fields, models

# Values that sort as they rank.
RANKS = [("0", "Low"), ("1", "Normal"), ("2", "High")]


class ProjectProject(models.Model):
    """What a project is, and what comes first (row 144). Not told to customers.

    Importance and urgency are asked for on the screens only: other modules make
    projects while Odoo is being upgraded and this one is not loaded yet.
    """

    _inherit = "project.project"

    card_class_id = fields.Many2one(
        "crm.cards.project.class",
        string="Class",
        ondelete="restrict",
        index="btree_not_null",
        tracking=True,
        groups="base.group_user",
    )
    card_importance = fields.Selection(
        RANKS,
        string="Importance",
        default="1",
        tracking=True,
        groups="base.group_user",
    )
    card_urgency = fields.Selection(
        RANKS,
        string="Urgency",
        default="1",
        tracking=True,
        groups="base.group_user",
    )
