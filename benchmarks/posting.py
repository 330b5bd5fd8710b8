"""Posting invoices, with and without the add-on."""

from benchmarks import _volumes

ROUNDS = 3
COUNT = 200

_POST = """
env = env(user=2)
partners = env["res.partner"].search([("ref", "=like", "R%")], order="id")
result = []
for turn in range(3):
    moves = env["account.move"].create([
        {
            "move_type": "out_invoice",
            "partner_id": partner.id,
            "invoice_date": "2026-01-15",
            "invoice_line_ids": [(0, 0, {"name": "Work", "price_unit": 100})],
        }
        for partner in partners[:count]
    ])
    env.flush_all()
    env.invalidate_all()
    with measure() as found:
        moves.action_post()
        env.flush_all()
    assert set(moves.mapped("state")) == {"posted"}
    env.cr.execute(
        "SELECT COUNT(*), SUM(amount_residual) FROM account_move_line "
        "WHERE move_id = ANY(%s) AND parent_state = 'posted'", [moves.ids])
    items, residual = env.cr.fetchone()
    result.append({**vars(found), "state": [items, float(residual)]})
    env.cr.rollback()
result = result[1:]  # the first one warms up
"""


def run(bench):
    plain = bench.database("plain", addon=False)
    ours = bench.database("ours")
    for database in (plain, ours):
        _volumes.fill(bench, database, COUNT, 0, 0)
    new = bench.copy(ours, "new")
    _volumes.open_cards(bench, ours)
    databases = {"plain": plain, "customers": ours, "new": new}
    runs = {}
    for _round in range(ROUNDS):
        for count in (COUNT, COUNT // 10):
            for name, database in databases.items():
                found = bench.shell(database, _POST, count=count)
                runs.setdefault((name, count), []).extend(found)
    bench.note(
        f"Invoices of one line, one a partner; medians of {2 * ROUNDS} batches in "
        f"{ROUNDS} alternating rounds"
    )
    for name, title in (
        ("customers", "partners that have a card"),
        ("new", "partners that get their card by it"),
    ):
        for count in (COUNT, COUNT // 10):
            _record(bench, title, runs[name, count], runs["plain", count], count)
    overhead = [
        runs["customers", count][-1]["queries"] - runs["plain", count][-1]["queries"]
        for count in (COUNT, COUNT // 10)
    ]
    met = "met" if overhead[0] <= overhead[1] + 2 else "NOT met"
    bench.note(
        f"Queries more than plain Odoo, partners with a card: {overhead[0]} in a batch "
        f"of {COUNT}, {overhead[1]} in one of {COUNT // 10} (goal constant: {met})"
    )


def _record(bench, title, ours, plain, count):
    assert [run["state"] for run in ours] == [run["state"] for run in plain]
    seconds = [[run["seconds"] for run in runs] for runs in (ours, plain)]
    bench.record(
        f"{count} invoices of {title}, beside plain Odoo",
        *map(_volumes.median, seconds),
        "s",
        queries_ours=ours[-1]["queries"],
        queries_other=plain[-1]["queries"],
        peak_mb=max(run["peak_mb"] for run in ours),
    )
    bench.note(
        f"  spread: ours {_volumes.spread(seconds[0])} s, "
        f"plain {_volumes.spread(seconds[1])} s"
    )
