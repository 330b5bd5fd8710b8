"""One phone number on 1,000 partners, with and without the add-on."""

from benchmarks import _volumes

ROUNDS = 3
COUNT = 1_000

_WRITE = """
env = env(user=2)
partners = env["res.partner"].search([("ref", "=like", "R%")], order="id")
records = partners
if through_cards:
    records = partners.account_card_id
    assert len(records) == len(partners)
result = []
for turn in range(4):
    env.invalidate_all()
    records = records.browse(records.ids)
    phone = f"+4822000{turn}{len(partners)}"
    with measure() as found:
        records.write({"phone": phone})
        env.flush_all()
    env.cr.execute("SELECT COUNT(*) FROM res_partner WHERE phone = %s", [phone])
    assert env.cr.fetchone()[0] == len(partners)
    result.append(vars(found))
    env.cr.rollback()
result = result[1:]  # the first one warms up
"""


def run(bench):
    plain = bench.database("plain", addon=False)
    ours = bench.database("ours")
    for database in (plain, ours):
        _volumes.fill(bench, database, COUNT, 0, 0)
    _volumes.open_cards(bench, ours)
    variants = {
        "plain": (plain, False),
        "ours": (ours, False),
        "cards": (ours, True),
    }
    runs = {name: [] for name in variants}
    for _round in range(ROUNDS):
        for name, (database, through_cards) in variants.items():
            runs[name] += bench.shell(database, _WRITE, through_cards=through_cards)
    bench.note(
        f"{COUNT:,} partners, every one with an account card where the add-on is; "
        f"medians of {len(runs['plain'])} writes in {ROUNDS} alternating rounds"
    )
    _record(bench, "Written on the partners", runs["ours"], runs["plain"], 0)
    _record(bench, "Written through their cards", runs["cards"], runs["plain"], 2)


def _record(bench, title, ours, plain, more_queries):
    seconds = [[run["seconds"] * 1000 for run in runs] for runs in (ours, plain)]
    queries = [max(run["queries"] for run in runs) for runs in (ours, plain)]
    bench.record(
        f"{title}, beside plain Odoo",
        *map(_volumes.median, seconds),
        "ms",
        queries_ours=queries[0],
        queries_other=queries[1],
        peak_mb=max(run["peak_mb"] for run in ours),
    )
    met = "met" if queries[0] - queries[1] <= more_queries else "NOT met"
    bench.note(
        f"  goal + {more_queries} queries: {met}; spread: ours "
        f"{_volumes.spread(seconds[0])} ms, plain {_volumes.spread(seconds[1])} ms"
    )
