"""30,000 deadlines of 10,000 tickets beside OCA's helpdesk, in one database."""

from benchmarks import _sla, _sla_cases, _volumes
from dev import venv

SLICES = 10
GOAL_ORM, GOAL_BULK = 25, 100

# OCA's tickets in slices, ours all at once after each of them.
_MEASURE = """
ours = env["crm.cards.ticket"].search([], order="id")
theirs = env["helpdesk.ticket"].search([], order="id")
stages = {model: env[model].search([("name", "=", "Second line")]).id
          for model in ("crm.cards.ticket.stage", "helpdesk.ticket.stage")}
size = len(theirs) // slices
parts = [theirs[n * size:(n + 1) * size] for n in range(slices)]


def run(work):
    env.invalidate_all()
    with measure() as found:
        work()
        env.cr.flush()  # with what Odoo does at the end: the messages of a change
    return [found.seconds, found.queries, found.peak_mb]


def move_ours(tickets):
    tickets.write({"stage_id": stages["crm.cards.ticket.stage"]})


def move_theirs(tickets):
    tickets.write({"stage_id": stages["helpdesk.ticket.stage"]})


def recount_theirs(tickets):
    # What its write() does, without the ticket and its messages.
    for row in tickets.ticket_sla_ids:
        row._stage_recompute()


found = {name: [] for name in ("oca", "orm", "oca bulk", "bulk", "queries")}
with at(FRIDAY):
    move_ours(ours[:10])  # warms up
    move_theirs(parts[0][:10])
    env.cr.flush()
    env.cr.rollback()
    for part in parts:
        found["oca bulk"].append(run(lambda: recount_theirs(part)))
        env.cr.rollback()
        found["bulk"].append(run(ours._measure_sla))
        env.cr.rollback()
        found["oca"].append(run(lambda: move_theirs(part)))
        env.cr.commit()
        found["orm"].append(run(lambda: move_ours(ours)))
        env.cr.rollback() if part != parts[-1] else env.cr.commit()
    for count in (1, 100, 1_000):
        found["queries"].append([
            count, run(ours[:count]._measure_sla)[1],
            run(lambda: ours[count:2 * count].write({"priority": "2"}))[1]])
        env.cr.rollback()
    mine = Ours.deadlines(None, ours)
    other = Oca.deadlines(None, theirs)
assert set(mine) == set(other) and len(mine) == 3 * len(ours), (len(mine), len(other))
second = timedelta(seconds=1)
equal, unequal = {}, {}
for (number, kind), deadline in mine.items():
    same = abs(deadline - other[number, kind]) <= second
    counts = equal if same else unequal
    counts[kind] = counts.get(kind, 0) + 1
for kind in ("first_response", "resolution"):
    wrong = [(key, mine[key], other[key]) for key in mine
             if key[1] == kind and abs(mine[key] - other[key]) > second]
    assert not wrong, (len(wrong), wrong[:5])
result = {**found, "equal": equal, "unequal": unequal}
"""


def run(bench):
    bench.addons.append(venv.ensure_addons())
    database = bench.database("both", modules=_sla.MODULES)
    differences = _sla_cases.check(bench, database)
    _sla.fill(bench, database)
    found = bench.shell(database, _sla.TOOLS + _MEASURE, slices=SLICES)
    sums = {side: _sum(found[side]) for side in ("oca", "oca bulk")}
    bench.note(
        f"{_sla.COUNT:,} open tickets of three targets each, with the same history in "
        "both (opened, answered, twice paused, some closed and reopened), counted by "
        f"the same calendar in one database; {SLICES} alternating rounds, in each of "
        "which OCA's side did a part of its tickets and ours all of them; medians of "
        "ours, sums of OCA's"
    )
    bench.note(
        f"Equal to the second: {found['equal']['first_response']:,} deadlines of the "
        f"first response, {found['equal']['resolution']:,} of the resolution. OCA has "
        "no next response: its third target is counted from the opening"
    )
    _record(
        bench,
        "A stage change of all tickets, in the ORM, with messages and log",
        found["orm"],
        sums["oca"],
        GOAL_ORM,
    )
    _record(
        bench,
        "Deadlines alone, of all tickets",
        found["bulk"],
        sums["oca bulk"],
        GOAL_BULK,
    )
    for count, bulk, orm in found["queries"]:
        bench.note(f"{count:,} tickets: {bulk} queries, with a changed priority {orm}")
    bench.note("Where they differ:\n" + "\n".join(f"  {line}" for line in differences))


def _sum(runs):
    return [sum(column) for column in zip(*runs, strict=True)]


def _record(bench, title, ours, other, goal):
    seconds = [run[0] for run in ours]
    bench.record(
        title,
        _volumes.median(seconds),
        other[0],
        "s",
        queries_ours=ours[-1][1],
        queries_other=other[1],
        peak_mb=max(run[2] for run in ours),
        goal=1 / goal,
    )
    times = other[0] / _volumes.median(seconds)
    bench.note(f"  {times:.0f} times as fast, spread {_volumes.spread(seconds)} s")
