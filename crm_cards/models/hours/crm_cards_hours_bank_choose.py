from datetime import date
from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ...tools import hours_draw
from .crm_cards_hours_bank_lots import format_minutes
from .crm_cards_hours_entry import REASONS


class Case(NamedTuple):
    """A piece of work that may draw hours of a customer.

    ``partner_id`` is the commercial partner, ``minutes`` what was worked, None if that
    makes no sense, ``bank_id`` the bank chosen by hand, ``project_ids`` the project and
    those above it, nearest first. ``vals`` are further values of its entries.
    """

    source: str
    partner_id: int
    company_id: int
    date: date
    minutes: int
    kind_id: int = None
    bank_id: int = None
    contract_id: int = None
    owned_product_id: int = None
    project_ids: tuple = ()
    vals: dict = {}


class Request(NamedTuple):
    """What a source is to have drawn: ``minutes`` from a bank, for work on a day."""

    source: str
    bank_id: int
    minutes: int
    date: date
    vals: dict


class HoursBank(models.Model):
    """Finds the bank that work draws from, and says why it is this one."""

    _inherit = "crm.cards.hours.bank"

    @api.model
    def _choose(self, cases, current=None):
        """Return ``{source: (bank id, reason)}``; work without a bank is left out.

        The one chosen by hand; else one for the contract, the product, the project,
        or the general one. Among several of a kind the one that is drawn from already,
        then the one with the valid lot that expires first, then the first of the list.

        :param dict current: source -> bank it draws from now
        :raises ValidationError: the bank chosen by hand does not fit
        """
        if not cases:
            return {}
        current = current or {}
        banks = self._read_candidates(cases)
        chosen = {}
        for case in cases:
            theirs = banks.get((case.partner_id, case.company_id), ())
            if case.bank_id:
                self._check_by_hand(case, theirs)
                chosen[case.source] = (case.bank_id, "hand")
                continue
            now = current.get(case.source)
            ranked = [
                (rank, bank["id"] != now, bank["id"], bank)
                for bank in theirs
                if (rank := _get_rank(case, bank)) is not None
            ]
            if ranked:
                *_rest, bank = min(
                    ranked,
                    key=lambda found, day=case.date: (
                        *found[:2],
                        _get_first_expiry(found[3], day),
                        found[3]["sequence"],
                        found[2],
                    ),
                )
                chosen[case.source] = (bank["id"], _get_rank(case, bank)[0][1])
        return chosen

    @api.model
    def _read_candidates(self, cases):
        """Return ``{(customer, company): [open banks]}`` with days of their lots."""
        self.flush_model()
        self.env["crm.cards.hours.lot"].flush_model()
        # Which bank work draws from does not depend on who may see it.
        self.env.cr.execute(
            SQL(
                """
                SELECT bank.id, bank.partner_id, bank.company_id, bank.contract_id,
                       bank.owned_product_id, bank.project_id,
                       COALESCE(bank.sequence, 0) AS sequence,
                       ARRAY_AGG(lot.date_from) AS starts,
                       ARRAY_AGG(lot.date_to) AS ends
                  FROM crm_cards_hours_bank bank
                  LEFT JOIN crm_cards_hours_lot lot
                         ON lot.bank_id = bank.id
                        AND (lot.left_minutes > 0 OR lot.expired_minutes > 0)
                 WHERE bank.partner_id = ANY(%s)
                   AND bank.company_id = ANY(%s)
                   AND bank.active
                   AND bank.state = 'open'
                 GROUP BY bank.id
                """,
                list({case.partner_id for case in cases}),
                list({case.company_id for case in cases}),
            )
        )
        banks = {}
        for row in self.env.cr.dictfetchall():
            banks.setdefault((row["partner_id"], row["company_id"]), []).append(row)
        return banks

    @api.model
    def _check_by_hand(self, case, banks):
        if case.bank_id in [bank["id"] for bank in banks]:
            return
        row = self._read_banks([case.bank_id]).get(case.bank_id)
        if row and row["partner_id"] == case.partner_id:
            self._check_open([row])
        customer = self.env["res.partner"].sudo().browse(case.partner_id)
        raise ValidationError(
            self.env._(
                "Hours bank: the bank that was chosen is not one of %(customer)s in "
                "this company. Choose one of this customer, or leave it empty.",
                customer=customer.display_name,
            )
        )

    @api.model
    def _prepare_requests(self, cases, current=None):
        """Return the :class:`Request` of each case that draws: weighed, with its bank.

        :raises ValidationError: hours are negative or absurd
        """
        kinds = self.env["crm.cards.hours.kind"].sudo()
        companies = self.env["res.company"].sudo()
        chosen = self._choose(cases, current)
        requests = []
        for case in cases:
            if case.source not in chosen:
                continue
            if case.minutes is None:
                raise ValidationError(self._describe_absurd(case))
            kind = kinds.browse(case.kind_id)
            minutes = kind._weigh(case.minutes, companies.browse(case.company_id))
            if minutes:
                bank_id, reason = chosen[case.source]
                vals = {
                    **case.vals,
                    "worked_minutes": case.minutes,
                    "factor": kind.factor or 1.0,
                    "work_kind_id": kind.id,
                    "chosen_by": reason,
                }
                requests.append(Request(case.source, bank_id, minutes, case.date, vals))
        return requests

    @api.model
    def _describe_absurd(self, case):
        return self.env._(
            "Hours: those of %(work)s cannot be drawn from a bank. Type at least 0 and "
            "at most %(most)s h.",
            work=case.vals.get("name") or case.date,
            most=format_minutes(hours_draw.MINUTES_AT_MOST),
        )

    @api.model
    def _preview(self, case, minutes=None):
        """Return what a piece of work would draw, for dialogs; nothing is booked.

        :param minutes: worked, instead of those of the case
        :return: ``{bank_id, name, reason, drawn_minutes, left_before, left_after,
            warning, refusal}``; None if it draws from no bank
        """
        if minutes is not None:
            case = case._replace(minutes=minutes)
        drawn = self._read_draws([case.source]) if case.source else {}
        current = {source: draws[0]["bank_id"] for source, draws in drawn.items()}
        chosen = self._choose([case], current).get(case.source)
        if not chosen:
            return None
        bank_id, reason = chosen
        requests = self._prepare_requests([case], current)
        plan = self._plan([case.source], requests, self._read_banks, drawn, [bank_id])
        row, account = plan.banks[bank_id], plan.accounts[bank_id]
        return {
            "bank_id": bank_id,
            "name": row["name"],
            "reason": reason,
            "drawn_minutes": sum(request.minutes for request in requests),
            "left_before": row["left_minutes"],
            "left_after": row["left_minutes"]
            + sum(one["minutes"] for one in plan.rows if one["bank_id"] == bank_id),
            "beyond": account.beyond,
            "warning": plan.warnings[:1] and plan.warnings[0],
            "refusal": plan.refusals[:1] and plan.refusals[0],
        }

    @api.model
    def _describe_choice(self, row, reason):
        """Return in a sentence why work draws from a bank, and what is left.

        :param row: of :meth:`_read_banks`
        """
        labels = dict(
            self.env["crm.cards.hours.entry"]
            ._fields["chosen_by"]
            ._description_selection(self.env)
        )
        return self.env._(
            "%(bank)s (%(reason)s), %(left)s h left",
            bank=row["name"],
            reason=labels[reason],
            left=format_minutes(row["left_minutes"]),
        )


_RANKS = [reason for reason, _label in REASONS]


def _get_rank(case, bank):
    """Return how well a bank fits: the least is the best, and the first says why.

    Of two that are for the same, the one that is for something more besides fits
    better. None if the bank is for something else.
    """
    ranks = []
    for fname, value in (
        ("contract_id", case.contract_id),
        ("owned_product_id", case.owned_product_id),
    ):
        if bank[fname]:
            if bank[fname] != value:
                return None
            reason = {"contract_id": "contract", "owned_product_id": "product"}[fname]
            ranks.append((_RANKS.index(reason), reason, 0))
    if bank["project_id"]:
        if bank["project_id"] not in case.project_ids:
            return None
        nearest = case.project_ids.index(bank["project_id"])
        ranks.append((_RANKS.index("project"), "project", nearest))
    return [*ranks, (_RANKS.index("general"), "general", 0)]


def _get_first_expiry(bank, day):
    """Return a key: when the first lot valid on the day expires; none comes last."""
    ends = [
        end or date.max
        for start, end in zip(bank["starts"], bank["ends"], strict=True)
        if start and start <= day and (not end or end >= day)
    ]
    return (0, min(ends)) if ends else (1, date.max)
