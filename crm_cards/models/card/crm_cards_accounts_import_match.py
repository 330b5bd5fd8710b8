from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL, split_every

from ...tools.key_normal import (
    clean_text,
    full_vat,
    normal_email,
    normal_key,
    normal_phone,
    vat_spellings,
)
from ...tools.table_matching import decide
from .crm_cards_account_card_ledger import PROPERTY_FIELDS
from .crm_cards_accounts_import_values import ValueReader

_CHUNK_ROWS = 1000
# The key as normal_key() spells it
_KEY_SQL = SQL(r"upper(regexp_replace(account_key, '\s', '', 'g'))")


@dataclass
class _Line:
    """What the comparison of the whole file needs to know of one row."""

    row_id: int
    number: int
    decision: str
    chosen_id: int
    norms: dict = field(default_factory=dict)
    key: str = ""
    heap: str = "new"
    ids: list = field(default_factory=list)


class AccountsImportMatch(models.Model):
    """Sorting rows into heaps: who is meant, and what would change.

    Only what the user may see takes part in the comparison; that a key is taken is told
    without telling by whom.
    """

    _inherit = "crm.cards.accounts.import"

    def _can_use_field(self, name):
        """Say whether the user may write the field behind a column.

        What only says who is meant, nobody writes.
        """
        target = self._get_targets().get(name)
        if not target:
            return False
        if target.part not in self._get_parts():
            return True
        model = self.env[self._get_parts()[target.part]]
        return model._has_field_access(model._fields[target.fname], "write")

    def _get_reader(self):
        """Return what turns the texts of rows into values."""
        return ValueReader(self)

    def _evaluate(self, rows=None):
        """Sort rows into heaps and say what would change.

        :param rows: some rows of the import; all of them when not given
        :return: how many rows came out differently than stored
        """
        self.ensure_one()
        self.flush_recordset()
        reader = self._get_reader()
        lines = self._load_lines(reader, rows)
        self._decide_lines(lines)
        doubles = self._find_doubles(lines, rows)
        changed = done = 0
        for chunk in split_every(_CHUNK_ROWS, lines, list):
            texts = self._load_texts([line.row_id for line in chunk])
            outcomes = self._judge(reader, chunk, texts, doubles)
            changed += self.env["crm.cards.accounts.import.row"]._update_outcomes(
                outcomes
            )
            done += len(chunk)
            self._report_progress("match", done, len(lines))
            self._forget_cache()
        self.invalidate_recordset()
        self.row_ids.invalidate_model()
        return changed

    def _forget_cache(self):
        """Keep memory flat: what was read for one chunk is not needed for the next."""
        self.env.flush_all()
        self.env.invalidate_all()

    # -- loading ----------------------------------------------------------------------

    def _load_lines(self, reader, rows):
        """Return a :class:`_Line` for each row, with its join values spelt alike."""
        joins = self._get_join_fields()
        lines = []
        for batch in self._iter_stored(rows):
            reader.prepare([texts for *_row, texts in batch])
            for row_id, number, decision, chosen_id, texts in batch:
                line = _Line(row_id, number, decision or "", chosen_id or 0)
                line.key = self._get_line_key(reader, texts)
                country_code = reader.get_country_code(texts)
                for name in joins:
                    norm = self._normalise(name, texts.get(name) or "", country_code)
                    if norm:
                        line.norms[name] = norm
                lines.append(line)
        return lines

    def _get_line_key(self, _reader, texts):
        """Return what no two rows of the file may have, "" where there is nothing."""
        return normal_key(texts.get("key") or "")

    def _get_join_fields(self):
        return [column.field for column in self.column_ids if column.is_join]

    def _normalise(self, name, text, country_code):
        if not text:
            return ""
        if name == "key":
            return normal_key(text)
        if name == "vat":
            return full_vat(text, country_code)
        if name == "email":
            return normal_email(text)
        return normal_phone(text, country_code)

    def _iter_stored(self, rows):
        """Yield the stored rows in batches: id, number, decision, partner, texts."""
        last = -1
        if rows is not None and not rows:
            return
        only = SQL("AND id IN %s", tuple(rows.ids)) if rows else SQL()
        while True:
            batch = self.env.execute_query(
                SQL(
                    """SELECT id, number, decision,
                              CASE WHEN decision = 'partner' THEN partner_id END,
                              texts || COALESCE(corrections, '{}')
                         FROM crm_cards_accounts_import_row
                        WHERE import_id = %s AND id > %s %s
                        ORDER BY id LIMIT %s""",
                    self.id,
                    last,
                    only,
                    _CHUNK_ROWS,
                )
            )
            if not batch:
                return
            last = batch[-1][0]
            yield batch

    def _load_texts(self, row_ids):
        return dict(
            self.env.execute_query(
                SQL(
                    """SELECT id, texts || COALESCE(corrections, '{}')
                         FROM crm_cards_accounts_import_row WHERE id IN %s""",
                    tuple(row_ids),
                )
            )
        )

    # -- who is meant --------------------------------------------------------

    def _decide_lines(self, lines):
        """Fill heap and ids of the lines with one query for each join column."""
        wanted = defaultdict(set)
        for line in lines:
            for name, norm in line.norms.items():
                wanted[name].add(norm)
        hits = {
            name: self._find_partners(name, norms) for name, norms in wanted.items()
        }
        for line in lines:
            if line.decision == "skip":
                line.heap = "skipped"
            elif line.decision == "partner" and line.chosen_id:
                line.heap, line.ids = "matched", [line.chosen_id]
            elif line.decision == "new":
                line.heap, line.ids = "new", []
            else:
                found = [hits[name].get(norm) for name, norm in line.norms.items()]
                line.heap, line.ids = decide([ids for ids in found if ids])

    def _find_partners(self, name, norms):
        """Return ``{join value: {partner ids}}`` of what the user may see."""
        find = getattr(self, f"_find_partners_by_{name}")
        found = defaultdict(set)
        for partner_id, norm in find(norms):
            if norm in norms:
                found[norm].add(partner_id)
        everybody = set().union(*found.values())
        visible = self.env["res.partner"].browse(everybody)._filtered_access("read")
        visible_ids = set(visible._ids)
        return {norm: ids & visible_ids for norm, ids in found.items()}

    def _get_cards_with_keys(self):
        # A former key (archived card) still means its customer.
        return self.env["crm.cards.account.card"].with_context(active_test=False)

    def _find_partners_by_key(self, norms):
        cards = self._get_cards_with_keys()
        query = cards._search([("company_id", "=", self.company_id.id)])
        key = SQL(
            r"upper(regexp_replace(%s, '\s', '', 'g'))",
            SQL.identifier(query.table, "account_key"),
        )
        query.add_where(SQL("%s = ANY(%s)", key, list(norms)))
        cards.flush_model(["account_key", "partner_id"])
        return self.env.execute_query(
            query.select(SQL.identifier(query.table, "partner_id"), key)
        )

    def _find_partners_by_vat(self, norms):
        spellings = {spelling for norm in norms for spelling in vat_spellings(norm)}
        column = SQL.identifier("res_partner", "vat")
        plain = SQL("upper(regexp_replace(%s, '[^[:alnum:]]', '', 'g'))", column)
        country = SQL(
            "(SELECT code FROM res_country WHERE id = %s)",
            SQL.identifier("res_partner", "country_id"),
        )
        rows = self._select_partners(
            SQL("%s = ANY(%s)", plain, list(spellings)), column, country
        )
        default = self.company_id.country_id.code or ""
        return [
            (partner_id, full_vat(vat, code or default))
            for partner_id, vat, code in rows
        ]

    def _find_partners_by_email(self, norms):
        column = SQL.identifier("res_partner", "email_normalized")
        return self._select_partners(SQL("%s = ANY(%s)", column, list(norms)), column)

    def _find_partners_by_phone(self, norms):
        column = SQL.identifier("res_partner", "phone_sanitized")
        return self._select_partners(SQL("%s = ANY(%s)", column, list(norms)), column)

    def _select_partners(self, condition, *columns):
        """Return rows ``(commercial partner id, *columns)`` under the user's record
        rules.

        A contact person stands for its company, which is the one that has a card.
        """
        partners = self.env["res.partner"]
        query = partners._search(
            Domain("company_id", "in", [False, *self.company_id.parent_ids.ids])
        )
        query.add_where(condition)
        partners.flush_model(
            ["vat", "country_id", "email_normalized", "phone_sanitized"]
        )
        return self.env.execute_query(
            query.select(
                SQL.identifier("res_partner", "commercial_partner_id"), *columns
            )
        )

    def _get_taken_keys(self, keys):
        """Return ``{key as compared: partner id}`` of all cards of the company."""
        if not keys:
            return {}
        # A key is taken whether or not the user may see the card that has it.
        return dict(
            self.env.execute_query(
                SQL(
                    "SELECT %(key)s, partner_id FROM crm_cards_account_card "
                    "WHERE company_id = %(company)s AND %(key)s = ANY(%(keys)s)",
                    key=_KEY_SQL,
                    company=self.company_id.id,
                    keys=list(keys),
                )
            )
        )

    # -- doubles inside the file ---------------------------------------------

    def _find_doubles(self, lines, rows):
        """Return ``{row id: numbers of the other rows that mean the same}``.

        The same account key twice, two rows for one customer, or two new rows with the
        same join value. A row that a person declared to be new may share all but the
        key.
        """
        if rows:
            lines = lines + self._load_other_lines(rows, lines)
        groups = defaultdict(list)
        for line in lines:
            for meaning in self._get_meanings(line):
                groups[meaning].append(line)
        doubles = defaultdict(set)
        for group in groups.values():
            if len(group) > 1:
                numbers = {line.number for line in group}
                for line in group:
                    doubles[line.row_id] |= numbers - {line.number}
        return doubles

    def _get_meanings(self, line):
        """Return what no other row of the file may mean, too."""
        if line.heap == "skipped":
            return set()
        meanings = {("key", line.key)} if line.key else set()
        if line.heap == "matched":
            meanings.add(("partner", line.ids[0]))
        elif line.heap == "new" and line.decision != "new":
            meanings.update(line.norms.items())
        return meanings

    def _load_other_lines(self, rows, lines):
        """Return the rows outside ``rows`` that share a key or a customer with
        ``lines``."""
        row_ids = self.env.execute_query(
            SQL(
                """SELECT id FROM crm_cards_accounts_import_row
                    WHERE import_id = %s AND id NOT IN %s AND heap <> 'skipped'
                      AND (partner_id = ANY(%s) OR %s)""",
                self.id,
                tuple(rows.ids),
                [line.ids[0] for line in lines if line.heap == "matched"],
                self._get_same_key_condition(lines),
            )
        )
        others = self._load_lines(
            self._get_reader(), rows.browse(row_id for (row_id,) in row_ids)
        )
        self._decide_lines(others)
        return others

    def _get_same_key_condition(self, lines):
        """Return the SQL condition of stored rows with a key of one of ``lines``."""
        return SQL(
            r"""upper(regexp_replace(
                (texts || COALESCE(corrections, '{}')) ->> 'key', '\s', '', 'g'))
                = ANY(%s)""",
            [line.key for line in lines if line.key],
        )

    # -- what would change ---------------------------------------------------

    def _judge(self, reader, lines, texts, doubles):
        """Return the outcomes of a chunk, as ``_update_outcomes`` takes them."""
        taken = self._get_taken_keys({line.key for line in lines if line.key})
        partner_ids = {line.ids[0] for line in lines if line.heap == "matched"}
        partners = self.env["res.partner"].browse(partner_ids).exists()
        cards = self._get_cards(partners)
        writable = set(partners._filtered_access("write")._ids)
        own_companies = set(partners._get_own_company_partner_ids())
        partners_by_id = {partner.id: partner for partner in partners}
        outcomes = []
        for line in lines:
            if line.heap == "skipped":
                outcomes.append((line.row_id, "skipped", 0, None, None, ""))
                continue
            row_texts = texts[line.row_id]
            vals_by_part, problems = reader.read_texts(row_texts)
            partner = (
                partners_by_id.get(line.ids[0]) if line.heap == "matched" else None
            )
            card = cards.get(partner.id) if partner else None
            problems += self._find_problems(line, row_texts, partner, doubles, taken)
            if line.heap == "matched":
                problems += self._find_partner_problems(partner, own_companies)
            changes = self._get_changes(reader, row_texts, partner, card, vals_by_part)
            if changes.get("partner") and partner and partner.id not in writable:
                problems.append(
                    self.env._(
                        "You have no right to edit %(customer)s. Skip the row.",
                        customer=partner.display_name,
                    )
                )
            outcomes.append(self._conclude(line, partner, changes, problems))
        return outcomes

    def _conclude(self, line, partner, changes, problems):
        if line.heap == "several":
            problems.append(
                self.env._(
                    "Customers that fit this row: %(count)s.", count=len(line.ids)
                )
            )
        if problems and line.heap != "several":
            return (
                line.row_id,
                "bad",
                line.chosen_id,
                None,
                changes,
                "\n".join(problems),
            )
        candidates = line.ids if line.heap == "several" else None
        return (
            line.row_id,
            line.heap,
            partner.id if partner else 0,
            candidates,
            changes,
            "\n".join(problems),
        )

    def _get_cards(self, partners):
        """Return ``{partner id: card}`` of the company."""
        cards = self.env["crm.cards.account.card"].search(
            [
                ("partner_id", "in", partners.ids),
                ("company_id", "=", self.company_id.id),
            ]
        )
        return {card.partner_id.id: card for card in cards}

    def _find_problems(self, line, texts, partner, doubles, taken):
        problems = []
        if doubles.get(line.row_id):
            problems.append(
                self.env._(
                    "Row %(rows)s of the file means the same. Keep one of them and "
                    "skip the others, or correct what tells them apart.",
                    rows=", ".join(map(str, sorted(doubles[line.row_id])[:5])),
                )
            )
        if line.heap == "several":
            return problems
        owner_id = taken.get(line.key)
        if owner_id and owner_id != (partner.id if partner else 0):
            problems.append(
                self.env._(
                    "The account key %(key)s is already in use. Correct the key, or "
                    "choose its customer.",
                    key=texts.get("key"),
                )
            )
        if line.heap == "matched":
            return problems
        if not clean_text(texts.get("name") or ""):
            problems.append(self.env._("A new customer needs a name. Type it."))
        elif not line.norms and line.decision != "new":
            problems.append(
                self.env._(
                    "There is nothing to recognise the customer by: no valid value "
                    "in a "
                    "column marked “Recognise by”. Correct it, or open the row as new."
                )
            )
        return problems

    def _find_gone_problems(self, partner):
        if not partner:
            return [self.env._("The customer does not exist any more. Choose another.")]
        if not partner.active:
            return [
                self.env._(
                    "%(customer)s is archived. Restore the customer, or skip the row.",
                    customer=partner.display_name,
                )
            ]
        return []

    def _find_partner_problems(self, partner, own_companies):
        gone = self._find_gone_problems(partner)
        if gone:
            return gone
        if (
            partner != partner.commercial_partner_id
            or not partner.partner_share
            or partner.id in own_companies
        ):
            return [
                self.env._(
                    "%(customer)s is a contact person, a colleague or an own company "
                    "and cannot have an account card. Choose another customer.",
                    customer=partner.display_name,
                )
            ]
        return []

    def _get_changes(self, reader, texts, partner, card, vals_by_part):
        """Return ``{"partner": {field name: [old, new]}, "card": {…}}`` without empty
        parts."""
        targets = {target.fname: target for target in self._get_targets().values()}
        partner_vals, card_vals = vals_by_part["partner"], vals_by_part["card"]
        if not partner:
            # A tax number makes a company, as long as the file does not say otherwise
            partner_vals.setdefault("is_company", bool(partner_vals.get("vat")))
        country_code = reader.get_country_code(texts)
        changes = {}
        for part, record, vals in (
            ("partner", partner, partner_vals),
            ("card", card, card_vals),
        ):
            part_changes = {}
            for fname, new in vals.items():
                old = self._get_old(part, record, partner, fname)
                if partner and reader.is_same(targets[fname], old, new, country_code):
                    continue
                if targets[fname].kind == "tags":
                    new = sorted({*(old or ()), *new})
                part_changes[fname] = [old, new]
            if part_changes:
                changes[part] = part_changes
        return changes

    def _get_old(self, part, record, partner, fname):
        """Return the value before the import, None where there is none."""
        if record:
            return _get_raw(record, fname)
        if part == "card" and partner and fname in PROPERTY_FIELDS:
            # The customer has no card yet, but may have terms in the company's books;
            # they are shown and restored with the rights of the card's own fields.
            return _get_raw(partner.sudo().with_company(self.company_id), fname)
        return None


def _get_raw(record, fname):
    """Return the value the way ``changes`` keeps it."""
    value = record[fname]
    if isinstance(value, models.BaseModel):
        if record._fields[fname].type == "many2one":
            return value.id
        return sorted(value.ids)
    if isinstance(value, date):
        return value.isoformat()
    return value
