from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ..models.common.res_company import MAIN_ACCOUNTS

_COMPANY_FIELDS = [
    "crm_cards_prospect_policy",
    "crm_cards_accountant_id",
    "crm_cards_done_color",
    "crm_cards_start_page_home",
    "crm_cards_activity_digest",
    "crm_cards_coverage_days",
    "crm_cards_alert_minutes",
    "crm_cards_hours_rounding",
    "crm_cards_hours_overdraft",
    "crm_cards_hours_trigger",
    "crm_cards_service_project_id",
    "crm_cards_hours_notice_percent",
    "crm_cards_hours_notice_days",
    "crm_cards_hours_notice_user_id",
    "crm_cards_hours_pack_id",
    "crm_cards_hours_product_id",
    "crm_cards_hours_bill_lines",
]


class CrmCardsSettings(models.TransientModel):
    """The settings of one company, for CRM administrators.

    They are not system administrators (row 183), so Odoo's own settings screen
    is closed to them.
    """

    _name = "crm.cards.settings"
    _description = "CRM Cards Settings"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    crm_cards_prospect_policy = fields.Selection(
        [("ask", "Ask before converting"), ("convert", "Convert automatically")],
        string="Order or invoice of a prospect",
        required=True,
    )
    crm_cards_accountant_id = fields.Many2one(
        "res.users",
        string="Conversion requests go to",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    crm_cards_done_color = fields.Selection(
        [("white", "White"), ("green", "Green")],
        string="Rows of done activities",
        required=True,
    )
    crm_cards_start_page_home = fields.Boolean(
        string="Begin on My start page",
        help="What users of the cards see after they log in, unless they have chosen "
        "a home page of their own.",
    )
    crm_cards_activity_digest = fields.Boolean(
        string="Daily message of closed activities"
    )
    crm_cards_coverage_days = fields.Integer(string="Service ends within (days)")
    crm_cards_alert_minutes = fields.Integer(
        string="One message of tickets within (minutes)"
    )
    crm_cards_hours_rounding = fields.Selection(
        lambda self: self._list_choices("crm_cards_hours_rounding"),
        string="Hours are rounded up to",
        required=True,
    )
    crm_cards_hours_overdraft = fields.Selection(
        lambda self: self._list_choices("crm_cards_hours_overdraft"),
        string="When a bank of hours is empty",
        required=True,
    )
    crm_cards_hours_trigger = fields.Selection(
        lambda self: self._list_choices("crm_cards_hours_trigger"),
        string="Sold hours may be used when",
        required=True,
    )
    crm_cards_service_project_id = fields.Many2one(
        "project.project",
        string="Hours without a project go to",
        domain="[('allow_timesheets', '=', True), ('is_template', '=', False), "
        "('company_id', 'in', [company_id, False])]",
    )
    crm_cards_hours_notice_percent = fields.Integer(
        string="Hours run low once this much is used (%)"
    )
    crm_cards_hours_notice_days = fields.Integer(
        string="Hours expire soon within (days)"
    )
    crm_cards_hours_notice_user_id = fields.Many2one(
        "res.users",
        string="Notices of hours go to",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    crm_cards_hours_pack_id = fields.Many2one(
        "product.product",
        string="Hours pack for renewals",
        domain="[('card_is_hours_pack', '=', True), ('sale_ok', '=', True), "
        "('company_id', 'in', [company_id, False])]",
    )
    crm_cards_hours_product_id = fields.Many2one(
        "product.product",
        string="Hours are billed as",
        domain="[('type', '=', 'service'), ('card_is_hours_pack', '=', False), "
        "('company_id', 'in', [company_id, False])]",
    )
    crm_cards_hours_bill_lines = fields.Boolean(
        string="Hours without a bank are billed, too",
        help="What runs of hours to bill begin with.",
    )
    prefix_customers = fields.Char(string="Prefix of customers")
    digits_customers = fields.Integer(string="Digits of customers")
    prefix_customers_suppliers = fields.Char(string="Prefix of customers-suppliers")
    digits_customers_suppliers = fields.Integer(string="Digits of customers-suppliers")
    prefix_suppliers = fields.Char(string="Prefix of suppliers")
    digits_suppliers = fields.Integer(string="Digits of suppliers")

    @api.model
    def default_get(self, fields):
        self._check_administrator()
        # The check above stands for the rights on company and sequences.
        company = self.env.company.sudo()
        values = super().default_get(fields)
        for fname in _COMPANY_FIELDS:
            values[fname] = self._fields[fname].convert_to_write(company[fname], self)
        for main_account, _label in MAIN_ACCOUNTS:
            sequence = company._get_account_key_sequence(main_account)
            values[f"prefix_{main_account}"] = sequence.prefix
            values[f"digits_{main_account}"] = sequence.padding
        return values

    @api.model
    def _list_choices(self, fname):
        """Return the choices of a field of companies, in the user's language."""
        return self.env["res.company"]._fields[fname]._description_selection(self.env)

    def action_save(self):
        self.ensure_one()
        self._check_administrator()
        # As in default_get; the company itself must be one of the user's.
        self.company_id.check_access("read")
        company = self.company_id.sudo()
        company.write(
            {
                fname: self._fields[fname].convert_to_write(self[fname], self)
                for fname in _COMPANY_FIELDS
            }
        )
        for main_account, _label in MAIN_ACCOUNTS:
            company._get_account_key_sequence(main_account).write(
                {
                    "prefix": self[f"prefix_{main_account}"],
                    "padding": self[f"digits_{main_account}"],
                }
            )
        return {"type": "ir.actions.act_window_close"}

    @api.constrains(
        "digits_customers", "digits_customers_suppliers", "digits_suppliers"
    )
    def _check_digits(self):
        for settings in self:
            for main_account, _label in MAIN_ACCOUNTS:
                fname = f"digits_{main_account}"
                if not 1 <= settings[fname] <= 12:
                    raise ValidationError(
                        self.env._(
                            "%(field)s: choose a number between 1 and 12.",
                            field=self._fields[fname]._description_string(self.env),
                        )
                    )

    @api.constrains("crm_cards_coverage_days")
    def _check_coverage_days(self):
        for settings in self:
            if not 0 <= settings.crm_cards_coverage_days <= 3650:
                raise ValidationError(
                    self.env._(
                        "Service ends within (days): choose a number between 0 and "
                        "3650."
                    )
                )

    @api.constrains("crm_cards_alert_minutes")
    def _check_alert_minutes(self):
        for settings in self:
            if not 0 <= settings.crm_cards_alert_minutes <= 1440:
                raise ValidationError(
                    self.env._(
                        "One message of tickets within (minutes): choose a number "
                        "between 0 and 1440."
                    )
                )

    @api.constrains("crm_cards_hours_notice_percent", "crm_cards_hours_notice_days")
    def _check_hours_notice(self):
        for settings in self:
            for fname, most in (
                ("crm_cards_hours_notice_percent", 99),
                ("crm_cards_hours_notice_days", 365),
            ):
                if not 0 <= settings[fname] <= most:
                    raise ValidationError(
                        self.env._(
                            "%(field)s: choose a number between 1 and %(most)s, or 0 "
                            "to say nothing.",
                            field=self._fields[fname]._description_string(self.env),
                            most=most,
                        )
                    )

    @api.model
    def _check_administrator(self):
        if not self.env.user.has_group("crm_cards.crm_cards_group_manager"):
            raise AccessError(
                self.env._("Only a CRM administrator may change these settings.")
            )
