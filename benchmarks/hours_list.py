"""Balances of 100,000 hours banks in lists, beside plain SQL over the ledger."""

from benchmarks import _screens, _volumes

ROUNDS = 3
BANKS = 100_000
GOAL = 1.2
ENTRIES = 6  # for each bank: one purchase, the rest draws

_USER = """
groups = ["base.group_user", "sales_team.group_sale_salesman_all_leads",
          "crm_cards.crm_cards_group_hours_manager", "base.group_allow_export"]
env["res.users"].with_context(no_reset_password=True).create({
    "name": "Bench", "login": "bench",
    "group_ids": [(6, 0, [env.ref(group).id for group in groups])],
})
env.cr.commit()
"""

_BANKS = """
INSERT INTO crm_cards_hours_bank (
    name, partner_id, company_id, currency_id, sequence, active, state, overdraft,
    overdraft_minutes, bought_minutes, used_minutes, expired_minutes, beyond_minutes,
    left_minutes, create_uid, create_date, write_uid, write_date)
SELECT 'Hours', partner.id, 1, company.currency_id, 10, TRUE, 'open', 'warn', 0, 0, 0,
       0, 0, 0, 2, now(), 2, now()
  FROM res_partner partner
  JOIN res_company company ON company.id = 1
 WHERE partner.ref LIKE 'R%'
"""
_LOTS = """
INSERT INTO crm_cards_hours_lot (
    bank_id, company_id, kind, minutes, left_minutes, expired_minutes, date_from,
    create_uid, create_date, write_uid, write_date)
SELECT id, 1, 'bought', 6000, 0, 0, '2026-01-01', 2, now(), 2, now()
  FROM crm_cards_hours_bank
"""
_ENTRIES = f"""
INSERT INTO crm_cards_hours_entry (
    bank_id, lot_id, company_id, kind, minutes, date,
    create_uid, create_date)
SELECT lot.bank_id, lot.id, 1,
       CASE n WHEN 1 THEN 'purchase' ELSE 'draw' END,
       CASE n WHEN 1 THEN 6000 ELSE -(60 + lot.id * 37 % 1140) END,
       date '2026-01-01' + n, 2, now()
  FROM crm_cards_hours_lot lot
 CROSS JOIN generate_series(1, {ENTRIES}) n
"""
_BALANCES = """
UPDATE crm_cards_hours_bank bank
   SET bought_minutes = 6000, used_minutes = 6000 - summed.minutes,
       left_minutes = summed.minutes
  FROM (SELECT bank_id, SUM(minutes) AS minutes
          FROM crm_cards_hours_entry GROUP BY 1) summed
 WHERE summed.bank_id = bank.id;
UPDATE crm_cards_hours_lot lot
   SET left_minutes = bank.left_minutes
  FROM crm_cards_hours_bank bank
 WHERE bank.id = lot.bank_id
"""
_STATISTICS = """
VACUUM (FULL, ANALYZE) crm_cards_hours_bank, crm_cards_hours_lot, crm_cards_hours_entry
"""

