"""A million tickets for the benchmarks, made by SQL within a few minutes."""

from benchmarks import _volumes

COUNT = 1_000_000
OPEN = 20_000  # the others were closed in the last ten years
PARTNERS = 50_000

# As a service manager and a technician; two departments, a policy for all tickets.
_SETUP = """
users = env["res.users"].with_context(no_reset_password=True)
group = env.ref("crm_cards.crm_cards_group_ticket_user").id
manager = env.ref("crm_cards.crm_cards_group_ticket_manager").id
users.create([{
    "name": f"Bench {n}", "login": f"bench{n}" if n else "bench", "tz": "Europe/Warsaw",
    "email": f"bench{n}@example.com",
    "group_ids": [(6, 0, [env.ref(name).id for name in ("base.group_user",
        "project.group_project_manager")] + [group if n else manager])],
} for n in range(20)])
agents = users.search([("login", "=like", "bench_%")])
for name, part in (("Support", agents[:10]), ("Field service", agents[10:])):
    env["crm.cards.department"].create({
        "name": name, "alias_name": name.split()[0].lower(), "member_ids": part.ids})
env["crm.cards.sla.policy"].create({"name": "Standard", "target_ids": [
    (0, 0, {"kind": "first_response", "hours": 4}),
    (0, 0, {"kind": "next_response", "hours": 8}),
    (0, 0, {"kind": "resolution", "hours": 24})]})
kinds = env["crm.cards.ticket.type"].create(
    [{"name": f"Kind {n}"} for n in range(10)])
env["crm.cards.ticket.type"].create(
    [{"name": f"Sort {n}", "parent_id": kinds[n % 10].id} for n in range(50)])
env["project.project"].create({"name": "Bench"})
# One true ticket, whose terms the others have.
partner = env["res.partner"].search([("ref", "=like", "R%")], limit=1)
env["crm.cards.ticket"].create({
    "name": "The first", "partner_id": partner.id, "number": "0",
    "department_id": env["crm.cards.department"].search([], limit=1).id})
env.cr.commit()
"""

_FILL = """
for statement in statements:
    env.cr.execute(statement, ())
env.cr.commit()
"""

# Half of the customers have products in service or once had, a tenth a contract.
_PRODUCTS = """
WITH partner AS (
    SELECT id, ROW_NUMBER() OVER (ORDER BY id) AS n FROM res_partner
     WHERE ref LIKE 'R%%'
), product AS (
    SELECT product.id, template.categ_id
      FROM product_product product
      JOIN product_template template ON template.id = product.product_tmpl_id
     ORDER BY product.id LIMIT 1
)
INSERT INTO crm_cards_owned_product (
    partner_id, company_id, product_id, categ_id, serial, quantity, active, state,
    date_bought, service_start, service_end, create_uid, create_date)
SELECT partner.id, 1, product.id, product.categ_id, 'S' || partner.n || '-' || unit, 1,
       TRUE, 'active', day, day, day + 730, 2, day
  FROM partner, product, generate_series(1, 3) unit,
       LATERAL (SELECT date '{today}' - (partner.n * 17 %% 1400)::int AS day) bought
 WHERE partner.n %% 2 = 0;

INSERT INTO crm_cards_service_contract (
    number, partner_id, company_id, date_start, date_end, renewal, create_uid,
    create_date)
SELECT 'C' || id, id, 1, date '{today}' - 300, date '{today}' + (id %% 400)::int - 30,
       'none', 2, date '{today}'
  FROM res_partner WHERE ref LIKE 'R%%' AND id %% 10 = 0
"""

