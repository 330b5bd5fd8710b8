"""Installing on a running company, beside the same rows inserted by hand."""

from benchmarks import _volumes

ROUNDS = 3
PARTNERS, POSTED, LEADS = 200_000, 60_000, 20_000

_INSTALL = """
with measure() as before:
    pass
module = env["ir.module.module"].search([("name", "=", "crm_cards")])
with measure() as found:
    module.button_immediate_install()
result = {**vars(found), "peak_before": before.peak_mb}
"""

_INDEXES = """
SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'res_partner'
"""

_EMPTY = """
TRUNCATE crm_cards_prospect, crm_cards_conversion, crm_cards_account_card CASCADE;
DO $$ DECLARE number record; BEGIN
    FOR number IN SELECT id FROM ir_sequence WHERE code LIKE 'crm.cards.account.key.%'
    LOOP
        EXECUTE 'ALTER SEQUENCE ir_sequence_' || lpad(number.id::text, 3, '0')
             || ' RESTART';
    END LOOP;
END $$;
"""

_HOOK = """
from odoo.addons.crm_cards.hooks import post_init_hook
with measure() as before:
    pass
with measure() as found:
    post_init_hook(env)
env.cr.commit()
result = {**vars(found), "peak_before": before.peak_mb}
"""

# What somebody would write who knows that there is one company with its standard
# sequences. Same tables, same indexes and foreign keys in place.
_BY_HAND = [
    """
    INSERT INTO crm_cards_prospect (
        partner_id, company_id, date, user_id, cause, lead_id, source_id,
        create_uid, create_date, write_uid, write_date)
    SELECT DISTINCT ON (partner.commercial_partner_id)
           partner.commercial_partner_id, lead.company_id, lead.create_date,
           lead.create_uid, 'lead', lead.id, lead.source_id, 1, NOW(), 1, NOW()
      FROM crm_lead lead
      JOIN res_partner partner ON partner.id = lead.partner_id
     ORDER BY partner.commercial_partner_id, lead.create_date
    """,
    """
    INSERT INTO crm_cards_account_card (
        partner_id, company_id, active, account_key, main_account, state, date_opened,
        opened_by_id, cause, create_uid, create_date, write_uid, write_date)
    SELECT partner_id, company_id, TRUE,
           CASE main_account WHEN 'customers' THEN '3' WHEN 'suppliers' THEN '6'
                             ELSE '4' END
           || LPAD((ROW_NUMBER() OVER (PARTITION BY main_account
                                       ORDER BY first_on, partner_id))::text, 5, '0'),
           main_account, 'open', first_on, 1, 'install', 1, NOW(), 1, NOW()
      FROM (
        SELECT partner.commercial_partner_id AS partner_id, item.company_id,
               MIN(item.date) AS first_on,
               CASE WHEN COUNT(DISTINCT account.account_type) = 2
                    THEN 'customers_suppliers'
                    WHEN MIN(account.account_type) = 'liability_payable'
                    THEN 'suppliers' ELSE 'customers' END AS main_account
          FROM account_move_line item
          JOIN account_account account ON account.id = item.account_id
          JOIN res_partner partner ON partner.id = item.partner_id
         WHERE item.parent_state = 'posted'
           AND account.account_type IN ('asset_receivable', 'liability_payable')
         GROUP BY partner.commercial_partner_id, item.company_id
         UNION ALL
        SELECT id, 1, create_date,
               CASE WHEN customer_rank > 0 AND supplier_rank > 0
                    THEN 'customers_suppliers'
                    WHEN supplier_rank > 0 THEN 'suppliers' ELSE 'customers' END
          FROM res_partner
         WHERE (customer_rank > 0 OR supplier_rank > 0)
           AND id NOT IN (SELECT partner_id FROM account_move_line
                           WHERE partner_id IS NOT NULL)
      ) history
     ORDER BY first_on, partner_id
    """,
    """
    INSERT INTO crm_cards_conversion (
        partner_id, partner_name, company_id, card_id, account_key, date, user_id,
        cause, lead_id, source_id, agent_id, date_first_touch, first_touch,
        days_since_creation, create_uid, create_date, write_uid, write_date)
    SELECT partner.id, partner.name, card.company_id, card.id, card.account_key,
           card.date_opened, 1, 'install', touch.lead_id, touch.source_id,
           partner.user_id,
           LEAST(touch.date, partner.create_date, card.date_opened), touch.cause,
           GREATEST(card.date_opened::date - partner.create_date::date, 0),
           1, NOW(), 1, NOW()
      FROM crm_cards_account_card card
      JOIN res_partner partner ON partner.id = card.partner_id
      LEFT JOIN crm_cards_prospect touch ON touch.partner_id = card.partner_id
           AND touch.company_id = card.company_id AND touch.date <= card.date_opened
    """,
]

