"""Volumes for the benchmarks, made by SQL within seconds and always the same."""

from contextlib import contextmanager

# Every fourth name is Hebrew, every fourth Polish; a number keeps them apart.
_PARTNERS = """
WITH seed AS (
    SELECT nextval('res_partner_id_seq') AS id, n,
           (ARRAY['Meridian', 'Żabka', 'אלון', 'Northgate', 'Łukasz', 'גליל', 'Harbour',
                  'Kowalski', 'כרמל', 'Summit', 'Wiśniewski', 'שקד'])[n %% 12 + 1]
           || ' ' ||
           (ARRAY['Trading', 'Hurtownia', 'שיווק', 'Foods', 'Usługi', 'בניין', 'Optics',
                  'Transport', 'מזון', 'Textiles', 'Meble'])[n / 12 %% 11 + 1]
           || ' ' || n AS name
      FROM generate_series(1, {count}) n
)
INSERT INTO res_partner (
    id, name, complete_name, commercial_partner_id, commercial_company_name, type,
    active, is_company, partner_share, lang, email, email_normalized, phone, vat, ref,
    city, user_id, customer_rank, supplier_rank, autopost_bills, color, message_bounce,
    create_uid, create_date, write_uid, write_date)
SELECT id, name, name, id, name, 'contact',
       TRUE, TRUE, TRUE, 'en_US', 'office' || n || '@example.com',
       'office' || n || '@example.com', '+97235' || LPAD(n::text, 7, '0'),
       'IL' || LPAD(n::text, 9, '0'), 'R' || n,
       (ARRAY['Haifa', 'Kraków', 'תל אביב', 'Leeds', 'Łódź'])[n %% 5 + 1],
       CASE WHEN n %% 3 = 0 THEN 2 END,
       CASE WHEN n <= {ranked} AND n %% 10 < 9 THEN 1 ELSE 0 END,
       CASE WHEN n <= {ranked} AND n %% 10 > 7 THEN 1 ELSE 0 END, 'ask', 0, 0,
       2, timestamp '2016-01-01' + n * interval '25 minutes',
       2, timestamp '2016-01-01' + n * interval '25 minutes'
  FROM seed
"""

# One invoice or bill each, for every fifth of the first also a payment. The last
# tenth are suppliers, and the tenth before them both customers and suppliers.
_MOVES = """
CREATE TEMPORARY TABLE seed ON COMMIT DROP AS
SELECT nextval('account_move_id_seq') AS id, partner.id AS partner_id, doc.kind, n,
       date '2020-01-01' + (n * 37 %% 2000)::int AS date,
       (100 + n %% 900)::numeric AS amount
  FROM (SELECT id, REPLACE(ref, 'R', '')::int AS n FROM res_partner
         WHERE ref LIKE 'R%%') partner
  JOIN (VALUES ('out_invoice'), ('in_invoice'), ('entry')) doc (kind)
    ON CASE doc.kind WHEN 'out_invoice' THEN n %% 10 < 9
                     WHEN 'in_invoice' THEN n %% 10 > 7
                     ELSE n %% 10 < 9 AND n %% 5 = 0 END
 WHERE n <= {posted};

INSERT INTO account_move (
    id, name, move_type, state, auto_post, date, invoice_date, journal_id, company_id,
    currency_id, partner_id, commercial_partner_id, payment_state,
    amount_total, amount_residual, create_uid, create_date, write_uid, write_date)
SELECT seed.id, UPPER(kind) || '/' || seed.id, kind, 'posted', 'no', date,
       CASE WHEN kind <> 'entry' THEN date END, journal.id, journal.company_id,
       company.currency_id, seed.partner_id, seed.partner_id, 'not_paid',
       amount, amount, 2, date, 2, date
  FROM seed
  JOIN account_journal journal ON journal.code = CASE kind
       WHEN 'out_invoice' THEN 'INV' WHEN 'in_invoice' THEN 'BILL' ELSE 'BNK1' END
  JOIN res_company company ON company.id = journal.company_id;

INSERT INTO account_move_line (
    move_id, move_name, parent_state, journal_id, company_id, company_currency_id,
    currency_id, partner_id, account_id, date, date_maturity, display_type,
    debit, credit, balance, amount_currency, amount_residual, reconciled,
    create_uid, create_date, write_uid, write_date)
SELECT move.id, move.name, 'posted', move.journal_id, move.company_id,
       move.currency_id, move.currency_id, seed.partner_id, account.id, seed.date,
       CASE WHEN item.is_partner THEN seed.date + 30 END,
       CASE WHEN item.is_partner THEN 'payment_term' ELSE 'product' END,
       GREATEST(item.amount, 0), GREATEST(-item.amount, 0), item.amount, item.amount,
       CASE WHEN item.is_partner THEN item.amount ELSE 0 END, FALSE,
       2, seed.date, 2, seed.date
  FROM seed
  JOIN account_move move ON move.id = seed.id
 CROSS JOIN LATERAL (VALUES
       (TRUE, CASE kind WHEN 'out_invoice' THEN amount ELSE -amount END,
        CASE kind WHEN 'in_invoice' THEN 'liability_payable'
                  ELSE 'asset_receivable' END),
       (FALSE, CASE kind WHEN 'out_invoice' THEN -amount ELSE amount END,
        CASE kind WHEN 'out_invoice' THEN 'income'
                  WHEN 'in_invoice' THEN 'expense' ELSE 'asset_cash' END)
  ) item (is_partner, amount, account_type)
 CROSS JOIN LATERAL (
       SELECT MIN(id) AS id FROM account_account
        WHERE account_type = item.account_type) account;
"""

