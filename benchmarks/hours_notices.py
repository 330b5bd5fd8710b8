"""Which of 100,000 hours banks come to an end: lists, filters, scheduled action."""

from benchmarks import _screens, _volumes

ROUNDS = 3
BANKS = 100_000

# A lot that is used up and a present one each. Of a hundred banks five run low, three
# are used up and two expire soon; of four, one customer is far east of Greenwich.
_FILL = """
UPDATE res_partner SET tz = 'Asia/Jerusalem' WHERE ref LIKE 'R%' AND id % 4 = 0;
CREATE TEMPORARY TABLE seed ON COMMIT DROP AS
SELECT nextval('crm_cards_hours_bank_id_seq') AS bank_id, id AS partner_id,
       REPLACE(ref, 'R', '')::int AS n,
       CASE WHEN REPLACE(ref, 'R', '')::int % 100 < 5 THEN 1000
            WHEN REPLACE(ref, 'R', '')::int % 100 < 8 THEN 1200
            ELSE 300 END AS used
  FROM res_partner WHERE ref LIKE 'R%';
INSERT INTO crm_cards_hours_bank (
    id, name, partner_id, company_id, currency_id, sequence, active, state, overdraft,
    bought_minutes, used_minutes, expired_minutes, beyond_minutes, left_minutes,
    create_uid, create_date)
SELECT bank_id, 'Hours', seed.partner_id, company.id, company.currency_id, 10, TRUE,
       'open', 'warn', 2400, 1200 + used, 0, 0, 1200 - used, 2, now()
  FROM seed JOIN res_company company ON company.id = 1;
INSERT INTO crm_cards_hours_lot (
    bank_id, company_id, kind, minutes, left_minutes, expired_minutes, date_from,
    date_to, name, create_date)
SELECT bank_id, 1, 'bought', 1200, CASE WHEN turn = 1 THEN 0 ELSE 1200 - used END, 0,
       CURRENT_DATE - 200 + 100 * turn,
       CASE WHEN n % 100 BETWEEN 8 AND 9 THEN CURRENT_DATE + 10
            ELSE CURRENT_DATE + 200 END, turn, now()
  FROM seed CROSS JOIN generate_series(1, 2) turn
 ORDER BY turn, bank_id;
INSERT INTO crm_cards_hours_entry (
    bank_id, lot_id, company_id, kind, minutes, date, create_date)
SELECT lot.bank_id, lot.id, 1, part.kind, part.minutes, lot.date_from + part.day, now()
  FROM seed JOIN crm_cards_hours_lot lot USING (bank_id)
 CROSS JOIN LATERAL (
       SELECT 'purchase', 1200, 0
        UNION ALL
       SELECT 'draw', (lot.left_minutes - 1200) / 5, day
         FROM generate_series(1, 5) day
        WHERE lot.left_minutes < 1200) part (kind, minutes, day)
 ORDER BY lot.name, lot.id, part.day;
"""
_STATISTICS = """
VACUUM ANALYZE res_partner, crm_cards_hours_bank, crm_cards_hours_lot,
               crm_cards_hours_entry
"""

_USER = """
env["res.users"].with_context(no_reset_password=True).create({
    "name": "Bench", "login": "bench",
    "group_ids": [(6, 0, env.ref("crm_cards.crm_cards_group_hours_manager").ids)],
})
env.cr.commit()
"""

_WORKS = (
    _screens.TOOLS
    + """
banks = env["crm.cards.hours.bank"]
spec = specification(banks, "crm_cards.crm_cards_hours_bank_view_list")
plain = {name: value for name, value in spec.items()
         if name not in ("supply", "date_end", "ends_soon", "forecast_date")}
notices = env["crm.cards.hours.notice"].sudo()
def page(spec, domain=()):
    return lambda: banks.web_search_read(
        [("state", "=", "open"), *domain], spec, limit=80, count_limit=10001)
def by_hand():
    env.cr.execute('''
        SELECT bank.id
          FROM crm_cards_hours_bank bank
          JOIN crm_cards_hours_lot lot ON lot.bank_id = bank.id
         WHERE bank.active AND bank.state = 'open'
           AND lot.date_from <= CURRENT_DATE AND lot.date_to >= CURRENT_DATE
         GROUP BY bank.id
        HAVING SUM(lot.left_minutes) <= 0.2 * SUM(lot.minutes) / 2''')
    return env.cr.fetchall()
result = time_all({
    "page": page({**plain, "supply": {}, "ends_soon": {}}),
    "plain page": page(plain),
    "low": page(plain, [("supply", "=", "low")]),
    "empty": page(plain, [("supply", "=", "empty")]),
    "ending": page(plain, [("ends_soon", "=", True)]),
    "by hand": by_hand,
    "all due": notices._find_due,
}, 3)
result["found"] = len(notices._find_due())
"""
)


def run(bench):
    ours = bench.database("ours")
    _volumes.fill(bench, ours, BANKS, posted=0, leads=0)
    bench.shell(ours, _USER)
    bench.sql(ours, _FILL)
    bench.sql(ours, _STATISTICS)
    runs = {}
    for _round in range(ROUNDS):
        found = bench.shell(ours, _WORKS)
        counts = found.pop("found")
        for name, measured in found.items():
            runs.setdefault(name, []).extend(measured)
    bench.note(
        f"{BANKS} banks with two lots and six to eleven entries each; of "
        f"{counts} something is to be told; medians of {3 * ROUNDS} turns"
    )
    for title, ours_name, other in (
        (
            "a page of the list, beside one that says nothing of it",
            "page",
            "plain page",
        ),
        ("those that run low, beside plain SQL", "low", "by hand"),
        ("those that are used up, beside plain SQL", "empty", "by hand"),
        ("those that expire soon, beside plain SQL", "ending", "by hand"),
        ("all that is to be told, beside plain SQL", "all due", "by hand"),
    ):
        _screens.record(bench, title, runs[ours_name], runs[other])
