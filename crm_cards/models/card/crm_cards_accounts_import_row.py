from markupsafe import Markup
from psycopg2.extras import Json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date, html2plaintext

from .crm_cards_accounts_import_values import describe_names

HEAPS = [
    ("matched", "Matched"),
    ("new", "New"),
    ("several", "Several fit"),
    ("bad", "Bad"),
    ("skipped", "Skipped"),
]
_PREFIX = "text_"
# What stands in the file for each field, and may be corrected; kept in texts and
# corrections
_TEXT = {"compute": "_compute_texts", "readonly": False}
_MAX_BAD_AGAIN = 500  # applying judges all rows again anyway


class AccountsImportRow(models.Model):
    """One row of the file: as read, as corrected, who is meant, what changes.

    ``texts``, ``corrections``: ``{field: text}`` with the names of the columns.
    ``changes``: ``{part: {field name: [old, new]}}`` with the parts of the import, e.g.
    ``partner`` and ``card``; many2one as id, many2many as list of ids, days as text;
    old is ``None`` where nothing was there before.
    """

    _name = "crm.cards.accounts.import.row"
    _description = "Row of an Accounts Import"
    _order = "number, id"
    _rec_name = "label"

    import_id = fields.Many2one(
        "crm.cards.accounts.import", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="import_id.company_id")
    target = fields.Selection(related="import_id.target")
    state = fields.Selection(related="import_id.state")
    number = fields.Integer(
        string="Row", required=True, readonly=True, aggregator=False
    )
    label = fields.Char(string="Name", readonly=True)
    heap = fields.Selection(HEAPS, required=True, default="bad", readonly=True)
    texts = fields.Json(readonly=True)
    corrections = fields.Json(readonly=True)
    decision = fields.Selection(
        [("skip", "Skip"), ("new", "Open as new"), ("partner", "Customer chosen")],
        string="Decided by hand",
        readonly=True,
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    chosen_partner_id = fields.Many2one(
        "res.partner",
        string="Meant is",
        compute="_compute_chosen_partner_id",
        inverse="_inverse_chosen_partner_id",
        domain="[('id', 'in', candidate_ids)]",
    )
    candidates = fields.Json(readonly=True)
    candidate_ids = fields.Many2many(
        "res.partner", string="Fitting customers", compute="_compute_candidate_ids"
    )
    card_id = fields.Many2one(
        "crm.cards.account.card",
        string="Account card",
        readonly=True,
        groups="crm_cards.crm_cards_group_accountant",
        ondelete="set null",
        index="btree_not_null",
    )
    card_effect = fields.Selection(
        [("opened", "Opened"), ("reopened", "Reopened")], readonly=True
    )
    is_partner_created = fields.Boolean(readonly=True)
    changes = fields.Json(readonly=True)
    changes_html = fields.Html(
        string="Old → new", compute="_compute_changes_html", sanitize=False
    )
    reason = fields.Text(readonly=True)
    undo_reason = fields.Text(string="Stands in the way of undo", readonly=True)

    text_key = fields.Char("Account key", **_TEXT)
    text_name = fields.Char("Name in the file", **_TEXT)
    text_is_company = fields.Char("Is a company", **_TEXT)
    text_vat = fields.Char("Tax ID", **_TEXT)
    text_phone = fields.Char("Phone", **_TEXT)
    text_email = fields.Char("Email", **_TEXT)
    text_street = fields.Char("Street", **_TEXT)
    text_street2 = fields.Char("Street 2", **_TEXT)
    text_city = fields.Char("City", **_TEXT)
    text_zip = fields.Char("ZIP", **_TEXT)
    text_country = fields.Char("Country", **_TEXT)
    text_lang = fields.Char("Language", **_TEXT)
    text_website = fields.Char("Website", **_TEXT)
    text_ref = fields.Char("Reference", **_TEXT)
    text_main_account = fields.Char("Main account", **_TEXT)
    text_customer_status = fields.Char("Customer status", **_TEXT)
    text_customer_type = fields.Char("Customer type", **_TEXT)
    text_temperature = fields.Char("Temperature", **_TEXT)
    text_source = fields.Char("Source of arrival", **_TEXT)
    text_user = fields.Char("Salesperson", **_TEXT)
    text_tags = fields.Char("Tags", **_TEXT)
    text_credit_limit = fields.Char("Credit limit", **_TEXT)
    text_payment_term = fields.Char("Customer payment terms", **_TEXT)
    text_supplier_payment_term = fields.Char("Supplier payment terms", **_TEXT)
    mapped_fields = fields.Char(compute="_compute_mapped_fields")

    _import_heap_idx = models.Index("(import_id, heap, number)")

    # -- what a person sees -----------------------------------------------------

    @api.depends("texts", "corrections")
    def _compute_texts(self):
        for row in self:
            texts = row._get_texts()
            for fname in self._fields:
                if fname.startswith(_PREFIX):
                    row[fname] = texts.get(fname.removeprefix(_PREFIX), "")

    @api.depends("import_id.column_ids.field")
    def _compute_mapped_fields(self):
        for row in self:
            mapped = [
                field for field in row.import_id.column_ids.mapped("field") if field
            ]
            row.mapped_fields = f",{','.join(mapped)},"

    def _get_texts(self):
        """Return the texts of the row with the corrections made by hand."""
        return {**(self.texts or {}), **(self.corrections or {})}

    @api.depends("candidates")
    def _compute_candidate_ids(self):
        # Only those the reader may see; the rules of another user may be narrower.
        candidates = {pid for row in self for pid in row.candidates or ()}
        visible = set(
            self.env["res.partner"].search([("id", "in", list(candidates))])._ids
        )
        for row in self:
            row.candidate_ids = [pid for pid in row.candidates or () if pid in visible]

    @api.depends("decision", "partner_id")
    def _compute_chosen_partner_id(self):
        for row in self:
            row.chosen_partner_id = row.decision == "partner" and row.partner_id

    def _inverse_chosen_partner_id(self):
        for row in self:
            row.write(
                {
                    "decision": "partner" if row.chosen_partner_id else False,
                    "partner_id": row.chosen_partner_id.id,
                }
            )

    @api.depends("changes")
    @api.depends_context("lang")
    def _compute_changes_html(self):
        names = describe_names(self.env, self._get_ids_in_changes())
        for row in self:
            row.changes_html = Markup("<br/>").join(row._describe_changes(names))

    def _get_ids_in_changes(self):
        ids_by_model = {}
        for _row, field, old, new in self._iter_changes():
            comodel = field.comodel_name
            if field.type == "many2one":
                ids_by_model.setdefault(comodel, set()).update(filter(None, (old, new)))
            elif field.type == "many2many":
                ids_by_model.setdefault(comodel, set()).update(old or (), new or ())
        return ids_by_model

    def _iter_changes(self):
        for row in self:
            for part, model in row.import_id._get_parts().items():
                for fname, (old, new) in (row.changes or {}).get(part, {}).items():
                    yield row, self.env[model]._fields[fname], old, new

    def _describe_changes(self, names):
        """Return lines of safe HTML, one for each field that changes."""
        lines = []
        field_labels = self._get_field_labels()
        labels = {
            target.fname: field_labels[field]
            for field, target in self.import_id._get_targets().items()
        }
        for row, field, old, new in self._iter_changes():
            label = labels.get(field.name, field.name)
            new_text = row._describe_value(field, new, names)
            if old in (None, False, "", [], 0.0):
                lines.append(Markup("<b>%s</b>: %s") % (label, new_text))
            else:
                lines.append(
                    Markup("<b>%s</b>: <s>%s</s> → %s")
                    % (label, row._describe_value(field, old, names), new_text)
                )
        return lines

    def _get_field_labels(self):
        column = self.env["crm.cards.accounts.import.column"]
        return dict(column._fields["field"]._description_selection(self.env))

    def _describe_value(self, field, value, names):
        if field.type == "many2one":
            return names.get((field.comodel_name, value), value or "")
        if field.type == "many2many":
            return ", ".join(
                str(names.get((field.comodel_name, i), i)) for i in value or ()
            )
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, value or "")
        if field.type == "boolean":
            return self.env._("yes") if value else self.env._("no")
        if field.type == "date" and value:
            return format_date(self.env, value)
        if field.type == "html":
            return html2plaintext(value or "")
        return "" if value in (None, False) else value

    # -- fixing by hand -----------------------------------------------------------

    def action_skip(self):
        self._check_open_for_fixing()
        self.write({"decision": "skip", "partner_id": False})
        self._evaluate_again()

    def action_open_as_new(self):
        """Take these rows as new customers, whoever else they fit."""
        self._check_open_for_fixing()
        self.write({"decision": "new", "partner_id": False})
        self._evaluate_again()

    def action_undecide(self):
        """Forget what was decided and corrected by hand."""
        self._check_open_for_fixing()
        self.write({"decision": False, "corrections": False, "partner_id": False})
        self._evaluate_again()

    def action_choose(self):
        """Take the customer of the context for this row."""
        self.ensure_one()
        self._check_open_for_fixing()
        self.chosen_partner_id = self.env["res.partner"].browse(
            self.env.context.get("crm_cards_partner_id")
        )

    def write(self, vals):
        """Fixing by hand sorts the row again at once; what the file says is kept."""
        typed = {
            fname.removeprefix(_PREFIX): (value or "").strip()
            for fname, value in vals.items()
            if fname.startswith(_PREFIX)
        }
        if not typed and "chosen_partner_id" not in vals:
            return super().write(vals)
        self._check_open_for_fixing()
        for row in self:
            corrections = {**(row.corrections or {}), **typed}
            row.corrections = {
                field: text
                for field, text in corrections.items()
                if text != (row.texts or {}).get(field, "")
            }
        result = super().write(
            {k: v for k, v in vals.items() if not k.startswith(_PREFIX)}
        )
        self._evaluate_again()
        return result

    def _check_open_for_fixing(self):
        if any(row.import_id.state != "previewed" or row.import_id.job for row in self):
            raise UserError(
                self.env._("Rows can be fixed between the preview and applying it.")
            )

    def _evaluate_again(self):
        self.flush_recordset()
        for accounts_import, rows in self.grouped("import_id").items():
            # What was bad only because of these rows may be good now
            bad_rows = self.search(
                [("import_id", "=", accounts_import.id), ("heap", "=", "bad")],
                limit=_MAX_BAD_AGAIN,
            )
            accounts_import = accounts_import.with_company(accounts_import.company_id)
            accounts_import._evaluate(rows | bad_rows)
        self.invalidate_recordset()

    # -- set-based work -------------------------------------------------------------

    @api.model
    def _insert_texts(self, accounts_import, numbered_texts):
        """Insert rows as they were read, in one statement.

        :param numbered_texts: ``[(row number, {field: text}), …]``
        """
        self.env.cr.execute_values(
            """INSERT INTO crm_cards_accounts_import_row
               (import_id, number, label, heap, texts, create_uid, create_date,
                write_uid, write_date) VALUES %s""",
            [
                (number, accounts_import._get_label(texts)[:256], _to_json(texts))
                for number, texts in numbered_texts
            ],
            template=self.env.cr.mogrify(
                "(%s, %%s, %%s, 'bad', %%s, %s, now() at time zone 'UTC', "
                "%s, now() at time zone 'UTC')",
                (accounts_import.id, self.env.uid, self.env.uid),
            ).decode(),
            page_size=1000,
        )

    @api.model
    def _delete_of(self, accounts_import):
        """Delete all rows of an import in one statement; nothing refers to them."""
        self.env.cr.execute(
            SQL(
                "DELETE FROM crm_cards_accounts_import_row WHERE import_id IN %s",
                tuple(accounts_import.ids),
            )
        )
        self.env.invalidate_all()

    @api.model
    def _update_outcomes(self, outcomes):
        """Write the outcomes of an evaluation; return how many are new.

        :param outcomes: ``[(row id, heap, partner id, candidates, changes, reason),
          …]``
        """
        self.env.cr.execute_values(
            """UPDATE crm_cards_accounts_import_row AS line
                  SET heap = outcome.heap, partner_id = outcome.partner_id,
                      candidates = outcome.candidates, changes = outcome.changes,
                      reason = outcome.reason, undo_reason = NULL
                 FROM (VALUES %s) AS outcome
                      (id, heap, partner_id, candidates, changes, reason)
                WHERE line.id = outcome.id
                  AND (line.heap, line.partner_id, line.candidates, line.changes,
                       line.reason)
                      IS DISTINCT FROM (outcome.heap, outcome.partner_id,
                                        outcome.candidates, outcome.changes,
                                        outcome.reason)""",
            [
                (
                    row_id,
                    heap,
                    partner_id or None,
                    _to_json(candidates),
                    _to_json(changes),
                    reason or None,
                )
                for row_id, heap, partner_id, candidates, changes, reason in outcomes
            ],
            template="(%s::int, %s::varchar, %s::int, %s::jsonb, %s::jsonb, %s::text)",
            page_size=max(len(outcomes), 1),
        )
        return self.env.cr.rowcount


def _to_json(value):
    return Json(value) if value else None
