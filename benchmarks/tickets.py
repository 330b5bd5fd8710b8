"""Tickets: made and moved beside Odoo's tasks, and their screens among a million."""

from datetime import date

from benchmarks import _screens, _ticket_reports, _tickets, _volumes

ROUNDS = 3
MANY, MOVED = 1_000, 500
PACKET = 100  # rows that Odoo writes with one query
PACKED = 3  # kinds of rows it writes so: tickets, their notes, the values noted
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
moves = {"tickets": (tickets, stage), "tasks": (tasks, columns[1])}
for records, to in moves.values():
    records[-1].write({"stage_id": to.id})  # warms up
begin = 0
for count in (1, packet, moved):
    for name, (records, to) in moves.items():
        part = records[begin : begin + count]
        _none, found = run(lambda: part.write({"stage_id": to.id}))
        result.setdefault(f"{name} moved {count}", []).append(found)
        assert set(part.stage_id.ids) == {to.id}
    begin += count
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
    database = bench.database("million")
    _volumes.fill(bench, database, _tickets.PARTNERS, 1_000, 1_000)
    _tickets.fill(bench, database, TODAY)
    _run_open(bench, database)
    _run_reports(bench, database)


def _run_create(bench):
    database = bench.database("create")
    _volumes.fill(bench, database, 3_000, 100, 100)
    _tickets.fill(bench, database, TODAY, count=0)
    runs = {}
    for _round in range(ROUNDS):
        answer = bench.shell(database, _CREATE, many=MANY, moved=MOVED, packet=PACKET)
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
    one, packet, moved = (
        _medians(runs[f"tickets moved {count}"])[1] for count in (1, PACKET, MOVED)
    )
    written = PACKED * (MOVED // PACKET - 1)
    _goal(
        bench,
        f"Queries of a stage change: {one} for one ticket, {packet} for {PACKET}, "
        f"{moved} for {MOVED}. Odoo itself writes tickets, notes and noted values "
        f"{PACKET} rows at a time, which is {written} of those for {MOVED}; the others "
        "are constant",
        one == packet == moved - written,
    )


def _run_open(bench, database):
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


def _run_reports(bench, database):
    runs = {}
    for _round in range(ROUNDS):
        answer = _ticket_reports.measure(bench, database)
        sizes = answer.pop("sizes")
        for name, timings in answer.items():
            runs.setdefault(name, []).extend(timings)
    bench.note(
        "The report over the same tickets and as many activities, as the technician "
        "opens it, beside SQL by hand with the same rights that returns the same rows "
        f"(of the month {sizes['month']:,}, where counting stops); medians of "
        f"{3 * ROUNDS} calls in {ROUNDS} rounds"
    )
    for work, title in _ticket_reports.TITLES.items():
        ours, other = _medians(runs[work]), _medians(runs[work + " by hand"])
        bench.record(title, ours[0], other[0], "ms", ours[1], other[1])
    _goal(
        bench,
        f"Queries of the service of 80 customers: {_medians(runs['service'])[1]}",
        _medians(runs["service"])[1] == 1,
    )


def _goal(bench, text, met):
    bench.note(f"{text}: {'met' if met else 'NOT met'}")


def _medians(runs):
    return [_volumes.median(column) for column in zip(*runs, strict=True)]