_LEADS = """
INSERT INTO crm_lead (
    name, type, partner_id, company_id, active, user_id, probability,
    create_uid, create_date, write_uid, write_date)
SELECT 'Enquiry ' || partner.id, 'opportunity', partner.id, 1, TRUE, 2, 10,
       2, partner.create_date, 2, partner.create_date
  FROM res_partner partner
 WHERE ref LIKE 'R%%' AND REPLACE(ref, 'R', '')::int > {count} - {leads}
"""

# The text that takes away, and that gives back, the indexes and foreign keys of tables.
_BARE = """
WITH bared AS (
    SELECT unnest('{{{tables}}}'::regclass[]) AS id
), part AS (
    SELECT 1 AS rank,
           format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname)
               AS taken,
           format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname,
                  pg_get_constraintdef(oid)) AS given
      FROM pg_constraint
     WHERE contype = 'f' AND conrelid IN (SELECT id FROM bared)
     UNION ALL
    SELECT 0, format('DROP INDEX %s', indexrelid::regclass), pg_get_indexdef(indexrelid)
      FROM pg_index
     WHERE indrelid IN (SELECT id FROM bared)
       AND indexrelid NOT IN (SELECT conindid FROM pg_constraint)
)
SELECT string_agg({column}, '; ' ORDER BY rank) FROM part
"""

_STATISTICS = "VACUUM ANALYZE res_partner, account_move, account_move_line, crm_lead"

_CODE = """
for statement in statements:
    env.cr.execute(statement, ())
env.cr.commit()
"""

_OPEN_CARDS = """
partners = env["res.partner"].search([("ref", "=like", "R%")])
partners._open_account_card("import")
env.cr.commit()
"""


def fill(bench, database, count=200_000, posted=60_000, leads=20_000):
    """Fill ``database`` with partners, postings and leads.

    :param int count: partners, companies all of them
    :param int posted: how many of the first have postings; a few more have a rank
    :param int leads: how many of the last are named by an opportunity
    """
    ranked = count_cards(posted)
    volumes = {"count": count, "posted": posted, "leads": leads, "ranked": ranked}
    statements = [text.format(**volumes) for text in (_PARTNERS, _MOVES, _LEADS)]
    bench.shell(database, _CODE, statements=statements)
    bench.sql(database, _STATISTICS)


@contextmanager
def bared(bench, database, tables):
    """Leave ``tables`` without indexes and foreign keys while they are filled.

    What guards and finds rows one at a time is made for all of them at the end,
    in a fraction of the time. Primary keys and constraints by name stay.
    """
    taken, given = (
        bench.sql(database, _BARE.format(tables=",".join(tables), column=column))
        for column in ("taken", "given")
    )
    bench.sql(database, taken)
    yield
    bench.sql(database, f"SET maintenance_work_mem = '1GB'; {given}")


def count_cards(posted):
    """Return how many partners have postings, or a rank without any posting."""
    return posted + posted // 20


def open_cards(bench, database):
    """Give all these partners an account card."""
    bench.shell(database, _OPEN_CARDS)


def median(values):
    """Return the middle one of ``values``, the upper one of two."""
    return sorted(values)[len(values) // 2]


def spread(values):
    """Return lowest to highest as text, ``"1.2-1.5"``."""
    return f"{min(values):.4g}-{max(values):.4g}"
