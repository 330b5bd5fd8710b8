"""The detailed activity report and the service of a page, beside SQL by hand."""

from benchmarks import _screens

# What a technician may see, by hand: tickets of his departments, his own and those he
# follows; activities he takes part in, and those of customers and of such tickets.
_TICKET_RIGHTS = """
    {t}.company_id = 1 AND (
    {t}.department_id IS NULL OR {t}.user_id = {uid} OR {t}.department_id IN (
        SELECT crm_cards_department_id FROM crm_cards_department_member_rel
         WHERE res_users_id = {uid})
    OR {t}.id IN (SELECT res_id FROM mail_followers
                   WHERE res_model = 'crm.cards.ticket' AND partner_id = {me}))
"""
_OWN = """
    a.user_id = {uid} OR a.card_asked_by_id = {uid} OR a.create_uid = {uid} OR EXISTS (
        SELECT FROM mail_activity_card_colleague_rel c
         WHERE c.activity_id = a.id AND c.user_id = {uid})
"""
_ACTIVITY_RIGHTS = f"""
    (a.card_private IS NOT TRUE OR {_OWN}) AND ({_OWN}
     OR a.res_model = 'res.partner' AND EXISTS (
        SELECT FROM res_partner p WHERE p.id = a.res_id
           AND (p.company_id IS NULL OR p.company_id = 1
                OR p.partner_share IS NOT TRUE))
     OR a.res_model = 'crm.cards.ticket' AND EXISTS (
        SELECT FROM crm_cards_ticket one WHERE one.id = a.res_id
           AND {_TICKET_RIGHTS.replace("{t}", "one")} OFFSET 0))
"""
_MOMENT = "COALESCE(a.date_done, a.date_deadline)::timestamp"
# Both sides of a month of the clock of Warsaw, or of all history. OFFSET 0 keeps
# PostgreSQL from reading all tickets first, which takes seconds.
_MONTH = ("2026-10-01", "2026-10-31")
_ACTIVITY_MONTH = f"{_MOMENT} >= '2026-10-01' AND {_MOMENT} < '2026-11-01'"
_TICKET_MONTH = (
    "t.date_opened >= '2026-09-30 22:00' AND t.date_opened < '2026-10-31 23:00'"
)
_ROWS = f"""
    SELECT a.id * 2 AS id, COALESCE(a.date_done, a.date_deadline) AS date, a.user_id,
           a.card_customer_id AS customer_id, t.department_id, a.card_hours AS hours
      FROM mail_activity a
      LEFT JOIN LATERAL (
           SELECT t.department_id FROM crm_cards_ticket t
            WHERE a.res_model = 'crm.cards.ticket' AND t.id = a.res_id
              AND {_TICKET_RIGHTS.replace("{t}", "t")} OFFSET 0) t ON TRUE
     WHERE {{of_activities}} AND {_ACTIVITY_RIGHTS}
     UNION ALL
    SELECT t.id * 2 + 1,
           (t.date_opened AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/Warsaw')::date,
           t.user_id, t.customer_id, t.department_id, NULL
      FROM crm_cards_ticket t
     WHERE {{of_tickets}} AND {_TICKET_RIGHTS.replace("{t}", "t")}
"""
# First which rows are on the page, then what it shows of them, names included.
_PAGE = f"""
SELECT one.id, one.date, COALESCE(a.summary, a.res_name, t.name), a.card_hours,
       a.active, t.is_closed, customer.complete_name, person.name, kind.name,
       department.name, stage.name, type.name, product.product_id, product.serial
  FROM (SELECT id, date FROM ({{rows}}) row WHERE {{where}}
         ORDER BY date DESC, id DESC LIMIT 80) one
  LEFT JOIN mail_activity a ON one.id %% 2 = 0 AND a.id = one.id / 2
  LEFT JOIN crm_cards_ticket t ON t.id = CASE
       WHEN one.id %% 2 = 1 THEN one.id / 2
       WHEN a.res_model = 'crm.cards.ticket' THEN a.res_id END
       AND {_TICKET_RIGHTS.replace("{t}", "t")}
  LEFT JOIN res_partner customer
         ON customer.id = COALESCE(a.card_customer_id, t.customer_id)
  LEFT JOIN res_users u ON u.id = COALESCE(a.user_id, t.user_id)
  LEFT JOIN res_partner person ON person.id = u.partner_id
  LEFT JOIN mail_activity_type kind ON kind.id = a.activity_type_id
  LEFT JOIN crm_cards_department department ON department.id = t.department_id
  LEFT JOIN crm_cards_ticket_stage stage ON stage.id = t.stage_id
  LEFT JOIN crm_cards_ticket_type type ON type.id = t.type_level1_id
  LEFT JOIN crm_cards_owned_product product
         ON product.id = COALESCE(a.card_owned_product_id, t.owned_product_id)
 ORDER BY one.date DESC, one.id DESC
"""
_COUNT = "SELECT COUNT(*) FROM (SELECT FROM ({rows}) row WHERE {where} LIMIT 10001) one"
_SUMS = "SELECT user_id, COUNT(*), SUM(hours) FROM ({rows}) row GROUP BY 1"

