from collections import defaultdict

from odoo import fields, models
from odoo.tools import SQL, split_every

from .crm_cards_account_card_ledger import PROPERTY_FIELDS
from .crm_cards_accounts_import_match import _get_raw

_CHUNK_ROWS = 500
# Tables that point to a customer without anything having been built on it: what the
# import itself has written (cards, events and rows are looked at separately) and plain
# markings.
_HARMLESS_TABLES = (
    "crm_cards_account_card",
    "crm_cards_accounts_import_row",
    "crm_cards_conversion",
    "crm_cards_prospect",
    "mail_followers",
    "res_partner_res_partner_category_rel",
)


class AccountsImportUndo(models.Model):
    """Taking an import back: restore old values, remove what it has created.

    Nothing is taken back as long as anything was built on any of its rows; the rows
    then say what.
    """

    _inherit = "crm.cards.accounts.import"

    def _undo(self):
        if self._mark_undo_blockers() and not self._can_undo_partly():
            self.job_error = self.env._(
                "The import cannot be undone: something was built on %(count)s of its "
                "rows. The rows say what; nothing has been changed.",
                count=self.undo_blocked_count,
            )
            return True
        for chunk in self._work_through_rows("undo"):
            self._undo_chunk(chunk)
        self.write(
            {
                "state": "undone",
                "date_undone": fields.Datetime.now(),
                "undone_by_id": self.env.uid,
            }
        )
        return True

    def _can_undo_partly(self):
        """Say whether rows on which something was built are kept, and the others go."""
        return False

    # -- what stands in the way --------------------------------------------------------

    def _mark_undo_blockers(self):
        """Write into each row what was built on it; return whether there is
        anything."""
        rows = self.env["crm.cards.accounts.import.row"]
        self.env.cr.execute(
            SQL(
                "UPDATE crm_cards_accounts_import_row SET undo_reason = NULL "
                "WHERE import_id = %s AND undo_reason IS NOT NULL",
                self.id,
            )
        )
        found = False
        references = self._get_partner_references()
        for chunk in self._work_through_rows("check"):
            blockers = self._find_blockers(chunk, references)
            for row_ids_and_reasons in split_every(_CHUNK_ROWS, blockers.items(), list):
                found = True
                self.env.cr.execute_values(
                    """UPDATE crm_cards_accounts_import_row AS line
                          SET undo_reason = blocker.reason
                         FROM (VALUES %s) AS blocker (id, reason)
                        WHERE line.id = blocker.id""",
                    [
                        (row_id, "\n".join(reasons))
                        for row_id, reasons in row_ids_and_reasons
                    ],
                    page_size=_CHUNK_ROWS,
                )
        rows.invalidate_model()
        return found

    def _find_blockers(self, chunk, references):
        """Return ``{row id: [what was built on it]}``."""
        # What was built on a customer counts whether or not the user may see it; he is
        # told only the kind of document.
        partners = (
            self.env["res.partner"]
            .sudo()
            .browse(row["partner_id"] for row in chunk if row["partner_id"])
            .exists()
        )
        cards = (
            self.env["crm.cards.account.card"]
            .sudo()
            .browse(row["card_id"] for row in chunk if row["card_id"])
            .exists()
        )
        records = {
            "partner": {partner.id: partner for partner in partners},
            "card": {card.id: card for card in cards},
        }
        created_ids = [row["partner_id"] for row in chunk if row["is_partner_created"]]
        uses = self._count_uses([pid for pid in created_ids if pid], references)
        self._count_messages(uses, "res.partner", created_ids)
        posted, ordered = self._get_business(chunk, cards)
        blockers = defaultdict(list)
        for row in chunk:
            reasons = self._find_later_changes(row, records)
            reasons += uses.get(row["partner_id"], [])
            if row["card_effect"] and row["card_id"] in posted:
                reasons.append(self.env._("postings in the ledger"))
            if row["card_effect"] and row["partner_id"] in ordered:
                reasons.append(self.env._("confirmed sales orders"))
            if reasons:
                blockers[row["id"]] = list(dict.fromkeys(reasons))
        return blockers

    def _find_later_changes(self, row, records):
        """Return what was changed, deleted or replaced by somebody since."""
        reasons = []
        for part, record_id in (
            ("partner", row["partner_id"]),
            ("card", row["card_id"]),
        ):
            record = records[part].get(record_id)
            if not record:
                reasons.append(self.env._("the customer or its card was deleted"))
                continue
            for fname, (_old, new) in ((row["changes"] or {}).get(part) or {}).items():
                current = _get_raw(record, fname)
                if (current or False) != (new or False):
                    reasons.append(
                        self.env._(
                            "%(field)s was changed again to “%(value)s”",
                            field=record._fields[fname]._description_string(self.env),
                            value=self._describe_current(record, fname),
                        )
                    )
        card = records["card"].get(row["card_id"])
        if card and row["card_effect"] and (card.state != "open" or not card.active):
            reasons.append(
                self.env._("the account card was blocked, closed or archived")
            )
        return list(dict.fromkeys(reasons))

    def _describe_current(self, record, fname):
        value = record[fname]
        if isinstance(value, models.BaseModel):
            return ", ".join(value.mapped("display_name"))
        return value or ""

    def _get_business(self, chunk, cards):
        """Return the cards with postings and the customers with orders since the
        import."""
        opened = cards.filtered(
            lambda card, ids={row["card_id"] for row in chunk if row["card_effect"]}: (
                card.id in ids
            )
        )
        if not opened:
            return set(), set()
        orders = self.env["sale.order"].sudo()  # as in _find_blockers
        groups = orders._read_group(
            [
                ("partner_id", "child_of", opened.partner_id.ids),
                ("company_id", "=", self.company_id.id),
                ("state", "=", "sale"),
                ("date_order", ">=", self.date_applied),
            ],
            ["partner_id"],
        )
        ordered = {partner.commercial_partner_id.id for (partner,) in groups}
        return set(opened._filter_posted()._ids), ordered

    def _get_partner_references(self):
        """Return ``[(table, column, label)]`` of all that may point to a customer."""
        columns = self.env.execute_query(
            SQL(
                """SELECT source.relname, attribute.attname
                     FROM pg_constraint reference
                     JOIN pg_class source ON source.oid = reference.conrelid
                     JOIN pg_class target ON target.oid = reference.confrelid
                     JOIN pg_attribute attribute
                       ON attribute.attrelid = source.oid
                      AND attribute.attnum = reference.conkey[1]
                    WHERE reference.contype = 'f' AND target.relname = 'res_partner'
                      AND source.relname <> ALL(%s)
                      AND pg_table_is_visible(source.oid)
                    ORDER BY 1, 2""",
                list(_HARMLESS_TABLES),
            )
        )
        labels = self._get_table_labels({table for table, _column in columns})
        return [(table, column, labels.get(table, table)) for table, column in columns]

    def _get_table_labels(self, tables):
        labels = {}
        for name, model in self.env.registry.items():
            if model._abstract:
                continue
            if model._table in tables:
                labels[model._table] = name
            for field in model._fields.values():
                if (
                    field.type == "many2many"
                    and field.store
                    and field.relation in tables
                ):
                    labels.setdefault(field.relation, name)
        # Names of kinds of documents; which of them exist is no secret.
        descriptions = (
            self.env["ir.model"]
            .sudo()
            .search_fetch([("model", "in", list(labels.values()))], ["model", "name"])
        )
        names = {model.model: model.name for model in descriptions}
        return {table: names.get(name, name) for table, name in labels.items()}

    def _count_uses(self, partner_ids, references):
        """Return ``{partner id: ["2 × Sales Order", …]}`` with one query for each
        reference."""
        uses = defaultdict(list)
        if not partner_ids:
            return uses
        for table, column, label in references:
            condition = SQL()
            if table == "res_partner":
                # the commercial partner of a company is the company itself
                condition = SQL("AND id <> %s", SQL.identifier(column))
            found = self.env.execute_query(
                SQL(
                    "SELECT %(column)s, count(*) FROM %(table)s "
                    "WHERE %(column)s = ANY(%(ids)s) %(condition)s GROUP BY 1",
                    column=SQL.identifier(column),
                    table=SQL.identifier(table),
                    ids=partner_ids,
                    condition=condition,
                )
            )
            for partner_id, count in found:
                uses[partner_id].append(f"{count} × {label}")
        others = self.env["crm.cards.account.card"].sudo()  # as in _find_blockers
        for partner, count in others._read_group(
            [
                ("partner_id", "in", partner_ids),
                ("company_id", "!=", self.company_id.id),
            ],
            ["partner_id"],
            ["__count"],
        ):
            uses[partner.id].append(f"{count} × {others._description}")
        return uses

    def _count_messages(self, uses, model, record_ids):
        """Add messages, activities and files; the import itself leaves none."""
        for table, model_column, condition in (
            ("mail_message", "model", SQL()),
            ("mail_activity", "res_model", SQL()),
            ("ir_attachment", "res_model", SQL("AND res_field IS NULL")),
        ):
            label = self.env["ir.model"]._get(table.replace("_", ".")).name
            for record_id, count in self.env.execute_query(
                SQL(
                    "SELECT res_id, count(*) FROM %s WHERE %s = %s AND res_id = "
                    "ANY(%s) %s GROUP BY 1",
                    SQL.identifier(table),
                    SQL.identifier(model_column),
                    model,
                    record_ids,
                    condition,
                )
            ):
                uses[record_id].append(f"{count} × {label}")

    # -- taking back ---------------------------------------------------------

    def _undo_chunk(self, chunk):
        kept = [row for row in chunk if not row["is_partner_created"]]
        self._write_partners(
            {row["partner_id"]: _get_old_vals(row, "partner") for row in kept}
        )
        # What stands on the customer in the company's books is restored through cards
        # that go again, too
        self._write_cards(
            {
                row["card_id"]: {
                    fname: old
                    for fname, old in _get_old_vals(row, "card").items()
                    if not row["card_effect"] or fname in PROPERTY_FIELDS
                }
                for row in kept
            }
        )
        self.env.flush_all()
        self._undo_cards(chunk)
        # An accountant may not delete customers; these were created by this import and
        # nobody has used them since.
        self.env["res.partner"].sudo().browse(
            row["partner_id"] for row in chunk if row["is_partner_created"]
        ).unlink()
        self.env.cr.execute(
            SQL(
                "UPDATE crm_cards_accounts_import_row SET card_id = NULL, "
                "card_effect = NULL, is_partner_created = NULL WHERE id IN %s",
                tuple(row["id"] for row in chunk),
            )
        )

    def _undo_cards(self, chunk):
        """Remove opened cards, archive reopened ones; their events stay, marked
        reversed."""
        reason = self.env._("The import %(name)s was undone.", name=self.name)
        # The right to undo was checked; the cards are those this import has opened.
        cards = self.env["crm.cards.account.card"].sudo()
        opened = cards.browse(
            r["card_id"] for r in chunk if r["card_effect"] == "opened"
        )
        reopened = cards.browse(
            r["card_id"] for r in chunk if r["card_effect"] == "reopened"
        )
        (opened + reopened)._get_standing_conversions()._mark_reversed(reason)
        reopened.active = False
        opened.unlink()


def _get_old_vals(row, part):
    changes = (row["changes"] or {}).get(part) or {}
    return {
        fname: [(6, 0, old or [])] if isinstance(new, list) else old or False
        for fname, (old, new) in changes.items()
    }
