from odoo import api, fields, models
from odoo.tools import SQL


class HandoverLine(models.Model):
    """One record that changed hands, so that it can be given back."""

    _name = "crm.cards.handover.line"
    _description = "Line of a Hand-over"
    _order = "id"
    _rec_name = "res_id"

    handover_id = fields.Many2one(
        "crm.cards.handover", required=True, ondelete="cascade", index=True
    )
    res_model = fields.Selection(
        [
            ("mail.activity", "Activity"),
            ("crm.cards.activity.series", "Recurring activity"),
            ("res.partner", "Customer"),
            ("crm.lead", "Opportunity"),
        ],
        string="Kind",
        required=True,
        readonly=True,
    )
    res_id = fields.Many2oneReference(
        model_field="res_model", string="Record", required=True, readonly=True
    )
    user_field = fields.Selection(
        [("user_id", "Assignee"), ("card_asked_by_id", "Asked by")],
        string="In the role of",
        default="user_id",
        required=True,
        readonly=True,
    )
    new_user_id = fields.Many2one(
        "res.users", string="New assignee", ondelete="set null", readonly=True
    )
    is_undone = fields.Boolean(string="Given back", readonly=True)
    name = fields.Char(compute="_compute_name")

    @api.depends("res_model", "res_id")
    def _compute_name(self):
        for model, lines in self.grouped("res_model").items():
            # The line itself may be read; a name tells what was passed on.
            records = self.env[model].sudo().browse(lines.mapped("res_id")).exists()
            names = {record.id: record.display_name for record in records}
            for line in lines:
                line.name = names.get(line.res_id)

    @api.model
    def _remember(self, handover, records, fname, user):
        """Write down to whom the records go, thousands in one statement."""
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_cards_handover_line (
                    handover_id, res_model, res_id, user_field, new_user_id,
                    create_uid, create_date, write_uid, write_date)
                SELECT %(handover)s, %(model)s, UNNEST(%(ids)s), %(fname)s,
                       %(user)s, %(uid)s, %(now)s, %(uid)s, %(now)s
                """,
                handover=handover.id,
                model=records._name,
                ids=records.ids,
                fname=fname,
                user=user.id or None,
                uid=self.env.uid,
                now=self.env.cr.now(),
            )
        )
        handover.invalidate_recordset(["line_ids"])

    def _filter_unchanged(self):
        """Return the lines whose record still has the person it was given to.

        Closed activities stay with whoever closed them.
        """
        handovers = self.env["crm.cards.handover"]
        unchanged = self.browse()
        for model, lines in self.grouped("res_model").items():
            records = handovers._get_everything(model).browse(lines.mapped("res_id"))
            alive = records.exists()
            if model == "mail.activity":
                alive = alive.filtered("active")
            present = {record.id: record for record in alive}
            unchanged |= lines.filtered(
                lambda line, present=present: (
                    line.res_id in present and line._is_unchanged(present[line.res_id])
                )
            )
        return unchanged

    def _is_unchanged(self, record):
        if self.res_model == "mail.activity" and not self.new_user_id:
            return record.card_parked_from_id == self.handover_id.user_id
        return record[self.user_field] == self.new_user_id
