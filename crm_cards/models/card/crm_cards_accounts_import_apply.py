from odoo import fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

_CHUNK_ROWS = 500


class AccountsImportApply(models.Model):
    """Writing what the preview has shown, under the user's own rights, all or
    nothing."""

    _inherit = "crm.cards.accounts.import"

    def _apply(self):
        """Write what the rows say.

        The rows are judged again first: when a customer has changed since the preview,
        nothing is written and the new preview says so.
        """
        different = self._evaluate()
        if different:
            self.job_error = self.env._(
                "%(count)s rows come out differently than in the preview, because "
                "customers were changed in the meantime. Nothing has been written; "
                "look at the rows again.",
                count=different,
            )
            return True
        for chunk in self._work_through_rows("write"):
            self._apply_chunk(chunk)
        self.write(
            {
                "state": "applied",
                "date_applied": fields.Datetime.now(),
                "applied_by_id": self.env.uid,
            }
        )
        return True

    def _get_row_columns(self):
        """Return the columns of rows that applying and undoing need."""
        return (
            "id",
            "number",
            "heap",
            "partner_id",
            "changes",
            "card_id",
            "card_effect",
            "is_partner_created",
        )

    def _work_through_rows(self, stage):
        """Yield chunks of the good rows; tell after each how far the work is."""
        total = self.row_count
        done = 0
        for chunk in self._iter_good_rows():
            yield chunk
            done += len(chunk)
            self._report_progress(stage, done, total)
            self._forget_cache()

    def _iter_good_rows(self):
        """Yield chunks of the rows that are applied or taken back, as dicts."""
        columns = SQL(", ").join(map(SQL.identifier, self._get_row_columns()))
        last = 0
        while True:
            chunk = self.env.execute_query_dict(
                SQL(
                    """SELECT %s FROM crm_cards_accounts_import_row
                        WHERE import_id = %s AND heap IN ('matched', 'new') AND id > %s
                          AND undo_reason IS NULL
                        ORDER BY id LIMIT %s""",
                    columns,
                    self.id,
                    last,
                    _CHUNK_ROWS,
                )
            )
            if not chunk:
                return
            last = chunk[-1]["id"]
            yield chunk

    def _apply_chunk(self, chunk):
        try:
            self._write_chunk(chunk)
            self.env.flush_all()
        except (UserError, ValidationError) as error:
            raise UserError(
                self.env._(
                    "Rows %(first)s to %(last)s could not be written: %(reason)s\n"
                    "Nothing of the file has been written. Correct or skip the row.",
                    first=chunk[0]["number"],
                    last=chunk[-1]["number"],
                    reason=error,
                )
            ) from error
        self._record_results(chunk)

    def _write_chunk(self, chunk):
        """Create and update customers, open cards; put what was made into the rows."""
        self._create_partners([row for row in chunk if row["heap"] == "new"])
        self._write_partners(
            {
                row["partner_id"]: _get_new_vals(row, "partner")
                for row in chunk
                if row["heap"] == "matched"
            }
        )
        self._open_cards(chunk)
        self._write_cards(self._prepare_card_vals(chunk))

    def _create_partners(self, rows):
        partners = (
            self.env["res.partner"]
            # They have neither parent nor children to share anything with
            .with_context(_partners_skip_fields_sync=True)
            .create([_get_new_vals(row, "partner") for row in rows])
        )
        for row, partner in zip(rows, partners, strict=True):
            row["partner_id"] = partner.id

    def _open_cards(self, rows):
        """Open the cards that lack and put card and effect into the rows."""
        archived = self._get_archived_card_ids(rows)
        rows_by_main_account = {}
        for row in rows:
            _old, main_account = _get_change(row, "card", "main_account")
            rows_by_main_account.setdefault(
                main_account or self.main_account, []
            ).append(row)
        existing = set(self._get_cards(self._browse_partners(rows)))
        for main_account, group in rows_by_main_account.items():
            keys = {}
            for row in group:
                _old, key = _get_change(row, "card", "account_key")
                if key:
                    keys[row["partner_id"]] = key
            cards = self._browse_partners(group)._open_account_card(
                "import", company=self.company_id, main_account=main_account, keys=keys
            )
            cards_by_partner = {card.partner_id.id: card.id for card in cards}
            for row in group:
                row["card_id"] = cards_by_partner[row["partner_id"]]
                if row["partner_id"] in existing:
                    row["card_effect"] = None
                elif row["card_id"] in archived:
                    row["card_effect"] = "reopened"
                else:
                    row["card_effect"] = "opened"

    def _browse_partners(self, rows):
        return self.env["res.partner"].browse(row["partner_id"] for row in rows)

    def _get_archived_card_ids(self, rows):
        cards = self.env["crm.cards.account.card"].with_context(active_test=False)
        return set(
            cards._search(
                [
                    ("partner_id", "in", [row["partner_id"] for row in rows]),
                    ("company_id", "=", self.company_id.id),
                    ("active", "=", False),
                ]
            )
        )

    def _prepare_card_vals(self, rows):
        """Return what a card has besides its opening; the key only where it differs."""
        cards = self.env["crm.cards.account.card"].browse(
            row["card_id"] for row in rows
        )
        cards_by_id = {card.id: card for card in cards}
        vals_by_id = {}
        for row in rows:
            vals = _get_new_vals(row, "card")
            card = cards_by_id[row["card_id"]]
            if vals.get("account_key") == card.account_key:
                del vals["account_key"]
            if "main_account" in vals:
                vals["is_main_account_chosen"] = True
            vals_by_id[card.id] = vals
        return vals_by_id

    def _record_results(self, chunk):
        self.env.cr.execute_values(
            """UPDATE crm_cards_accounts_import_row AS line
                  SET partner_id = result.partner_id, card_id = result.card_id,
                      card_effect = result.card_effect,
                      is_partner_created = result.is_partner_created
                 FROM (VALUES %s) AS result
                      (id, partner_id, card_id, card_effect, is_partner_created)
                WHERE line.id = result.id""",
            [
                (
                    row["id"],
                    row["partner_id"],
                    row["card_id"],
                    row["card_effect"],
                    row["heap"] == "new",
                )
                for row in chunk
            ],
            template="(%s::int, %s::int, %s::int, %s::varchar, %s::bool)",
            page_size=_CHUNK_ROWS,
        )


def _get_change(row, part, fname):
    """Return ``(old, new)``, both None where the row does not change the field."""
    return ((row["changes"] or {}).get(part) or {}).get(fname) or (None, None)


def _get_new_vals(row, part):
    changes = (row["changes"] or {}).get(part) or {}
    return {
        fname: [(6, 0, new)] if isinstance(new, list) else new
        for fname, (_old, new) in changes.items()
    }
