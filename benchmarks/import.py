"""The accounts import beside Odoo's own import of the same file."""

ROWS = 50_000
OTHER_ROWS = 10_000  # of the same file; Odoo's import takes too long for all of it
BATCH = 2_000  # rows a request, as Odoo's web client does it

_FILE = """
import base64
env = env(user=2)
lines = ["Account key,Name,Tax ID,Email,Phone,City,Reference"]
for number in range(rows):
    lines.append(
        f"7{number:06},Customer {number} Ltd,,desk{number}@example.com,"
        f"+9723{number:07},Haifa,REF{number}")
content = "\\r\\n".join(lines).encode()
del lines
"""

_OURS = (
    _FILE
    + """
with measure() as before:
    pass
result = {"peak_before": before.peak_mb}
record = env["crm.cards.accounts.import"].create(
    {"file": base64.b64encode(content), "file_name": "accounts.csv"})
record.action_read()
mapped = record.column_ids.mapped("field")
assert mapped == ["key", "name", "vat", "email", "phone", "city", "ref"], mapped
env.cr.commit()
# What the scheduled action does for long files, without its waiting.
for job in ("preview", "apply"):
    with measure() as found:
        record._check_rights()
        record._run_job(job)
        env.flush_all()
    env.cr.commit()
    env.invalidate_all()
    result[job] = vars(found)
"""
)

_OTHER = (
    _FILE
    + """
with measure() as before:
    pass
result = {"peak_before": before.peak_mb}
wizard = env["base_import.import"].create({
    "res_model": "crm.cards.account.card", "file": content,
    "file_type": "text/csv", "file_name": "accounts.csv"})
names = ["account_key", "name", "vat", "email", "phone", "city", "ref"]
options = {"has_headers": True, "separator": ",", "quoting": '"', "encoding": "utf-8",
           "limit": batch, "advanced": True}
env.cr.commit()
with measure() as found:
    for skip in range(0, rows, batch):
        answer = wizard.execute_import(names, names, {**options, "skip": skip})
        errors = [m for m in answer["messages"] if m.get("type") == "error"]
        assert not errors, errors[:3]
        env.cr.commit()
        env.invalidate_all()
result["apply"] = vars(found)
"""
)

_STATE = """
SELECT COUNT(*) || ' ' || MD5(STRING_AGG(
       ROW(card.account_key, partner.name, email, phone, city, partner.ref,
           main_account, card.state, event.account_key)::text,
       ',' ORDER BY card.account_key))
  FROM crm_cards_account_card card
  JOIN res_partner partner ON partner.id = card.partner_id
  JOIN crm_cards_conversion event
    ON event.card_id = card.id AND event.is_reversed IS NOT TRUE
 WHERE card.active AND card.account_key < '7{rows:06}'
"""


def run(bench):
    ours = bench.database("ours")
    other = bench.copy(ours, "other")
    found = bench.shell(ours, _OURS, rows=ROWS)
    beside = bench.shell(other, _OTHER, rows=OTHER_ROWS, batch=BATCH)
    states = [
        bench.sql(database, _STATE.format(rows=OTHER_ROWS))
        for database in (ours, other)
    ]
    assert states[0] == states[1], states
    bench.note(
        f"{ROWS:,} rows of 7 columns from a csv file, all of them new customers with "
        f"account cards; Odoo's import got the first {OTHER_ROWS:,}, "
        f"{BATCH:,} a request. Same partners, cards and conversions for these. One run"
    )
    ours_seconds = found["preview"]["seconds"] + found["apply"]["seconds"]
    ours_queries = found["preview"]["queries"] + found["apply"]["queries"]
    bench.record(
        "A row, preview and apply, beside Odoo's import (without a preview)",
        ours_seconds / ROWS * 1000,
        beside["apply"]["seconds"] / OTHER_ROWS * 1000,
        "ms",
        queries_ours=round(ours_queries / ROWS, 3),
        queries_other=round(beside["apply"]["queries"] / OTHER_ROWS, 3),
    )
    for job in ("preview", "apply"):
        bench.note(
            f"  {job}: {found[job]['seconds']:.1f} s, {found[job]['queries']} queries"
        )
    growth = found["apply"]["peak_mb"] - found["peak_before"]
    other_growth = beside["apply"]["peak_mb"] - beside["peak_before"]
    bench.note(
        f"  peak memory {growth:.0f} MB above start-up (goal 200: "
        f"{'met' if growth < 200 else 'NOT met'}); Odoo's import {other_growth:.0f} MB"
    )
