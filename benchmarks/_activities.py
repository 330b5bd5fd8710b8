"""A million activities for the benchmarks, made by SQL within a few minutes."""

COUNT = 1_000_000
PARTNERS = 50_000
OPEN = 20_000  # the others were closed in the last ten years

_FILLED = (
    *("mail_activity", "crm_lead", "res_partner"),
    *("mail_activity_card_colleague_rel", "mail_activity_card_contact_rel"),
)

# Half hang on customers, a quarter each on opportunities and orders' customers as
# free activities; every third has an hour of day.
_ACTIVITIES = """
WITH partner AS (
    SELECT id, ROW_NUMBER() OVER (ORDER BY id) - 1 AS n
      FROM res_partner WHERE ref LIKE 'R%%'
), lead AS (
    SELECT id, partner_id, ROW_NUMBER() OVER (ORDER BY id) - 1 AS n
      FROM crm_lead
), colleague AS (
    SELECT id, ROW_NUMBER() OVER (ORDER BY id) - 1 AS n
      FROM res_users WHERE login LIKE 'bench%%'
), kind AS (
    SELECT id, ROW_NUMBER() OVER (ORDER BY id) - 1 AS n
      FROM mail_activity_type WHERE active AND res_model IS NULL
), sizes AS (
    SELECT (SELECT COUNT(*) FROM partner) AS partners,
           (SELECT COUNT(*) FROM lead) AS leads,
           (SELECT COUNT(*) FROM colleague) AS colleagues,
           (SELECT COUNT(*) FROM kind) AS kinds
), line AS (
    SELECT n, n * 7919 %% sizes.partners AS partner_n,
           n * 104729 %% sizes.leads AS lead_n,
           n * 31 %% sizes.colleagues AS colleague_n, n * 17 %% sizes.kinds AS kind_n,
           CASE WHEN n %% 4 < 2 THEN 'res.partner' WHEN n %% 4 = 2 THEN 'crm.lead' END
               AS model,
           n > {count} - {open} AS is_open,
           CASE WHEN n > {count} - {open}
                THEN date '{today}' - 20 + (n * 13 %% 50)::int
                ELSE date '{today}' - 3650 + (n * 3630 / {count})::int
           END AS day
      FROM generate_series(1, {count}::bigint) n, sizes
)
INSERT INTO mail_activity (
    res_model_id, res_model, res_id, res_name, activity_type_id, summary, date_deadline,
    date_done, active, user_id, user_tz, automated, card_priority, card_customer_id,
    card_opportunity_id, card_asked_by_id, card_start, card_stop, card_hours,
    card_distance, create_uid, create_date, write_uid, write_date)
SELECT model.id, line.model,
       CASE line.model WHEN 'res.partner' THEN partner.id
                       WHEN 'crm.lead' THEN lead.id END,
       CASE WHEN line.model IS NOT NULL THEN 'Document ' || line.n END,
       kind.id, 'Activity ' || line.n, day, CASE WHEN NOT is_open THEN day END, is_open,
       colleague.id, 'Europe/Warsaw', FALSE, (line.n %% 3)::text,
       CASE line.model WHEN 'crm.lead' THEN lead.partner_id ELSE partner.id END,
       CASE line.model WHEN 'crm.lead' THEN lead.id END, 2,
       CASE WHEN line.n %% 3 = 0 THEN day + interval '9 hours' END,
       CASE WHEN line.n %% 3 = 0 THEN day + interval '10 hours' END,
       (line.n %% 5)::float / 2, line.n %% 40, 2, day, 2, day
  FROM line
  LEFT JOIN ir_model model ON model.model = line.model
  JOIN partner ON partner.n = partner_n
  JOIN lead ON lead.n = lead_n
  JOIN colleague ON colleague.n = colleague_n
  JOIN kind ON kind.n = kind_n
"""

# Every tenth has a colleague, as many a contact person, here the customer itself.
_PARTICIPANTS = """
WITH neighbour AS (
    SELECT id, COALESCE(LEAD(id) OVER (ORDER BY id), MIN(id) OVER ()) AS next_id
      FROM res_users WHERE login LIKE 'bench%%'
)
INSERT INTO mail_activity_card_colleague_rel (activity_id, user_id)
SELECT activity.id, neighbour.next_id
  FROM mail_activity activity
  JOIN neighbour ON neighbour.id = activity.user_id
 WHERE activity.id %% 10 = 0;

INSERT INTO mail_activity_card_contact_rel (activity_id, partner_id)
SELECT id, card_customer_id FROM mail_activity
 WHERE id %% 10 = 1 AND card_customer_id IS NOT NULL
"""

_USERS = """
groups = ["base.group_user", "sales_team.group_sale_salesman_all_leads",
          "crm_cards.crm_cards_group_activity_all"]
env["res.users"].with_context(no_reset_password=True).create([{
    "name": f"Bench {n}", "login": f"bench{n}" if n else "bench", "tz": "Europe/Warsaw",
    "group_ids": [(6, 0, [env.ref(group).id for group in groups])],
} for n in range(20)])
for statement in statements:
    env.cr.execute(statement, ())
env.cr.commit()
"""


def fill(bench, database, today, count=COUNT):
    """Give ``database``, filled with partners and leads, ``count`` activities.

    :param date today: the day around which the open activities lie
    """
    activities = _ACTIVITIES.format(count=count, open=OPEN, today=today)
    bench.shell(database, _USERS, statements=[activities, _PARTICIPANTS])
    bench.sql(database, f"VACUUM ANALYZE {', '.join(_FILLED)}")
