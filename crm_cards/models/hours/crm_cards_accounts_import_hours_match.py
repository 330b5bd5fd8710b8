from odoo import models
from odoo.tools import SQL

from ...tools.key_normal import clean_text
from ...tools.superuser import as_superuser


class AccountsImportHoursMatch(models.Model):
    """Sorting rows of hours into heaps: whose, and whether they came in before."""

    _inherit = "crm.cards.accounts.import"

    # -- who is meant --

    def _get_cards_with_keys(self):
        cards = self.env["crm.cards.account.card"]
        if not self._is_of_hours() or cards.has_access("read"):
            return super()._get_cards_with_keys()
        # As with products: whoever may import reads the key on the customer.
        return cards.sudo()

    # -- doubles inside the file --

    def _get_line_key(self, reader, texts):
        if not self._is_of_hours():
            return super()._get_line_key(reader, texts)
        fields = ("bank", "hours", "valid_from", "valid_to", "note")
        return tuple(clean_text(texts.get(field) or "").lower() for field in fields)

    def _get_meanings(self, line):
        if not self._is_of_hours():
            return super()._get_meanings(line)
        return {(line.key, line.ids[0])} if line.heap == "matched" else set()

    def _get_same_key_condition(self, lines):
        if not self._is_of_hours():
            return super()._get_same_key_condition(lines)
        return SQL("FALSE")  # rows that mean the same have the same customer

    # -- what would change --

    def _judge(self, reader, lines, texts, doubles):
        if not self._is_of_hours():
            return super()._judge(reader, lines, texts, doubles)
        partners = self._get_commercial_partners(lines)
        banks = self._get_hours_banks(partners.values())
        known = self._read_imported_hours(partners.values())
        outcomes = []
        for line in lines:
            if line.heap == "skipped":
                outcomes.append((line.row_id, "skipped", 0, None, None, ""))
                continue
            partner = partners.get(line.ids[0]) if line.heap == "matched" else None
            vals, problems = reader.read_texts(texts[line.row_id])
            problems = [
                *self._find_customer_problems(line, partner),
                *problems,
                *self._find_hours_problems(line, texts[line.row_id], vals, doubles),
                *self._find_bank_problems(partner, vals, banks),
            ]
            is_known = bool(partner) and self._is_known(partner, vals, banks, known)
            outcomes.append(
                self._conclude_hours(line, partner, vals, problems, is_known)
            )
        return outcomes

    def _get_hours_banks(self, partners):
        """Return ``{(customer id, name in small letters): bank}``; "" the general."""
        # Which banks a customer has does not depend on who sees them.
        found = as_superuser(self.env["crm.cards.hours.bank"]).search(
            [
                ("partner_id", "in", [partner.id for partner in partners]),
                ("company_id", "=", self.company_id.id),
            ],
            order="state desc, sequence, id",
        )
        banks = {}
        for bank in found:
            banks.setdefault((bank.partner_id.id, bank.name.lower()), bank)
            is_general = not (
                bank.contract_id or bank.owned_product_id or bank.project_id
            )
            if is_general and bank.state == "open":
                banks.setdefault((bank.partner_id.id, ""), bank)
        return banks

    def _find_bank(self, partner, vals, banks):
        name = vals["bank"].get("name", "").lower()
        return banks.get((partner.id, name))

    def _read_imported_hours(self, partners):
        """Return ``{(bank id, minutes, first day, last day)}`` of imported lots."""
        self.env["crm.cards.hours.lot"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT lot.bank_id, lot.minutes, lot.date_from::text, lot.date_to::text
                  FROM crm_cards_hours_lot lot
                  JOIN crm_cards_hours_bank bank ON bank.id = lot.bank_id
                 WHERE bank.partner_id = ANY(%s)
                   AND lot.kind = 'opening'
                   AND NOT EXISTS (
                        SELECT FROM crm_cards_hours_entry entry
                         WHERE entry.lot_id = lot.id AND entry.source LIKE 'import/%%')
                """,
                [partner.id for partner in partners],
            )
        )
        known = set()
        for bank_id, minutes, start, end in self.env.cr.fetchall():
            known |= {(bank_id, minutes, start, end), (bank_id, minutes, None, end)}
        return known

    def _is_known(self, partner, vals, banks, known):
        bank, lot = self._find_bank(partner, vals, banks), vals["lot"]
        identity = (
            bank and bank.id,
            round(lot.get("hours", 0) * 60),
            lot.get("date_from"),
            lot.get("date_to"),
        )
        return identity in known

    def _find_hours_problems(self, line, texts, vals, doubles):
        problems = []
        if not clean_text(texts.get("hours") or ""):
            problems.append(self.env._("There are no hours in this row. Type them."))
        if doubles.get(line.row_id):
            problems.append(
                self.env._(
                    "Row %(rows)s of the file says the same. Keep one of them and skip "
                    "the others, or tell them apart by a note.",
                    rows=", ".join(map(str, sorted(doubles[line.row_id])[:5])),
                )
            )
        start, end = vals["lot"].get("date_from"), vals["lot"].get("date_to")
        if start and end and start > end:
            problems.append(
                self.env._(
                    "The hours would end on %(end)s, before they begin on %(start)s. "
                    "Correct one of the two days.",
                    start=start,
                    end=end,
                )
            )
        return problems

    def _find_bank_problems(self, partner, vals, banks):
        bank = partner and self._find_bank(partner, vals, banks)
        if not bank or bank.state == "open":
            return []
        return [
            self.env._(
                "The bank %(bank)s is closed. Open it again, write another name, or "
                "skip the row.",
                bank=bank.name,
            )
        ]

    def _conclude_hours(self, line, partner, vals, problems, is_known):
        changes = {
            part: {fname: [None, value] for fname, value in values.items()}
            for part, values in vals.items()
            if values
        }
        if line.heap == "several":
            problems.insert(
                0, self.env._("%(count)s customers fit this row.", count=len(line.ids))
            )
            return line.row_id, "several", 0, line.ids, None, "\n".join(problems)
        if problems:
            reason = "\n".join(problems)
            return line.row_id, "bad", line.chosen_id, None, changes, reason
        if is_known:
            return line.row_id, "matched", partner.id, None, None, ""
        return line.row_id, "new", partner.id, None, changes, ""
