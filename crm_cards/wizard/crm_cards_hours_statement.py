import base64

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..report.hours_statement_xlsx import make_workbook
from ..tools.hours_period import get_last_month, get_month, get_quarter

PERIODS = [
    ("this_month", "This month"),
    ("last_month", "Last month"),
    ("quarter", "This quarter"),
    ("any", "Other days"),
]
_DAYS = {"last_month": get_last_month, "quarter": get_quarter}


class HoursStatement(models.TransientModel):
    """Asks which banks of a customer to make a statement of, and for which days."""

    _name = "crm.cards.hours.statement"
    _description = "Statement of Hours"

    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, ondelete="cascade"
    )
    bank_ids = fields.Many2many(
        "crm.cards.hours.bank",
        "crm_cards_hours_statement_bank_rel",
        string="Hours banks",
        compute="_compute_bank_ids",
        store=True,
        readonly=False,
        compute_sudo=False,  # of the banks that the user sees
        domain="[('partner_id', '=', partner_id)]",
    )
    period = fields.Selection(PERIODS, required=True, default="this_month")
    date_from = fields.Date(
        "From", compute="_compute_days", store=True, readonly=False, required=True
    )
    date_to = fields.Date(
        "Until", compute="_compute_days", store=True, readonly=False, required=True
    )
    workbook = fields.Binary(readonly=True, attachment=False)

    @api.model
    def default_get(self, fields):
        """Take the customer, or the selected banks of one customer."""
        defaults = super().default_get(fields)
        context = self.env.context
        if context.get("active_model") == "crm.cards.hours.bank":
            banks = self.env["crm.cards.hours.bank"].browse(context.get("active_ids"))
            self._check_one_customer(banks, banks[:1].partner_id)
            defaults["partner_id"] = banks.partner_id.id
            defaults["bank_ids"] = [Command.set(banks.ids)]
        elif context.get("active_model") == "res.partner":
            partner = self.env["res.partner"].browse(context.get("active_id"))
            defaults["partner_id"] = partner.commercial_partner_id.id
        return defaults

    @api.depends("partner_id")
    def _compute_bank_ids(self):
        for wizard in self:
            if wizard.bank_ids.partner_id != wizard.partner_id:
                wizard.bank_ids = self.env["crm.cards.hours.bank"].search(
                    [("partner_id", "=", wizard.partner_id.id)]
                )

    @api.depends("period")
    def _compute_days(self):
        today = fields.Date.context_today(self)
        for wizard in self:
            if wizard.period != "any" or not wizard.date_from:
                get_days = _DAYS.get(wizard.period, get_month)
                wizard.date_from, wizard.date_to = get_days(today)

    def action_print(self):
        banks = self._get_banks()
        report = banks.env.ref("crm_cards.crm_cards_hours_report_statement")
        # Whoever may not read reports may print them.
        return report.sudo().report_action(banks, config=False)

    def action_export(self):
        """Download the statement as an Excel file, in the user's language."""
        banks = self._get_banks()
        content = make_workbook(
            banks.env, banks._prepare_statements(self.date_from, self.date_to)
        )
        self.workbook = base64.b64encode(content)
        return {
            "type": "ir.actions.act_url",
            "target": "download",
            "url": f"/web/content/{self._name}/{self.id}/workbook/"
            f"{self._get_file_name()}.xlsx?download=true",
        }

    def _get_file_name(self):
        return f"hours-{self.date_from:%Y%m%d}-{self.date_to:%Y%m%d}"

    def action_send(self):
        """Open a mail to the customer with the statement in it."""
        banks = self._get_banks()
        recipients = self.partner_id._get_statement_recipients()
        template = self.env.ref("crm_cards.mail_template_hours_statement")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send the statement"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                **banks.env.context,
                "default_model": banks._name,
                "default_res_ids": banks.ids,
                "default_template_id": template.id,
                "default_composition_mode": "comment"
                if len(banks) == 1
                else "mass_mail",
                "default_partner_ids": recipients.ids,
            },
        }

    def _get_banks(self):
        """Return the chosen banks, asking for the chosen period.

        :raises UserError: none is chosen, or the period makes no sense
        """
        self.ensure_one()
        if not self.bank_ids:
            raise UserError(
                self.env._(
                    "Hours banks: choose at least one. If the customer has none, a "
                    "manager of hours can open one."
                )
            )
        # By a call, banks of others may stand beside the customer.
        self._check_one_customer(self.bank_ids, self.partner_id)
        self.bank_ids._check_period(self.date_from, self.date_to)
        return self.bank_ids._for_period(self.date_from, self.date_to)

    @api.model
    def _check_one_customer(self, banks, customer):
        if banks.partner_id != customer:
            raise UserError(
                self.env._("Hours banks: choose those of one customer only.")
            )
