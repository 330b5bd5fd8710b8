import logging

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError
from odoo.fields import Domain

from ...tools.table_text import ENCODINGS
from ..common.res_company import MAIN_ACCOUNTS
from .crm_cards_accounts_import_column import TARGETS

_logger = logging.getLogger(__name__)

# Longer work is done in the background: a web request is stopped after 60 s of
# computing time
LONG_FILE_BYTES = 1_000_000
LONG_ROWS = 3000

JOBS = [("preview", "Preview"), ("apply", "Apply"), ("undo", "Undo")]


class AccountsImport(models.Model):
    """One file for one company: read, looked at, applied, taken back.

    ``target`` says what its rows become. Account cards are this room's; other rooms
    add theirs and override the methods that say which columns there are
    (``_get_targets``), how a row is judged (``_judge``), written (``_write_chunk``)
    and taken back (``_undo_chunk``).

    ========= ============= =====================================================
    state     set by        what follows
    ========= ============= =====================================================
    draft     upload        choose the sheet, *Read file*
    mapped    *Read file*   say which column is what, *Preview*
    previewed *Preview*     look at the heaps, fix by hand, *Apply*
    applied   *Apply*       customers and cards are there; *Undo* takes all back
    undone    *Undo*        as before the import; may be previewed again
    ========= ============= =====================================================

    Long work is queued (``job``) and done by a scheduled action in one transaction;
    nothing of it is visible before it is complete.
    """

    _name = "crm.cards.accounts.import"
    _description = "Accounts Import"
    _inherit = ["mail.thread"]
    _order = "id desc"

    target = fields.Selection(
        [("accounts", "Account cards")],
        string="Import of",
        required=True,
        default="accounts",
        readonly=True,
    )
    name = fields.Char(compute="_compute_name", store=True, readonly=False)
    state = fields.Selection(
        [
            ("draft", "File"),
            ("mapped", "Columns"),
            ("previewed", "Preview"),
            ("applied", "Applied"),
            ("undone", "Undone"),
        ],
        string="Status",
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
        index=True,
        help="What is imported belongs to this company.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Started by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
        copy=False,
    )
    file = fields.Binary(required=True, attachment=True)
    file_name = fields.Char()
    sheet = fields.Char(readonly=True, copy=False)
    sheet_number = fields.Integer(
        string="Sheet no.", default=1, help="Which sheet of the workbook is read."
    )
    sheet_names = fields.Char(string="Sheets in the file", readonly=True, copy=False)
    encoding = fields.Selection(
        [
            ("utf-8", "UTF-8"),
            ("cp1255", "Windows-1255 (Hebrew)"),
            ("cp1250", "Windows-1250 (Polish)"),
        ],
        help="For text files. Leave it empty to have it recognised.",
    )
    delimiter = fields.Selection(
        [(",", "Comma"), (";", "Semicolon"), ("\t", "Tabulator")],
        help="For text files. Leave it empty to have it recognised.",
    )
    header_row = fields.Integer(
        help="The row with the names of the columns. 0: it is looked for.",
    )
    notice = fields.Text(readonly=True, copy=False)
    main_account = fields.Selection(
        MAIN_ACCOUNTS,
        string="Main account of new cards",
        required=True,
        default="customers",
        help="For rows that do not say it themselves.",
    )
    column_ids = fields.One2many(
        "crm.cards.accounts.import.column", "import_id", string="Columns"
    )
    row_ids = fields.One2many("crm.cards.accounts.import.row", "import_id")
    open_row_ids = fields.One2many(
        "crm.cards.accounts.import.row",
        "import_id",
        string="To be decided",
        domain=[("heap", "in", ("several", "bad"))],
    )
    row_count = fields.Integer(compute="_compute_counts")
    matched_count = fields.Integer(string="Matched", compute="_compute_counts")
    new_count = fields.Integer(string="New", compute="_compute_counts")
    several_count = fields.Integer(string="Several fit", compute="_compute_counts")
    bad_count = fields.Integer(string="Bad", compute="_compute_counts")
    skipped_count = fields.Integer(string="Skipped", compute="_compute_counts")
    undo_blocked_count = fields.Integer(compute="_compute_counts")
    date_applied = fields.Datetime(string="Applied on", readonly=True, copy=False)
    applied_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    date_undone = fields.Datetime(string="Undone on", readonly=True, copy=False)
    undone_by_id = fields.Many2one("res.users", readonly=True, copy=False)

    job = fields.Selection(JOBS, string="In the background", readonly=True, copy=False)
    job_user_id = fields.Many2one("res.users", readonly=True, copy=False)
    job_error = fields.Text(readonly=True, copy=False)
    progress_ids = fields.One2many(
        "crm.cards.accounts.import.progress", "import_id", string="Background work"
    )
    job_stage = fields.Char(string="Doing", compute="_compute_progress")
    job_percentage = fields.Integer(string="Progress", compute="_compute_progress")

    @api.depends("file_name")
    def _compute_name(self):
        for record in self:
            record.name = record.name or record.file_name

    @api.depends("row_ids.heap", "row_ids.undo_reason")
    def _compute_counts(self):
        heaps = ("matched", "new", "several", "bad", "skipped")
        counts = {
            (record.id, heap): count
            for record, heap, count in self.env[
                "crm.cards.accounts.import.row"
            ]._read_group(
                [("import_id", "in", self.ids)], ["import_id", "heap"], ["__count"]
            )
        }
        blocked = dict(
            self.env["crm.cards.accounts.import.row"]._read_group(
                [("import_id", "in", self.ids), ("undo_reason", "!=", False)],
                ["import_id"],
                ["__count"],
            )
        )
        for record in self:
            for heap in heaps:
                record[f"{heap}_count"] = counts.get((record.id, heap), 0)
            record.row_count = sum(record[f"{heap}_count"] for heap in heaps)
            record.undo_blocked_count = blocked.get(record, 0)

    @api.depends("progress_ids.done", "progress_ids.stage")
    def _compute_progress(self):
        stages = dict(
            self.env["crm.cards.accounts.import.progress"]._selection_stages()
        )
        for record in self:
            progress = record.progress_ids[:1]
            record.job_percentage = progress.percentage
            record.job_stage = (
                self.env._(
                    "%(stage)s: %(done)s of %(total)s rows",
                    stage=stages[progress.stage],
                    done=progress.done,
                    total=progress.total or "?",
                )
                if progress
                else ""
            )

    @api.constrains("encoding")
    def _check_encoding(self):
        for record in self:
            if record.encoding and record.encoding not in ENCODINGS:
                raise UserError(self.env._("This encoding is not supported."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_applied(self):
        if any(record.state == "applied" or record.job for record in self):
            raise UserError(
                self.env._(
                    "An applied import is kept, so that it can be undone. Undo it "
                    "first."
                )
            )

    def write(self, vals):
        if any(record.target != vals.get("target", record.target) for record in self):
            raise UserError(
                self.env._("An import stays what it is. Start a new one instead.")
            )
        settings = {"file", "company_id", "main_account"} & vals.keys()
        if settings and any(record.state == "applied" or record.job for record in self):
            raise UserError(
                self.env._("An applied import cannot be changed. Start a new one.")
            )
        result = super().write(vals)
        if {"file", "company_id"} & vals.keys():
            self._forget_reading()
        return result

    def _forget_reading(self):
        """Start again with another file or company."""
        self.row_ids._delete_of(self)
        self.column_ids.unlink()
        self.write({"state": "draft", "notice": False, "sheet": False, "header_row": 0})

    # -- what the rows become -----------------------------------------------------

    def _get_targets(self):
        """Return ``{field of a column: Target}`` of all that this import reads."""
        return TARGETS

    def _get_parts(self):
        """Return ``{part: model}`` of the records that its rows change."""
        return {"partner": "res.partner", "card": "crm.cards.account.card"}

    # -- buttons ----------------------------------------------------------------

    def action_read(self):
        """Read the head of the file and propose what its columns are."""
        self._lock_in_states("draft", "mapped", "previewed", "undone")
        self._read_head()

    def action_preview(self):
        """Sort the rows into heaps; nothing is written on customers."""
        self._lock_in_states("mapped", "previewed", "undone")
        self._check_mapping()
        is_long = len(self._get_content()) > LONG_FILE_BYTES
        return self._run_or_queue("preview", is_long)

    def action_apply(self):
        """Create and update all customers and cards, or nothing."""
        self._lock_in_states("previewed")
        self._check_decided()
        return self._run_or_queue("apply", self.row_count > LONG_ROWS)

    def action_undo(self):
        """Take the whole import back, or nothing of it."""
        self._lock_in_states("applied")
        return self._run_or_queue("undo", self.row_count > LONG_ROWS)

    def action_skip_undecided(self):
        """Leave out all rows that are bad or that several customers fit."""
        self._lock_in_states("previewed")
        self.open_row_ids.action_skip()

    def action_open_rows(self):
        """Show the rows by heap, or of the heap in the context."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_cards.crm_cards_accounts_import_row_action"
        )
        heap = self.env.context.get("crm_cards_heap")
        action["domain"] = [("import_id", "=", self.id)]
        action["context"] = {
            "create": False,
            f"search_default_{heap or 'group_by_heap'}": 1,
        }
        return action

    def _lock_in_states(self, *states):
        """Make sure that one person at a time works on the import, in the right state.

        :raises UserError: somebody else is at it, it is queued, or its state is another
        """
        self.ensure_one()
        self.check_access("write")
        self._check_rights()
        try:
            self.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._(
                    "Somebody else is working on this import right now. "
                    "Wait until it is done, then reload the page."
                )
            ) from error
        self.invalidate_recordset(["state", "job"])
        if self.job:
            raise UserError(
                self.env._("This import is being worked on in the background.")
            )
        if self.state not in states:
            raise UserError(
                self.env._(
                    "The import is already in the state “%(state)s”. Reload the page.",
                    state=dict(self._fields["state"]._description_selection(self.env))[
                        self.state
                    ],
                )
            )

    def _check_rights(self):
        if not self.env.su and not self.env.user.has_group(
            "crm_cards.crm_cards_group_accountant"
        ):
            raise UserError(self.env._("Only accountants may import account cards."))

    def _check_mapping(self):
        if not any(column.is_join for column in self.column_ids):
            raise UserError(
                self.env._(
                    "Mark at least one column under “Recognise by”: account key, tax "
                    "ID, e-mail or phone. Otherwise every row would become a new "
                    "customer."
                )
            )
        for column in self.column_ids.filtered("field"):
            if not self._can_use_field(column.field):
                raise UserError(
                    self.env._(
                        "You may not edit the field “%(field)s”. Leave column "
                        "%(column)s out.",
                        field=column._describe_field(),
                        column=column.letter,
                    )
                )

    def _check_decided(self):
        undecided = self.several_count + self.bad_count
        if undecided:
            raise UserError(
                self.env._(
                    "%(count)s rows still need a decision: choose the customer, "
                    "correct the values, or skip them. Nothing has been written.",
                    count=undecided,
                )
            )
        if not self.matched_count + self.new_count:
            raise UserError(self.env._("There is no row left to apply."))

    # -- working now or in the background -----------------------------------------

    def _run_or_queue(self, job, is_long):
        self.job_error = False
        if not is_long:
            return self._run_job(job)
        self.write({"job": job, "job_user_id": self.env.uid})
        # Technical rows; the user has no business with them.
        self.sudo().progress_ids.unlink()
        self.env["crm.cards.accounts.import.progress"].sudo().create(
            {"import_id": self.id, "stage": "waiting"}
        )
        # The scheduled action is the system's; asking it to run is all the user does.
        self.env.ref("crm_cards.ir_cron_crm_cards_accounts_import").sudo()._trigger()
        return True

    def _run_job(self, job):
        record = self.with_company(self.company_id).with_context(
            crm_cards_side=False, **_MASS_CONTEXT
        )
        return getattr(record, f"_{job}")()

    @api.model
    def _cron_run_jobs(self):
        """Do the queued work, one import in one transaction, as the user who asked for
        it."""
        queued = self.search(Domain("job", "!=", False), order="write_date")
        for position, record in enumerate(queued):
            record = record.try_lock_for_update(allow_referencing=True)
            if record:
                record._run_queued()
            self.env["ir.cron"]._commit_progress(
                1, remaining=len(queued) - position - 1
            )

    def _run_queued(self):
        user = self.job_user_id
        worker = self.with_user(user).with_context(
            lang=user.lang,
            tz=user.tz,
            allowed_company_ids=[self.company_id.id, *user.company_ids.ids],
            crm_cards_progress_id=self.progress_ids[:1].id,
        )
        message = False
        try:
            with self.env.cr.savepoint():
                worker._check_rights()
                worker._run_job(self.job)
        except UserError as error:
            message = str(error)
        except psycopg2.errors.SerializationFailure:
            message = worker.env._(
                "Somebody changed the same customers at the same time. Nothing has "
                "been written; start it again."
            )
        except Exception:
            # Whatever it is, the person who waits must learn that nothing happens any
            # more
            _logger.exception("accounts import %s: %s failed", self.id, self.job)
            message = worker.env._(
                "It failed for a technical reason that is in the server's log. Nothing "
                "has been written."
            )
        self.invalidate_recordset()
        self.write({"job": False, "job_error": message or self.job_error})
        self.progress_ids.unlink()

    def _report_progress(self, stage, done=0, total=0):
        """Tell everybody who watches how far the work in the background is.

        Written by a connection of its own, because nobody sees what the transaction
        that does the work has written before it ends.
        """
        progress_id = self.env.context.get("crm_cards_progress_id")
        if progress_id:
            self.env["crm.cards.accounts.import.progress"]._report(
                progress_id, stage, done, total
            )


_MASS_CONTEXT = {
    # The rows of the import remember every old and new value; a message on each of
    # fifty thousand customers would say it again.
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
    "no_reset_password": True,
    # Tax numbers of fifty thousand customers are not asked of the European register
    "import_file": True,
}
