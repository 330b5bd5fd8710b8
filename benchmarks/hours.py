"""Posting timesheet lines: of customers with an hours bank, and of those without."""

from benchmarks import _volumes

ROUNDS = 3
BATCH = 500
SINGLES = 40

_FILL = """
company = env.company
admin = env["res.users"].browse(2)
if not env["hr.employee"].search([("user_id", "=", 2)]):
    env["hr.employee"].create({"name": "Worker", "user_id": 2})
vals = {"allow_timesheets": True, "company_id": company.id}
if "allow_billable" in env["project.project"]._fields:
    vals["allow_billable"] = True
for name in ("Without", "With"):
    partner = env["res.partner"].create({"name": name, "is_company": True})
    env["project.project"].create({**vals, "name": name, "partner_id": partner.id})
    if name == "With" and "crm.cards.hours.bank" in env:
        bank = env["crm.cards.hours.bank"].create({"partner_id": partner.id})
        bank._add_lots([
            {"bank_id": bank.id, "hours": 100_000, "date_from": "2026-01-01"}
            for _index in range(20)
        ])
env.cr.commit()
"""

_POST = """
env = env(user=2)
result = {}
for turn in range(4):
    for name in ("Without", "With"):
        project = env["project.project"].search([("name", "=", name)])
        project.partner_id.name
        vals = {"name": "Work", "project_id": project.id, "unit_amount": 1.25,
                "date": "2026-03-02"}
        lines = env["account.analytic.line"]
        env.flush_all()
        with measure() as found:
            if batch:
                lines.create([dict(vals) for _index in range(count)])
            else:
                for _index in range(count):
                    lines.create(dict(vals))
                    env.cr.commit()  # as each request does
            env.flush_all()
        if turn:  # the first one warms up
            result.setdefault(name, []).append(vars(found))
        env.cr.rollback()
"""


def run(bench):
    ours = bench.database("ours")
    bench.shell(ours, _FILL)
    bench.note(
        "Timesheet lines of a customer with an hours bank (20 lots) and of one "
        f"without; medians of {3 * ROUNDS} turns, each beside the other"
    )
    for batch, count, goal in ((True, BATCH, 1.2), (False, SINGLES, 1.3)):
        runs = {"With": [], "Without": []}
        for _round in range(ROUNDS):
            found = bench.shell(ours, _POST, batch=batch, count=count)
            for name, measured in found.items():
                runs[name].extend(measured)
        _record(bench, "one batch" if batch else "one by one", runs, count, goal)


def _record(bench, how, runs, count, goal):
    seconds = [[run["seconds"] for run in runs[name]] for name in ("With", "Without")]
    with_bank, without = map(_volumes.median, seconds)
    queries = [runs[name][-1]["queries"] for name in ("With", "Without")]
    bench.record(
        f"{count} lines in {how}, with a bank beside without",
        with_bank,
        without,
        "s",
        queries_ours=queries[0],
        queries_other=queries[1],
        peak_mb=max(run["peak_mb"] for run in runs["With"]),
    )
    transactions = 1 if how == "one batch" else count
    more = (queries[0] - queries[1]) / transactions
    bench.note(
        f"  ratio {with_bank / without:.2f} (goal {goal}), {more:.1f} queries more for "
        f"each posting (goal 6); spread: with {_volumes.spread(seconds[0])} s, without "
        f"{_volumes.spread(seconds[1])} s"
    )
