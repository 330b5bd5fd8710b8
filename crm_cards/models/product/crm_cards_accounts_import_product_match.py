from collections import defaultdict

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.key_normal import clean_text
from ..card.crm_cards_accounts_import_match import _get_raw


class AccountsImportProductMatch(models.Model):
    """Sorting rows of products into heaps: whose, and whether it is on the list.

    A product is known by its serial number. Without one, it is the customer's product
    of that kind without a serial that was bought on the same day.
    """

    _inherit = "crm.cards.accounts.import"

    # -- who is meant --

    def _get_cards_with_keys(self):
        cards = self.env["crm.cards.account.card"]
        if not self._is_of_products() or cards.has_access("read"):
            return super()._get_cards_with_keys()
        # A service manager has no right to the cards, but every colleague reads the
        # key on the customer; of the customers found, only visible ones are kept. What
        # the customer does not show, a former key, means nobody.
        return cards.sudo()

    # -- doubles inside the file --

    def _get_line_key(self, reader, texts):
        if not self._is_of_products():
            return super()._get_line_key(reader, texts)
        product_id = reader.find_product_id(texts)
        serial = clean_text(texts.get("serial") or "")
        return product_id and (
            product_id,
            serial,
            not serial and reader.find_day(texts),
        )

    def _get_meanings(self, line):
        if not self._is_of_products():
            return super()._get_meanings(line)
        if line.heap == "skipped" or not line.key:
            return set()
        _product_id, serial, _day = line.key
        if serial:
            return {line.key}
        return {(line.key, line.ids[0])} if line.heap == "matched" else set()

    def _get_same_key_condition(self, lines):
        if not self._is_of_products():
            return super()._get_same_key_condition(lines)
        return SQL(
            "btrim((texts || COALESCE(corrections, '{}')) ->> 'serial') = ANY(%s)",
            [line.key[1] for line in lines if line.key and line.key[1]],
        )

    # -- what would change --

    def _judge(self, reader, lines, texts, doubles):
        if not self._is_of_products():
            return super()._judge(reader, lines, texts, doubles)
        partners = self._get_commercial_partners(lines)
        known = self._get_known_products(lines, partners)
        writable = set(self._browse_writable(known)._ids)
        outcomes = []
        for line in lines:
            if line.heap == "skipped":
                outcomes.append((line.row_id, "skipped", 0, None, None, "", 0))
                continue
            partner = partners.get(line.ids[0]) if line.heap == "matched" else None
            found = known[self._get_identity(line, partner)]
            vals_by_part, problems = reader.read_texts(texts[line.row_id])
            problems = [
                *self._find_customer_problems(line, partner),
                *problems,
                *self._find_product_problems(line, texts[line.row_id], doubles),
                *self._find_known_problems(found, partner, writable),
            ]
            owned = found[0] if len(found) == 1 else None
            changes = self._get_owned_changes(reader, owned, vals_by_part["owned"])
            problems += self._find_date_problems(owned, vals_by_part["owned"])
            outcomes.append(
                self._conclude_product(line, partner, owned, changes, problems)
            )
        return outcomes

    def _get_commercial_partners(self, lines):
        """Return ``{id of who is meant: customer}`` of those who still exist."""
        meant = {line.ids[0] for line in lines if line.heap == "matched"}
        partners = self.env["res.partner"].browse(meant).exists()
        return {partner.id: partner.commercial_partner_id for partner in partners}

    def _get_identity(self, line, partner):
        """Return what tells a product from all others, False where nothing does."""
        if not line.key:
            return False
        _product_id, serial, _day = line.key
        return line.key if serial else bool(partner) and (line.key, partner.id)

    def _get_known_products(self, lines, partners):
        """Return ``{identity: owned products}`` of all that the lines may mean."""
        keys = [line.key for line in lines if line.key]
        # That a serial is taken is a fact, whoever may see the other product.
        found = (
            self.env["crm.cards.owned.product"]
            .sudo()
            .with_context(active_test=False)
            .search(
                Domain("company_id", "=", self.company_id.id)
                & Domain(
                    "product_id", "in", [product_id for product_id, *_rest in keys]
                )
                & Domain("state", "!=", "returned")
                & (
                    Domain(
                        "serial", "in", [serial for _id, serial, _day in keys if serial]
                    )
                    | Domain("serial", "=", False)
                    & Domain("active", "=", True)
                    & Domain("partner_id", "in", [p.id for p in partners.values()])
                ),
                order="id",
            )
        )
        known = defaultdict(found.browse)
        for owned in found:
            key = (owned.product_id.id, owned.serial or "")
            if owned.serial:
                known[(*key, False)] += owned
            else:
                day = _get_raw(owned, "date_bought")
                known[(*key, day), owned.partner_id.id] += owned
        known[False] = found.browse()
        return known

    def _browse_writable(self, known):
        ids = [owned.id for group in known.values() for owned in group]
        owned = self.env["crm.cards.owned.product"].browse(ids)
        return owned._filtered_access("write")

    def _find_customer_problems(self, line, partner):
        if line.heap == "several":
            return []
        if line.heap == "new":
            if not line.norms:
                return [
                    self.env._(
                        "There is nothing to recognise the customer by: no valid value "
                        "in a column marked “Recognise by”. Correct it, choose the "
                        "customer, or skip the row."
                    )
                ]
            return [
                self.env._(
                    "The customer was not found. This import opens no customers: "
                    "correct the value, choose the customer, or skip the row."
                )
            ]
        gone = self._find_gone_problems(partner)
        if gone:
            return gone
        if partner.company_id not in (
            self.env["res.company"],
            *self.company_id.parent_ids,
        ):
            return [
                self.env._(
                    "%(customer)s belongs to another company. Choose another customer.",
                    customer=partner.display_name,
                )
            ]
        return []

    def _find_product_problems(self, line, texts, doubles):
        problems = []
        if not clean_text(texts.get("product") or ""):
            problems.append(self.env._("There is no product in this row. Type it."))
        if doubles.get(line.row_id):
            problems.append(
                self.env._(
                    "Row %(rows)s of the file means the same product. Keep one of them "
                    "and skip the others, correct the serial number, or add up the "
                    "quantities.",
                    rows=", ".join(map(str, sorted(doubles[line.row_id])[:5])),
                )
            )
        return problems

    def _find_known_problems(self, found, partner, writable):
        """Return what is wrong with the products on the list that the row means."""
        if len(found) > 1:
            return [
                self.env._(
                    "The customer has several such products without a serial number "
                    "(%(count)s). Type their serial numbers on the list first, or skip "
                    "the row.",
                    count=len(found),
                )
            ]
        if not found or not partner:
            return []
        if found.partner_id != partner:
            return [
                self.env._(
                    "The product with the serial number %(serial)s is another "
                    "customer's. Correct the number, or mark that product as returned "
                    "first.",
                    serial=found.serial,
                )
            ]
        if not found.active:
            return [
                self.env._(
                    "The product with the serial number %(serial)s is archived. "
                    "Restore it, or skip the row.",
                    serial=found.serial,
                )
            ]
        if found.id not in writable:
            return [
                self.env._(
                    "You have no right to edit %(product)s. Skip the row.",
                    product=found.product_id.display_name,
                )
            ]
        return []

    def _find_date_problems(self, owned, vals):
        """Say now what applying would refuse."""
        start, end = (
            vals.get(fname) or (owned and _get_raw(owned, fname))
            for fname in ("service_start", "service_end")
        )
        if not start or not end or start <= end:
            return []
        return [
            self.env._(
                "The service would end on %(end)s, before it begins on %(start)s. "
                "Correct one of the two days.",
                start=start,
                end=end,
            )
        ]

    def _get_owned_changes(self, reader, owned, vals):
        """Return ``{"owned": {field name: [old, new]}}``, None without a change."""
        targets = {target.fname: target for target in self._get_targets().values()}
        changes = {}
        for fname, new in vals.items():
            old = _get_raw(owned, fname) if owned else None
            if not owned or not reader.is_same(targets[fname], old, new, ""):
                changes[fname] = [old, new]
        return {"owned": changes} if changes else None

    def _conclude_product(self, line, partner, owned, changes, problems):
        """Return the outcome of a row; one more than usual, the product it means."""
        if line.heap == "several":
            problems.insert(
                0,
                self.env._(
                    "Customers that fit this row: %(count)s.", count=len(line.ids)
                ),
            )
            heap, partner_id, candidates, changes = "several", 0, line.ids, None
        elif problems:
            heap, partner_id, candidates = "bad", line.chosen_id, None
        else:
            heap, partner_id, candidates = "new", partner.id, None
            if owned:
                heap = "matched"
        owned_id = owned.id if owned and heap == "matched" else 0
        reason = "\n".join(problems)
        return line.row_id, heap, partner_id, candidates, changes, reason, owned_id
