from dataclasses import dataclass, field

from odoo import api, fields, models
from odoo.tools import SQL

from ...exceptions import HoursRefusedError
from .crm_cards_hours_bank_lots import UNSETTLED, format_minutes

# A source that draws something else in one of these is reversed and drawn anew.
_COMPARED = ("user_id", "ticket_id", "work_kind_id")
# What a reversal says again of the draw that it takes back.
_KEPT = (
    "bank_id",
    "lot_id",
    "date",
    "worked_minutes",
    "factor",
    "work_kind_id",
    "source",
    "line_id",
    "activity_id",
    "ticket_id",
    "user_id",
    "name",
    "chosen_by",
)


@dataclass
class Plan:
    """What following would book: rows of entries, and what there is to say of it.

    ``refusals`` are reasons not to book anything.
    """

    banks: dict = field(default_factory=dict)
    accounts: dict = field(default_factory=dict)
    rows: list = field(default_factory=list)
    warnings: list = field(default_factory=list)
    refusals: list = field(default_factory=list)


class HoursBank(models.Model):
    """Makes draws follow the work they are for: they are what it says now."""

    _inherit = "crm.cards.hours.bank"

    @api.model
    def _follow(self, sources, requests, drawn=None):
        """Make the net draws of these sources be what the requests say.

        A source without a request has its draws reversed; one that draws the same as
        before is left alone. Any number of sources at once, in a few queries.

        :param sources: names of pieces of work, for example ``line/12``
        :param requests: list of Request
        :param dict drawn: what they draw now, as :meth:`_read_draws` returns it
        :return: sentences for the user, where more was drawn than had been bought
        :raises HoursRefusedError: a bank says stop, is at its limit, or is closed
        """
        if drawn is None:
            drawn = self._read_draws(sources)
        plan = self._plan(sources, requests, self._lock, drawn)
        if plan.refusals:
            raise HoursRefusedError("\n".join(plan.refusals))
        self._book(plan.rows)
        return plan.warnings

    @api.model
    def _read_draws(self, sources):
        """Return ``{source: [draws]}`` that have not been reversed."""
        if not sources:
            return {}
        self.env["crm.cards.hours.entry"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT id, minutes, %s,
                       EXISTS (
                        SELECT FROM crm_cards_hours_billing_line billed
                         WHERE billed.entry_id = draw.id
                           AND billed.state = 'billed') AS is_billed
                  FROM crm_cards_hours_entry draw
                 WHERE source = ANY(%s)
                   AND kind = 'draw'
                   AND NOT EXISTS (
                        SELECT FROM crm_cards_hours_entry reversal
                         WHERE reversal.reversed_id = draw.id)
                 ORDER BY id
                """,
                SQL(", ").join(map(SQL.identifier, _KEPT)),
                list(sources),
            )
        )
        drawn = {}
        for row in self.env.cr.dictfetchall():
            drawn.setdefault(row["source"], []).append(row)
        return drawn

    @api.model
    def _plan(self, sources, requests, read_banks, drawn, bank_ids=()):
        """Return the Plan of what is different; nothing is booked.

        :param read_banks: :meth:`_lock`, or :meth:`_read_banks` to look only
        :param bank_ids: banks to look at in any case
        """
        wanted = {}
        for request in requests:
            wanted.setdefault(request.source, []).append(request)
        changed = [
            source
            for source in dict.fromkeys(sources)
            if _sum_draws(drawn.get(source, ()))
            != _sum_requests(wanted.get(source, ()))
        ]
        old = [draw for source in changed for draw in drawn.get(source, ())]
        new = [request for source in changed for request in wanted.get(source, ())]
        ids = {*bank_ids, *(one["bank_id"] for one in old), *(one[1] for one in new)}
        plan = Plan()
        if not ids:
            return plan
        plan.banks = read_banks(ids)
        if old or new:
            self._check_open(plan.banks.values())
        lot_ids = {draw["lot_id"] for draw in old if draw["lot_id"]}
        plan.accounts = self._open_accounts(plan.banks, lot_ids)
        self._plan_reversals(plan, old)
        self._plan_draws(plan, old, new)
        self._plan_settlements(plan, old)
        return plan

    @api.model
    def _plan_reversals(self, plan, draws):
        for draw in draws:
            if draw["is_billed"]:
                plan.refusals.append(self._describe_billed(draw))
            account = plan.accounts[draw["bank_id"]]
            account.reverse(draw["lot_id"], -draw["minutes"])
            plan.rows.append(
                {
                    **{name: draw[name] for name in _KEPT},
                    "kind": "reversal",
                    "minutes": -draw["minutes"],
                    "reversed_id": draw["id"],
                }
            )

    @api.model
    def _plan_draws(self, plan, old, requests):
        # Correcting what was drawn beyond before is not refused, unless it grows.
        forgiven = {}
        for draw in old:
            if draw["lot_id"] is None:
                place = draw["source"], draw["bank_id"]
                forgiven[place] = forgiven.get(place, 0) - draw["minutes"]
        for request in sorted(requests, key=lambda one: one.date):
            bank, account = plan.banks[request.bank_id], plan.accounts[request.bank_id]
            short = request.minutes - account.available(request.date)
            if short > forgiven.get((request.source, request.bank_id), 0):
                self._judge(plan, bank, account, request, short)
            moves = account.draw(request.minutes, request.date)
            rows = self._prepare_entries(
                request.bank_id, account, moves, date=request.date
            )
            worked = request.vals.get("worked_minutes", 0)
            for row in rows:
                row.update(request.vals, source=request.source, worked_minutes=0)
                if row["kind"] == "draw":
                    row["worked_minutes"], worked = worked, 0
            plan.rows += rows

    @api.model
    def _judge(self, plan, bank, account, request, short):
        """Say what the rule of a bank says to drawing beyond what is in it."""
        beyond = max(account.beyond, 0) + short
        values = {
            "bank": self._name_bank(bank),
            "wanted": format_minutes(request.minutes),
            "left": format_minutes(request.minutes - short),
            "beyond": format_minutes(short),
            "day": fields.Date.to_string(request.date),
        }
        rule = bank["overdraft"]
        if rule == "stop":
            plan.refusals.append(
                self.env._(
                    "%(bank)s: %(wanted)s h are to be drawn, but only %(left)s h are "
                    "valid on %(day)s. Log fewer hours, choose another bank, or sell "
                    "the customer more hours first.",
                    **values,
                )
            )
        elif rule == "allow" and beyond > bank["overdraft_minutes"]:
            plan.refusals.append(
                self.env._(
                    "%(bank)s: %(wanted)s h would leave %(total)s h beyond what was "
                    "bought, and %(limit)s h are allowed. Log fewer hours, choose "
                    "another bank, or sell the customer more hours first.",
                    total=format_minutes(beyond),
                    limit=format_minutes(bank["overdraft_minutes"]),
                    **values,
                )
            )
        else:
            plan.warnings.append(
                self.env._(
                    "%(bank)s: %(beyond)s h of %(wanted)s h on %(day)s are beyond what "
                    "was bought.",
                    **values,
                )
            )

    @api.model
    def _plan_settlements(self, plan, old):
        """Let hours that came back pay for what is beyond, or lots take theirs back."""
        today = fields.Date.context_today(self)
        freed = {}
        for draw in old:
            freed.setdefault(draw["bank_id"], set()).add(draw["lot_id"])
        overpaid = [
            bank_id
            for bank_id, lot_ids in freed.items()
            if None in lot_ids and plan.accounts[bank_id].beyond < 0
        ]
        settled = self._read_settled(overpaid)
        for bank_id, lot_ids in freed.items():
            account = plan.accounts[bank_id]
            moves = account.unsettle(settled.get(bank_id, {}))
            if plan.banks[bank_id]["overdraft"] not in UNSETTLED:
                moves += account.settle(lot_ids, today)
            plan.rows += self._prepare_entries(bank_id, account, moves, date=today)

    @api.model
    def _read_settled(self, bank_ids):
        """Return ``{bank id: {lot id: minutes}}`` that lots paid for draws beyond."""
        settled = {}
        if bank_ids:
            self.env.cr.execute(
                SQL(
                    """
                    SELECT bank_id, lot_id, -SUM(minutes)
                      FROM crm_cards_hours_entry
                     WHERE bank_id = ANY(%s)
                       AND kind = 'settlement'
                       AND lot_id IS NOT NULL
                     GROUP BY bank_id, lot_id
                    HAVING SUM(minutes) < 0
                    """,
                    bank_ids,
                )
            )
            for bank_id, lot_id, minutes in self.env.cr.fetchall():
                settled.setdefault(bank_id, {})[lot_id] = minutes
        return settled


def _sum_draws(draws):
    """Return what matters of draws, so that it compares with that of requests."""
    sums = {}
    for draw in draws:
        place = (draw["bank_id"], draw["date"], *(draw[name] for name in _COMPARED))
        sums[place] = sums.get(place, 0) - draw["minutes"]
    return sums


def _sum_requests(requests):
    sums = {}
    for request in requests:
        compared = (request.vals.get(name) or None for name in _COMPARED)
        place = (request.bank_id, request.date, *compared)
        sums[place] = sums.get(place, 0) + request.minutes
    return sums
