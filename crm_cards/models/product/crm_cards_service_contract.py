from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

STATES = [
    ("upcoming", "Upcoming"),
    ("running", "Running"),
    ("ending", "Ending"),
    ("ended", "Ended"),
    ("terminated", "Terminated"),
]
_MONTHS_AT_MOST = 1200


class ServiceContract(models.Model):
    """What the company owes a customer in service, and from when to when.

    Without items it covers everything the customer has. Its state follows from its
    days and today, and is never written:

    ====================  ==================================================
    *Upcoming*            it begins later
    *Running*             it is in force
    *Ending*              in force, and ends within the days of notice
    *Ended*               its last day is over
    *Terminated*          it ended before its time, on ``date_terminated``
    ====================  ==================================================

    A contract that renews itself has no last day until it is terminated;
    ``date_renewal`` says when its next period begins.
    """

    _name = "crm.cards.service.contract"
    _inherit = ["mail.thread", "mail.activity.mixin", "crm.cards.customer.mixin"]
    _description = "Service Contract"
    _order = "date_start desc, id desc"
    _rec_name = "number"
    _rec_names_search = ["number", "name", "partner_id"]
    _check_company_auto = True

    number = fields.Char(copy=False, index="trigram", tracking=True)
    name = fields.Char(string="Subject")
    date_start = fields.Date(
        string="Begins on",
        required=True,
        default=fields.Date.context_today,
        tracking=True,
    )
    date_end = fields.Date(
        string="Service ends on",
        tracking=True,
        help="Last day of service. Empty: until it is terminated.",
    )
    notice_days = fields.Integer(
        string="Notice period (days)",
        default=30,
        help="How long before the end the customer wants to be asked, or has to say.",
    )
    renewal = fields.Selection(
        [
            ("none", "The service ends"),
            ("ask", "Ask the customer"),
            ("automatic", "Renews itself"),
        ],
        string="When the contract ends",
        required=True,
        default="ask",
        tracking=True,
    )
    renewal_months = fields.Integer(string="Renewed for (months)", default=12)
    date_renewal = fields.Date(
        string="Next period begins",
        compute="_compute_date_renewal",
        help="Of a contract that renews itself.",
    )
    date_terminated = fields.Date(
        string="Terminated on",
        copy=False,
        tracking=True,
        help="Last day of service, if the contract ends before its time.",
    )
    terms = fields.Html()
    item_ids = fields.One2many(
        "crm.cards.service.contract.item",
        "contract_id",
        string="What is covered",
        copy=True,
    )
    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working schedule",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        help="When the customer is served under this contract.",
    )
    state = fields.Selection(
        STATES, string="Status", compute="_compute_state", search="_search_state"
    )

    _number_unique = models.UniqueIndex(
        "(company_id, number)",
        "Number: another contract of the company has it already. Type another one, "
        "or leave it empty to get the next one.",
    )

    @api.depends("number", "name")
    def _compute_display_name(self):
        for contract in self:
            parts = [contract.number, contract.name]
            contract.display_name = " · ".join(part for part in parts if part)

    # -- days --

    @api.depends("date_end", "renewal", "renewal_months", "date_terminated")
    @api.depends_context("tz")
    def _compute_date_renewal(self):
        today = fields.Date.context_today(self)
        for contract in self:
            contract.date_renewal = (
                contract.renewal == "automatic"
                and contract.date_end
                and contract.renewal_months > 0
                and contract._get_next_period(today)
            )

    def _get_next_period(self, day):
        """Return the first day after ``day`` on which a period begins.

        Counted from the first renewal, so that the end of February does not shorten
        the months after it. False if the contract is terminated before.
        """
        first = self.date_end + relativedelta(days=1)
        months = (day.year - first.year) * 12 + day.month - first.month
        periods = max(months // self.renewal_months, 0)
        begin = first + relativedelta(months=periods * self.renewal_months)
        while begin <= day:
            periods += 1
            begin = first + relativedelta(months=periods * self.renewal_months)
        last = self.date_terminated
        return False if last and last < begin else begin

    @api.depends("date_start", "date_end", "date_terminated", "notice_days", "renewal")
    @api.depends_context("tz")
    def _compute_state(self):
        today = fields.Date.context_today(self)
        for contract in self:
            contract.state = contract._get_state(today)

    def _get_state(self, day):
        """Return the state on ``day``; :meth:`_get_state_sql` says the same in SQL."""
        self.ensure_one()
        start, last = self.date_start, self._get_last_day()
        terminated = self.date_terminated
        if terminated and (terminated < day or (start and terminated < start)):
            return "terminated"
        if start and day < start:
            return "upcoming"
        if not last:
            return "running"
        if last < day:
            return "ended"
        return "ending" if (last - day).days <= self.notice_days else "running"

    def _get_last_day(self):
        """Return the last day of service, False while there is no end."""
        end = self.renewal != "automatic" and self.date_end
        days = [day for day in (end, self.date_terminated) if day]
        return min(days) if days else False

    def _get_state_sql(self, alias):
        def column(fname):
            return self._field_to_sql(alias, fname)

        return SQL(
            """CASE
                WHEN %(terminated)s < GREATEST(%(day)s::date, %(start)s)
                THEN 'terminated'
                WHEN %(day)s < %(start)s THEN 'upcoming'
                WHEN %(last)s < %(day)s THEN 'ended'
                WHEN %(last)s - %(day)s::date <= COALESCE(%(notice)s, 0) THEN 'ending'
                ELSE 'running'
            END""",
            day=fields.Date.context_today(self),
            start=column("date_start"),
            terminated=column("date_terminated"),
            notice=column("notice_days"),
            last=SQL(
                "LEAST(CASE WHEN %s <> 'automatic' THEN %s END, %s)",
                column("renewal"),
                column("date_end"),
                column("date_terminated"),
            ),
        )

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        states = set(value)
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s = ANY(%s)",
                model._get_state_sql(alias),
                [state for state in states if state],
            ),
            predicate=lambda contract: contract.state in states,
        )

    def _field_to_sql(self, alias, field_expr, query=None):
        """Let lists sort and group by the state, which is not a column."""
        if field_expr == "state":
            return self._get_state_sql(alias)
        return super()._field_to_sql(alias, field_expr, query)

    # -- constraints --

    @api.constrains("date_start", "date_end", "date_terminated", "renewal")
    def _check_dates(self):
        for contract in self:
            if contract.date_end and contract.date_end < contract.date_start:
                raise ValidationError(
                    self.env._(
                        "Service ends on: %(contract)s would end on %(end)s, before it "
                        "begins on %(start)s. Change one of the two days.",
                        contract=contract.display_name,
                        end=fields.Date.to_string(contract.date_end),
                        start=fields.Date.to_string(contract.date_start),
                    )
                )
            contract._check_date_terminated()

    def _check_date_terminated(self):
        if (
            self.date_terminated
            and self.date_end
            and self.renewal != "automatic"
            and self.date_terminated > self.date_end
        ):
            raise ValidationError(
                self.env._(
                    "Terminated on: %(contract)s ends on %(end)s anyway. Choose a day "
                    "before, or leave it empty.",
                    contract=self.display_name,
                    end=fields.Date.to_string(self.date_end),
                )
            )

    @api.constrains("notice_days", "renewal_months", "renewal", "date_end")
    def _check_renewal(self):
        for contract in self:
            if contract.notice_days < 0:
                raise ValidationError(
                    self.env._(
                        "Notice period (days): %(days)s is less than zero. Type zero "
                        "or more for %(contract)s.",
                        contract=contract.display_name,
                        days=contract.notice_days,
                    )
                )
            if contract.renewal == "automatic" and not (
                contract.date_end and 1 <= contract.renewal_months <= _MONTHS_AT_MOST
            ):
                raise ValidationError(
                    self.env._(
                        "At the end: %(contract)s can renew itself only if it has an "
                        "end and is renewed for 1 to %(most)s months. Fill in both, "
                        "or leave the end empty and choose that it ends.",
                        contract=contract.display_name,
                        most=_MONTHS_AT_MOST,
                    )
                )

    @api.constrains("partner_id", "company_id")
    def _check_partner(self):
        for contract in self:
            customer = contract.partner_id.commercial_partner_id
            if contract.partner_id != customer:
                raise ValidationError(
                    self.env._(
                        "Customer: %(contact)s is a contact person of %(company)s. "
                        "Choose the company.",
                        contact=contract.partner_id.name,
                        company=customer.name,
                    )
                )
            contract.item_ids._check_owned_product()

    # -- create, write --

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [self._prepare_clean_vals(vals) for vals in vals_list]
        for vals in vals_list:
            if not vals.get("number"):
                vals["number"] = self.env["ir.sequence"].next_by_code(self._name)
        return super().create(vals_list)

    def write(self, vals):
        return super().write(self._prepare_clean_vals(vals))

    @api.model
    def _prepare_clean_vals(self, vals):
        """A contract is made with the company, whoever signs it."""
        vals = dict(vals)
        if vals.get("number"):
            vals["number"] = str(vals["number"]).strip()
        if vals.get("partner_id"):
            partner = self.env["res.partner"].browse(vals["partner_id"])
            vals["partner_id"] = partner.commercial_partner_id.id
        return vals

    # -- buttons --

    def action_terminate(self):
        """End the contracts today; who means another day writes it."""
        self.write({"date_terminated": fields.Date.context_today(self)})

    def action_open_owned_products(self):
        self.ensure_one()
        return self.partner_id.action_open_owned_products()
