from typing import Any, NamedTuple

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ...tools import hours_draw
from ...tools.rows import meet
from ...tools.superuser import as_superuser
from .crm_cards_hours_bank_lots import format_minutes

# As what hours leave a lot whose sale is taken back: they count as not bought.
_TAKEN_BACK = "correction"
_LINKS = {"sale.order.line": "order_line_id", "account.move.line": "invoice_line_id"}


class Sale(NamedTuple):
    """What a line of an order or invoice is to have brought into a bank.

    ``minutes`` are those that are still sold, ``may_add`` is whether the customer may
    have more than he has already. What is taken back is told on ``document``.
    """

    line: Any
    minutes: int
    may_add: bool
    document: Any

    @property
    def source(self):
        kind = {"order_line_id": "order", "invoice_line_id": "invoice"}[self.link]
        return f"{kind}/{self.line.id}"

    @property
    def link(self):
        return _LINKS[self.line._name]


class SoldLots(NamedTuple):
    """The lots a line has brought, the last one first, and what was in them then."""

    bank_id: int
    lot_ids: list
    minutes: int
    date_to: Any


class HoursBank(models.Model):
    """Brings what is sold into the banks of the customers, and takes it out again."""

    _inherit = "crm.cards.hours.bank"

    @api.model
    def _sell(self, sales):
        """Make the lots of these lines hold what was sold by them.

        Each line has one lot, opened once; what is added when that is over is a new
        one, valid from now. Called again, it changes nothing. What was used already is
        not taken back; the document says so.

        :param sales: list of Sale, a line once; the lines as the superuser sees them
        :raises ValidationError: a line sells more hours than a lot can hold
        :raises HoursRefusedError: hours are to be added to a closed bank
        """
        self._check_sold_minutes(sales)
        lots = self._read_sold_lots(sales)
        new = [
            sale
            for sale in sales
            if sale.source not in lots and sale.minutes and sale.may_add
        ]
        if new:
            self._open_sold_lots(new)
        known = [sale for sale in sales if sale.source in lots]
        if known:
            self._correct_sold_lots(known, lots)

    @api.model
    def _check_sold_minutes(self, sales):
        for sale in sales:
            if sale.minutes > hours_draw.LOT_AT_MOST:
                raise ValidationError(
                    self.env._(
                        "Quantity: %(line)s would be more than 1,000,000 hours. Type "
                        "a smaller one.",
                        line=sale.line.display_name,
                    )
                )

    @api.model
    def _read_sold_lots(self, sales):
        """Return ``{source: SoldLots}`` of the lines that have brought some."""
        by_link = {}
        for sale in sales:
            by_link.setdefault(sale.link, []).append(sale)
        lots = {}
        # Whose hours they are does not depend on who confirms or pays.
        model = as_superuser(self.env["crm.cards.hours.lot"])
        for link, linked in by_link.items():
            sources = {sale.line.id: sale.source for sale in linked}
            found = model.search(
                [(link, "in", [*sources]), ("kind", "=", "bought")], order="id desc"
            )
            for line, theirs in found.grouped(link).items():
                lots[sources[line.id]] = SoldLots(
                    theirs[0].bank_id.id,
                    theirs.ids,
                    sum(theirs.mapped("minutes")),
                    theirs[0].date_to,
                )
        return lots

    # -- new lots --

    @api.model
    def _open_sold_lots(self, sales):
        banks = self._get_sale_banks(sales)
        self._add_lots(
            [
                {
                    **sale.line._prepare_hours_lot_vals(),
                    "kind": "bought",
                    "bank_id": bank_id,
                    "minutes": sale.minutes,
                    sale.link: sale.line.id,
                }
                for sale, bank_id in zip(sales, banks, strict=True)
            ]
        )

    @api.model
    def _get_sale_banks(self, sales):
        """Return the ids of the banks that what is sold goes into.

        The one chosen on the order, that of its project, or the general bank of the
        customer in the currency of the sale, which is opened if there is none.
        """
        owners = [_get_owner(sale.line) for sale in sales]
        found = self._read_sale_banks(owners)
        lacking = list(dict.fromkeys(one for one in owners if one not in found))
        if lacking:
            found.update(self._open_general_banks(lacking))
        banks = []
        for sale, owner in zip(sales, owners, strict=True):
            chosen, project = sale.line._get_hours_bank_choice()
            by_project = found[owner].get(project.id) if project else None
            banks.append(chosen.id or by_project or found[owner][None])
        return banks

    @api.model
    def _read_sale_banks(self, owners):
        """Return ``{owner: {project id, or None of the general one: bank id}}``.

        Of those owners that have a general bank.
        """
        banks = as_superuser(self).search(
            [
                ("partner_id", "in", [partner_id for partner_id, *_rest in owners]),
                ("company_id", "in", [company_id for _id, company_id, _cur in owners]),
                ("state", "=", "open"),
                ("contract_id", "=", False),
                ("owned_product_id", "=", False),
            ],
            order="sequence, id",
        )
        found = {}
        for bank in banks:
            owner = bank.partner_id.id, bank.company_id.id, bank.currency_id.id
            found.setdefault(owner, {}).setdefault(bank.project_id.id or None, bank.id)
        return {owner: ids for owner, ids in found.items() if None in ids}

    @api.model
    def _open_general_banks(self, owners):
        """Open a general bank for each of these, as :meth:`_read_sale_banks` does."""
        # Two sales to one customer must not open two of them.
        meet(self.env, "res_partner", [partner_id for partner_id, *_rest in owners])
        companies = self.env["res.company"].sudo()
        currencies = self.env["res.currency"]
        vals_list = []
        for partner_id, company_id, currency_id in owners:
            name = self.env._("Hours")
            if currency_id != companies.browse(company_id).currency_id.id:
                name = f"{name} ({currencies.browse(currency_id).name})"
            vals_list.append(
                {
                    "name": name,
                    "partner_id": partner_id,
                    "company_id": company_id,
                    "currency_id": currency_id,
                }
            )
        # Who sells has no right to open banks; the first sale opens it for him.
        as_superuser(self).create(vals_list)
        return self._read_sale_banks(owners)

    # -- more or fewer --

    @api.model
    def _correct_sold_lots(self, sales, lots):
        """Bring lots that are there to what is sold now."""
        rows = self._lock({lots[sale.source].bank_id for sale in sales})
        moved = self._read_sold_moves([sale.source for sale in sales])
        left = self._read_left_of_families(
            [lot_id for sale in sales for lot_id in lots[sale.source].lot_ids]
        )
        today = fields.Date.context_today(self)
        entries, grown, new = [], {}, []
        for sale in sales:
            sold = lots[sale.source]
            missing = sale.minutes - sold.minutes - moved.get(sale.source, 0)
            vals = self._prepare_sale_entry(sale, sold.bank_id)
            if missing > 0 and sale.may_add:
                self._check_open([rows[sold.bank_id]])
                if sold.date_to and sold.date_to < today:
                    new.append(self._prepare_added_lot(sale, sold, missing, today))
                    continue
                lot_id = sold.lot_ids[0]
                vals |= {"kind": "purchase", "lot_id": lot_id, "minutes": missing}
                entries.append(vals)
                grown.setdefault(sold.bank_id, []).append(lot_id)
            elif missing < 0:
                of_line = [one for lot_id in sold.lot_ids for one in left[lot_id]]
                entries += self._take_back(sale, vals, of_line, -missing)
        self._book(entries)
        if grown:
            self._settle(grown)
        if new:
            self._add_lots(new)

    @api.model
    def _prepare_added_lot(self, sale, sold, minutes, day):
        """Return the values of a lot for what is added when the others are over."""
        return {
            **sale.line._prepare_hours_lot_vals(day),
            "kind": "bought",
            "bank_id": sold.bank_id,
            "minutes": minutes,
            "is_added_later": True,
            sale.link: sale.line.id,
        }

    @api.model
    def _prepare_sale_entry(self, sale, bank_id):
        return {
            "bank_id": bank_id,
            "date": fields.Date.context_today(self),
            "source": sale.source,
            "name": sale.document.display_name,
            "user_id": self.env.uid,
        }

    @api.model
    def _take_back(self, sale, vals, left, minutes):
        """Return the entries that take back what is left; tell it on the document.

        :param list left: ``(lot id, minutes left)`` of the lot and those it went on in
        """
        entries, rest = [], minutes
        for lot_id, available in left:
            part = min(available, rest)
            if part:
                entries.append(
                    {
                        **vals,
                        "kind": _TAKEN_BACK,
                        "lot_id": lot_id,
                        "minutes": -part,
                        "reason": sale.document.display_name,
                    }
                )
                rest -= part
        self._tell_taken_back(sale, left[0][0], minutes - rest, rest)
        return entries

    @api.model
    def _tell_taken_back(self, sale, lot_id, taken, gone):
        # As in _read_sold_lots.
        lot = as_superuser(self.env["crm.cards.hours.lot"]).browse(lot_id)
        values = {
            "bank": lot.bank_id.name,
            "lot": lot.display_name,
            "taken": format_minutes(taken),
            "gone": format_minutes(gone),
        }
        if gone:
            body = self.env._(
                "Hours bank %(bank)s: %(taken)s h of the lot “%(lot)s” were taken "
                "back. %(gone)s h had been used already, or had expired, and "
                "stay where they are.",
                **values,
            )
        else:
            body = self.env._(
                "Hours bank %(bank)s: %(taken)s h of the lot “%(lot)s” were taken "
                "back.",
                **values,
            )
        sale.document._message_log(body=body)

    @api.model
    def _read_sold_moves(self, sources):
        """Return ``{source: minutes}`` by which sales have changed their lots since."""
        self.env.cr.execute(
            SQL(
                """
                SELECT source, SUM(minutes)
                  FROM crm_cards_hours_entry
                 WHERE source = ANY(%s)
                 GROUP BY source
                """,
                sources,
            )
        )
        return dict(self.env.cr.fetchall())

    @api.model
    def _read_left_of_families(self, lot_ids):
        """Return ``{lot id: [(lot id, minutes left)]}``, itself first, then what it
        was rolled over into."""
        self.env["crm.cards.hours.lot"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                WITH RECURSIVE family AS (
                    SELECT id AS root_id, id, left_minutes
                      FROM crm_cards_hours_lot
                     WHERE id = ANY(%s)
                     UNION ALL
                    SELECT family.root_id, heir.id, heir.left_minutes
                      FROM crm_cards_hours_lot heir
                      JOIN family ON heir.origin_lot_id = family.id
                )
                SELECT root_id, id, left_minutes FROM family ORDER BY id
                """,
                lot_ids,
            )
        )
        left = {lot_id: [] for lot_id in lot_ids}
        for root_id, lot_id, minutes in self.env.cr.fetchall():
            left[root_id].append((lot_id, minutes))
        return left


def _get_owner(line):
    customer = line._get_hours_buyer().commercial_partner_id
    return customer.id, line.company_id.id, line.currency_id.id