_LISTS = (
    _screens.TOOLS
    + """
banks, partners = env["crm.cards.hours.bank"], env["res.partner"]
spec = specification(banks, "crm_cards.crm_cards_hours_bank_view_list")
domain, filters, box = opening(banks, "crm_cards.crm_cards_hours_bank_action")
customer_spec = {"display_name": {}, "card_hours_left": {}, "card_hours_reserved": {}}
names = ["bought_hours", "used_hours", "expired_hours", "left_hours"]
LEDGER = '''
    SELECT bank.id, partner.complete_name, bank.name,
           SUM(minutes) FILTER (WHERE kind IN
               ('purchase', 'rollover', 'correction', 'billing')) / 60.0 AS bought,
           -SUM(minutes) FILTER (WHERE kind IN
               ('draw', 'reversal', 'settlement')) / 60.0 AS used,
           -SUM(minutes) FILTER (WHERE kind = 'expiry') / 60.0 AS expired,
           SUM(minutes) / 60.0 AS remaining
      FROM crm_cards_hours_bank bank
      JOIN res_partner partner ON partner.id = bank.partner_id
      JOIN crm_cards_hours_entry entry ON entry.bank_id = bank.id
     WHERE bank.active AND bank.state = 'open'
  GROUP BY bank.id, partner.complete_name'''

def page(records, spec, domain, **kw):
    return lambda: records.web_search_read(
        domain, spec, limit=80, count_limit=10001, **kw)

def by_hand(query):
    def work():
        env.cr.execute(query)
        return env.cr.fetchall()
    return work

opened = [*domain, *filters]
works = {
    "page": page(banks, spec, opened),
    "sorted": page(banks, spec, opened, order="left_hours"),
    "few": page(banks, spec, [*opened, ("left_hours", "<", 5)], order="left_hours"),
    "totals": lambda: banks.web_read_group(
        opened, ["overdraft"], [name + ":sum" for name in names]),
    "all": lambda: banks.search(opened).export_data(
        ["partner_id/name", "name", *names]),
    "contacts": lambda: partners.search([("ref", "=like", "R%")]).export_data(
        ["complete_name", "ref", "phone", "email", "city", "vat"]),
    "customers": page(partners, customer_spec, [("card_hours_left", "<", 5)],
                      order="card_hours_left"),
    "hand sorted": by_hand(LEDGER + " ORDER BY remaining, bank.id LIMIT 80"),
    "hand few": by_hand(
        LEDGER + " HAVING SUM(minutes) < 300 ORDER BY remaining, bank.id LIMIT 80"),
    "hand all": by_hand(LEDGER + " ORDER BY bank.id"),
    "hand page": by_hand(LEDGER.replace("WHERE", "WHERE bank.id IN (SELECT id FROM "
        "crm_cards_hours_bank WHERE active AND state = 'open' "
        "ORDER BY sequence, id LIMIT 80) AND")),
}
found = time_all(works, 3)
sums = banks._read_group(opened, [], ["left_minutes:sum"])[0][0]
env.cr.execute("SELECT SUM(minutes) FROM crm_cards_hours_entry")
assert sums == env.cr.fetchone()[0]
result = {**found, "fields": len(spec)}
"""
)

_PAIRS = [
    ("First page of banks with its count, beside these 80 summed", "page", "hand page"),
    ("Sorted by what is left", "sorted", "hand sorted"),
    ("Less than 5 hours left", "few", "hand few"),
    ("Sums of all banks by rule, beside all banks", "totals", "hand all"),
    ("Customers with less than 5 hours left", "customers", "hand few"),
]


def run(bench):
    database = bench.database("banks")
    _volumes.fill(bench, database, BANKS, 0, 0)
    bench.shell(database, _USER)
    with _volumes.bared(bench, database, ["crm_cards_hours_entry"]):
        for statement in (_BANKS, _LOTS, _ENTRIES):
            bench.sql(database, statement)
    bench.sql(database, _BALANCES)
    bench.sql(database, _STATISTICS)
    runs = {}
    for _round in range(ROUNDS):
        found = bench.shell(database, _LISTS)
        fields = found.pop("fields")
        for name, timings in found.items():
            runs.setdefault(name, []).extend(timings)
    bench.note(
        f"{BANKS:,} banks of as many customers, {BANKS * ENTRIES:,} entries; pages of "
        f"80 with their count and all {fields} fields of the list, beside one SELECT "
        f"that sums the ledger; medians of {3 * ROUNDS} calls in {ROUNDS} rounds"
    )
    for title, ours, other in _PAIRS:
        _screens.record(bench, title, runs[ours], runs[other], GOAL)
    _screens.record(
        bench,
        "Balances of all banks exported, beside six fields of as many contacts",
        runs["all"],
        runs["contacts"],
        GOAL,
    )
    seconds = _volumes.median([run[0] for run in runs["hand all"]]) / 1000
    bench.note(f"  the ledger of all banks summed by one SELECT: {seconds:.2f} s")
