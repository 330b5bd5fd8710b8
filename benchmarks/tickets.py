"""Tickets: made and moved beside Odoo's tasks, and their screens among a million."""

from datetime import date

from benchmarks import _screens, _tickets, _volumes

ROUNDS = 3
MANY, MOVED = 1_000, 500
TODAY = date(2026, 11, 22)
LIMIT = 300  # milliseconds for a screen

# Both in one database, one after the other, as the same user.
_CREATE = (
    _screens.TOOLS
    + """
partners = env["res.partner"].search([("ref", "=like", "R%")], limit=many + 10)
department = env["crm.cards.department"].search([("name", "=", "Support")])
project = env["project.project"].search([("name", "=", "Bench")])
stage = env.ref("crm_cards.crm_cards_ticket_stage_work")
columns = env["project.task.type"].create(
    [{"name": name, "project_ids": project.ids} for name in ("New", "Work", "Wait")])


def create_tickets(count):
    return env["crm.cards.ticket"].create([{
        "name": f"Printer {n}", "partner_id": partners[n].id,
        "department_id": department.id, "description": "<p>It does not print</p>",
    } for n in range(count)])


def create_tasks(count):
    return env["project.task"].create([{
        "name": f"Printer {n}", "partner_id": partners[n].id,
        "project_id": project.id, "description": "<p>It does not print</p>",
    } for n in range(count)])


def run(work):
    env.cr.flush()
    env.invalidate_all()
    with measure() as found:
        made = work()
        env.cr.flush()  # with the messages that Odoo writes at the end
    return made, [found.seconds * 1000, found.queries, found.peak_mb]


create_tickets(3), create_tasks(3)
env.cr.flush()
result = {}
for count in (1, many):
    tickets, found = run(lambda: create_tickets(count))
    result.setdefault(f"tickets {count}", []).append(found)
    tasks, found = run(lambda: create_tasks(count))
    result.setdefault(f"tasks {count}", []).append(found)
    assert len(tickets) == len(tasks) == count
    assert all(tickets.mapped("sla_next_due")) and len(tickets.sla_ids) == 2 * count
for count in (1, moved):
    _none, found = run(lambda: tickets[:count].write({"stage_id": stage.id}))
    result.setdefault(f"tickets moved {count}", []).append(found)
    _none, found = run(lambda: tasks[:count].write({"stage_id": columns[1].id}))
    result.setdefault(f"tasks moved {count}", []).append(found)
    assert set(tickets[:count].stage_id.ids) == {stage.id}
"""
)

_OPEN = (
    _screens.TOOLS
    + """
result = {}
for login in logins:
    env = env(user=env["res.users"].search([("login", "=", login)]).id)
    tickets = env["crm.cards.ticket"]
    list_spec = specification(tickets, "crm_cards.crm_cards_ticket_view_list")
    view = env.ref("crm_cards.crm_cards_ticket_view_kanban").id
    arch = etree.fromstring(tickets.get_view(view, "kanban")["arch"])
    card_spec = {}
    for node in arch.iterfind(".//field"):
        field = tickets._fields[node.get("name")]
        card_spec[field.name] = {}
        if field.type == "many2one" or node.get("widget") == "many2many_tags":
            card_spec[field.name] = {"fields": {"display_name": {}}}
    domain, filters, box = opening(tickets, "crm_cards.crm_cards_ticket_action")
    mine = [*domain, *filters, ("user_id", "=", env.uid)]
    customer = tickets.search(domain + filters, limit=1).customer_id


    def page(asked, order=None):
        return lambda: tickets.web_search_read(
            asked, list_spec, limit=80, count_limit=10001, order=order)


    def board(asked):
        def work():
            groups = tickets.web_read_group(
                asked, ["stage_id"], ["__count"], auto_unfold=True,
                unfold_read_specification=card_spec, unfold_read_default_limit=40)
            tickets.read_progress_bar(asked, "stage_id", {
                "field": "priority",
                "colors": {"3": "danger", "2": "warning", "1": "info"}})
            return groups
        return work


    works = {
        "page": page(domain + filters),
        "page of all": page(domain),
        "page of mine": page(mine),
        "page by due": page(domain + filters, "sla_next_due"),
        "page of late": page(
            [("sla_status", "=", "missed"), ("is_closed", "=", False)]),
        "page of one customer": page([("customer_id", "=", customer.id)]),
        "search": page(domain + box("4321")),
        "board": board(domain + filters),
        "board of mine": board(mine),
    }
    if hasattr(tickets, "get_service_desk"):
        works["service desk"] = tickets.get_service_desk
    for work in works.values():
        assert work()
    for name, runs in time_all(works, 3).items():
        result.setdefault(f"{name}, {login}", []).extend(runs)

# The service of a page of customers.
partners = env["res.partner"].search([("ref", "=like", "R%")], limit=80)
found = time_all({"coverage": partners._get_coverage}, 3)["coverage"]
result["coverage"] = found
"""
)

