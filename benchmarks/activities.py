"""A million activities: pages, months and sums beside SQL with the same rights."""

from datetime import date

from benchmarks import _activities, _screens, _volumes

ROUNDS = 3
TODAY = date(2026, 11, 22)
LEADS = 20_000

# The rights of the user ``bench`` by hand: all activities, but for private ones, as
# far as their document may be read.
_RIGHTS = """
    (a.card_private IS NOT TRUE OR a.user_id = {uid} OR a.card_asked_by_id = {uid}
     OR a.create_uid = {uid} OR EXISTS (
        SELECT FROM mail_activity_card_colleague_rel c
         WHERE c.activity_id = a.id AND c.user_id = {uid}))
AND (a.user_id = {uid} OR a.card_asked_by_id = {uid} OR a.create_uid = {uid}
     OR a.res_model IS NULL AND (a.card_customer_id IS NULL OR EXISTS (
        SELECT FROM res_partner p WHERE p.id = a.card_customer_id
           AND (p.company_id IS NULL OR p.company_id = 1
                OR p.partner_share IS NOT TRUE)))
     OR a.res_model = 'res.partner' AND EXISTS (
        SELECT FROM res_partner p WHERE p.id = a.res_id
           AND (p.company_id IS NULL OR p.company_id = 1
                OR p.partner_share IS NOT TRUE))
     OR a.res_model = 'crm.lead' AND EXISTS (
        SELECT FROM crm_lead l WHERE l.id = a.res_id
           AND (l.company_id IS NULL OR l.company_id = 1)))
"""
# What a row of the list and of the schedule shows, names included.
_ROWS = """
SELECT a.id, a.summary, a.date_deadline, a.card_priority, a.active, a.res_name,
       a.card_hours, a.card_distance, a.feedback, a.date_done, a.create_date,
       a.card_start, a.card_stop, a.card_cancelled, kind.name, kind.icon,
       kind.card_color, customer.complete_name, person.name, asker.name,
       ARRAY(SELECT c.user_id FROM mail_activity_card_colleague_rel c
              WHERE c.activity_id = a.id),
       ARRAY(SELECT p.id FROM mail_activity_card_contact_rel c
               JOIN res_partner p ON p.id = c.partner_id
              WHERE c.activity_id = a.id
                AND (p.company_id IS NULL OR p.company_id = 1
                     OR p.partner_share IS NOT TRUE))
  FROM mail_activity a
  LEFT JOIN mail_activity_type kind ON kind.id = a.activity_type_id
  LEFT JOIN res_partner customer ON customer.id = a.card_customer_id
  LEFT JOIN res_users u ON u.id = a.user_id
  LEFT JOIN res_partner person ON person.id = u.partner_id
  LEFT JOIN res_users v ON v.id = a.card_asked_by_id
  LEFT JOIN res_partner asker ON asker.id = v.partner_id
"""
_START = "COALESCE(a.card_start, a.date_deadline + INTERVAL '12 hours')"
_STOP = "COALESCE(a.card_stop, a.card_start, a.date_deadline + INTERVAL '12 hours')"
# The month view of November: six weeks, in Warsaw.
_FIRST, _LAST, _EARLIEST = (
    *("2026-10-31 23:00:00", "2026-12-12 22:59:59"),
    "2026-09-30 22:00:00",  # as long before as an activity may last
)
_MONTH = f"""
    {_START} <= '{_LAST}' AND {_STOP} >= '{_FIRST}'
AND {_START} >= '{_EARLIEST}' AND kind.card_on_schedule
AND (a.user_id = ANY({{people}}) OR EXISTS (
    SELECT FROM mail_activity_card_colleague_rel c
     WHERE c.activity_id = a.id AND c.user_id = ANY({{people}})))
"""
_MONTH_DOMAIN = [
    ("activity_type_id.card_on_schedule", "=", True),
    ("start", "<=", _LAST),
    ("stop", ">=", _FIRST),
    ("start", ">=", _EARLIEST),
]

