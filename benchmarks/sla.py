"""30,000 deadlines of 10,000 tickets beside OCA's helpdesk, in one database."""

from benchmarks import _sla, _sla_cases, _volumes
from dev import venv

ROUNDS, SLICE = 3, 200
GOAL_ORM, GOAL_BULK = 25, 100

# In each round OCA's side does some of its tickets, ours all of them.
_MEASURE = """
ours = env["crm.cards.ticket"].search([], order="id")
theirs = env["helpdesk.ticket"].search([], order="id")
stages = {model: env[model].search([("name", "=", "Second line")]).id
          for model in ("crm.cards.ticket.stage", "helpdesk.ticket.stage")}


def run(work):
    env.invalidate_all()
    with measure() as found:
        work()
        env.cr.flush()  # with what Odoo does at the end: the messages of a change
    return [found.seconds, found.queries, found.peak_mb]


def move(tickets, notes=False):
    stage = "crm.cards.ticket.stage" if tickets == ours else "helpdesk.ticket.stage"
    tickets = tickets.with_context(tracking_disable=not notes)
    return run(lambda: tickets.write({"stage_id": stages[stage]}))


def recount_theirs(tickets):
    # What its write() does, without the ticket and its messages.
    for row in tickets.ticket_sla_ids:
        row._stage_recompute()


def forget():
    env.cr.execute("DELETE FROM crm_cards_ticket_sla")
    env.invalidate_all()


found = {name: [] for name in (
    "oca bulk", "oca", "oca notes", "bulk", "again", "orm", "notes", "queries")}
with at(FRIDAY):
    run(lambda: ours[:10].write({"stage_id": stages["crm.cards.ticket.stage"]}))
    run(lambda: theirs[:10].write({"stage_id": stages["helpdesk.ticket.stage"]}))
    env.cr.rollback()
    for turn in range(rounds):
        part = theirs[turn::len(theirs) // size][:size]
        found["oca bulk"].append(run(lambda: recount_theirs(part)))
        env.cr.rollback()
        forget()
        found["bulk"].append(run(ours._measure_sla))
        found["again"].append(run(ours._measure_sla))
        env.cr.rollback()
        found["oca"].append(move(part))
        env.cr.rollback()
        found["orm"].append(move(ours))
        env.cr.rollback()
    found["oca notes"].append(move(part, notes=True))
    env.cr.rollback()
    found["notes"].append(move(ours, notes=True))
    env.cr.rollback()
    for count in (1, 100, 1_000):
        queries = run(ours[:count]._measure_sla)[1]
        part = ours[count:2 * count].with_context(tracking_disable=True)
        found["queries"].append(
            [count, queries, run(lambda: part.write({"priority": "2"}))[1]])
        env.cr.rollback()
    # The deadlines that both sides have stored, and what a change makes of them.
    part = theirs[::7][:size]
    numbers = {ticket.name for ticket in part}
    same = ours.filtered(lambda ticket: ticket.name in numbers)
    move(part)
    run(lambda: same.write({"stage_id": stages["crm.cards.ticket.stage"]}))
    mine, other = Ours.deadlines(None, ours), Oca.deadlines(None, theirs)
assert set(mine) == set(other) and len(mine) == 3 * len(ours), (len(mine), len(other))
second = timedelta(seconds=1)
equal = {}
for kind in ("first_response", "resolution"):
    wrong = [(key, mine[key], other[key]) for key in mine if key[1] == kind
             and (not mine[key] or abs(mine[key] - other[key]) > second)]
    assert not wrong, (len(wrong), wrong[:5])
    equal[kind] = sum(key[1] == kind for key in mine)
result = {**found, "equal": equal}
"""


def run(bench):
    bench.addons.append(venv.ensure_addons())
    database = bench.database("both", modules=_sla.MODULES)
    differences = _sla_cases.check(bench, database)
    _sla.fill(bench, database)
    found = bench.shell(database, _sla.TOOLS + _MEASURE, rounds=ROUNDS, size=SLICE)
    bench.note(
        f"{_sla.COUNT:,} open tickets of three targets each, with the same history in "
        "both (opened, answered, twice paused, some closed and reopened), counted by "
        f"the same calendar in one database; medians of {ROUNDS} alternating rounds. "
        f"Ours are measured all at once. OCA takes its rows one by one: {SLICE} of its "
        f"tickets are measured and its figure is {_sla.COUNT // SLICE} times theirs"
    )
    bench.note(
        f"Equal to the second: {found['equal']['first_response']:,} deadlines of the "
        f"first response, {found['equal']['resolution']:,} of the resolution. OCA has "
        "no next response: its third target is counted from the opening"
    )
    for title, ours, other, goal in (
        ("A stage change in the ORM", "orm", "oca", GOAL_ORM),
        (
            "The same with Odoo's notes of the change (one round)",
            "notes",
            "oca notes",
            None,
        ),
        ("Deadlines alone, from nothing", "bulk", "oca bulk", GOAL_BULK),
        (
            "Deadlines alone, again: only differences are written",
            "again",
            "oca bulk",
            GOAL_BULK,
        ),
    ):
        _record(bench, title, found[ours], found[other], goal)
    for count, bulk, orm in found["queries"]:
        bench.note(f"{count:,} tickets: {bulk} queries, with a changed priority {orm}")
    bench.note("Where they differ:\n" + "\n".join(f"  {line}" for line in differences))


def _record(bench, title, ours, other, goal):
    seconds = [run[0] for run in ours]
    factor = _sla.COUNT // SLICE
    theirs = [run[0] * factor for run in other]
    times = _volumes.median(theirs) / _volumes.median(seconds)
    bench.record(
        title,
        _volumes.median(seconds),
        _volumes.median(theirs),
        "s",
        queries_ours=ours[-1][1],
        queries_other=other[-1][1] * factor,
        peak_mb=max(run[2] for run in ours),
        goal=goal and 1 / goal,
    )
    wanted = f", goal {goal}" if goal else ""
    bench.note(
        f"  {times:.0f} times as fast{wanted}; spread: ours "
        f"{_volumes.spread(seconds)} s, other {_volumes.spread(theirs)} s"
    )