_TITLES = {
    "page": "First page of the open tickets, with its count",
    "page of mine": "First page of one's own open tickets",
    "page by due": "First page of the open tickets by what is due next",
    "page of late": "First page of the late tickets",
    "page of all": "First page of all tickets, with its count",
    "page of one customer": "All tickets of a customer",
    "search": "Search by a part of a number",
    "board": "The board of open tickets by stage",
    "board of mine": "The board of one's own open tickets",
    "service desk": "The service desk",
}


def run(bench):
    _run_create(bench)
    _run_open(bench)


def _run_create(bench):
    database = bench.database("create")
    _volumes.fill(bench, database, 3_000, 100, 100)
    _tickets.fill(bench, database, TODAY, count=0)
    runs = {}
    for _round in range(ROUNDS):
        answer = bench.shell(database, _CREATE, many=MANY, moved=MOVED)
        for name, timings in answer.items():
            runs.setdefault(name, []).extend(timings)
    bench.note(
        "Tickets with customer, department, service level, number and log beside "
        "tasks of Project with customer, in one database and taking turns; medians of "
        f"{ROUNDS} rounds"
    )
    for title, ours, other, goal in (
        (f"{MANY:,} created", f"tickets {MANY}", f"tasks {MANY}", 1.3),
        ("1 created", "tickets 1", "tasks 1", None),
        (f"Stage of {MOVED}", f"tickets moved {MOVED}", f"tasks moved {MOVED}", None),
        ("Stage of 1", "tickets moved 1", "tasks moved 1", None),
    ):
        ours, other = _medians(runs[ours]), _medians(runs[other])
        bench.record(title, ours[0], other[0], "ms", ours[1], other[1], ours[2], goal)
    counts = [_medians(runs[f"tickets moved {count}"])[1] for count in (1, MOVED)]
    _goal(
        bench,
        f"Queries of a stage change: {counts[0]} for one ticket, {counts[1]} "
        f"for {MOVED}",
        counts[1] <= counts[0] + 2,
    )


def _run_open(bench):
    database = bench.database("million")
    _volumes.fill(bench, database, _tickets.PARTNERS, 1_000, 1_000)
    _tickets.fill(bench, database, TODAY)
    runs = {}
    for _round in range(ROUNDS):
        answer = bench.shell(database, _OPEN, logins=["bench", "bench1"])
        for name, timings in answer.items():
            runs.setdefault(name, []).extend(timings)
    bench.note(
        f"{_tickets.COUNT:,} tickets, {_tickets.OPEN:,} of them open, of "
        f"{_tickets.PARTNERS:,} customers; the calls of the real list and board of a "
        "service manager, and of a technician who sees half of them; medians of "
        f"{3 * ROUNDS} calls in {ROUNDS} rounds, goal {LIMIT} ms"
    )
    for work, title in _TITLES.items():
        for login, who in (("bench", "manager"), ("bench1", "technician")):
            found = runs.get(f"{work}, {login}")
            if found:
                milliseconds, queries, _peak = _medians(found)
                spread = _volumes.spread([run[0] for run in found])
                _goal(
                    bench,
                    f"{title}, {who}: {milliseconds:.4g} ms (spread {spread}), "
                    f"{queries} queries",
                    milliseconds <= LIMIT,
                )
    milliseconds, queries, _peak = _medians(runs["coverage"])
    _goal(
        bench,
        f"Service of 80 customers: {milliseconds:.3g} ms, {queries} queries (goal 1)",
        queries == 1,
    )


def _goal(bench, text, met):
    bench.note(f"{text}: {'met' if met else 'NOT met'}")


def _medians(runs):
    return [_volumes.median(column) for column in zip(*runs, strict=True)]
