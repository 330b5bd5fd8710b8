"""Many activities planned for others in one call, beside Odoo without the add-on."""

from benchmarks import _volumes

ROUNDS = 3
PEOPLE = 5

_USERS = """
env["res.users"].with_context(no_reset_password=True).create([{
    "name": f"Agent {n}", "login": f"agent{n}", "email": f"agent{n}@example.com",
    "group_ids": [(6, 0, [env.ref("base.group_user").id])],
} for n in range(people)])
env.cr.commit()
"""
_CODE = """
model = env["ir.model"]._get_id("res.partner")
kind = env.ref("mail.mail_activity_data_todo")
agents = env["res.users"].search([("login", "=like", "agent%")]).ids
result = {}
for count in counts:
    partners = env["res.partner"].search([("ref", "=like", "R%")], limit=count).ids
    vals_list = [{
        "res_model_id": model, "res_id": partner, "activity_type_id": kind.id,
        "summary": f"Call {n}", "user_id": agents[n % len(agents)],
    } for n, partner in enumerate(partners)]
    env.invalidate_all()
    with measure() as m:
        made = env["mail.activity"].create(vals_list)
        env.flush_all()
    notices = env["mail.message"].search_count([
        ("message_type", "=", "user_notification"), ("id", ">", last)])
    mails = env["mail.mail"].search_count([("mail_message_id", ">", last)])
    assert len(made) == count
    result[str(count)] = [m.seconds * 1000, m.queries, m.peak_mb, mails or notices]
    env.cr.rollback()
"""


def run(bench):
    databases = {
        side: bench.database(side, addon=side == "ours") for side in ("plain", "ours")
    }
    for database in databases.values():
        _volumes.fill(bench, database, 2_000, 100, 100)
        bench.shell(database, _USERS, people=PEOPLE)
    runs = {side: {} for side in databases}
    for _round in range(ROUNDS):
        for side, database in databases.items():
            last = bench.sql(database, "SELECT MAX(id) FROM mail_message").strip()
            counts = [1, 10, 100, 1_000] if side == "ours" else [10, 100]
            found = bench.shell(database, _CODE, counts=counts, last=int(last))
            for count, figures in found.items():
                runs[side].setdefault(int(count), []).append(figures)
    bench.note(
        f"activities on as many customers for {PEOPLE} colleagues in one call; medians "
        f"of {ROUNDS} rounds; plain Odoo is not asked for 1,000, it tells everybody "
        "of each activity"
    )
    for count in (10, 100):
        _record(bench, count, runs["ours"][count], runs["plain"][count])
    for count in (1, 1_000):
        milliseconds, queries, peak, mails = _medians(runs["ours"][count])
        bench.note(
            f"{count:,} activities: {milliseconds:.4g} ms, {queries} queries, "
            f"{mails} messages, peak memory {peak:.0f} MB"
        )


def _record(bench, count, ours, other):
    ours, other = _medians(ours), _medians(other)
    bench.record(
        f"{count:,} activities for others",
        ours[0],
        other[0],
        "ms",
        queries_ours=ours[1],
        queries_other=other[1],
        peak_mb=ours[2],
        goal=1.0,
    )
    bench.note(f"  messages: ours {ours[3]}, other {other[3]}")


def _medians(runs):
    return [_volumes.median(column) for column in zip(*runs, strict=True)]