# The service of customers today, where no service is followed by one to come.
_SERVICE = """
SELECT partner_id, CASE WHEN MAX(stop) <= {today} + 30 THEN 'ending'
                        ELSE 'in_service' END, MAX(stop)
  FROM (SELECT partner_id, COALESCE(service_start, '-infinity') AS start,
               COALESCE(service_end, 'infinity') AS stop
          FROM crm_cards_owned_product
         WHERE active AND state = 'active' AND company_id = 1
           AND partner_id = ANY(%s)
         UNION ALL
        SELECT partner_id, COALESCE(date_start, '-infinity'),
               COALESCE(date_end, 'infinity')
          FROM crm_cards_service_contract
         WHERE company_id = 1 AND partner_id = ANY(%s)) service
 WHERE start <= {today} AND stop >= {today}
 GROUP BY partner_id
"""

_CODE = (
    _screens.TOOLS
    + """
from odoo import fields

env = env(user=env["res.users"].search([("login", "=", login)]).id)
reports = env["crm.cards.service.report"]
spec = specification(reports, "crm_cards.crm_cards_service_report_view_list")
colleague = env["res.users"].search([("login", "=", "bench2")]).id
ticket = env["crm.cards.ticket"].search([], limit=1)
customer, department = ticket.customer_id.id, ticket.department_id.id
month = [("date", ">=", first), ("date", "<=", last)]
persons = {"uid": env.uid, "me": env.user.partner_id.id}
in_month = sides.format(**persons, **sides_month)
in_all = sides.format(**persons, of_activities="TRUE", of_tickets="TRUE")


def page(domain):
    return lambda: reports.web_search_read(domain, spec, limit=80, count_limit=10001)


def page_by_hand(rows, where="TRUE"):
    def work():
        env.cr.execute(page_sql.format(rows=rows, where=where, **persons), ())
        found = [row[0] for row in env.cr.fetchall()]
        env.cr.execute(count_sql.format(rows=rows, where=where))
        return {"records": [{"id": i} for i in found], "length": env.cr.fetchone()[0]}
    return work


def sums():
    return reports.formatted_read_group(month, ["user_id"], ["__count", "hours:sum"])


def sums_by_hand():
    env.cr.execute(sums_sql.format(rows=in_month))
    return [{"__count": row[1], "hours:sum": row[2]} for row in env.cr.fetchall()]


def outcome(answer):
    if isinstance(answer, list):
        return sorted((row["__count"], row["hours:sum"] or 0) for row in answer)
    return [row["id"] for row in answer["records"]], answer["length"]


pairs = {
    "month": (page(month), page_by_hand(in_month)),
    "user": (page([*month, ("user_id", "=", colleague)]),
             page_by_hand(in_month, f"user_id = {colleague}")),
    "department": (page([*month, ("department_id", "=", department)]),
                   page_by_hand(in_month, f"department_id = {department}")),
    "customer": (page([("customer_id", "=", customer)]),
                 page_by_hand(in_all, f"customer_id = {customer}")),
    "sums": (sums, sums_by_hand),
}
for name, (ours, other) in pairs.items():
    assert outcome(ours()) == outcome(other()), name
sizes = {name: outcome(ours())[1] for name, (ours, _other) in pairs.items()}

# The page of customers is on the screen; now its strip is filled in.
partners = env["res.partner"].search([("ref", "=like", "R%")], limit=80)


today = fields.Date.context_today(partners)


def service():
    return {p.id: (p.card_coverage, p.card_coverage_end) for p in partners}


def service_by_hand():
    env.cr.execute(service_sql.format(today=f"date '{today}'"), (partners.ids,) * 2)
    found = {row[0]: row[1:] for row in env.cr.fetchall()}
    return {i: found.get(i, ("none", False)) for i in partners.ids}


assert service() == service_by_hand()
works = {}
for name, (ours, other) in pairs.items():
    works[name], works[name + " by hand"] = ours, other
result = time_all(works, 3)
for turn in range(4):
    for name, work in (("service", service), ("service by hand", service_by_hand)):
        env.invalidate_all()
        partners.mapped("commercial_partner_id"), env.user.tz, env.company.name
        with measure() as m:
            work()
        if turn:
            found = [m.seconds * 1000, m.queries, m.peak_mb]
            result.setdefault(name, []).append(found)
result["sizes"] = sizes
"""
)

TITLES = {
    "month": "Detailed activity report, first page of a month with its count",
    "user": "Detailed activity report, a month of one colleague",
    "department": "Detailed activity report, a month of one department",
    "customer": "Detailed activity report, all history of a customer",
    "sums": "Detailed activity report, count and hours of a month by technician",
    "service": "Service of the 80 customers of a page",
}


def measure(bench, database):
    """Return the timings of one round, ours and by hand, as a technician."""
    return bench.shell(
        database,
        _CODE,
        login="bench1",
        first=_MONTH[0],
        last=_MONTH[1],
        sides=_ROWS,
        sides_month={"of_activities": _ACTIVITY_MONTH, "of_tickets": _TICKET_MONTH},
        page_sql=_PAGE,
        count_sql=_COUNT,
        sums_sql=_SUMS,
        service_sql=_SERVICE,
    )