_TICKETS = """
WITH partner AS (
    SELECT id, ROW_NUMBER() OVER (ORDER BY id) - 1 AS n
      FROM res_partner WHERE ref LIKE 'R%%'
), agent AS (
    SELECT users.id, member.crm_cards_department_id AS department_id,
           ROW_NUMBER() OVER (ORDER BY users.id) - 1 AS n
      FROM res_users users
      JOIN crm_cards_department_member_rel member ON member.res_users_id = users.id
), kind AS (
    SELECT id, parent_id, ROW_NUMBER() OVER (ORDER BY id) - 1 AS n
      FROM crm_cards_ticket_type WHERE parent_id IS NOT NULL
), stage AS (
    SELECT id, clock, waiting_for,
           ROW_NUMBER() OVER (PARTITION BY clock = 'stopped' ORDER BY sequence) - 1 AS n
      FROM crm_cards_ticket_stage
), first AS (
    SELECT sla_version_id, sla_policy_id, sla_calendar_version_id
      FROM crm_cards_ticket WHERE number = '0'
), sizes AS (
    SELECT (SELECT COUNT(*) FROM partner) AS partners,
           (SELECT COUNT(*) FROM agent) AS agents,
           (SELECT COUNT(*) FROM kind) AS kinds,
           (SELECT COUNT(*) FROM stage WHERE clock <> 'stopped') AS open_stages,
           (SELECT COUNT(*) FROM stage WHERE clock = 'stopped') AS closed_stages
), line AS (
    SELECT n, n > {count} - {open} AS is_open,
           n * 7919 %% partners AS partner_n, n * 31 %% agents AS agent_n,
           n * 17 %% kinds AS kind_n,
           n * 13 %% CASE WHEN n > {count} - {open} THEN open_stages
                          ELSE closed_stages END AS stage_n,
           CASE WHEN n > {count} - {open}
                THEN timestamp '{today}' - (n * 7 %% 14400) * interval '1 minute'
                ELSE timestamp '{today}' - interval '11 days'
                     - ({count} - {open} - n) * interval '5 minutes'
           END AS opened
      FROM generate_series(1, {count}::bigint) n, sizes
)
INSERT INTO crm_cards_ticket (
    number, name, description, active, company_id, department_id, stage_id, clock,
    waiting_for, is_closed, priority, type_id, type_level1_id, type_level2_id,
    partner_id, customer_id, email_from, user_id, channel, date_opened, date_closed,
    date_last_stage, sla_version_id, sla_policy_id, sla_calendar_version_id,
    sla_next_due, sla_next_risk, sla_is_paused, sla_has_missed,
    create_uid, create_date, write_uid, write_date)
SELECT line.n, 'Ticket ' || line.n, '<p>Paper jam in the second tray</p>', TRUE, 1,
       agent.department_id, stage.id, stage.clock, stage.waiting_for, NOT is_open,
       (line.n * 11 %% 4)::text, kind.id, kind.parent_id, kind.id, partner.id,
       partner.id, 'office' || partner.n || '@example.com',
       CASE WHEN line.n %% 5 > 0 THEN agent.id END, 'email', opened,
       CASE WHEN NOT is_open THEN opened + interval '2 days' END,
       opened + interval '3 hours', first.sla_version_id, first.sla_policy_id,
       first.sla_calendar_version_id,
       CASE WHEN is_open AND stage.clock = 'runs'
            THEN opened + interval '9 days' END,
       CASE WHEN is_open AND stage.clock = 'runs'
            THEN opened + interval '7 days' END,
       stage.clock = 'paused', line.n %% 20 = 0, 2, opened, 2, opened
  FROM line
  JOIN partner ON partner.n = partner_n
  JOIN agent ON agent.n = agent_n
  JOIN kind ON kind.n = kind_n
  JOIN stage ON stage.n = stage_n AND (stage.clock <> 'stopped') = is_open
 CROSS JOIN first
 ORDER BY line.n;  -- as they come, the open ones last

INSERT INTO crm_cards_ticket_sla (
    ticket_id, kind, cycle, date_start, deadline, date_at_risk, date_reached, is_paused,
    target_hours, consumed_hours, paused_hours, date_measured)
SELECT ticket.id, target.kind, 1, date_opened,
       CASE WHEN is_closed OR clock = 'runs' THEN date_opened + interval '9 days' END,
       CASE WHEN is_closed OR clock = 'runs' THEN date_opened + interval '7 days' END,
       CASE WHEN target.kind = 'first_response' THEN date_last_stage
            ELSE date_closed END,
       clock = 'paused', target.hours, 3, 0, date_last_stage
  FROM crm_cards_ticket ticket
 CROSS JOIN (VALUES ('first_response', 4), ('resolution', 24)) target (kind, hours)
 WHERE number <> '0';

INSERT INTO crm_cards_ticket_log (
    ticket_id, date, event, stage_id, clock, waiting_for, user_id, department_id,
    priority, type_id, sla_version_id, sla_calendar_version_id, by_user_id,
    create_uid, create_date)
SELECT id, date_opened, 'opened', stage_id, clock, waiting_for, user_id, department_id,
       priority, type_id, sla_version_id, sla_calendar_version_id, 2, 2, date_opened
  FROM crm_cards_ticket WHERE number <> '0'
"""

# An activity for each ticket: of every second a visit, else a call to the customer.
_ACTIVITIES = """
INSERT INTO mail_activity (
    res_model_id, res_model, res_id, res_name, activity_type_id, summary, date_deadline,
    date_done, active, user_id, user_tz, automated, card_priority, card_customer_id,
    card_asked_by_id, card_hours, card_distance, create_uid, create_date, write_uid,
    write_date)
SELECT model.id, model.model,
       CASE model.model WHEN 'res.partner' THEN customer_id ELSE ticket.id END,
       ticket.name, kind.id, 'Activity of ' || number, date_opened::date + 1,
       CASE WHEN is_closed THEN date_opened::date + 1 END, NOT is_closed,
       COALESCE(ticket.user_id, 2), 'Europe/Warsaw', FALSE, '1', customer_id, 2,
       (ticket.id %% 5)::float / 2, ticket.id %% 40, 2, date_opened, 2, date_opened
  FROM crm_cards_ticket ticket
  JOIN ir_model model ON model.model = CASE
       WHEN ticket.id %% 2 = 0 THEN 'crm.cards.ticket' ELSE 'res.partner' END
 CROSS JOIN (SELECT MIN(id) AS id FROM mail_activity_type
              WHERE active AND res_model IS NULL) kind
 WHERE number <> '0'
 ORDER BY ticket.id
"""

_TABLES = (
    *("crm_cards_ticket", "crm_cards_ticket_sla", "crm_cards_ticket_log"),
    *("crm_cards_owned_product", "crm_cards_service_contract", "mail_activity"),
)


def fill(bench, database, today, count=COUNT, opened=OPEN):
    """Give ``database``, filled with partners, ``count`` tickets.

    Their customers own products and have contracts; ``bench`` is a service manager,
    ``bench1`` and those after him are technicians, and there is a project ``Bench``.

    :param date today: the day before which the open tickets came
    :param int opened: how many are open
    """
    values = {"count": count, "open": opened, "today": today}
    statements = [_PRODUCTS.format(**values)]
    if count:
        statements += [_TICKETS.format(**values), _ACTIVITIES]
    bench.shell(database, _SETUP)
    with _volumes.bared(bench, database, _TABLES):
        bench.shell(database, _FILL, statements=statements)
    bench.sql(database, f"VACUUM ANALYZE {', '.join(_TABLES)}, mail_followers")