_CODE = (
    _screens.TOOLS
    + """
activities = env["crm.cards.activity"]
spec = specification(activities, "crm_cards.crm_cards_activity_view_list")
calendar = env.ref("crm_cards.crm_cards_activity_view_calendar_schedule").id
arch = etree.fromstring(activities.get_view(calendar, "calendar")["arch"])
shown = [node.get("name") for node in arch.iterfind(".//field")]
shown += ["display_name", "start", "stop", "all_day", "color"]
colleagues = env["res.users"].search([("login", "=like", "bench%")]).ids
uid = env.uid
rights = rights.format(uid=uid)
mine = f"a.active IS TRUE AND a.user_id = {uid}"
one = [("res_model", "=", "res.partner")]
customer = env["mail.activity"].sudo().search(one, limit=1).card_customer_id


def page(domain):
    return lambda: activities.web_search_read(domain, spec, limit=80, count_limit=10001)


def by_hand(where, order="a.date_deadline DESC, a.id DESC"):
    def work():
        env.cr.execute(f"{rows} WHERE {where} AND {rights} ORDER BY {order} LIMIT 80")
        found = [row[0] for row in env.cr.fetchall()]
        env.cr.execute(
            f"SELECT COUNT(*) FROM (SELECT FROM mail_activity a WHERE {where} "
            f"AND {rights} LIMIT 10001) counted")
        return {"records": [{"id": i} for i in found], "length": env.cr.fetchone()[0]}
    return work


def month(people):
    domain = [*month_domain, "|", ("user_id", "in", people),
              ("card_colleague_ids", "in", people)]
    return lambda: activities.get_schedule(domain, shown)


def month_by_hand(people):
    condition = month_sql.format(people=f"ARRAY{people}")

    def work():
        env.cr.execute(f"{rows} WHERE {rights} AND {condition}")
        return [
            {"id": row[0], "display_name": row[1], "card_customer_id": (0, row[17]),
             "card_colleague_ids": row[20], "card_contact_ids": row[21]}
            for row in env.cr.fetchall()]
    return work


def group(groupby):
    return lambda: activities.web_read_group(
        [], [groupby], ["__count", "card_hours:sum"])


def group_by_hand(column):
    def work():
        env.cr.execute(
            f"SELECT {column}, COUNT(*), SUM(a.card_hours) FROM mail_activity a "
            f"WHERE {rights} GROUP BY 1")
        return {"groups": [{"__count": row[1]} for row in env.cr.fetchall()]}
    return work


pairs = {
    "page": (page([]), by_hand("TRUE")),
    "mine": (page([("is_open", "=", True), ("user_id", "=", uid)]), by_hand(mine)),
    "customer": (page([("card_customer_id", "=", customer.id)]),
                 by_hand(f"a.card_customer_id = {customer.id}")),
    "month": (month(colleagues[:5]), month_by_hand(colleagues[:5])),
    "month of all": (month(colleagues), month_by_hand(colleagues)),
    "types": (group("activity_type_id"), group_by_hand("a.activity_type_id")),
    "agents": (group("user_id"), group_by_hand("a.user_id")),
}


def outcome(answer):
    if isinstance(answer, list):
        return sorted(
            (row["id"], row["display_name"], row["card_customer_id"][1],
             row["card_colleague_ids"], row["card_contact_ids"]) for row in answer)
    if "groups" in answer:
        return sorted(row["__count"] for row in answer["groups"])
    return [row["id"] for row in answer["records"]], answer["length"]


for name, (ours, other) in pairs.items():
    assert outcome(ours()) == outcome(other()), name
works = {}
for name, (ours, other) in pairs.items():
    works[name] = ours
    works[name + " by hand"] = other
result = time_all(works, 3)
sizes = {name: outcome(ours()) for name, (ours, _other) in pairs.items()}
result["month rows"] = [len(sizes["month"]), len(sizes["month of all"])]
"""
)

_TITLES = {
    "page": ("First page of all activities, with its count", 2),
    "mine": ("First page of one's own open activities, with its count", 2),
    "customer": ("History of one customer, with its count", 2),
    "month": ("A month of the schedule, five people", 2),
    "month of all": ("A month of the schedule, twenty people", 2),
    "types": ("Count and hours by type, all activities", None),
    "agents": ("Count and hours by colleague, all activities", None),
}


def run(bench):
    database = bench.database("all")
    _volumes.fill(bench, database, _activities.PARTNERS, 1_000, LEADS)
    _activities.fill(bench, database, TODAY)
    small = bench.database("few")
    _volumes.fill(bench, small, 1_000, 100, 500)
    _activities.fill(bench, small, TODAY, count=_activities.OPEN + 1_000)
    runs, few = {}, {}
    for _round in range(ROUNDS):
        for name, found in ((database, runs), (small, few)):
            answer = bench.shell(
                name,
                _CODE,
                rights=_RIGHTS,
                rows=_ROWS,
                month_sql=_MONTH,
                month_domain=_MONTH_DOMAIN,
            )
            found["rows"] = answer.pop("month rows")
            for work, timings in answer.items():
                found.setdefault(work, []).extend(timings)
    bench.note(
        f"{_activities.COUNT:,} activities of {_activities.PARTNERS:,} customers and "
        f"{LEADS:,} opportunities, {_activities.OPEN:,} of them open; the calls of the "
        "real list and schedule beside SQL by hand with the same rights that returns "
        f"the same rows (months: {runs['rows'][0]:,} and {runs['rows'][1]:,} rows); "
        f"medians of {3 * ROUNDS} calls in {ROUNDS} rounds"
    )
    for work, (title, goal) in _TITLES.items():
        _screens.record(bench, title, runs[work], runs[work + " by hand"], goal)
        queries = _volumes.median([run[1] for run in few[work]])
        bench.note(f"  queries with {_activities.OPEN + 1_000:,} activities: {queries}")