_RUN_BY_HAND = """
with measure() as found:
    for statement in statements:
        env.cr.execute(statement)
env.cr.commit()
result = vars(found)
"""

_STATE = """
SELECT (SELECT COUNT(*) || ' ' || MD5(STRING_AGG(ROW(partner_id, company_id,
               account_key, main_account, state, date_opened, cause, active)::text, ','
               ORDER BY company_id, account_key)) FROM crm_cards_account_card),
       (SELECT COUNT(*) || ' ' || MD5(STRING_AGG(ROW(event.partner_id, partner_name,
               event.company_id, event.account_key, card.account_key, date, event.cause,
               lead_id, agent_id, date_first_touch, first_touch,
               days_since_creation)::text, ',' ORDER BY event.partner_id))
          FROM crm_cards_conversion event
          JOIN crm_cards_account_card card ON card.id = event.card_id),
       (SELECT COUNT(*) || ' ' || MD5(STRING_AGG(ROW(partner_id, company_id, date,
               cause, lead_id)::text, ',' ORDER BY partner_id))
          FROM crm_cards_prospect)
"""


def run(bench):
    empty = bench.database("empty", addon=False)
    filled = bench.database("filled", addon=False)
    _volumes.fill(bench, filled, PARTNERS, POSTED, LEADS)
    bench.note(
        f"{PARTNERS:,} partners, {POSTED:,} of them with postings, {LEADS:,} leads; "
        f"medians of {ROUNDS} alternating rounds"
    )
    before = bench.sql(filled, _INDEXES).splitlines()
    without, with_history = (bench.shell(name, _INSTALL) for name in (empty, filled))
    state = bench.sql(filled, _STATE)
    _compare_hook(bench, filled, state)
    bench.record(
        "The whole installation, with this history beside an empty company",
        with_history["seconds"],
        without["seconds"],
        "s",
        queries_ours=with_history["queries"],
        queries_other=without["queries"],
    )
    bench.note(
        f"  peak memory {with_history['peak_mb']:.0f} MB with the history, "
        f"{without['peak_mb']:.0f} MB without"
    )
    _time_indexes(bench, filled, before)


def _compare_hook(bench, database, state):
    ours, by_hand = [], []
    cards = _volumes.count_cards(POSTED)
    for _round in range(ROUNDS):
        bench.sql(database, _EMPTY)
        ours.append(bench.shell(database, _HOOK))
        _check_state(bench, database, state)
        bench.sql(database, _EMPTY)
        by_hand.append(bench.shell(database, _RUN_BY_HAND, statements=_BY_HAND))
        _check_state(bench, database, state)
    seconds = [[run["seconds"] for run in runs] for runs in (ours, by_hand)]
    bench.record(
        "post_init_hook beside three INSERT ... SELECT by hand, same end state",
        *map(_volumes.median, seconds),
        "s",
        queries_ours=ours[-1]["queries"],
        queries_other=by_hand[-1]["queries"],
        peak_mb=max(run["peak_mb"] for run in ours),
        goal=1.2,
    )
    growth = max(run["peak_mb"] - run["peak_before"] for run in ours)
    bench.note(
        f"  spread: ours {_volumes.spread(seconds[0])} s, "
        f"by hand {_volumes.spread(seconds[1])} s; "
        f"{_volumes.median(seconds[0]) / cards * 1e6:.0f} µs a card; "
        f"memory grows by {growth:.1f} MB"
    )


def _check_state(bench, database, state):
    found = bench.sql(database, _STATE)
    assert found == state, f"not the same end state:\n{found}\n{state}"


def _time_indexes(bench, database, before):
    """Build each index again that we put on partners, one after the other."""
    known = {row.split("|")[0] for row in before}
    lines = []
    for row in bench.sql(database, _INDEXES).splitlines():
        name, definition = row.split("|", 1)
        if name in known:
            continue
        bench.sql(database, f'DROP INDEX "{name}"')
        code = "with measure() as m:\n    env.cr.execute(text)\nenv.cr.commit()\n"
        code += "result = m.seconds"
        seconds = bench.shell(database, code, text=definition)
        size = bench.sql(database, f"SELECT pg_relation_size('\"{name}\"') / 1048576")
        lines.append((name, seconds, size))
    total = sum(seconds for _name, seconds, _size in lines)
    bench.note(
        f"Our indexes on res_partner, {PARTNERS:,} rows: {total:.2f} s together\n"
        + "\n".join(f"  {name}: {sec:.2f} s, {size} MB" for name, sec, size in lines)
    )
